"""The rows of B7 once more, through the inbox, the rule of a contact and the permit."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta

import attrs
import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    Senders,
    import_consents,
    may_contact,
)
from voxvalley_privacy.decisions import in_thread
from voxvalley_privacy.errors import ConfigurationError, Denied
from voxvalley_privacy.testing import FAULTS, FaultyStore

SUE, SHOP = "+13125550132", "+14155550100"
ACME = Senders({"acme": [SHOP, "+14155550101"]}, region="US")
FORM = Evidence(method="web_form", affirmative=True)
SECOND, TICK = timedelta(seconds=1), timedelta(microseconds=1)
OFFER = Contact(to=SUE, purpose="marketing", channel="sms", sender="acme")


class Doors:
    """An app in a process: what it hands webhooks to, and what it asks."""

    def __init__(self, ledger, clock):
        self.ledger, self.clock = ledger, clock
        self.inbox = Inbox(self.ledger, senders=ACME)
        self.may = may_contact(self.ledger, senders=ACME)

    def receive(self, text, *, sender=SUE, **more):
        """Hand a message to the inbox, a second later."""
        self.clock.advance(SECOND)
        return self.inbox.receive(InboundMessage(sender=sender, to=SHOP, text=text, **more))

    def refused(self, contact=OFFER):
        """Tell whether every door refuses, and return the codes of the rule."""
        decision = self.may(contact)
        (many,) = self.may.many([contact])
        with pytest.raises(Denied):
            self.may.permit(contact).use()
        assert not decision
        assert not many
        assert decision.codes == many.codes
        return set(decision.codes)


def open_doors(store, keys, clock, **settings):
    """Open an app on a store."""
    return Doors(ConsentLedger(store, keys=keys, clock=clock, region="US", **settings), clock)


@pytest.fixture
def doors(keys, clock):
    """Sue consented, and may be asked at noon."""
    opened = open_doors(stores.memory(), keys, clock)
    opened.ledger.give(SUE, "marketing.sms", evidence=FORM)
    assert opened.may(OFFER)
    return opened


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_b7_120_no_permit_after_an_answered_stop(keys, tmp_path, kind):
    """Threads use permits as fast as they can: none that began after the answer to STOP goes through."""
    store = stores.memory() if kind == "memory" else stores.sqlite(tmp_path / "p.db")
    ledger = ConsentLedger(store, keys=keys, region="US")
    ledger.give("sue@example.com", "marketing.email", evidence=FORM)
    may = may_contact(ledger, no_rule="allow")
    contact = Contact(to="sue@example.com", purpose="marketing", channel="email")
    begun, over = [], threading.Event()

    def send():
        while not over.is_set():
            started = time.monotonic_ns()
            try:
                may.permit(contact).use()
            except Denied:
                continue
            begun.append(started)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    while not begun:
        time.sleep(0.001)
    stop = InboundMessage(sender="sue@example.com", to="news", text="STOP")
    outcome = Inbox(ledger).receive(stop)
    answered = time.monotonic_ns()
    time.sleep(0.05)
    over.set()
    for thread in threads:
        thread.join()
    assert 200 == outcome.http_status
    assert [] == [started for started in begun if started > answered]


def test_b7_121_a_stop_in_another_process(keys, clock, tmp_path):
    """What one process was told, the next question of another knows, and its permits too."""
    one, other = (open_doors(stores.sqlite(tmp_path / "p.db"), keys, clock) for _ in range(2))
    one.ledger.give(SUE, "marketing.sms", evidence=FORM)
    permit = other.may.permit(OFFER)
    one.receive("STOP")
    assert "suppression.sender" in other.refused()
    with pytest.raises(Denied):
        permit.use()


def test_b7_122_between_the_question_and_the_send(doors):
    """A permit asks again: a STOP that came between is seen, and so is its own age."""
    early, late = doors.may.permit(OFFER), doors.may.permit(OFFER)
    doors.clock.advance(timedelta(seconds=60))
    with pytest.raises(Denied):
        early.use()
    doors.receive("stop")
    with pytest.raises(Denied):
        late.use()
    assert 0 == len(doors.ledger.history(SUE).attempts)


def test_b7_123_clocks(doors, clock):
    """A contact of the past or of no zone is refused, and a permit ends to the microsecond."""
    now = clock()
    assert "contact.too_old" in doors.refused(attrs.evolve(OFFER, at=now - timedelta(seconds=61)))
    assert "error.clock" in doors.refused(attrs.evolve(OFFER, at=now.replace(tzinfo=None)))
    first, second = doors.may.permit(OFFER), doors.may.permit(OFFER)
    clock.advance(first.expires - now - TICK)
    assert first.use()
    clock.advance(TICK)
    with pytest.raises(Denied):
        second.use()


@pytest.mark.parametrize("hours", [-30, 30])
def test_b7_123_a_clock_that_was_wrong(doors, clock, hours):
    """A STOP under a clock that is back or ahead holds when the clock is right again."""
    clock.advance(timedelta(hours=hours))
    doors.receive("STOP")
    clock.advance(timedelta(hours=-hours))
    doors.refused()


@pytest.mark.parametrize("purpose", ["", "*", "Marketing", "marketing.*", "marketng", "sale"])
def test_b7_124_purposes(doors, purpose):
    """What is not a purpose, and what nobody can consent to, is refused at every door."""
    doors.refused(attrs.evolve(OFFER, purpose=purpose))


@pytest.mark.parametrize("channel", ["", "SMS", "fax", "*", "sms "])
def test_b7_124_channels(doors, channel):
    """What is not a channel is refused at every door."""
    assert {"channel.unknown"} == doors.refused(attrs.evolve(OFFER, channel=channel))


@pytest.mark.parametrize("subject", [None, "", "12345", "n/a", "+1", 4155550132.5, b"+1312"])
def test_b7_125_nobody(doors, subject):
    """Nobody can be asked about nobody; their STOP is kept, says so, and is not confirmed."""
    doors.refused(attrs.evolve(OFFER, to=subject))
    outcome = doors.receive("STOP", sender=subject)
    assert "withdrawal.unmatched" in outcome.decision.codes
    assert not outcome.reply
    assert doors.may(OFFER)


@pytest.mark.parametrize("fault", FAULTS)
def test_b7_126_a_store_in_trouble(keys, clock, fault):
    """Every door refuses while the store fails, within its time, and a STOP of then holds later."""
    inner = stores.memory()
    open_doors(inner, keys, clock).ledger.give(SUE, "marketing.sms", evidence=FORM)
    store = FaultyStore(inner, fault, after=10**6)
    doors = open_doors(store, keys, clock)
    store.after = store.calls
    began = time.monotonic()
    doors.receive("STOP", id="SM1")
    doors.refused()
    assert 5 > time.monotonic() - began
    store.after = 10**6
    doors.refused()


@pytest.mark.parametrize(
    "spelling",
    [
        "3125550132",
        "(312) 555-0132",
        "1-312-555-0132",
        "whatsapp:+13125550132",
        "13125550132@c.us",
        "tel:+1-312-555-0132",
        "\u202a+1 312 555 0132\u202c",
        13125550132,
        "13125550132.0",
        "+1 ３１２ ５５５ ０１３２",
    ],
)
def test_b7_127_spellings(doors, spelling):
    """A STOP in any spelling of the number is Sue's."""
    assert doors.receive("STOP", sender=spelling).reply
    assert "suppression.sender" in doors.refused()


