"""For an app's own tests: contracts of stores, stores that fail, rules that fail closed."""

from __future__ import annotations

from .cache_store import CacheStoreContract
from .event_store import EventStoreContract
from .fails_closed import assert_fails_closed
from .faulty_store import FAULTS, FaultyStore

__all__ = [
    "FAULTS",
    "CacheStoreContract",
    "EventStoreContract",
    "FaultyStore",
    "assert_fails_closed",
]
