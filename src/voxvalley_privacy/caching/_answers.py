"""An answer on its way into a copy and out of it, and the other copies that it ends."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar
from urllib.parse import urljoin

import attrs

from ..decisions import Decision, Reason
from . import _cache_reasons as why
from ._grant import CACHE_NAME
from ._headers import Headers
from ._messages import Request, Response, checked_before
from ._request_key import split_url
from ._vault import Copy

__all__ = [
    "Remembered",
    "address_of",
    "answer_of",
    "changed_addresses",
    "denied",
    "is_complete",
    "merged",
    "place_of",
    "without_cache_control",
]

_MOST_REMEMBERED = 1024
# In a 304 these fields are not about the body that is kept.
_OF_THE_BODY = frozenset({"age", "content-encoding", "content-length", "content-range"})
_HIT = b"%b\nAge: %d\nCache-Status: " + CACHE_NAME.encode() + b"; hit; ttl=%d"

T = TypeVar("T")


def answer_of(copy: Copy, now: float) -> Response:
    """Return the answer of *copy*, with its age and a Cache-Status field."""
    fields = _HIT % (copy.fields, copy.age_at(now), copy.expires - now)
    return checked_before(copy.status, Headers(kept=fields), copy.body, copy.kind)


def merged(copy: Copy, response: Response) -> Response:
    """Return the answer of the copy with the fields of a 304."""
    newer = frozenset(response.headers.names) - _OF_THE_BODY
    headers = []
    for name, value in Headers(kept=copy.fields):
        if name.lower() not in newer:
            headers.append((name, value))
    for name, value in response.headers:
        if name.lower() in newer:
            headers.append((name, value))
    return Response(status=copy.status, headers=headers, body=copy.body, kind=copy.kind)


class Remembered(Generic[T]):
    """Hold the last values, by key."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def add(self, key: str, value: T, /) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > _MOST_REMEMBERED:
                self._values.popitem(last=False)

    def drop(self, key: str, /) -> None:
        with self._lock:
            self._values.pop(key, None)

    def get(self, key: str, /) -> T | None:
        return self._values.get(key)


def denied(reason: Reason, decision: Decision) -> Decision:
    """Return *decision* as a denial for *reason*."""
    return Decision.deny(
        reason, obligations=(why.CONTENT_NOT_CACHED,), evaluated_at=decision.evaluated_at
    )


def is_complete(response: Response) -> bool:
    """Whether the body is as long as its Content-Length says."""
    lengths = response.headers.get("content-length")
    # A client may have decoded the body; then its length says nothing.
    if not lengths or "content-encoding" in response.headers:
        return True
    return int(lengths[0]) == len(response.body)


def without_cache_control(request: Request) -> Request:
    """Return *request* without the fields that ask something of a cache."""
    headers = [
        pair for pair in request.headers if pair[0].lower() not in {"cache-control", "pragma"}
    ]
    return attrs.evolve(request, headers=headers)


def address_of(url: str) -> str:
    """Return the address of a copy, for its tag."""
    return "\n".join(split_url(url) or ())


def place_of(url: str) -> str:
    """Return an address without its query: one rule about queries holds for all of it."""
    return url.partition("#")[0].partition("?")[0]


def changed_addresses(request: Request, response: Response) -> set[str]:
    """Return the addresses that an unsafe request may have changed."""
    own = split_url(request.url)
    if own is None:
        return set()
    addresses = {"\n".join(own)}
    for name in ("location", "content-location"):
        for place in response.headers.get(name):
            parts = split_url(urljoin(request.url, place))
            # Only of the same server: nobody may empty another's copies.
            if parts is not None and parts[:2] == own[:2]:
                addresses.add("\n".join(parts))
    return addresses