def test_b7_128_an_older_yes(doors, clock):
    """A START or an import from before the STOP, delivered after it, brings nothing back."""
    before = clock() - timedelta(minutes=5)
    doors.receive("STOP", id="SM2")
    doors.receive("START", id="SM1", at=before)
    row = {
        "subject": SUE,
        "purpose": "marketing.sms",
        "status": "subscribed",
        "at": before.isoformat(),
        "method": "web_form",
        "affirmative": "yes",
    }
    import_consents(doors.ledger, [row])
    assert "suppression.sender" in doors.refused()


@pytest.mark.parametrize(
    "text",
    ["stop", " STOP.", "ＳＴＯＰ", "stopp", "UNSUBSCRIBE", "ARRÊT", "退订", "stop stop", "S T O P"],
)
def test_b7_129_words(doors, text):
    """Every way to write it stops offers, and confirms only what is certain."""
    outcome = doors.receive(text)
    doors.refused()
    assert outcome.reply is not bool(outcome.reviews)


def test_b7_130_an_erasure_keeps_the_stop(doors, clock):
    """After the erasure of everything the STOP still holds; a new consent and START bring Sue back."""
    doors.receive("STOP")
    doors.ledger.erase(SUE)
    doors.refused()
    clock.advance(SECOND)
    doors.ledger.give(SUE, "marketing.sms", evidence=FORM)
    doors.refused()
    doors.receive("START")
    assert doors.may(OFFER)


