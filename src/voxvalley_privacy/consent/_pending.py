"""Answers that are awaited; a forgotten `await` cannot pass for a yes."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

__all__ = ["Pending", "in_chunks"]

_T = TypeVar("_T")
_CHUNK = 50  # answers a trip to a thread: it costs as much as one answer


class Pending(Coroutine[Any, Any, _T], Generic[_T]):
    """
    Promise what a call returns, which another thread makes; await it. Its own truth raises.

    Args:
        call: What is to be done. It is done when this is awaited, and not before.
    """

    __slots__ = ("_call", "_running")

    def __init__(self, call: Callable[[], _T], /) -> None:
        self._call = call
        self._running: Coroutine[Any, Any, _T] | None = None

    async def _run(self) -> _T:
        import asyncio

        return await asyncio.to_thread(self._call)

    def _begun(self) -> Coroutine[Any, Any, _T]:
        if self._running is None:
            self._running = self._run()
        return self._running

    def __await__(self) -> Generator[Any, Any, _T]:
        return self._begun().__await__()

    def send(self, value: Any, /) -> Any:
        """Go on, as an event loop asks."""
        return self._begun().send(value)

    def throw(self, kind: Any, value: Any = None, traceback: Any = None, /) -> Any:
        """End with an exception, as an event loop asks."""
        return self._begun().throw(kind if value is None else value)

    def close(self) -> None:
        """Give up; what was not begun is never done."""
        if self._running is not None:
            self._running.close()

    def __bool__(self) -> bool:
        # asyncio asks whether a task has a coroutine when it writes the task down: Python 3.12 does
        # so for each `asyncio.run()`.
        if sys._getframe(1).f_globals.get("__name__", "").startswith("asyncio."):  # noqa: SLF001
            return True
        raise TypeError("This answer is still pending: await it.")


async def in_chunks(answers: Iterator[_T], /) -> AsyncIterator[_T]:
    """Take *answers* in a thread, some at a time."""
    import asyncio

    while chunk := await asyncio.to_thread(list, islice(answers, _CHUNK)):
        for answer in chunk:
            yield answer
