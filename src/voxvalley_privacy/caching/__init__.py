"""Cached copies: kept only with permission, sealed, and forgotten on demand."""

from __future__ import annotations

from ..stores.copies import CacheStore, Entry, MemoryCacheStore, RedisCacheStore, SqliteCacheStore
from ._async import AsyncPrivateCache, fetch_async
from ._cache_control import CacheControl, MalformedHeader, parse_cache_control
from ._cache_filter import CacheFilter
from ._cache_policy import CachePolicy
from ._cache_reasons import CONTENT_NOT_CACHED
from ._exchange import Exchange, InCallOf, KindOf, PassingBody, SubjectsOf, fetch
from ._grant import CacheGrant, cache_status
from ._headers import Headers
from ._memo import PrivateMemo
from ._messages import Request, Response
from ._private_cache import PrivateCache
from ._settings import check_settings
from ._threads import run_in_thread

__all__ = [
    "CONTENT_NOT_CACHED",
    "AsyncPrivateCache",
    "CacheControl",
    "CacheFilter",
    "CacheGrant",
    "CachePolicy",
    "CacheStore",
    "Entry",
    "Exchange",
    "Headers",
    "InCallOf",
    "KindOf",
    "MalformedHeader",
    "MemoryCacheStore",
    "PassingBody",
    "PrivateCache",
    "PrivateMemo",
    "RedisCacheStore",
    "Request",
    "Response",
    "SqliteCacheStore",
    "SubjectsOf",
    "cache_status",
    "check_settings",
    "fetch",
    "fetch_async",
    "parse_cache_control",
    "run_in_thread",
]
