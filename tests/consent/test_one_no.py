"""One no: whose it is, whom it is about, and what of it can be read in a store."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    Account,
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    KeywordKind,
    Senders,
    import_consents,
    may_contact,
    not_opted_out,
    read_twilio,
    read_vonage,
    rekey,
)
from voxvalley_privacy.errors import ConfigurationError, Denied
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


# Whom it is about


MAIL = "sue@example.com"
SPELLINGS = [
    "sue@example.com\u200b",
    "\ufeffsue@example.com",
    "su\u00ade@example.com",
    "sue@example.com;",
    "'sue@example.com'",
    "(sue@example.com)",
    "<sue@example.com",
    "mailto://sue@example.com",
    "E-Mail: sue@example.com,",
    "sue@example\u3002com",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_stands_around_an_address_is_not_part_of_it(ledger, spelling):
    """Signs nobody sees, and those of lists, make no other person of an address."""
    ledger.suppress(spelling)
    assert ("suppression.opted_out",) == codes(ledger, to=MAIL)


@pytest.mark.parametrize(
    "spelling",
    ["+14155550132@c.us", "14155550132:3@c.us", "14155550132.0:12@s.whatsapp.net", "\u202a" + SUE],
)
def test_a_number_of_a_messenger_is_the_number(ledger, spelling):
    """Every form of a messenger's id is the person with the number."""
    ledger.suppress(spelling)
    assert ("suppression.opted_out",) == codes(ledger)


@pytest.mark.parametrize(
    "spelling",
    [
        "sip:sue@example.com",
        "sue@example.com;bob@example.com",
        "sue@example.com/",
        "sue@b@example.com",
        "sue@example..com",
        "user@c.us",
    ],
)
def test_what_is_no_one_address_says_so(ledger, spelling):
    """An opt-out that reaches no mailbox is not taken for that of another mailbox."""
    assert "withdrawal.unmatched" in ledger.suppress(spelling).codes


def test_a_no_under_an_earlier_spelling_still_counts(ledger):
    """What an earlier version recorded under an odd spelling holds for that spelling."""
    odd = f"{MAIL};"
    (stream,) = ledger.books.subjects._tokens("email", odd)
    ledger.suppress(MAIL)
    (stored,) = ledger.books.store.scan()
    before = ConsentLedger(stores.memory(), keys=ledger._keys)
    before.books.append(
        stores.Draft(stream=stream, kind=stored.kind, body=stored.body, at=stored.at)
    )
    assert ("suppression.opted_out",) == codes(before, to=odd)


class Unhashable(str):
    """A text that cannot be looked up."""

    __slots__ = ()

    def __hash__(self):
        raise ValueError

    def __eq__(self, other):
        raise ValueError


@pytest.mark.parametrize(
    ("subject", "matched"),
    [
        (Account(5), True),
        (Account(UUID(int=5)), True),
        (Account(b"5"), False),
        (Account([5]), False),
        (Account(True), False),
        (Decimal(14155550132), True),
        (Decimal("NaN"), False),
        pytest.param(10**5000, False, id="huge"),
        (float("inf"), False),
        (Unhashable(SUE), False),
    ],
)
def test_any_subject_can_say_no(ledger, subject, matched):
    """No type of a subject raises; what cannot be matched says so."""
    told = [
        ledger.withdraw(subject).codes,
        ledger.suppress(subject).codes,
        Inbox(ledger).receive(InboundMessage(sender=subject, text="STOP")).decision.codes,
    ]
    assert [not matched] * 3 == ["withdrawal.unmatched" in reasons for reasons in told]


# What it is about


@pytest.mark.parametrize("purpose", ["Marketing", "ads", "marketing ", 5, b"marketing"])
def test_a_purpose_that_nobody_knows_stops_everything(ledger, purpose):
    """A suppression is never for a purpose that no contact has."""
    assert "withdrawal.widened" in ledger.suppress(SUE, purpose=purpose).codes
    assert ("suppression.opted_out",) == codes(ledger)


@pytest.mark.parametrize("sender", [b"x", object(), ["+14155550100"], 1.5])
def test_a_sender_that_cannot_be_read_is_every_sender(ledger, sender):
    """A suppression is accepted from whatever sender, and then for all."""
    assert "withdrawal.widened" in ledger.suppress(SUE, sender=sender, origin=object()).codes
    assert ("suppression.opted_out",) == codes(ledger, sender=SHOP)


@pytest.mark.parametrize("scope", [{"controller": object()}, {"category": b"x"}, {"channel": []}])
def test_a_withdrawal_of_an_unreadable_scope_is_one_of_everything(ledger, scope):
    """No type of a scope raises."""
    assert "withdrawal.widened" in ledger.withdraw(SUE, **scope).codes


NATIONAL = "4155550100"


@pytest.mark.parametrize("senders", [None, Senders({"acme": [NATIONAL]})])
@pytest.mark.parametrize("asked", [NATIONAL, "+1 415 555 0100", SHOP])
@pytest.mark.parametrize("by_message", [True, False])
def test_a_sender_without_country_code_is_of_the_region_of_the_ledger(
    keys, clock, senders, asked, by_message
):
    """Every rule and the inbox read a national number as the ledger does."""
    ledger = ConsentLedger(stores.memory(), keys=keys, clock=clock, region="US")
    if by_message:
        stop = InboundMessage(sender=SUE, to=NATIONAL, text="STOP")
        Inbox(ledger, senders=senders).receive(stop)
    else:
        ledger.suppress(SUE, sender=NATIONAL)
    assert ("suppression.sender",) == codes(ledger, sender=asked, senders=senders)


