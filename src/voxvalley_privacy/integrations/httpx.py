"""
Fetch through a private cache with httpx (extra `httpx`).

    client = httpx.Client(transport=CachingTransport(cache))
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

import httpx

from ..caching import (
    Exchange,
    InCallOf,
    KindOf,
    PassingBody,
    PrivateCache,
    Request,
    Response,
    SubjectsOf,
    run_in_thread,
)
from ..errors import ConfigurationError

__all__ = ["AsyncCachingTransport", "CachingTransport"]


class CachingTransport(httpx.BaseTransport):
    """
    Keep copies where the policy allows it, and answer from them.

    Args:
        cache: The cache.

        transport: Sends requests; an `httpx.HTTPTransport` if None.

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
        transport: httpx.BaseTransport | None = None,
        /,
        *,
        kind: KindOf = None,
        subjects: SubjectsOf = None,
        in_call: InCallOf = None,
    ) -> None:
        _checked(cache, "CachingTransport()")
        self._transport = httpx.HTTPTransport() if transport is None else transport
        self._exchange = partial(Exchange, cache, kind=kind, subjects=subjects, in_call=in_call)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from a copy, or send the request and keep what may be kept."""
        exchange = self._exchange(_plain(request))
        if exchange.stored is not None:
            return _from_copy(exchange.stored)
        response = self._transport.handle_request(_to_send(request, exchange))
        head = _head(response)
        if exchange.is_ours(head):
            response.close()
            if (answer := exchange.refreshed(head)) is not None:
                return _from_copy(answer)
            response = self._transport.handle_request(request)
            head = _head(response)
        if not exchange.wants(head):
            return _with_status(response, exchange.keep(head))
        assert isinstance(response.stream, httpx.SyncByteStream)
        body = exchange.passing(head)
        rest = iter(response.stream)
        for chunk in rest:
            body.add(chunk)
            if body.size > body.at_once:
                response.stream = _Rest(body, rest, response.stream)
                return _with_status(response, body.pass_on())
        response.stream.close()
        response.stream = httpx.ByteStream(body.octets)
        return _with_status(response, body.finish())

    def close(self) -> None:
        """Close the transport below."""
        self._transport.close()


class AsyncCachingTransport(httpx.AsyncBaseTransport):
    """
    Do what `CachingTransport` does, for `httpx.AsyncClient`; the store is reached from a thread.

    Args:
        cache: The cache.

        transport: Sends requests; an `httpx.AsyncHTTPTransport` if None.

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
        transport: httpx.AsyncBaseTransport | None = None,
        /,
        *,
        kind: KindOf = None,
        subjects: SubjectsOf = None,
        in_call: InCallOf = None,
    ) -> None:
        _checked(cache, "AsyncCachingTransport()")
        self._transport = httpx.AsyncHTTPTransport() if transport is None else transport
        self._exchange = partial(Exchange, cache, kind=kind, subjects=subjects, in_call=in_call)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from a copy, or send the request and keep what may be kept."""
        exchange = await run_in_thread(self._exchange, _plain(request))
        if exchange.stored is not None:
            return _from_copy(exchange.stored)
        response = await self._transport.handle_async_request(_to_send(request, exchange))
        head = _head(response)
        if exchange.is_ours(head):
            await response.aclose()
            if (answer := await run_in_thread(exchange.refreshed, head)) is not None:
                return _from_copy(answer)
            response = await self._transport.handle_async_request(request)
            head = _head(response)
        if not exchange.wants(head):
            return _with_status(response, await run_in_thread(exchange.keep, head))
        assert isinstance(response.stream, httpx.AsyncByteStream)
        body = exchange.passing(head)
        rest = aiter(response.stream)
        async for chunk in rest:
            body.add(chunk)
            if body.size > body.at_once:
                response.stream = _AsyncRest(body, rest, response.stream)
                return _with_status(response, await run_in_thread(body.pass_on))
        await response.stream.aclose()
        response.stream = httpx.ByteStream(body.octets)
        return _with_status(response, await run_in_thread(body.finish))

    async def aclose(self) -> None:
        """Close the transport below."""
        await self._transport.aclose()


class _Rest(httpx.SyncByteStream):
    """Give what was read already, then what is left, and offer all of it at its end."""

    def __init__(
        self, body: PassingBody, rest: Iterator[bytes], stream: httpx.SyncByteStream
    ) -> None:
        self._start = body.octets
        self._body = body
        self._rest = rest
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield self._start
        for chunk in self._rest:
            self._body.add(chunk)
            yield chunk
        self._body.finish()

    def close(self) -> None:
        self._stream.close()


class _AsyncRest(httpx.AsyncByteStream):
    """Give what was read already, then what is left, and offer all of it at its end."""

    def __init__(
        self, body: PassingBody, rest: AsyncIterator[bytes], stream: httpx.AsyncByteStream
    ) -> None:
        self._start = body.octets
        self._body = body
        self._rest = rest
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._start
        async for chunk in self._rest:
            self._body.add(chunk)
            yield chunk
        await run_in_thread(self._body.finish)

    async def aclose(self) -> None:
        await self._stream.aclose()


def _plain(request: httpx.Request) -> Request:
    # A body that is still a stream has its length or its Transfer-Encoding in the fields.
    return Request(method=request.method, url=str(request.url), headers=request.headers.raw)


def _to_send(request: httpx.Request, exchange: Exchange) -> httpx.Request:
    more = list(exchange.to_send.headers)[len(request.headers.raw) :]
    if not more:
        return request
    headers = [
        *request.headers.raw,
        *[(name.encode(), value.encode("latin-1")) for name, value in more],
    ]
    return httpx.Request(
        request.method,
        request.url,
        headers=headers,
        stream=request.stream,
        extensions=request.extensions,
    )


def _head(response: httpx.Response) -> Response:
    return Response(status=response.status_code, headers=response.headers.raw)


def _from_copy(copy: Response) -> httpx.Response:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in copy.headers]
    return httpx.Response(copy.status, headers=headers, stream=httpx.ByteStream(copy.body))


def _with_status(response: httpx.Response, status: str) -> httpx.Response:
    response.headers = httpx.Headers([*response.headers.raw, (b"Cache-Status", status.encode())])
    return response


def _checked(cache: object, where: str) -> None:
    if not isinstance(cache, PrivateCache):
        raise ConfigurationError(f"{where} takes a vp.PrivateCache; a policy alone keeps nothing.")
