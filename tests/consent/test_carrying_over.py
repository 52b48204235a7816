"""A ledger under a successor: every no goes along, and no yes gets wider."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.consent import Use, carry_over
from voxvalley_privacy.stores import FixedClock

ANA, BEN = "+14155550132", "+447700900123"
YES = vp.Evidence(method="web_form", affirmative=True)
START = datetime(2026, 1, 1, tzinfo=UTC)


def ledgers():
    """Return a ledger of before with a history, and an empty one with keys of its own."""
    clock = FixedClock(START)
    old = vp.ConsentLedger(stores.memory(), keys=vp.KeyRing.generate(), clock=clock)
    new = vp.ConsentLedger(stores.memory(), keys=vp.KeyRing.generate(), clock=clock)
    old.give(ANA, "marketing.sms", evidence=YES, controller="a")
    clock.advance(timedelta(days=1))
    old.give(ANA, "analytics", evidence=YES)
    old.give(BEN, "marketing.sms", evidence=YES, controller="a")
    clock.advance(timedelta(days=1))
    old.withdraw(BEN)
    clock.advance(timedelta(days=1))
    return old, new, clock


def takeover(*, keeps):
    """Return a succession of a by b."""
    return vp.ControllerSuccession(old="a", new="b", effective=date(2026, 1, 5), keeps_policy=keeps)


def holds(ledger, who, purpose, controller, clock):
    """Whether a consent holds."""
    return bool(
        vp.consented(ledger)(Use(of=who, purpose=purpose, at=clock(), controller=controller))
    )


@pytest.mark.parametrize("times", [1, 2])
def test_a_policy_that_is_kept_re_keys_consents_and_widens_none(times):
    """A consent for the old controller is one for the new; nothing else is allowed by it."""
    old, new, clock = ledgers()

    for _ in range(times):
        report = carry_over(old, [ANA, BEN, "?"], to=new, takeover=takeover(keeps=True))

    assert (4, 0, 1) == (report.carried, report.frozen, report.unmatched)
    assert holds(new, ANA, "marketing.sms", "b", clock)
    assert holds(new, ANA, "analytics", "", clock)
    assert not holds(new, ANA, "marketing.sms", "a", clock)
    assert not holds(new, ANA, "marketing.voice", "b", clock)
    assert not holds(new, BEN, "marketing.sms", "b", clock)
    assert 2 == len(new.history(ANA))


def test_a_policy_that_is_not_kept_freezes_consents_and_keeps_every_no():
    """People consent anew; who withdrew is still out."""
    old, new, clock = ledgers()

    report = carry_over(old, [ANA, BEN], to=new, takeover=takeover(keeps=False))

    assert (1, 3) == (report.carried, report.frozen)
    assert not holds(new, ANA, "marketing.sms", "b", clock)
    assert ["consent.withdrawn"] == [entry.kind.value for entry in new.history(BEN)]


def test_the_successors_store_holds_no_token_of_before():
    """Under other keys nobody can join the two ledgers."""
    old, new, _ = ledgers()
    carry_over(old, [ANA], to=new, takeover=takeover(keeps=True))

    assert old.token(ANA) != new.token(ANA)
    streams = {event.stream for event in new.books.store.scan()}
    assert not streams & {event.stream for event in old.books.store.scan()}