def test_attempts_count_under_every_spelling_of_the_sender(ledger, clock):
    """A cap holds however the sender is written."""
    ledger.give(SUE, "marketing", evidence=Evidence(method="web_form", affirmative=True))
    may = may_contact(ledger, caps=((1, timedelta(days=1)),))
    offer = Contact(to=SUE, purpose="marketing", channel="sms", sender="+1 (415) 555-0100")
    may.permit(offer).use()
    clock.advance(timedelta(seconds=5))
    with pytest.raises(Denied) as refused:
        may.permit(offer)
    assert "cap.reached" in refused.value.args[0].codes


@pytest.mark.parametrize(
    "groups",
    [
        {"acme": SHOP},
        {"acme": [SHOP, "beta"], "beta": ["40404"]},
        {"beta": ["40404"], "acme": [SHOP, "Beta"]},
        {"acme": [SHOP], "ACME": ["40404"]},
    ],
)
def test_groups_that_are_not_apart_are_refused(groups):
    """The letters of a text are no members, and one name means one group."""
    with pytest.raises(ConfigurationError):
        Senders(groups)


# What it says


REFUSALS = ["opt_out", "opt_out_likely", "opt_out_scoped", "wrong_number"]


@pytest.mark.parametrize("signal", REFUSALS)
@pytest.mark.parametrize("text", ["START", "UNSTOP", "HELP", "YES", ""])
def test_a_no_of_a_form_is_not_undone_by_its_text(ledger, signal, text):
    """Of what a form says and what its text says, the stricter counts."""
    noted = InboundMessage(sender=SUE, to=SHOP, text=text, signal=KeywordKind(signal))
    outcome = Inbox(ledger).receive(noted, pending_prompt=True)
    assert signal == outcome.match.kind
    assert ("suppression.sender",) == codes(ledger, sender=SHOP)
    assert signal == InboundMessage(sender=SUE, signal=signal).signal


def test_a_signal_that_nobody_knows_is_refused():
    """A signal is one of the kinds."""
    with pytest.raises(ConfigurationError):
        InboundMessage(sender=SUE, signal="no way")


@pytest.mark.parametrize("signal", [KeywordKind.HELP, KeywordKind.OPT_IN])
def test_a_no_in_another_language_outweighs_a_friendly_signal(ledger, signal):
    """Sentences are read in all languages before anything friendly is done."""
    said = InboundMessage(sender=SUE, to=SHOP, text="keine SMS mehr bitte", signal=signal)
    assert "opt_out_likely" == Inbox(ledger).receive(said).match.kind


def test_the_first_word_of_a_sentence_gives_nothing(ledger):
    """A keyword that a provider cuts from a sentence lifts no STOP."""
    inbox = Inbox(ledger)
    inbox.receive(InboundMessage(sender=SUE, to=SHOP, text="STOP"))
    payload = {
        "msisdn": 14155550132,
        "to": 14155550100,
        "text": "Start of next week I am away",
        "keyword": "START",
        "messageId": "SM9",
    }
    inbox.receive(read_vonage(payload))
    assert ("suppression.sender",) == codes(ledger, sender=SHOP)


def test_numbers_of_a_payload_may_be_numbers():
    """A payload that went through JSON or a table names its sender."""
    assert "14155550132" == read_twilio({"From": 14155550132, "Body": "STOP"}).sender


def test_other_names_of_a_person_are_each_recorded_or_told(ledger):
    """One name need not be in a list, and one that cannot be matched says so."""
    inbox = Inbox(ledger)
    form = InboundMessage(sender=Account("u-1"), text="STOP", also=SUE)
    assert "withdrawal.unmatched" not in inbox.receive(form).decision.codes
    assert ("suppression.opted_out",) == codes(ledger)
    form = InboundMessage(sender=Account("u-1"), text="STOP", also=["n/a"])
    decision = inbox.receive(form).decision
    assert "withdrawal.unmatched" in decision.codes
    assert "withdrawal.match" in [duty.code for duty in decision.obligations]


# When it was said, and rows of tables


BEFORE_TIME = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))


def test_a_time_that_no_store_can_keep_holds_nobody_up(ledger):
    """A message of the year 1 is stored; it does not wait in the journal before all others."""
    outcome = Inbox(ledger).receive(InboundMessage(sender=SUE, text="STOP", at=BEFORE_TIME))
    assert ("withdrawal.recorded",) == outcome.decision.codes
    row = {"subject": SUE, "status": "STOP", "at": BEFORE_TIME}
    assert "withdrawal.recorded" in import_consents(ledger, [row]).decisions[0].codes
    ledger.give("+14155550133", "marketing", evidence=Evidence(method="web_form"))


def test_rows_of_any_type_are_each_reported(ledger):
    """One row that cannot be read does not end an import."""
    yes = {"subject": SUE, "purpose": "marketing", "status": True, "at": NOON}
    rows = [None, {**yes, "affirmative": True, "method": 5}, 7, {**yes, "status": "unsub"}]
    told = [decision.codes[0] for decision in import_consents(ledger, rows).decisions]
    assert told == [
        "import.malformed",
        "import.recorded",
        "import.malformed",
        "withdrawal.recorded",
    ]
