"""What is on record goes on under a new key, and folds to what it folded to before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import KeyRing, stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    consented,
    not_opted_out,
    rekey,
)
from voxvalley_privacy.errors import ConfigurationError, StoreError
from voxvalley_privacy.testing import FaultyStore

from .conftest import NOON

SUE, BOB = "+13125550132", "+13125550133"
FORM = Evidence(method="web_form", affirmative=True)
ACTS = ["give", "withdraw", "suppress", "lift", "start", "erase", "rotate"]


def answers(ledger):
    """Return what is allowed to Sue, by whom and for what."""
    asked = [
        Contact(to=SUE, purpose=purpose, channel="sms", sender=sender)
        for purpose in ("marketing", "billing")
        for sender in ("", "+14155550100")
    ]
    rules = (consented(ledger), not_opted_out(ledger))
    return [bool(rule(contact)) for rule in rules for contact in timed(ledger, asked)]


def timed(ledger, asked):
    """Ask all at the time of the ledger."""
    import attrs

    return [attrs.evolve(contact, at=ledger.now()) for contact in asked]


def act(ledger, name):
    """Do one act of a history."""
    if name == "give":
        ledger.give(SUE, "marketing.sms", evidence=FORM)
    elif name == "start":
        ledger.lift(SUE, sender="+14155550100", origin="keyword")
    elif name == "suppress":
        ledger.suppress(SUE, sender="+14155550100", origin="keyword")
    elif name == "lift":
        ledger.lift(SUE)
    else:
        getattr(ledger, name)(SUE)


@given(st.lists(st.sampled_from(ACTS), max_size=9))
def test_b17_236_rekeyed_as_before(acts):
    """Whatever happened, under however many keys: the answers stay, also without the older keys."""
    store, keys, clock = stores.memory(), KeyRing.generate(), stores.FixedClock(NOON)
    ledger = ConsentLedger(store, keys=keys, clock=clock)
    for name in acts:
        clock.advance(timedelta(seconds=5))
        if name == "rotate":
            keys = keys.rotate()
            ledger = ConsentLedger(store, keys=keys, clock=clock)
        else:
            act(ledger, name)
    before = answers(ledger)
    report = rekey(ledger, [SUE, BOB])
    assert before == answers(ledger)
    assert 2 == report.moved + report.current
    assert 0 == rekey(ledger, [SUE]).moved
    for key_id in set(keys.key_ids) - {keys.active_id}:
        keys = keys.destroy(key_id)
    assert before == answers(ConsentLedger(store, keys=keys, clock=clock))


def test_b17_236_an_older_process_writes_on(keys, clock):
    """What is written with the older key after the move is seen, and moved the next time."""
    store, rotated = stores.memory(), keys.rotate()
    old = ConsentLedger(store, keys=keys, clock=clock)
    old.give(SUE, "marketing.sms", evidence=FORM)
    ledger = ConsentLedger(store, keys=rotated, clock=clock)
    assert 1 == rekey(ledger, [SUE, "nobody"]).moved
    assert 1 == rekey(ledger, ["nobody"]).unmatched
    clock.advance(timedelta(seconds=5))
    old.withdraw(SUE)
    assert 1 == rekey(ledger, [SUE]).moved
    alone = rotated.destroy(keys.active_id)
    last = ConsentLedger(store, keys=alone, clock=clock)
    assert not any(answers(last)[:2])


def test_b17_236_a_store_that_fails(keys, clock):
    """It raises, so that nobody destroys a key that is still needed."""
    store = FaultyStore(stores.memory(), "unavailable", after=10**6)
    ConsentLedger(store, keys=keys, clock=clock).suppress(SUE)
    ledger = ConsentLedger(store, keys=keys.rotate(), clock=clock)
    store.after = 0
    with pytest.raises(StoreError):
        rekey(ledger, [SUE])


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("which", ["first", "copy"])
@pytest.mark.parametrize("stands", [True, False])
def test_a_review_is_of_a_message_and_not_of_its_copies(times, which, stands):
    """Rekeyed, a message waits once, and the answer counts for all that was written of it."""
    ring, store = KeyRing.generate(), stores.memory()
    clock = stores.FixedClock(NOON)
    ledger = ConsentLedger(store, keys=ring, clock=clock)
    stop = InboundMessage(sender=SUE, to="+14155550100", text="please stop", id="SM1")
    (first,) = Inbox(ledger).receive(stop).reviews
    for _ in range(times):
        ring = ring.rotate()
        ledger = ConsentLedger(store, keys=ring, clock=clock)
        rekey(ledger, [SUE])
    inbox = Inbox(ledger)
    (review,) = inbox.reviews()
    inbox.resolve((first if which == "first" else review).position, stands=stands)
    assert () == inbox.reviews() == Inbox(ledger).reviews()
    offer = Contact(to=SUE, purpose="marketing", channel="sms", at=NOON)
    assert stands is not bool(not_opted_out(ledger)(offer))
    ledger = ConsentLedger(store, keys=ring.rotate(), clock=clock)
    rekey(ledger, [SUE])
    assert stands is not bool(not_opted_out(ledger)(offer))


def test_a_clock_without_a_zone_is_refused_when_the_ledger_is_made():
    """A withdrawal is never recorded and then answered with an exception."""
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ConfigurationError):
        ConsentLedger(stores.memory(), keys=KeyRing.generate(), clock=lambda: naive)
