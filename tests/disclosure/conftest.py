"""A register with one recipient in order, and what belongs to it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from voxvalley_privacy import KeyRing, stores
from voxvalley_privacy.disclosure import (
    Attestation,
    Contract,
    DisclosurePolicy,
    Recipient,
    RecipientRegister,
)
from voxvalley_privacy.stores import FixedClock

KEYS = KeyRing.generate()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANA, BEN = "+14155550132", "+447700900123"
CONTRACT = Contract(
    written=True, instructions="DPA-4", onward_ban=True, valid=(date(2026, 1, 1), date(2027, 1, 1))
)
LOGSHIP = Recipient(
    name="logship",
    role="subprocessor",
    purposes={"support", "service"},
    fields={"sid", "status", "caller"},
    places=("US",),
    contract=CONTRACT,
    transfer="EU_SCC_2021",
    services="Log search",
)
ATTESTED = (Attestation(about="logship", that="EU_SCC_2021", on=date(2026, 6, 1), by="dpo"),)


@pytest.fixture
def clock():
    """Return a clock that stands in November."""
    return FixedClock(NOW)


def register_with(recipient=LOGSHIP, store=None, clock=None):
    """Return a register that told its customers long ago."""
    clock = clock or FixedClock(NOW)
    register = RecipientRegister(store or stores.memory(), keys=KEYS, clock=clock)
    if recipient is not None:
        register.put(recipient, effective=date(2026, 1, 1), announced=date(2026, 1, 1))
    return register


def policy_with(recipient=LOGSHIP, *, attestations=ATTESTED, **how):
    """Return a policy on such a register."""
    return DisclosurePolicy(register_with(recipient), attestations=attestations, **how)
