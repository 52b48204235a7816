"""
A cache policy in front of caches of others: requests-cache, hishel, diskcache, Django.

They keep plain bytes under plain addresses and forget nobody; `voxvalley_privacy.PrivateCache` does
both. These adapters see to it that nothing is written without permission, or outlives it.
"""

from __future__ import annotations

import inspect
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from ..caching import CacheFilter
from ..errors import ConfigurationError
from ..stores import system_clock

__all__ = ["filtered_session", "filtered_storage", "keep"]

_T = TypeVar("_T")
_KEPT = 1024  # entries whose requests are remembered


def _checked(permitted: object, where: str) -> CacheFilter:
    if not isinstance(permitted, CacheFilter):
        raise ConfigurationError(f"{where}: 'permitted' must come from CachePolicy.as_filter().")
    return permitted


# requests-cache -----------------------------------------------------------------------------------


def filtered_session(session: _T, permitted: CacheFilter, /) -> _T:
    """
    Let a session of requests-cache write only what a policy permits, for as long as it permits.

    Its own `filter_fn` comes too late for that: the response is written, and deleted afterwards.

    Args:
        session: A `requests_cache.CachedSession`.

        permitted: Made by `CachePolicy.as_filter()`.

    Returns:
        The session.

    Raises:
        voxvalley_privacy.ConfigurationError: If *session* has no cache, or *permitted* is not a
            filter.
    """
    permitted = _checked(permitted, "filtered_session()")
    cache: Any = getattr(session, "cache", None)
    if not callable(getattr(cache, "save_response", None)):
        raise ConfigurationError(
            "filtered_session(): the first argument must be a requests_cache.CachedSession."
        )
    save = cache.save_response

    def save_permitted(
        response: Any, cache_key: str | None = None, expires: datetime | None = None
    ) -> None:
        lifetime = permitted(response)
        if lifetime:
            save(response, cache_key, _sooner(expires, lifetime))
        elif cache_key is not None:
            # A copy from before: what is no longer permitted is not kept.
            cache.delete(cache_key)

    cache.save_response = save_permitted
    return session


def _sooner(expires: datetime | None, lifetime: timedelta) -> datetime:
    end = system_clock() + lifetime
    if expires is None:
        return end
    aware = expires.astimezone() if expires.tzinfo is None else expires
    return min(aware, end)


# hishel -------------------------------------------------------------------------------------------


def filtered_storage(storage: Any, permitted: CacheFilter, /) -> Any:
    """
    Put a policy in front of a storage of hishel: what it does not permit is never written.

    A response that is not kept reaches the app as it came; hishel's own notes on it still say that
    it was given to the storage.

    Args:
        storage: A storage of hishel, sync or async.

        permitted: Made by `CachePolicy.as_filter()`.

    Returns:
        The storage for `CacheTransport(..., storage=...)`. An entry ends when its permission does,
        and revalidation never extends that.

    Raises:
        voxvalley_privacy.ConfigurationError: If *storage* is not a storage of hishel, or
            *permitted* is not a filter.
    """
    permitted = _checked(permitted, "filtered_storage()")
    if not callable(getattr(storage, "create_entry", None)):
        raise ConfigurationError(
            "filtered_storage(): the first argument must be a storage of hishel."
        )
    if inspect.iscoroutinefunction(storage.create_entry):
        return _AsyncStorage(storage, permitted)
    return _Storage(storage, permitted)


class _AnyStorage:
    """The part that both storages share: they ask before the storage behind is given anything."""

    def __init__(self, storage: Any, permitted: CacheFilter) -> None:
        self._storage = storage
        self._permitted = permitted
        self._requests: OrderedDict[Any, Any] = OrderedDict()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def _seconds(self, request: Any, response: Any, ttl: float | None) -> float:
        """Return for how long a response may be kept; 0 for not at all."""
        lifetime = self._permitted(response, request).total_seconds()
        return lifetime if ttl is None else min(ttl, lifetime)

    def _seen(self, entries: list[Any]) -> list[Any]:
        for entry in entries:
            self._requests[entry.id] = entry.request
        while len(self._requests) > _KEPT:
            self._requests.popitem(last=False)
        return entries

    def _still_permitted(self, entry: Any, headers: Any) -> bool:
        """Whether the new headers of an entry permit to keep it; unknown entries are not kept."""
        request = self._requests.get(entry)
        if request is None:
            return False
        from hishel import Response

        return bool(self._permitted(Response(200, headers), request))


