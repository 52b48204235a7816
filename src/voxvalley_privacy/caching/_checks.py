"""Single checks of a request and its response: why no copy may be kept, or a value read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..decisions import Reason
from ..vocabulary import ContentKind
from . import _cache_reasons as why
from ._cache_control import CacheControl, MalformedHeader
from ._headers import is_token, listed, strip_space
from ._kinds import kinds_of_path, kinds_of_type
from ._messages import Request, Response
from ._request_key import has_credentials

__all__ = [
    "CREDENTIALS",
    "asks_for_no_store",
    "carries_credentials",
    "is_for_all",
    "limits_of",
    "message_fault",
    "names_in",
    "possible_kinds",
    "refuses_copies",
    "restriction",
    "vary_of",
]

CREDENTIALS = listed(
    """
    authorization cookie cookie2 proxy-authorization x-api-key x-auth-token
    """
)
_NO_KINDS: frozenset[ContentKind] = frozenset()
_ALONE = {kind: frozenset({kind}) for kind in ContentKind}


def possible_kinds(request: Request, response: Response, /) -> frozenset[ContentKind]:
    """Return the kinds that the content type, the path and the declared kind agree on."""
    types = response.headers.get("content-type")
    kinds = kinds_of_type(types[0]) if len(types) == 1 else _NO_KINDS
    if response.kind is not None:
        kinds = _ALONE[response.kind] if response.kind in kinds else _NO_KINDS
    path = kinds_of_path(request.url)
    if path is not None and not path.issuperset(kinds):
        return _NO_KINDS
    return kinds


def message_fault(
    request: Request, response: Response, /, *, statuses: frozenset[int], most_bytes: int
) -> Reason | None:
    """Check what needs no look at Cache-Control."""
    headers = response.headers
    if request.method != "GET":
        return why.METHOD
    if response.status == 206 or "content-range" in headers or "range" in request.headers:
        return why.PARTIAL
    if response.status not in statuses:
        return why.STATUS
    if "set-cookie" in headers or "set-cookie2" in headers:
        return why.SET_COOKIE
    if not headers.sound:
        return why.MALFORMED
    if _length(headers.get("content-length")) > most_bytes:
        return why.TOO_LARGE
    return None


def asks_for_no_store(request: Request, response: Response, asked: CacheControl, /) -> bool:
    """Whether the request asks for no copy, or either of them uses the old way to."""
    return asked.no_store or _pragma(request) or _pragma(response)


def restriction(said: CacheControl, /, *, is_shared: bool) -> Reason | None:
    """Return what one Cache-Control, or one field of its kind, forbids."""
    if said.no_store:
        return why.NO_STORE
    if is_shared and (said.private or said.private_fields):
        return why.PRIVATE
    if said.no_cache:
        return why.NO_CACHE
    if said.unknown:
        return why.UNKNOWN
    return None


def limits_of(targets: tuple[CacheControl, ...], /) -> Iterator[int]:
    """Give the most seconds that each targeted field allows."""
    for target in targets:
        for seconds in (target.max_age, target.s_maxage):
            if seconds is not None:
                yield seconds


def refuses_copies(asked: CacheControl, /) -> bool:
    """Whether a request would not take a copy."""
    if asked.no_cache or asked.no_cache_fields:
        return True
    return asked.no_store or asked.unknown


def is_for_all(said: CacheControl, /) -> bool:
    """Whether the response says that everybody may see it."""
    # must-revalidate alone, which RFC 9111 section 3.5 lets count, is no word about who may see it.
    return said.public or said.s_maxage is not None


def carries_credentials(request: Request, /) -> bool:
    """Whether a field or a parameter of the query opens something."""
    if not CREDENTIALS.isdisjoint(request.headers.names):
        return True
    return "?" in request.url and has_credentials(request.url)


def names_in(lines: tuple[str, ...], /) -> tuple[str, ...]:
    """Return the elements of a list of names, in lower case."""
    return tuple(_elements(lines))


def _elements(lines: tuple[str, ...]) -> Iterator[str]:
    for name in ",".join(lines).lower().split(","):
        if text := strip_space(name):
            yield text


def vary_of(lines: tuple[str, ...], /) -> tuple[str, ...] | None:
    """Return the fields that the answer depends on; None if no key is ever enough."""
    if not lines:
        return ()
    # Servers say the same few things again and again; what is long is not remembered.
    if len(lines) == 1 and len(lines[0]) <= 128:
        return _vary_again(lines)
    return _field_names(lines)


def _field_names(lines: tuple[str, ...]) -> tuple[str, ...] | None:
    names = names_in(lines)
    if "*" in names or not all(map(is_token, names)):
        return None
    return names


_vary_again = lru_cache(maxsize=256)(_field_names)


def _pragma(message: Request | Response) -> bool:
    lines = message.headers.get("pragma")
    return bool(lines) and "no-cache" in ",".join(lines).lower()


def _length(lines: tuple[str, ...]) -> int:
    if not lines:
        return 0
    # 18 digits are more than anybody stores; int() of a text without end takes time without end.
    text = lines[0]
    if len(lines) > 1 or len(text) > 18 or not (text.isascii() and text.isdigit()):
        raise MalformedHeader("Content-Length is not a number, or is there twice.")
    return int(text)
