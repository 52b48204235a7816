"""ASGI middleware that logs as a log policy says: FastAPI, Starlette, Django, Quart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from ..logs.adapters import request_scope
from ..vocabulary import LogKind
from ._http import Exchange, HttpLog, Policies, http_schema, pairs

__all__ = ["LogMiddleware", "http_schema"]

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[MutableMapping[str, Any], _Receive, _Send], Awaitable[None]]


class LogMiddleware:
    """
    Log the HTTP requests and responses of an ASGI app.

    Bodies are noted while the app reads or sends them, up to 64 KiB; a body that the app does not
    read is not read. If both kinds are off, and for other protocols, the app is called directly.

    Args:
        app: The app.

        policy: A `LogPolicy` with rules for `APP_REQUEST` and `APP_RESPONSE`; a kind without one is
            off. Or `integrations.app_logs.AppLogs`, which has one for each tenant.

        write: Called with the kind and the treated record.

        remember: Whether each request has a `vp.logs.request_scope()` around it.

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

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: _Receive, send: _Send
    ) -> None:
        """Serve one connection."""
        if not self._remember or scope["type"] != "http":
            await self._serve(scope, receive, send)
            return
        with request_scope():
            await self._serve(scope, receive, send)

    async def _serve(self, scope: MutableMapping[str, Any], receive: _Receive, send: _Send) -> None:
        exchange = self._log.begin() if scope["type"] == "http" else None
        if exchange is None:
            await self._app(scope, receive, send)
            return
        before = dict(scope)
        exchange.fields = lambda: _fields(before)
        try:
            await self._app(scope, _Receiving(receive, exchange), _Sending(send, exchange))
        except BaseException:
            exchange.status = exchange.status or 500
            raise
        finally:
            exchange.finish()


class _Receiving:
    """Take note of the request body on its way."""

    def __init__(self, receive: _Receive, exchange: Exchange) -> None:
        self._receive = receive
        self._body = exchange.request_body

    async def __call__(self) -> _Message:
        message = await self._receive()
        if self._body is not None and message["type"] == "http.request":
            self._body.add(message.get("body", b""))
        return message


class _Sending:
    """Take note of status, headers and body on their way."""

    def __init__(self, send: _Send, exchange: Exchange) -> None:
        self._send = send
        self._exchange = exchange

    async def __call__(self, message: _Message) -> None:
        exchange = self._exchange
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = tuple(message.get("headers", ()))
            exchange.head = lambda: _head(headers)
        elif message["type"] == "http.response.body" and exchange.response_body is not None:
            exchange.response_body.add(message.get("body", b""))
        await self._send(message)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, object]:
    return pairs((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw)


def _head(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, object]:
    headers = _headers(raw)
    return {"type": headers.get("content-type", ""), "headers": headers}


def _fields(scope: Mapping[str, Any]) -> dict[str, object]:
    client = scope.get("client")
    query = scope.get("query_string", b"").decode("latin-1")
    return {
        "method": scope.get("method", ""),
        "path": scope.get("path", ""),
        "query": pairs(parse_qsl(query, keep_blank_values=True)),
        "client": client[0] if client else "",
        **_head(scope.get("headers", ())),
    }
