"""For an app's own tests: contracts of stores, stores that fail, rules that fail closed."""

from __future__ import annotations

from .cache_store import CacheStoreContract
from .erased import assert_erased, erased
from .erasure_target import ErasureTargetContract, person_of
from .event_store import EventStoreContract
from .fails_closed import assert_fails_closed
from .faulty_store import FAULTS, FaultyStore
from .recorded_vendor import VENDOR_FAULTS, RecordedVendor

__all__ = [
    "FAULTS",
    "VENDOR_FAULTS",
    "CacheStoreContract",
    "ErasureTargetContract",
    "EventStoreContract",
    "FaultyStore",
    "RecordedVendor",
    "assert_erased",
    "assert_fails_closed",
    "erased",
    "person_of",
]
