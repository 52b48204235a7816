"""
For an app's own tests: made-up records, searches for leaks, a guard for pytest and unittest,
contracts of stores, stores that fail, rules that fail closed.

Names are loaded on first use: the pytest plugin is imported by every run of pytest, and costs next
to nothing there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..stores import FixedClock as FixedClock
    from . import strategies as strategies
    from .assertions import (
        assert_clean as assert_clean,
    )
    from .assertions import (
        assert_denied as assert_denied,
    )
    from .assertions import (
        assert_no_personal_data as assert_no_personal_data,
    )
    from .assertions import (
        decision_table as decision_table,
    )
    from .assertions import (
        fixed_keys as fixed_keys,
    )
    from .cache_store import CacheStoreContract as CacheStoreContract
    from .erased_person import assert_erased as assert_erased
    from .erased_person import erased as erased
    from .erasure_target import ErasureTargetContract as ErasureTargetContract
    from .erasure_target import person_of as person_of
    from .event_store import EventStoreContract as EventStoreContract
    from .fails_closed import assert_fails_closed as assert_fails_closed
    from .faulty_store import FAULTS as FAULTS
    from .faulty_store import FaultyStore as FaultyStore
    from .made_up import canary as canary
    from .made_up import sample as sample
    from .privacy_guard import Leak as Leak
    from .privacy_guard import PrivacyCanary as PrivacyCanary
    from .privacy_guard import PrivacyGuard as PrivacyGuard
    from .recorded_vendor import VENDOR_FAULTS as VENDOR_FAULTS
    from .recorded_vendor import RecordedVendor as RecordedVendor
    from .unittest_mixins import PrivacyCanaryMixin as PrivacyCanaryMixin
    from .unittest_mixins import PrivacyGuardMixin as PrivacyGuardMixin

# Where each name lives. `strategies` needs Hypothesis, the contracts need pytest.
_HOME = {
    "FAULTS": "faulty_store",
    "VENDOR_FAULTS": "recorded_vendor",
    "RecordedVendor": "recorded_vendor",
    "ErasureTargetContract": "erasure_target",
    "person_of": "erasure_target",
    "assert_erased": "erased_person",
    "erased": "erased_person",
    "CacheStoreContract": "cache_store",
    "EventStoreContract": "event_store",
    "FaultyStore": "faulty_store",
    "FixedClock": "..stores",
    "Leak": "privacy_guard",
    "PrivacyCanary": "privacy_guard",
    "PrivacyCanaryMixin": "unittest_mixins",
    "PrivacyGuard": "privacy_guard",
    "PrivacyGuardMixin": "unittest_mixins",
    "assert_clean": "assertions",
    "assert_denied": "assertions",
    "assert_fails_closed": "fails_closed",
    "assert_no_personal_data": "assertions",
    "canary": "made_up",
    "decision_table": "assertions",
    "fixed_keys": "assertions",
    "sample": "made_up",
    "strategies": "",
}

__all__ = [
    "FAULTS",
    "VENDOR_FAULTS",
    "CacheStoreContract",
    "ErasureTargetContract",
    "EventStoreContract",
    "FaultyStore",
    "FixedClock",
    "Leak",
    "PrivacyCanary",
    "PrivacyCanaryMixin",
    "PrivacyGuard",
    "PrivacyGuardMixin",
    "RecordedVendor",
    "assert_clean",
    "assert_denied",
    "assert_erased",
    "assert_fails_closed",
    "assert_no_personal_data",
    "canary",
    "decision_table",
    "erased",
    "fixed_keys",
    "person_of",
    "sample",
    "strategies",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOME[name]
    if not home:
        return import_module(f".{name}", __name__)
    relative = home if home.startswith(".") else f".{home}"
    value: object = getattr(import_module(relative, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
