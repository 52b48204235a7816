"""Cached copies: kept only with permission, sealed, and forgotten on demand."""

from __future__ import annotations

from ._cache_control import CacheControl, MalformedHeader, parse_cache_control
from ._grant import CacheGrant, cache_status
from ._headers import Headers
from ._messages import Request, Response
from ._policy import CachePolicy
from ._reasons import CONTENT_NOT_CACHED, content_not_cached

__all__ = [
    "CONTENT_NOT_CACHED",
    "CacheControl",
    "CacheGrant",
    "CachePolicy",
    "Headers",
    "MalformedHeader",
    "Request",
    "Response",
    "cache_status",
    "content_not_cached",
    "parse_cache_control",
]
