"""WSGI middleware that logs as a log policy says: Flask, Django, Bottle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ..logs.adapters import request_scope
from ..vocabulary import LogKind
from ._http import Body, Exchange, HttpLog, Policies, http_schema, pairs

__all__ = ["LogMiddleware", "http_schema"]

_App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class LogMiddleware:
    """
    Log the requests and responses of a WSGI app.

    Bodies are noted while the app reads or sends them, up to 64 KiB; a body that the app does not
    read is not read. If both kinds are off, the app is called directly.

    Args:
        app: The app.

        policy: A `LogPolicy` with rules for `APP_REQUEST` and `APP_RESPONSE`; a kind without one is
            off. Or `integrations.app_logs.AppLogs`, which has one for each tenant.

        write: Called with the kind and the treated record.

        remember: Whether the app's call for each request has a `vp.logs.request_scope()` around it.
            Lines that are logged while a generator sends the response are outside.

    Raises:
        voxvalley_privacy.ConfigurationError: If *policy* is not a log policy.
    """

    def __init__(
        self,
        app: _App,
        policy: Policies,
        *,
        write: Callable[[LogKind, Mapping[str, object]], object],
        remember: bool = False,
    ) -> None:
        self._app = app
        self._log = HttpLog(policy, write)
        self._remember = bool(remember)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Serve one request."""
        if not self._remember:
            return self._serve(environ, start_response)
        with request_scope():
            return self._serve(environ, start_response)

    def _serve(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        exchange = self._log.begin()
        if exchange is None:
            return self._app(environ, start_response)
        before = dict(environ)
        exchange.fields = lambda: _fields(before)
        if exchange.request_body is not None:
            environ = {
                **environ,
                "wsgi.input": _Input(environ["wsgi.input"], exchange.request_body),
            }
        try:
            answer = self._app(environ, _StartResponse(start_response, exchange))
        except BaseException:
            exchange.status = 500
            exchange.finish()
            raise
        return _Answer(answer, exchange)


def _fields(environ: dict[str, Any]) -> dict[str, object]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and type(value) is str
    }
    return {
        "method": environ.get("REQUEST_METHOD", ""),
        "path": environ.get("PATH_INFO", ""),
        "query": pairs(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
        "client": environ.get("REMOTE_ADDR", ""),
        "type": environ.get("CONTENT_TYPE", ""),
        "headers": headers,
    }


class _StartResponse:
    """Take note of status and headers on their way."""

    def __init__(self, start: Callable[..., Any], exchange: Exchange) -> None:
        self._start = start
        self._exchange = exchange

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], Any]:
        code = status[:3]
        self._exchange.status = int(code) if code.isascii() and code.isdigit() else 0
        self._exchange.head = lambda: _head(headers)
        optional = () if exc_info is None else (exc_info,)
        write = self._start(status, headers, *optional)
        return _Write(write, self._exchange.response_body)


def _head(headers: list[tuple[str, str]]) -> dict[str, object]:
    named = pairs((name.lower(), value) for name, value in headers)
    return {"type": named.get("content-type", ""), "headers": named}


class _Write:
    """The `write` of old apps; takes note of the body."""

    def __init__(self, write: Callable[[bytes], Any], body: Body | None) -> None:
        self._write = write
        self._body = body

    def __call__(self, data: bytes) -> Any:
        if self._body is not None:
            self._body.add(data)
        return self._write(data)


class _Input:
    """
    Take note of what the app reads from `wsgi.input`.

    Every way to read is here, also those that only some servers offer: Werkzeug reads by
    `readinto()`, and a way that were only passed on would read past us.
    """

    def __init__(self, stream: Any, body: Body) -> None:
        self._stream = stream
        self._body = body

    def read(self, *size: int) -> bytes:
        return self._noted(self._stream.read(*size))

    def readline(self, *size: int) -> bytes:
        return self._noted(self._stream.readline(*size))

    def readlines(self, *hint: int) -> list[bytes]:
        return [self._noted(line) for line in self._stream.readlines(*hint)]

    def read1(self, *size: int) -> bytes:
        read = getattr(self._stream, "read1", self._stream.read)
        return self._noted(read(*size))

    def readinto(self, buffer: Any) -> int:
        # PEP 3333 promises only read(); io.RawIOBase has readinto() made of it in the same way.
        view = memoryview(buffer).cast("B")
        data = self._noted(self._stream.read(len(view)))
        view[: len(data)] = data
        return len(data)

    def readinto1(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read1(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        return self.read()

    def __next__(self) -> bytes:
        return self._noted(next(self._stream))

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            yield self._noted(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _noted(self, data: bytes) -> bytes:
        self._body.add(data)
        return data


class _Answer:
    """Take note of the body on its way, and write when it is out."""

    def __init__(self, answer: Iterable[bytes], exchange: Exchange) -> None:
        self._answer = answer
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        body = self._exchange.response_body
        for part in self._answer:
            if body is not None:
                body.add(part)
            yield part
        # Werkzeug's own server never closes the answer of a client that is gone already.
        self._exchange.finish()

    def close(self) -> None:
        try:
            close = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            self._exchange.finish()
