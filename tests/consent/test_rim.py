"""From the webhook to the send under faults and from many processes: nothing is lost, no yes after an answered no."""

from __future__ import annotations

import multiprocessing
import os
import time
from datetime import timedelta

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    Senders,
    may_contact,
)
from voxvalley_privacy.errors import Denied, PrivacyError
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.testing import FAULTS, FaultyStore

SUE, SHOP = "+13125550132", "+14155550100"
ACME = Senders({"acme": [SHOP, "+14155550101"]})
PROCESSES = 8 if os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1" else 3
FORM = Evidence(method="web_form", affirmative=True)
OFFER = Contact(to=SUE, purpose="marketing", channel="sms", sender="acme")


def filled(keys, clock):
    """Make a store in which Sue consented."""
    store = stores.memory()
    ConsentLedger(store, keys=keys, clock=clock).give(SUE, "marketing.sms", evidence=FORM)
    return store


class TestFaults:
    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("calls", range(1, 6))
    def test_a_permit(self, keys, clock, fault, calls):
        """At whatever call the store begins to fail: a message goes out only with its attempt on record."""
        store = FaultyStore(filled(keys, clock), fault, after=10**6)
        may = may_contact(ConsentLedger(store, keys=keys, clock=clock), senders=ACME)
        store.after = store.calls + calls
        try:
            may.permit(OFFER).use()
        except Denied:
            sent = False
        else:
            sent = True
        store.after = 10**6
        history = ConsentLedger(store.store, keys=keys, clock=clock).history(SUE)
        assert not sent or 1 == len(history.attempts)

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("text", ["STOP", "please stop texting me", "START", "HELP", "hello"])
    def test_an_inbox(self, keys, clock, fault, text):
        """It never raises; a no holds in this process, and 200 means that the message is on record."""
        store = FaultyStore(filled(keys, clock), fault, after=10**6)
        inbox = Inbox(ConsentLedger(store, keys=keys, clock=clock), senders=ACME)
        message = InboundMessage(sender=SUE, to=SHOP, text=text, id="m1")
        store.after = store.calls
        outcome = inbox.receive(message)
        store.after = 10**6
        if outcome.match.kind.startswith("opt_out"):
            assert not may_contact(inbox.ledger, senders=ACME)(OFFER)
        elsewhere = ConsentLedger(store.store, keys=keys, clock=clock)
        on_record = 1 < len(elsewhere.history(SUE))
        if outcome.match.kind.startswith("opt_") and outcome.http_status == 200:
            assert on_record
        again = inbox.receive(message)
        assert 200 == again.http_status
        entries = inbox.ledger.history(SUE)
        assert len(entries) <= 2

    @pytest.mark.parametrize("fault", FAULTS)
    def test_the_queue_of_reviews(self, keys, clock, fault):
        """A store that fails makes it raise an error of this library or show what is there; nothing is resolved."""
        store = FaultyStore(filled(keys, clock), fault, after=10**6)
        inbox = Inbox(ConsentLedger(store, keys=keys, clock=clock), senders=ACME)
        (review,) = inbox.receive(
            InboundMessage(sender=SUE, to=SHOP, text="please stop texting me")
        ).reviews
        store.after = store.calls
        try:
            inbox.resolve(review.position, stands=False)
        except (PrivacyError, RuntimeError, OSError):
            store.after = 10**6
            assert not may_contact(inbox.ledger, senders=ACME)(OFFER)

    @pytest.mark.parametrize("by", [timedelta(days=-400), timedelta(days=400)])
    def test_a_clock_that_jumps(self, keys, clock, by):
        """A no that was written under a wrong clock holds under the right one."""
        ledger = ConsentLedger(filled(keys, clock), keys=keys, clock=clock)
        inbox, may = Inbox(ledger, senders=ACME), may_contact(ledger, senders=ACME)
        clock.advance(by)
        inbox.receive(InboundMessage(sender=SUE, to=SHOP, text="STOP"))
        clock.advance(-by)
        assert not may(OFFER)
        with pytest.raises(Denied):
            may.permit(OFFER)


def _send(path, keys, go, ready, results):
    """Use permits as fast as possible; put down when each that was allowed was begun."""
    ledger = ConsentLedger(stores.sqlite(path), keys=KeyRing.from_text(keys))
    may = may_contact(ledger, senders=ACME, facts=None, no_rule="allow")
    begun = []
    ready.set()
    go.wait()
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            may.permit(Contact(to="sue@example.com", purpose="marketing", channel="email")).use()
        except Denied:
            continue
        begun.append(started)
    results.put(begun)


def test_no_offer_after_an_answered_stop(tmp_path):
    """Processes send as fast as they can: none begins a send after the STOP was answered."""
    keys = KeyRing.generate()
    path = tmp_path / "p.db"
    ledger = ConsentLedger(stores.sqlite(path), keys=keys)
    ledger.give("sue@example.com", "marketing.email", evidence=FORM)
    context = multiprocessing.get_context("spawn")
    go, results = context.Event(), context.Queue()
    ready = [context.Event() for _ in range(PROCESSES)]
    workers = [
        context.Process(target=_send, args=(path, keys.to_text(), go, one, results))
        for one in ready
    ]
    for worker in workers:
        worker.start()
    for one in ready:
        assert one.wait(60)
    go.set()
    time.sleep(0.5)
    stop = InboundMessage(sender="sue@example.com", to=SHOP, text="STOP", id="m1")
    outcome = Inbox(ledger, senders=ACME).receive(stop)
    answered = time.monotonic()
    begun = [started for _ in workers for started in results.get(timeout=60)]
    for worker in workers:
        worker.join(60)
    assert 200 == outcome.http_status
    assert begun
    assert [] == [started for started in begun if started > answered]
    attempts = [entry for entry in ledger.history("sue@example.com") if entry.channel == "email"]
    assert len(begun) == len(attempts)
    ledger.verify(anchor=ledger.head())
