"""Sealed copies in the memory of this process."""

from __future__ import annotations

import heapq
import os
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

import attrs

from ._copy_store import Entry, check_limits, stripe

__all__ = ["MemoryCacheStore"]

_SWEPT_AT_PUT = 8  # copies that are over and go with each put
_STALE_TIMES = 2  # how many times more ends than copies there may be, before they are listed anew


@attrs.define(eq=False)
class _Owner:
    """The copies of one owner, the one not used for longest first."""

    keys: OrderedDict[str, None] = attrs.field(factory=OrderedDict)
    size: int = 0


_Measure: TypeAlias = Callable[[_Owner], int]


class MemoryCacheStore:
    """
    Keep copies in memory; when it is full, the owner of most loses the copy not used for longest.

    A process that was forked off starts with an empty store: a `forget` of its parent would not
    reach it.

    Args:
        most_entries: How many copies are kept.

        most_bytes: How many bytes of sealed copies are kept.

    Raises:
        voxvalley_privacy.ConfigurationError: If a limit is below 1.
    """

    #: Nothing here waits for a disk or a network, so no call needs a time budget.
    answers_at_once = True

    def __init__(self, *, most_entries: int = 100_000, most_bytes: int = 256 * 2**20) -> None:
        check_limits(most_entries, most_bytes)
        self.most_entries = most_entries
        self.most_bytes = most_bytes
        self._last = 0
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._bytes = 0
        self._copies: dict[str, tuple[Entry, int]] = {}
        self._owners: dict[str, _Owner] = {}
        self._tagged: dict[str, set[str]] = {}
        self._forgotten: dict[str, int] = {}
        self._ends: list[tuple[float, str]] = []

    def __repr__(self) -> str:
        return f"<MemoryCacheStore {len(self._copies)} copies, {self._bytes} bytes>"

    def ticket(self) -> int:
        return self._last

    def get(self, key: str, /) -> bytes | None:
        if self._pid != os.getpid():
            self._start()
        with self._lock:
            kept = self._copies.get(key)
            if kept is None:
                return None
            entry, number = kept
            # Nothing was forgotten since: the usual case, told by one comparison.
            if number < self._last and self._is_forgotten(entry, number):
                self._remove(key)
                return None
            self._owners[entry.owner].keys.move_to_end(key)
            return entry.value

    def put(self, entry: Entry, ticket: int, /) -> bool:
        size = len(entry.value)
        with self._locked():
            if size > self.most_bytes or self._is_forgotten(entry, ticket):
                return False
            self._remove(entry.key)
            self._sweep(entry.expires - entry.lifetime, _SWEPT_AT_PUT)
            self._add(entry, ticket, size)
            while len(self._copies) > self.most_entries:
                self._make_room(_count_of)
            while self._bytes > self.most_bytes:
                self._make_room(_size_of)
            return entry.key in self._copies

    def delete(self, key: str, /) -> bool:
        with self._locked():
            return self._remove(key)

    def forget(self, tag: str, /) -> int:
        with self._locked():
            self._last += 1
            self._forgotten[stripe(tag)] = self._last
            return sum(map(self._remove, tuple(self._tagged.get(tag, ()))))

    def sweep(self, now: float, /) -> int:
        with self._locked():
            return self._sweep(now, len(self._ends))

    def _locked(self) -> Lock:
        if self._pid != os.getpid():
            self._start()
        return self._lock

    def _is_forgotten(self, entry: Entry, number: int) -> bool:
        return any(self._forgotten.get(stripe(tag), 0) > number for tag in entry.tags)

    def _add(self, entry: Entry, number: int, size: int) -> None:
        self._copies[entry.key] = (entry, number)
        owner = self._owners.setdefault(entry.owner, _Owner())
        owner.keys[entry.key] = None
        owner.size += size
        self._bytes += size
        for tag in entry.tags:
            self._tagged.setdefault(tag, set()).add(entry.key)
        heapq.heappush(self._ends, (entry.expires, entry.key))
        if len(self._ends) > 64 + _STALE_TIMES * len(self._copies):
            self._ends = [(copy.expires, key) for key, (copy, _) in self._copies.items()]
            heapq.heapify(self._ends)

    def _sweep(self, now: float, most: int) -> int:
        removed = 0
        while self._ends and self._ends[0][0] <= now and removed < most:
            _, key = heapq.heappop(self._ends)
            kept = self._copies.get(key)
            if kept is not None and kept[0].expires <= now:
                removed += self._remove(key)
        return removed

    def _make_room(self, held: _Measure) -> None:
        largest = max(self._owners.values(), key=held)
        self._remove(next(iter(largest.keys)))

    def _remove(self, key: str) -> bool:
        entry, _ = self._copies.pop(key, (None, 0))
        if entry is None:
            return False
        self._bytes -= len(entry.value)
        owner = self._owners[entry.owner]
        owner.size -= len(entry.value)
        del owner.keys[key]
        if not owner.keys:
            del self._owners[entry.owner]
        for tag in entry.tags:
            self._untag(tag, key)
        return True

    def _untag(self, tag: str, key: str) -> None:
        keys = self._tagged.get(tag, set())
        keys.discard(key)
        if not keys:
            self._tagged.pop(tag, None)


def _count_of(owner: _Owner) -> int:
    return len(owner.keys)


def _size_of(owner: _Owner) -> int:
    return owner.size
