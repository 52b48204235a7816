"""
Fetch through a private cache with requests (extra `requests`).

    session.mount("https://", CachingAdapter(cache))
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from ..caching import (
    Exchange,
    InCallOf,
    KindOf,
    PassingBody,
    PrivateCache,
    Request,
    Response,
    SubjectsOf,
)
from ..errors import ConfigurationError

__all__ = ["CachingAdapter"]


class CachingAdapter(HTTPAdapter):
    """
    Keep copies where the policy allows it, and answer from them.

    Args:
        cache: The cache.

        adapter: Sends requests; an `HTTPAdapter` with its own settings if None.

        kind: What responses hold, or a function that says it; None if the content type does.

        subjects: Names those whom a response is about. Numbers and addresses in it are found
            without it.

        in_call: Whether responses are fetched while the call that they are about goes on, or a
            function of the request; None if that is not known, which counts as yes.

    Raises:
        voxvalley_privacy.ConfigurationError: If *cache* is something else, such as a policy.
    """

    def __init__(
        self,
        cache: PrivateCache,
        adapter: BaseAdapter | None = None,
        /,
        *,
        kind: KindOf = None,
        subjects: SubjectsOf = None,
        in_call: InCallOf = None,
    ) -> None:
        _checked(cache, "CachingAdapter()")
        super().__init__()
        self._adapter = HTTPAdapter() if adapter is None else adapter
        self._exchange = partial(Exchange, cache, kind=kind, subjects=subjects, in_call=in_call)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **settings: Any
    ) -> requests.Response:
        """Answer from a copy, or send the request and keep what may be kept."""
        exchange = self._exchange(_plain(request))
        if exchange.stored is not None:
            return self._from_copy(request, exchange.stored)
        response = self._adapter.send(_to_send(request, exchange), *args, **settings)
        head = _head(response)
        if exchange.is_ours(head):
            response.close()
            if (answer := exchange.refreshed(head)) is not None:
                return self._from_copy(request, answer)
            response = self._adapter.send(request, *args, **settings)
            head = _head(response)
        if not exchange.wants(head):
            response.headers["Cache-Status"] = exchange.keep(head)
            return response
        response.headers["Cache-Status"] = _offer(exchange, head, response)
        return response

    def close(self) -> None:
        """Close the adapter below."""
        super().close()
        self._adapter.close()

    def _from_copy(self, request: requests.PreparedRequest, copy: Response) -> requests.Response:
        return self.build_response(request, _raw(copy, BytesIO(copy.body)))


class _Rest(BytesIO):
    """Give what was read already, then what is left, and offer all of it at its end."""

    def __init__(self, start: bytes, body: PassingBody, rest: Any) -> None:
        super().__init__(start)
        self._body = body
        self._rest = rest
        self._is_over = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on where the last call stopped."""
        start = super().read(size)
        if size is None or size < 0:
            return start + self._pass(bytes(self._rest.read(decode_content=False)), is_last=True)
        if start or size == 0:
            return start
        chunk = bytes(self._rest.read(size, decode_content=False))
        return self._pass(chunk, is_last=not chunk)

    def _pass(self, chunk: bytes, *, is_last: bool) -> bytes:
        self._body.add(chunk)
        if is_last and not self._is_over:
            self._is_over = True
            self._body.finish()
        return chunk


def _offer(exchange: Exchange, head: Response, response: requests.Response) -> str:
    """Read a small body, or the start of a large one, and offer it; return the Cache-Status."""
    body = exchange.passing(head)
    while body.size <= body.at_once:
        chunk = response.raw.read(body.at_once + 1 - body.size, decode_content=False)
        if not chunk:
            break
        body.add(chunk)
    start = body.octets
    if body.size > body.at_once:
        status = body.pass_on()
        response.raw = _raw(head, _Rest(start, body, response.raw))
        return status
    response.raw.release_conn()
    response.raw = _raw(head, BytesIO(start))
    return body.finish()


def _plain(request: requests.PreparedRequest) -> Request:
    headers = {str(name): _text(value) for name, value in request.headers.items()}
    body = request.body or b""
    # Any body denies; what it says does not matter.
    return Request(
        method=request.method or "",
        url=request.url or "",
        headers=headers,
        body=b"body" if body else b"",
    )


def _to_send(request: requests.PreparedRequest, exchange: Exchange) -> requests.PreparedRequest:
    more = list(exchange.to_send.headers)[len(request.headers) :]
    if not more:
        return request
    conditional = request.copy()
    conditional.headers.update(more)
    return conditional


def _head(response: requests.Response) -> Response:
    fields: Mapping[str, str] | HTTPHeaderDict = getattr(response.raw, "headers", response.headers)
    # Lines of one field are told apart where the client below still does.
    lines = fields.iteritems() if isinstance(fields, HTTPHeaderDict) else fields.items()
    return Response(status=response.status_code, headers=list(lines))


def _raw(message: Response, body: BytesIO) -> HTTPResponse:
    headers = HTTPHeaderDict()
    for name, value in message.headers:
        headers.add(name, value)
    return HTTPResponse(body=body, headers=headers, status=message.status, preload_content=False)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _checked(cache: object, where: str) -> None:
    if not isinstance(cache, PrivateCache):
        raise ConfigurationError(f"{where} takes a vp.PrivateCache; a policy alone keeps nothing.")
