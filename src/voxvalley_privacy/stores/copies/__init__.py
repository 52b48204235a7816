"""Where sealed copies are kept: a protocol, and memory, SQLite and Redis."""

from __future__ import annotations

from ._copy_guard import GuardedCacheStore, Patience
from ._copy_store import CacheStore, Entry, stripe
from ._memory_copies import MemoryCacheStore
from ._redis_copies import RedisCacheStore
from ._sqlite_copies import SqliteCacheStore

__all__ = [
    "CacheStore",
    "Entry",
    "GuardedCacheStore",
    "MemoryCacheStore",
    "Patience",
    "RedisCacheStore",
    "SqliteCacheStore",
    "stripe",
]
