"""A ledger in memory whose clock stands still."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import ConsentLedger
from voxvalley_privacy.keys import KeyRing

NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)  # a Monday, noon in Chicago


@pytest.fixture(scope="session")
def keys():
    """Make one key ring for all tests: deriving takes a moment."""
    return KeyRing.generate()


@pytest.fixture
def clock():
    """Stand still at noon."""
    return stores.FixedClock(NOON)


@pytest.fixture
def ledger(keys, clock):
    """Make an empty ledger."""
    return ConsentLedger(stores.memory(), keys=keys, clock=clock)
