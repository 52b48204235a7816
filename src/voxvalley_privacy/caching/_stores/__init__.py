"""Where sealed copies are kept: a protocol, and memory, SQLite and Redis."""

from __future__ import annotations

from ._guarded import GuardedCacheStore
from ._memory import MemoryCacheStore
from ._protocol import CacheStore, Entry, stripe
from ._redis import RedisCacheStore
from ._sqlite import SqliteCacheStore

__all__ = [
    "CacheStore",
    "Entry",
    "GuardedCacheStore",
    "MemoryCacheStore",
    "RedisCacheStore",
    "SqliteCacheStore",
    "stripe",
]
