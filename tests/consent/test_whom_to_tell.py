"""Whom to tell of a changed notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.consent import Notice, Notices, whom_to_tell
from voxvalley_privacy.stores import FixedClock

ANA, BEN, ZOE = "+14155550132", "+447700900123", "+14155550144"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def version(number, days, *, material=False):
    """Return a version of the notice."""
    published = NOW - timedelta(days=days)
    return Notice(
        id="privacy", version=number, published=published, purposes=("marketing",),
        material_change=material,
    )  # fmt: skip


def ledger(*versions):
    """Return a ledger in which three people consented, and one took it back."""
    notices = Notices(versions) if versions else None
    made = vp.ConsentLedger(
        stores.memory(), keys=vp.KeyRing.generate(), notices=notices, clock=FixedClock(NOW)
    )
    for who, seen in ((ANA, "1"), (BEN, "2"), (ZOE, "1")):
        evidence = vp.Evidence(method="web", affirmative=True, notice="privacy", version=seen)
        made.give(who, "marketing.sms", evidence=evidence)
    made.withdraw(ZOE)
    return made


def test_those_of_an_older_version_are_told_before_their_consent_ends():
    """Who saw the new version, or has no consent, is not on the list."""
    changed = ledger(version("1", 90), version("2", 5, material=True))

    told = list(whom_to_tell(changed, [ANA, BEN, ZOE]))

    assert [(ANA, ("marketing.sms",))] == [(one.subject, one.purposes) for one in told]
    assert NOW + timedelta(days=25) == told[0].due
    assert "5550132" not in repr(told)


def test_a_small_change_tells_nobody():
    """Only a material change ends consents."""
    assert [] == list(whom_to_tell(ledger(version("1", 90), version("2", 5)), [ANA, BEN, ZOE]))


def test_without_notices_nobody_can_be_told():
    """A ledger without versions is an error, not an empty list."""
    with pytest.raises(vp.ConfigurationError):
        list(whom_to_tell(ledger(), [ANA]))
