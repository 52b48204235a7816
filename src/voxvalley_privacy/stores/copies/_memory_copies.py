"""Sealed copies in the memory of this process."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from ...errors import ConfigurationError
from ._copy_store import Entry, stripe

__all__ = ["MemoryCacheStore"]


class MemoryCacheStore:
    """
    Keep copies in memory; the one not used for longest goes first.

    Args:
        most_entries: How many copies are kept.

        most_bytes: How many bytes of sealed copies are kept.

    Raises:
        voxvalley_privacy.ConfigurationError: If a limit is below 1.
    """

    def __init__(self, *, most_entries: int = 100_000, most_bytes: int = 256 * 2**20) -> None:
        if most_entries < 1 or most_bytes < 1:
            raise ConfigurationError("'most_entries' and 'most_bytes' must be at least 1.")
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._bytes = 0
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._tagged: dict[str, set[str]] = {}
        self._forgotten: dict[str, int] = {}
        self._last = 0
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"<MemoryCacheStore {len(self._entries)} copies, {self._bytes} bytes>"

    def ticket(self) -> int:
        return self._last

    def get(self, key: str, /) -> bytes | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry.value

    def put(self, entry: Entry, ticket: int, /) -> bool:
        with self._lock:
            if any(self._forgotten.get(stripe(tag), 0) > ticket for tag in entry.tags):
                return False
            self._remove(entry.key)
            self._entries[entry.key] = entry
            self._bytes += len(entry.value)
            for tag in entry.tags:
                self._tagged.setdefault(tag, set()).add(entry.key)
            while len(self._entries) > self._most_entries or self._bytes > self._most_bytes:
                self._remove(next(iter(self._entries)))
            return entry.key in self._entries

    def delete(self, key: str, /) -> bool:
        with self._lock:
            return self._remove(key)

    def forget(self, tag: str, /) -> int:
        with self._lock:
            self._last += 1
            self._forgotten[stripe(tag)] = self._last
            return sum(map(self._remove, tuple(self._tagged.get(tag, ()))))

    def sweep(self, now: float, /) -> int:
        with self._lock:
            ended = [key for key, entry in self._entries.items() if entry.expires <= now]
            return sum(map(self._remove, ended))

    def _remove(self, key: str) -> bool:
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._bytes -= len(entry.value)
        for tag in entry.tags:
            keys = self._tagged.get(tag, set())
            keys.discard(key)
            if not keys:
                self._tagged.pop(tag, None)
        return True
