"""The cache for code that must not wait: every call runs in a thread of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import attrs

from ..decisions import Decision, PendingDecision
from ._exchange import Exchange, InCallOf, KindOf, SubjectsOf
from ._messages import Request, Response
from ._private_cache import PrivateCache
from ._threads import run_in_thread

__all__ = ["AsyncPrivateCache", "fetch_async", "run_in_thread"]


async def fetch_async(
    cache: PrivateCache,
    request: Request,
    send: Callable[[Request], Awaitable[Response]],
    /,
    *,
    kind: KindOf = None,
    subjects: SubjectsOf = None,
    in_call: InCallOf = None,
) -> Response:
    """
    Answer *request* from the cache, or send it and keep what may be kept; see `fetch`.

    Args:
        cache: Where copies are; its store is reached from a thread.

        request: What is asked.

        send: Sends a request and returns the response with its whole body.

        kind: What the response holds, or a function that says it; None if the content type does.

        subjects: Names those whom a response is about.

        in_call: Whether the call that it is about goes on; None if *request* says it.

    Returns:
        The answer, with a Cache-Status field.
    """
    begin = partial(Exchange, kind=kind, subjects=subjects, in_call=in_call)
    exchange = await run_in_thread(begin, cache, request)
    if exchange.stored is not None:
        return exchange.stored
    response = await send(exchange.to_send)
    if (answer := await run_in_thread(exchange.refreshed, response)) is not None:
        return answer
    if exchange.is_ours(response):
        response = await send(request)
    status = await run_in_thread(exchange.keep, response)
    return attrs.evolve(response, headers=[*response.headers, ("Cache-Status", status)])


class AsyncPrivateCache:
    """
    Do what a `PrivateCache` does, without holding up the event loop for a disk or a server.

    A task that is cancelled does not undo what its thread has begun; a copy kept late is refused by
    the ticket.

    Args:
        cache: The cache.
    """

    def __init__(self, cache: PrivateCache, /) -> None:
        self.cache = cache

    def put(
        self, request: Request, response: Response, /, *, ticket: int | None = None
    ) -> PendingDecision:
        """Await the decision; its truth before that raises. See `PrivateCache.put`."""
        return PendingDecision(lambda: self._put(request, response, ticket))

    async def begin(self) -> int | None:
        """See `PrivateCache.begin`."""
        return await run_in_thread(self.cache.begin)

    async def get(self, request: Request, /) -> Response | None:
        """See `PrivateCache.get`."""
        return await run_in_thread(self.cache.get, request)

    def explain(self, request: Request, /) -> PendingDecision:
        """See `PrivateCache.explain`."""
        return PendingDecision(lambda: run_in_thread(self.cache.explain, request))

    async def forget(self, subject: str, /) -> int:
        """See `PrivateCache.forget`."""
        return await run_in_thread(self.cache.forget, subject)

    async def purge(self, tenant: str | None = None, /) -> int:
        """See `PrivateCache.purge`."""
        return await run_in_thread(self.cache.purge, tenant)

    async def sweep(self) -> int:
        """See `PrivateCache.sweep`."""
        return await run_in_thread(self.cache.sweep)

    async def _put(self, request: Request, response: Response, ticket: int | None) -> Decision:
        # Begun here, before the thread is: what is forgotten while it waits for one must not come
        # back.
        started = await self.begin() if ticket is None else ticket
        put = partial(self.cache.put, request, response, ticket=started)
        return await run_in_thread(put)
