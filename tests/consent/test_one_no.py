"""One no: whose it is, whom it is about, and what of it can be read in a store."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    InboundMessage,
    Inbox,
    import_consents,
    not_opted_out,
    rekey,
)
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.keys import KeyRing

from .conftest import NOON

SUE = "+14155550132"
SHOP = "+14155550100"
EVERY_NUMBER = [f"+1415555{last:04}" for last in range(100, 200)]


def codes(ledger, *, to=SUE, sender="", senders=None):
    """Return why Sue may or may not get an offer."""
    contact = Contact(
        to=to, purpose="marketing", channel="sms", sender=sender, at=NOON + timedelta(seconds=1)
    )
    return not_opted_out(ledger, senders=senders)(contact).codes


# Idempotency keys


def guesses(number):
    """Return what somebody would hash who tries all numbers."""
    for key in (number, f"import {number} marketing {NOON.isoformat()}"):
        yield key
        yield sha256(key.encode()).hexdigest()


def imported(ledger):
    """Take a row over."""
    row = {"subject": SUE, "purpose": "marketing", "status": "STOP", "at": NOON.isoformat()}
    import_consents(ledger, [row])


def keyed(ledger):
    """Use a number as the key."""
    ledger.suppress(SUE, key=SUE)


@pytest.mark.parametrize("record", [imported, keyed])
def test_the_key_of_a_row_gives_no_number_to_who_tries_them_all(ledger, record):
    """Without the keys of the ledger, no hash of what is in a row shows whose it is."""
    record(ledger)
    ledger.erase(SUE)
    stored = next(ledger.books.store.scan())
    assert stored.key
    for number in EVERY_NUMBER:
        for guess in guesses(number):
            text = f"{stored.stream} {stored.kind} {guess}"
            assert sha256(text.encode()).hexdigest() != stored.key


def test_a_start_of_an_earlier_version_is_still_taken_once(ledger, clock):
    """A key as an earlier version stored it is found: a START delivered again changes nothing."""
    inbox, books = Inbox(ledger), ledger.books
    start = InboundMessage(sender=SUE, to=SHOP, text="START", id="SM1")
    inbox.receive(start)
    (stored,) = books.store.scan()
    older = stores.Draft(
        stream=stored.stream,
        kind=stored.kind,
        body=stored.body,
        at=stored.at,
        key=books.bound(stored.stream, stored.kind, "SM1")[1],
    )
    before = ConsentLedger(stores.memory(), keys=ledger._keys, clock=clock)
    before.books.append(older)
    again = Inbox(before)
    clock.advance(timedelta(minutes=1))
    again.receive(InboundMessage(sender=SUE, to=SHOP, text="STOP", id="SM2"))
    clock.advance(timedelta(minutes=1))
    assert "suppression.kept" in again.receive(start).decision.codes


# Tenants


LIKELY = InboundMessage(sender=SUE, to=SHOP, text="please stop", id="SM1")


def test_reviews_of_one_tenant_are_not_those_of_another(ledger):
    """A tenant neither sees nor answers what another tenant's people said; the owner sees all."""
    mine, theirs = Inbox(ledger.for_tenant("a")), Inbox(ledger.for_tenant("b"))
    (review,) = theirs.receive(LIKELY).reviews
    assert () == mine.reviews()
    with pytest.raises(ConfigurationError):
        mine.resolve(review.position, stands=False)
    assert [review.position] == [waiting.position for waiting in theirs.reviews()]
    assert [review.position] == [waiting.position for waiting in Inbox(ledger).reviews()]


def test_a_tenant_keeps_its_reviews_over_erasure_and_rotation(clock):
    """What is written anew, for an erasure or under a new key, is still the tenant's own."""
    ring = KeyRing.generate()
    store = stores.memory()
    ledger = ConsentLedger(store, keys=ring, clock=clock).for_tenant("b")
    Inbox(ledger).receive(LIKELY)
    ledger.erase(SUE)
    assert 1 == len(Inbox(ledger).reviews())
    rotated = ConsentLedger(store, keys=ring.rotate(), clock=clock)
    rekey(rotated.for_tenant("b"), [SUE])
    assert {"likely"} == {review.why for review in Inbox(rotated.for_tenant("b")).reviews()}
    assert () == Inbox(rotated.for_tenant("a")).reviews()
