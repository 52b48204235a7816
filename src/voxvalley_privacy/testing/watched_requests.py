"""Outgoing requests of HTTP clients, seen where they are handed to a transport."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial, wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from .known_leaks import safe_name
from .output_texts import texts_of
from .passages import Passage, caller

__all__ = ["request_patches"]

_Keep = Callable[[Passage], None]
_Patch = tuple[Any, str, Callable[[Any], object]]

# What a server needs to know of the connection, and its own credentials
_TECHNICAL_HEADERS = frozenset(
    ("accept", "accept-encoding", "authorization", "connection", "content-length", "content-type",
     "host", "user-agent"),
)  # fmt: skip
_MENDS = {
    "host": "Names of hosts are asked for in the clear: put an id in the path, or in the body.",
    "path": "Addresses are logged by every server and proxy on the way: send an id, or a "
    "pseudonym of the value, in the path.",
    "query": "Queries are logged by every server and proxy on the way: send the value in the "
    "body if the receiver needs it, otherwise not at all.",
    "header": "Headers are logged by proxies: leave the header out, or send a pseudonym.",
    "body": "Send what the receiver needs: redact(record) with the policy of its audience.",
}


def request_patches(keep: _Keep, /) -> Iterator[_Patch]:
    """
    Yield what to replace in the HTTP clients that are installed: owner, name, and replacement.

    Test clients of frameworks have transports of their own, and stay as they are: what they send
    comes in, and does not go out.
    """
    for name, owner, method, build in _CLIENTS:
        if find_spec(name.partition(".")[0]) is not None:
            module = import_module(name)
            yield getattr(module, owner), method, partial(build, keep)


def _httpx(keep: _Keep, real: Any) -> object:
    @wraps(real)
    def handle_request(transport: Any, request: Any) -> Any:
        request.read()  # a body that is streamed becomes one that can be sent once more
        _request(keep, str(request.url), request.headers, request.content)
        return real(transport, request)

    return handle_request


def _httpx_async(keep: _Keep, real: Any) -> object:
    @wraps(real)
    async def handle_async_request(transport: Any, request: Any) -> Any:
        await request.aread()
        _request(keep, str(request.url), request.headers, request.content)
        return await real(transport, request)

    return handle_async_request


def _requests(keep: _Keep, real: Any) -> object:
    @wraps(real)
    def send(session: Any, request: Any, **settings: Any) -> Any:
        _request(keep, request.url, request.headers, _rewound(request.body))
        return real(session, request, **settings)

    return send


def _by_host(keep: _Keep, real: Any) -> object:
    """See what urllib and urllib3 send: an object with a host is asked for a path."""

    @wraps(real)
    def request(connection: Any, method: str, url: str, *args: Any, **settings: Any) -> Any:
        given = {**dict(zip(("body", "headers"), args, strict=False)), **settings}
        path = urlsplit(url)._replace(scheme="", netloc="").geturl()
        address = f"http://{connection.host}{path}"
        # A pool has headers of its own, for requests that bring none.
        headers = given.get("headers") or getattr(connection, "headers", None) or {}
        _request(keep, address, dict(headers), _rewound(given.get("body")))
        return real(connection, method, url, *args, **settings)

    return request


# Module, class and method that take a request, and what is put in their place. Clients that are
# built on urllib3, as those of most vendors are, come by there.
_CLIENTS = (
    ("httpx", "HTTPTransport", "handle_request", _httpx),
    ("httpx", "MockTransport", "handle_request", _httpx),
    ("httpx", "AsyncHTTPTransport", "handle_async_request", _httpx_async),
    ("httpx", "MockTransport", "handle_async_request", _httpx_async),
    ("requests", "Session", "send", _requests),
    ("urllib3", "HTTPConnectionPool", "urlopen", _by_host),
    ("http.client", "HTTPConnection", "request", _by_host),
)


def _rewound(body: Any) -> object:
    """Return the content of a body; a file is read and set back, a generator cannot be."""
    if hasattr(body, "read") and hasattr(body, "seek"):
        at = body.tell()
        content = body.read()
        body.seek(at)
        return content
    if isinstance(body, list | tuple):
        return b"".join(each if isinstance(each, bytes) else str(each).encode() for each in body)
    return body if isinstance(body, str | bytes | bytearray | memoryview) else None


def _request(keep: _Keep, url: str, headers: Mapping[str, str], body: object) -> None:
    address = urlsplit(url)
    place = f"request to {safe_name(address.hostname or '')}"
    where = caller()
    host = address.hostname or ""
    keep(
        Passage(place=f"{place} (host)", where=where, text=host, mend=_MENDS["host"], finders=False)
    )
    parts = [("path", "path", address.path), ("query", "query", address.query)]
    for name, value in headers.items():
        if name.lower() not in _TECHNICAL_HEADERS:
            parts.append(("header", f"header {safe_name(name)!r}", _text(value)))
    parts.extend(("body", "body", text) for _, text in texts_of(body))
    for mend, part, text in parts:
        keep(Passage(place=f"{place} ({part})", where=where, text=text, mend=_MENDS[mend]))


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
