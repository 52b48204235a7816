"""Cached copies: kept only with permission, sealed, and forgotten on demand."""

from __future__ import annotations

from ._cache_control import CacheControl, MalformedHeader, parse_cache_control
from ._grant import CacheGrant, cache_status
from ._headers import Headers
from ._messages import Request, Response
from ._policy import CachePolicy
from ._private_cache import PrivateCache
from ._reasons import CONTENT_NOT_CACHED
from ._stores import CacheStore, Entry, MemoryCacheStore, RedisCacheStore, SqliteCacheStore

__all__ = [
    "CONTENT_NOT_CACHED",
    "CacheControl",
    "CacheGrant",
    "CachePolicy",
    "CacheStore",
    "Entry",
    "Headers",
    "MalformedHeader",
    "MemoryCacheStore",
    "PrivateCache",
    "RedisCacheStore",
    "Request",
    "Response",
    "SqliteCacheStore",
    "cache_status",
    "parse_cache_control",
]
