"""The canonical text of a request: two requests with one text are one request to any server."""

from __future__ import annotations

from ._headers import Headers

__all__ = ["UNKEYED", "request_text", "split_url"]

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_MOST_CHARACTERS = 8192

# Fields that change nothing in what a server answers: they are about the connection or the trace, or are judged apart.
# Everything else is part of the key. A field that is not, as X-Forwarded-Host in many caches, poisons it.
UNKEYED = frozenset(
    (
        *("cache-control", "connection", "content-length", "host", "keep-alive", "pragma"),
        *("if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"),
        *("traceparent", "tracestate", "x-request-id"),
    )
)


def split_url(url: str, /) -> tuple[str, str, str] | None:
    """
    Split an absolute URL into scheme, authority and the rest.

    Scheme and authority come in lower case and without a default port, the rest from the path on and without a
    fragment; nothing else is changed: not the case of a path, no percent-encoding, no dots, no order.

    Returns:
        None for anything that two servers could read in two ways: another scheme, a user name, spaces, control or
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
    method: str, url: str, headers: Headers, body: bytes, /, *, unkeyed: frozenset[str]
) -> str | None:
    """
    Write down everything of a request that a server can answer to.

    Args:
        method: As sent.

        url: As sent.

        headers: As sent.

        body: Must be empty: a body that is not part of the key would poison it.

        unkeyed: Names of fields, in lower case, that are left out.

    Returns:
        Text in which no part can pass for another; None if the request cannot be told apart from others for sure.
    """
    parts = split_url(url)
    if parts is None or not headers.sound or body or not _has_no_body(headers):
        return None
    scheme, authority, rest = parts
    hosts = headers.get("host")
    if len(hosts) > 1 or any(
        host.lower().removesuffix(_DEFAULT_PORTS[scheme]) != authority for host in hosts
    ):
        return None
    # Sound fields hold no line break, so the lines cannot run into each other.
    lines = [
        f"{name}:{value}"
        for name in sorted(headers.names)
        if name not in unkeyed
        for value in headers.get(name)
    ]
    return "\n".join((method, scheme, authority, rest, *lines))


def _has_no_body(headers: Headers) -> bool:
    return "transfer-encoding" not in headers and set(headers.get("content-length")) <= {"0"}
