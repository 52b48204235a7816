"""The cache for code that must not wait: every call runs in a thread of its own."""

from __future__ import annotations

import asyncio

from ..decisions import Decision, PendingDecision
from ._messages import Request, Response
from ._private_cache import PrivateCache

__all__ = ["AsyncPrivateCache"]


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
        return await asyncio.to_thread(self.cache.begin)

    async def get(self, request: Request, /) -> Response | None:
        """See `PrivateCache.get`."""
        return await asyncio.to_thread(self.cache.get, request)

    def explain(self, request: Request, /) -> PendingDecision:
        """See `PrivateCache.explain`."""
        return PendingDecision(lambda: asyncio.to_thread(self.cache.explain, request))

    async def forget(self, subject: str, /) -> int:
        """See `PrivateCache.forget`."""
        return await asyncio.to_thread(self.cache.forget, subject)

    async def purge(self, tenant: str | None = None, /) -> int:
        """See `PrivateCache.purge`."""
        return await asyncio.to_thread(self.cache.purge, tenant)

    async def sweep(self) -> int:
        """See `PrivateCache.sweep`."""
        return await asyncio.to_thread(self.cache.sweep)

    async def _put(self, request: Request, response: Response, ticket: int | None) -> Decision:
        # Begun here, before the thread is: what is forgotten while it waits for one must not come
        # back.
        started = await self.begin() if ticket is None else ticket
        return await asyncio.to_thread(self.cache.put, request, response, ticket=started)
