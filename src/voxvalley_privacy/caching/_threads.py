"""Wait without holding up an event loop, of asyncio or of trio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

__all__ = ["Waiting", "run_in_thread"]

_T = TypeVar("_T")


async def run_in_thread(call: Callable[..., _T], /, *args: Any) -> _T:
    """Return what *call* returns, without holding up the event loop of asyncio or trio."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Whoever runs on trio has anyio: httpx and Starlette bring it.
        from anyio.to_thread import run_sync

        return await run_sync(partial(call, *args))
    return await asyncio.to_thread(call, *args)


class Waiting:
    """One task that waits, and can be woken from any thread."""

    __slots__ = ("_event", "_wake")

    def __init__(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._on_trio()
            return
        event = asyncio.Event()
        self._event: Any = event
        self._wake: Callable[[], object] = partial(loop.call_soon_threadsafe, event.set)

    def _on_trio(self) -> None:
        import trio

        event = trio.Event()
        self._event = event
        self._wake = partial(trio.lowlevel.current_trio_token().run_sync_soon, event.set)

    async def wait(self) -> None:
        """Wait until somebody calls `wake`."""
        await self._event.wait()

    def wake(self) -> None:
        """Let the task go on; its event loop may have ended meanwhile."""
        try:
            self._wake()
        except RuntimeError:  # of asyncio when closed, and of trio when finished
            return
