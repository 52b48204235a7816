"""A store that gives and takes nothing while an erasure is not done."""

from __future__ import annotations

from ._copy_store import CacheStore, Entry

__all__ = ["GuardedCacheStore"]


class GuardedCacheStore:
    """
    Stand before a store: after a `forget` that failed, every call tries it again, and nothing is given out or taken
    until it has been done.

    Args:
        store: The store.
    """

    def __init__(self, store: CacheStore, /) -> None:
        self._store = store
        self._owed: set[str] = set()

    def __repr__(self) -> str:
        return repr(self._store)

    def ticket(self) -> int:
        return self._store.ticket()

    def get(self, key: str, /) -> bytes | None:
        if self._owed:
            self._settle()
        return self._store.get(key)

    def put(self, entry: Entry, ticket: int, /) -> bool:
        if self._owed:
            self._settle()
        return self._store.put(entry, ticket)

    def delete(self, key: str, /) -> bool:
        return self._store.delete(key)

    def forget(self, tag: str, /) -> int:
        try:
            removed = self._store.forget(tag)
        except BaseException:
            self._owed.add(tag)
            raise
        self._owed.discard(tag)
        return removed

    def _settle(self) -> None:
        for tag in tuple(self._owed):
            self.forget(tag)

    def sweep(self, now: float, /) -> int:
        return self._store.sweep(now)
