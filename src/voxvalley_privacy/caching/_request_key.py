"""The canonical text of a request: two requests with one text are one request to any server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

import attrs

from ._cache_control import MalformedHeader
from ._headers import Headers, listed
from ._structured import parse_dictionary

__all__ = [
    "UNKEYED",
    "WHOLE_QUERY",
    "QueryRule",
    "has_credentials",
    "link_end",
    "request_text",
    "split_url",
    "varies_by",
]

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_MOST_CHARACTERS = 8192

# Fields that change nothing in what a server answers: they are about the connection or the trace,
# or are judged apart. Everything else is part of the key. A field that is not, as X-Forwarded-Host
# in many caches, poisons it.
UNKEYED = listed(
    """
    cache-control connection content-length host if-match if-modified-since if-none-match if-range
    if-unmodified-since keep-alive pragma traceparent tracestate x-request-id
    """
)


def split_url(url: str, /) -> tuple[str, str, str] | None:
    """
    Split an absolute URL into scheme, authority and the rest.

    Scheme and authority come in lower case and without a default port, the rest from the path on
    and without a fragment; nothing else is changed: not the case of a path, no percent-encoding, no
    dots, no order.

    Returns:
        None for anything that two servers could read in two ways: another scheme, a user name,
            spaces, control or
        non-ASCII characters, a backslash, or more than 8192 characters.

    Source: RFC 3986, section 6.2.2.1; RFC 9110, section 4.2.3.
    """
    if (
        len(url) > _MOST_CHARACTERS
        or not url.isascii()
        or not url.isprintable()
        or " " in url
        or "\\" in url
    ):
        return None
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        return None
    rest = rest.partition("#")[0]
    authority, slash, path = rest.partition("/")
    if "?" in authority:
        authority, slash, path = rest.partition("?")
        slash = "/?"
    authority = authority.lower().removesuffix(_DEFAULT_PORTS[scheme])
    if authority == "" or "@" in authority or "%" in authority:
        return None
    return scheme, authority, (slash or "/") + path


def request_text(
    method: str,
    url: str,
    headers: Headers,
    body: bytes,
    /,
    *,
    unkeyed: frozenset[str],
    query: QueryRule | None = None,
) -> str | None:
    """
    Write down everything of a request that a server can answer to.

    Args:
        method: As sent.

        url: As sent.

        headers: As sent.

        body: Must be empty: a body that is not part of the key would poison it.

        unkeyed: Names of fields, in lower case, that are left out.

        query: Which parameters of the query are left out.

    Returns:
        Text in which no part can pass for another; None if the request cannot be told apart from
        others for sure.
    """
    parts = split_url(url)
    if parts is None or not headers.sound:
        return None
    if body or _has_body(headers):
        return None
    scheme, authority, rest = parts
    if not _is_host(headers.get("host"), scheme, authority):
        return None
    if query is not None and query is not WHOLE_QUERY:
        rest = query.apply(rest)
    lines = [method, scheme, authority, rest]
    # Sound fields hold no line break, so the lines cannot run into each other.
    for name in sorted(headers.names):
        if name not in unkeyed:
            lines += [f"{name}:{value}" for value in headers.get(name)]
    return "\n".join(lines)


def _is_host(hosts: tuple[str, ...], scheme: str, authority: str) -> bool:
    if len(hosts) > 1:
        return False
    return all(host.lower().removesuffix(_DEFAULT_PORTS[scheme]) == authority for host in hosts)


def _has_body(headers: Headers) -> bool:
    if "transfer-encoding" in headers:
        return True
    return not set(headers.get("content-length")) <= {"0"}


# Parameters of a query that change nothing in an answer
# --------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True, cache_hash=True)
class QueryRule:
    """
    Leave out the parameters of a query that change nothing in an answer; never a credential.

    Args:
        ignored: Names of parameters that change nothing.

        only: If not None, the names of all parameters that do change something.

        is_unordered: Whether the order of the parameters changes nothing.
    """

    ignored: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    is_unordered: bool = False

    def apply(self, rest: str, /) -> str:
        """Return a path with its query, without what is left out."""
        path, mark, query = rest.partition("?")
        if not mark:
            return rest
        kept = [part for part in query.split("&") if self._counts(_name_of(part))]
        if self.is_unordered:
            # Parameters of one name keep their order: only that of names changes nothing.
            kept.sort(key=_name_of)
        if not kept:
            return path
        return f"{path}?{'&'.join(kept)}"

    def _counts(self, name: str) -> bool:
        if _is_credential(name):
            return True
        if self.only is not None:
            return name in self.only
        return name not in self.ignored


WHOLE_QUERY = QueryRule()


def _name_of(part: str) -> str:
    return unquote_plus(part.partition("=")[0])


def varies_by(headers: Headers, ignored: frozenset[str], /) -> QueryRule | None:
    """
    Read No-Vary-Search: which parameters change nothing in the answer, by the word of its server.

    Args:
        headers: Of the response.

        ignored: More names of parameters that change nothing, by the settings.

    Returns:
        None if the field is not there, or cannot be read: then the whole query counts.

    Source: draft-ietf-httpbis-no-vary-search, section 4.
    """
    if "no-vary-search" not in headers:
        return None
    try:
        members = dict(parse_dictionary(", ".join(headers.get("no-vary-search"))))
    except MalformedHeader:
        return None
    order = members.get("key-order", False)
    params = members.get("params", False)
    needed = members.get("except")
    if not isinstance(order, bool):
        return None
    if _is_list_of_names(params) and needed is None:
        return QueryRule(ignored=ignored | _names_in(params), is_unordered=order)
    if params is True and (needed is None or _is_list_of_names(needed)):
        return QueryRule(only=_names_in(needed) - ignored, is_unordered=order)
    if params is False and needed is None:
        return QueryRule(ignored=ignored, is_unordered=order)
    return None


def _is_list_of_names(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(name, str) for name in value)


def _names_in(value: object) -> frozenset[str]:
    if not isinstance(value, tuple):
        return frozenset()
    return frozenset(value)


# Credentials in a query, and the end of a link that is signed
# --------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")
# A parameter with one of these words in its name opens something, such as `X-Amz-Signature`.
_SECRET_WORDS = listed(
    """
    apikey auth authorization bearer credential credentials hdnea hdnts hmac jwt key md5 otp passwd
    password pwd secret session sessionid sig signature token
    """
)
_SECRET_ENDS = ("accesskey", "apikey", "appkey", "authkey", "password", "secret", "token")
# The end of a signed link: as a time of its own, or as seconds after a start.
_ENDS = ("Expires", "expires", "expiry", "exp", "se", "e")
_STARTS_AND_SECONDS = (("X-Amz-Date", "X-Amz-Expires"), ("X-Goog-Date", "X-Goog-Expires"))


def has_credentials(url: str, /) -> bool:
    """Whether a parameter in the query of *url* is a credential by its name."""
    return any(_is_credential(name) for name, _ in _parameters(url))


def link_end(url: str, /) -> datetime | None:
    """
    Return when a signed link ends by its own word; None if it names no end.

    Raises:
        voxvalley_privacy.caching.MalformedHeader: If it names one that cannot be read.

    Source: AWS Signature Version 4, query parameters; Google Cloud Storage, V4 signatures; Azure
        Storage, service SAS.
    """
    values = dict(_parameters(url))
    ends = [_time(values[name]) for name in _ENDS if name in values]
    for start, seconds in _STARTS_AND_SECONDS:
        if start in values and seconds in values:
            ends.append(_time(values[start]) + _seconds(values[seconds]))
    return min(ends, default=None)


def _parameters(url: str) -> Iterator[tuple[str, str]]:
    query = url.partition("#")[0].partition("?")[2]
    if not query:
        return
    for part in query.split("&"):
        name, _, value = part.partition("=")
        yield unquote_plus(name), unquote_plus(value)


def _is_credential(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    return not _SECRET_WORDS.isdisjoint(words) or name.lower().endswith(_SECRET_ENDS)


def _time(text: str) -> datetime:
    try:
        if text.isdigit() and len(text) <= 10:
            return datetime.fromtimestamp(int(text), UTC)
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise MalformedHeader("The link names an end that is not a time.")


def _seconds(text: str) -> timedelta:
    if not text.isdigit() or len(text) > 10:
        raise MalformedHeader("The link names a lifetime that is not a number of seconds.")
    return timedelta(seconds=int(text))
