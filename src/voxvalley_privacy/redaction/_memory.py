"""
Personal values of one request, looked for in all that is treated until it ends.

A line that says `caller hung up: Zoe` names nobody to a reader who sees that line only. The record
that came with the request did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import ConfigurationError
from ..reading import Needle
from ._propagation import Known

__all__ = ["Memory", "memory_of_request", "request_scope"]

_VALUES = 64


class Memory:
    """
    The personal values of one request.

    Args:
        limit: How many values are kept; later ones are not.
    """

    __slots__ = ("_known", "_limit", "_needles")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._needles: dict[Needle, None] = {}
        self._known: Known | None = None

    @property
    def needles(self) -> tuple[Needle, ...]:
        """The values that were kept, the oldest first."""
        return tuple(self._needles)

    def add(self, needles: Iterable[Needle], /) -> None:
        """Keep more values, as far as there is room."""
        for needle in needles:
            if needle in self._needles:
                continue
            if len(self._needles) >= self._limit:
                return
            self._needles[needle] = None
            self._known = None

    def known(self) -> Known | None:
        """Return the matcher of the values; None while there are none."""
        if self._known is None and self._needles:
            self._known = Known(self._needles)
        return self._known

    def clear(self) -> None:
        """Let go of all values; a task that outlives its request finds none."""
        self._needles.clear()
        self._known = None

    def __repr__(self) -> str:
        return f"<Memory of {len(self._needles)} values>"


_memory: ContextVar[Memory | None] = ContextVar("voxvalley_privacy.request", default=None)
memory_of_request: Callable[[], Memory | None] = _memory.get


@contextmanager
def request_scope(*, limit: int = _VALUES) -> Iterator[None]:
    """
    Remember what is found to be personal, and look for it in all that is treated until the end.

    Use it around the work on one request, call or message, also in an async function: what one
    record names (a caller's name, a number, an address) goes from the later lines as well. Other
    requests, threads and tasks see nothing of it. It ends with the block, and so do the values.

    A scope within a scope begins empty and leaves the outer one as it was.

    Args:
        limit: How many different values are kept, in memory only; later ones are not looked for.

    Raises:
        voxvalley_privacy.ConfigurationError: If *limit* is not a whole number of 1 or more.
    """
    if type(limit) is not int or limit < 1:
        raise ConfigurationError("request_scope(): 'limit' must be a whole number of 1 or more.")
    memory = Memory(limit)
    token = _memory.set(memory)
    try:
        yield
    finally:
        memory.clear()
        _memory.reset(token)
