"""
A guard before a store.

Bounded time in the call path, and nothing out while an erasure is owed.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

import attrs

from ...errors import StoreError, StoreUnavailable
from ._copy_store import CacheStore, Entry

__all__ = ["GuardedCacheStore", "Patience"]

T = TypeVar("T")

_IDLE_SECONDS = 10.0  # after which a helper thread without work ends
_MOST_HELPERS = 64  # calls of one store at a time


class Patience:
    """
    Count down the time that all calls of one fetch may take together.

    Args:
        seconds: The budget; None for no limit.
    """

    __slots__ = ("_left",)

    def __init__(self, seconds: float | None, /) -> None:
        self._left = seconds

    def __call__(self, call: Callable[[float | None], T], /) -> T:
        """
        Do *call*, which is told how many seconds it has.

        Raises:
            voxvalley_privacy.StoreUnavailable: If no time is left.
        """
        if self._left is None:
            return call(None)
        if self._left <= 0:
            raise StoreUnavailable("The time budget of the store is used up.")
        started = time.monotonic()
        try:
            return call(self._left)
        finally:
            self._left -= time.monotonic() - started


@attrs.define(eq=False)
class _Errand(Generic[T]):
    """A call that a helper thread makes, and what became of it."""

    call: Callable[[], T]
    answer: T | None = None
    fault: Exception | None = None
    done: Lock = attrs.field(factory=Lock)

    def run(self) -> None:
        """Make the call."""
        try:
            self.answer = self.call()
        except Exception as fault:
            self.fault = fault


class _Helpers:
    """
    Make calls in threads of their own, and wait for each only as long as it may take.

    A call that takes longer goes on, and its answer is dropped. The threads are daemons, and end
    when they have had nothing to do for a while.
    """

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._idle: deque[SimpleQueue[_Errand[object]]] = deque()
        self._count = 0

    def call(self, call: Callable[[], T], seconds: float, /) -> T:
        """Return the answer of *call*; raise its fault, or `StoreUnavailable` after *seconds*."""
        if self._pid != os.getpid():
            # Forked: the threads stayed with the parent.
            self._start()
        errand: _Errand[T] = _Errand(call)
        errand.done.acquire()
        self._hand_over(errand)
        if not errand.done.acquire(timeout=seconds):
            raise StoreUnavailable("The store took longer than its time budget.")
        if errand.fault is not None:
            raise errand.fault
        return errand.answer  # type: ignore[return-value]  # it is set where there is no fault

    def _hand_over(self, errand: _Errand[T]) -> None:
        try:
            desk = self._idle.pop()
        except IndexError:
            desk = self._hire()
        desk.put(errand)  # type: ignore[arg-type]  # a desk takes errands of any answer

    def _hire(self) -> SimpleQueue[_Errand[object]]:
        with self._lock:
            if self._count >= _MOST_HELPERS:
                raise StoreUnavailable("Too many calls wait for the store.")
            self._count += 1
        desk: SimpleQueue[_Errand[object]] = SimpleQueue()
        Thread(target=self._work, args=(desk,), name="cache-store", daemon=True).start()
        return desk

    def _work(self, desk: SimpleQueue[_Errand[object]]) -> None:
        while (errand := self._next(desk)) is not None:
            errand.run()
            self._idle.append(desk)
            errand.done.release()
            del errand
        with self._lock:
            self._count -= 1

    def _next(self, desk: SimpleQueue[_Errand[object]]) -> _Errand[object] | None:
        try:
            return desk.get(timeout=_IDLE_SECONDS)
        except Empty:
            pass
        try:
            self._idle.remove(desk)
        except ValueError:
            # Taken in this very moment: the errand is on its way.
            return desk.get()
        return None


class GuardedCacheStore:
    """
    Stand before a store, so that it can neither hold up a call nor undo an erasure.

    - All calls of one fetch share a time budget; a call that takes longer counts as a fault.
    - After a fault the store is left alone for a while, and every call fails at once.
    - After a `forget` that failed, every call tries it again, and nothing is given out or taken
    until
      it has been done. `forget` itself has no budget and is never left out.

    Args:
        store: The store.

        budget: Seconds that the calls of one fetch may take together; None for no limit.

        pause: Seconds to leave the store alone after a fault.
    """

    def __init__(
        self, store: CacheStore, /, *, budget: float | None = None, pause: float = 0.0
    ) -> None:
        self._store = store
        self._budget = budget
        self._pause = pause
        self._owed: set[str] = set()
        self._closed_until = 0.0
        self._helpers = _Helpers()
        self.answers_at_once: bool = bool(getattr(store, "answers_at_once", False))
        self._no_limit = Patience(None)

    def __repr__(self) -> str:
        return repr(self._store)

    def patience(self) -> Patience:
        """Return the time budget of one fetch."""
        if self.answers_at_once or self._budget is None:
            return self._no_limit
        return Patience(self._budget)

    def has_room_for(self, size: int, /) -> bool:
        """Whether a copy of *size* bytes is within the limit of the store, if it names one."""
        limit = getattr(self._store, "most_bytes", None)
        return not isinstance(limit, int) or size <= limit

    def ticket(self, within: Patience | None = None, /) -> int:
        return self._guarded(self._store.ticket, within)

    def get(self, key: str, /, within: Patience | None = None) -> bytes | None:
        if self.answers_at_once and not self._owed:
            return self._store.get(key)  # the way of nearly every hit, without a detour
        return self._guarded(lambda: self._settled().get(key), within)

    def put(self, entry: Entry, ticket: int, /, within: Patience | None = None) -> bool:
        return self._guarded(lambda: self._settled().put(entry, ticket), within) is True

    def delete(self, key: str, /, within: Patience | None = None) -> bool:
        return self._guarded(lambda: self._store.delete(key), within)

    def outdate(self, tag: str, /, within: Patience | None = None) -> int:
        """Remove every copy with *tag* as far as the budget goes: for addresses, not for people."""
        return self._guarded(lambda: self._store.forget(tag), within)

    def forget(self, *tags: str) -> int:
        """Remove every copy with any of *tags*; what cannot be done now is owed."""
        removed = 0
        for done, tag in enumerate(tags):
            try:
                removed += _promised(self._store.forget, tag)
            except BaseException:
                self._owed.update(tags[done:])
                raise
            self._owed.discard(tag)
        self._closed_until = 0.0
        return removed

    def sweep(self, now: float, /) -> int:
        return _promised(self._store.sweep, now)

    def _settled(self) -> CacheStore:
        if self._owed:
            self.forget(*self._owed)
        return self._store

    def _guarded(self, call: Callable[[], T], within: Patience | None) -> T:
        if self.answers_at_once and self._closed_until == 0.0:
            return self._watched(call)
        if self._closed_until:
            self._leave_alone()
        patience = self.patience() if within is None else within
        return self._watched(lambda: patience(lambda left: self._timed(call, left)))

    def _leave_alone(self) -> None:
        now = time.monotonic()
        if now < self._closed_until:
            raise StoreUnavailable("The store failed a moment ago, and is left alone for a while.")
        # This call is the one that tries; all others fail until it has been answered.
        self._closed_until = now + self._pause

    def _timed(self, call: Callable[[], T], seconds: float | None) -> T:
        return call() if seconds is None else self._helpers.call(call, seconds)

    def _watched(self, call: Callable[[], T]) -> T:
        try:
            answer = call()
        except Exception:
            self._closed_until = time.monotonic() + self._pause
            raise
        self._closed_until = 0.0
        return answer


def _promised(remove: Callable[[T], object], what: T) -> int:
    """Return how many copies a store says it removed; raise `StoreError` for all else."""
    try:
        removed = remove(what)
    except StoreError:
        raise
    except Exception as fault:
        raise StoreUnavailable("The store did not do it.") from fault
    # A store that says nothing may have done nothing.
    if type(removed) is not int:
        raise StoreUnavailable("The store did not say how many copies it removed.")
    return removed