class _Storage(_AnyStorage):
    """A storage of hishel behind a policy."""

    def create_entry(
        self,
        request: Any,
        response: Any,
        key: str,
        *,
        ttl: float | None = None,
        tti: float | None = None,
    ) -> Any:
        seconds = self._seconds(request, response, ttl)
        if not seconds:
            return _unkept(request, response)
        return self._storage.create_entry(request, response, key, ttl=seconds, tti=tti)

    def get_entries(self, key: str) -> list[Any]:
        return self._seen(self._storage.get_entries(key))

    def update_headers(self, id: Any, headers: Any) -> None:  # noqa: A002 - its name
        if self._still_permitted(id, headers):
            self._storage.update_headers(id, headers)
        else:
            self._storage.remove_entry(id)


class _AsyncStorage(_AnyStorage):
    """An async storage of hishel behind a policy."""

    async def create_entry(
        self,
        request: Any,
        response: Any,
        key: str,
        *,
        ttl: float | None = None,
        tti: float | None = None,
    ) -> Any:
        seconds = self._seconds(request, response, ttl)
        if not seconds:
            return _unkept(request, response)
        return await self._storage.create_entry(request, response, key, ttl=seconds, tti=tti)

    async def get_entries(self, key: str) -> list[Any]:
        return self._seen(await self._storage.get_entries(key))

    async def update_headers(self, id: Any, headers: Any) -> None:  # noqa: A002 - its name
        if self._still_permitted(id, headers):
            await self._storage.update_headers(id, headers)
        else:
            await self._storage.remove_entry(id)


def _unkept(request: Any, response: Any) -> Any:
    from hishel import Entry

    return Entry(uuid4(), request, response)


# diskcache and Django -----------------------------------------------------------------------------


def keep(cache: Any, key: str, response: Any, permitted: CacheFilter, /) -> timedelta:
    """
    Keep the body of a response in a cache of diskcache or Django, if a policy permits it.

    What the cache holds under *key* from before is deleted where nothing may be kept.

    Args:
        cache: A `diskcache.Cache`, or one of `django.core.cache.caches`.

        key: Under which `cache.get(key)` gives the body. It is stored as it is: it should hold no
            number.

        response: Of requests, httpx, hishel or this library, with its body read.

        permitted: Made by `CachePolicy.as_filter()`.

    Returns:
        For how long it is kept; zero, which is false, if it is not.

    Raises:
        voxvalley_privacy.ConfigurationError: If *cache* is neither, or *permitted* is not a filter.
    """
    permitted = _checked(permitted, "keep()")
    ends = _name_of_the_end(cache)
    if ends is None:
        raise ConfigurationError(
            "keep(): the first argument must be a cache of diskcache or Django."
        )
    lifetime = permitted(response)
    # Caches count whole seconds; one that is shorter would be none, or endless.
    seconds = int(lifetime.total_seconds())
    body = _body_of(response)
    if seconds < 1 or body is None:
        cache.delete(key)
        return timedelta(0)
    cache.set(key, body, **{ends: seconds})
    return timedelta(seconds=seconds)


def _name_of_the_end(cache: Any) -> str | None:
    try:
        names = inspect.signature(cache.set).parameters
    except (AttributeError, TypeError, ValueError):
        return None
    for name in ("expire", "timeout"):
        if name in names:
            return name
    return None


def _body_of(response: Any) -> bytes | None:
    for name in ("content", "body"):
        body = getattr(response, name, None)
        if isinstance(body, bytes):
            return body
    return None