def test_b7_131_an_answer_that_is_not_awaited(doors):
    """The truth of what was not awaited raises; awaited, it is the answer."""
    permit = doors.may.permit(OFFER)
    for pending in (
        doors.may.ask_async(OFFER),
        doors.may.permit_async(OFFER),
        permit.use_async(),
        in_thread(doors.may)(OFFER),
    ):
        with pytest.raises(TypeError):
            bool(pending)

    async def ask():
        task = asyncio.create_task(doors.may.ask_async(OFFER))
        assert "Task pending" in repr(task)  # Python 3.12 writes it for each asyncio.run()
        assert await task
        again = await doors.may.permit_async(OFFER)
        assert await again.use_async()
        with pytest.raises(Denied):
            await again.use_async()
        asked = [OFFER, attrs.evolve(OFFER, to="+13125550133")] * 60
        return [bool(decision) async for decision in doors.may.many_async(asked)]

    assert [True, False] * 60 == asyncio.run(ask())
    assert 1 == len(doors.ledger.history(SUE).attempts)
    assert asyncio.run(permit.use_async())


def test_b17_235_a_failover(keys, clock, tmp_path):
    """A STOP while the store was down reaches the standby that took over, with the journal of its host."""
    primary, standby = stores.memory(), stores.memory()
    for store in (primary, standby):
        open_doors(store, keys, clock).ledger.give(SUE, "marketing.sms", evidence=FORM)
    store = FaultyStore(primary, "unavailable", after=10**6)
    doors = open_doors(store, keys, clock, journal=tmp_path / "host")
    store.after = store.calls
    assert 200 == doors.receive("STOP", id="SM1").http_status
    doors.refused()
    after = open_doors(standby, keys, clock, journal=tmp_path / "host")
    after.refused()
    # The reads brought the journal to the standby: another host sees it there.
    open_doors(standby, keys, clock).refused()


def test_b17_236_a_rotation_midway(keys, clock, tmp_path):
    """A STOP that a process before the switch takes is seen by one behind it, and the reverse."""
    staged = keys.stage()
    path = tmp_path / "p.db"
    before = open_doors(stores.sqlite(path), staged, clock)
    for person in (SUE, "+13125550133"):
        before.ledger.give(person, "marketing.sms", evidence=FORM)
    after = open_doors(stores.sqlite(path), staged.activate(staged.key_ids[-1]), clock)
    before.receive("STOP")
    after.receive("STOP", sender="+13125550133")
    for doors in (before, after):
        for person in (SUE, "+13125550133"):
            doors.refused(attrs.evolve(OFFER, to=person))


@pytest.mark.parametrize(
    "wrong",
    [
        {"caps": ((0, timedelta(days=1)),)},
        {"caps": ((1, 5),)},
        {"caps": ((1, timedelta(0)),)},
        {"caps": (3,)},
        {"registries": [None]},
        {"rules": ["consent"]},
        {"holidays": 5},
        {"holidays": "europe"},
        {"no_rule": "ask"},
    ],
)
def test_wrong_settings_fail_where_the_rule_is_built(doors, wrong):
    """A setting that could only fail at every contact is refused at once."""
    with pytest.raises(ConfigurationError):
        may_contact(doors.ledger, senders=ACME, **wrong)


def test_b17_232_numbers_that_went_through_a_table(doors):
    """Ids and numbers that are ints, and cells without a text, are read as what they stand for."""
    stop = InboundMessage(sender=13125550132, to=14155550100, text="STOP", id=7)
    doors.clock.advance(SECOND)
    assert doors.inbox.receive(stop).reply
    assert "suppression.sender" in doors.refused()
    empty = InboundMessage(sender=SUE, to=None, text=None)
    assert "none" == doors.inbox.receive(empty).match.kind
    assert "hidden" in repr(empty)
    rows = [
        {"subject": 13125550133, "status": "STOP", "at": doors.clock()},
        {"subject": 13125550134.0, "status": "STOP"},
        {"subject": None, "status": None},
    ]
    report = import_consents(doors.ledger, rows)
    assert 2 == report.counts["withdrawal.recorded"]
    assert 0 == report.counts["withdrawal.unmatched"]
