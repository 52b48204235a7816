"""Where sealed copies are kept: a protocol, and memory, SQLite and Redis."""

from __future__ import annotations

from ...stores.copies._copy_store import CacheStore, Entry, stripe
from ...stores.copies._guarded_copies import GuardedCacheStore
from ...stores.copies._memory_copies import MemoryCacheStore
from ...stores.copies._redis_copies import RedisCacheStore
from ...stores.copies._sqlite_copies import SqliteCacheStore

__all__ = [
    "CacheStore",
    "Entry",
    "GuardedCacheStore",
    "MemoryCacheStore",
    "RedisCacheStore",
    "SqliteCacheStore",
    "stripe",
]
