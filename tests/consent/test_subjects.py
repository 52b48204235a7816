"""Whom an entry is about: spellings of one person, and what names nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    Account,
    ConsentLedger,
    Contact,
    Evidence,
    import_consents,
    not_opted_out,
)
from voxvalley_privacy.ledgers import canonical_subject

from .conftest import NOON

SUE = "+14155550132"


@pytest.mark.parametrize(
    "spelling",
    [
        14155550132,
        14155550132.0,
        "14155550132.0",
        "14155550132.00",
        "1.4155550132E10",
        "1.4155550132e+10",
        "14155550132@c.us",
        "14155550132@s.whatsapp.net",
        "14155550132:12@s.whatsapp.net",
        "whatsapp:+14155550132",
        "rcs:+14155550132",
        "smsto:+14155550132",
        "tel:+1-415-555-0132",
        "sip:+14155550132@192.0.2.7",
        "Sue <+14155550132>",
        "<sip:+14155550132@192.0.2.7>",
        " +1 (415) 555-0132 ",
    ],
)
def test_b17_232_spellings_of_a_number(spelling):
    """Spreadsheets, databases, messengers and mail programs mean the same person."""
    assert ("number", SUE) == canonical_subject(spelling)


@pytest.mark.parametrize(
    "spelling",
    [
        "zoe@example.com",
        "mailto:zoe@example.com",
        "MAILTO:zoe%40example.com?subject=stop",
        "Zoe <zoe@example.com>",
        "ZOE@EXAMPLE.COM",
        " zoe@example.com. ",
    ],
)
def test_b17_232_spellings_of_an_address(spelling):
    """Brackets, schemes, case and a dot at the end do not make another mailbox."""
    assert ("email", "zoe@example.com") == canonical_subject(spelling)


@pytest.mark.parametrize(
    "subject",
    [
        None,
        True,
        0,
        -5,
        14155550132.5,
        float("nan"),
        float("inf"),
        1e300,
        "",
        "n/a",
        "null",
        "1.41556E+10",
        "120363025555501320@g.us",
        "123456789012345@lid",
        "status@broadcast",
        "@example.com",
        "a b@example.com",
        "mailto:",
        "<>",
        Account(""),
        ["+14155550132"],
        "x" * 600,
    ],
)
def test_b17_232_what_names_nobody(subject):
    """A number with a digit missing, a group chat and a placeholder are nobody."""
    assert canonical_subject(subject) is None


def test_b17_250_names_and_hosts():
    """Two mailboxes stay two; a host in both its spellings, and with a dot at the end, is one."""
    one, two = (canonical_subject(f"{name}@example.com") for name in ("strasse", "straße"))
    assert one != two
    spellings = ["a@bücher.example", "a@xn--bcher-kva.example", "A@BÜCHER.example."]
    assert 1 == len({canonical_subject(spelling) for spelling in spellings})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+5215555550132", "+525555550132"),
        ("whatsapp:+521 55 5555 0132", "+52 55 5555 0132"),
        ("+551155550132", "+5511955550132"),
        ("+5491155550132", "+541155550132"),
    ],
)
def test_b17_191_national_variants(ledger, one, other):
    """A Mexican, Brazilian or Argentine mobile with and without its extra digit is one person."""
    for opted_out, asked in ((one, other), (other, one)):
        tenant = ledger.for_tenant(opted_out)
        tenant.suppress(opted_out)
        contact = Contact(to=asked, purpose="marketing", channel="sms", at=NOON)
        assert not not_opted_out(tenant)(contact)


def test_b17_232_an_import_counts_them(ledger):
    """The report says how many rows could not be matched to anybody."""
    rows = [{"subject": name, "status": "unsubscribed"} for name in ("n/a", "(415) 555-0132", SUE)]
    report = import_consents(ledger, rows)
    assert {"withdrawal.recorded": 3, "withdrawal.unmatched": 2} == dict(report.counts)


def test_a_subject_that_can_be_matched_says_nothing(ledger):
    """The warning comes only where somebody must find out who it was."""
    assert ("withdrawal.recorded",) == ledger.withdraw(14155550132).codes
    assert ("withdrawal.recorded", "withdrawal.unmatched") == ledger.withdraw("n/a").codes


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.binary(max_size=5)))
def test_a_withdrawal_of_anything_is_accepted(keys, subject):
    """Whatever it is about, it is kept, and says whether it protects anybody."""
    ledger = ConsentLedger(stores.memory(), keys=keys)
    answer = ledger.withdraw(subject)
    assert answer
    assert ledger.knows(subject) is ("withdrawal.unmatched" not in answer.codes)


@given(st.text(max_size=40))
def test_a_spelling_is_its_own(text):
    """The canonical spelling of a person is the canonical spelling of itself."""
    found = canonical_subject(text)
    if found is not None:
        assert found == canonical_subject(found[1])


@pytest.mark.parametrize("channel", ["sms", "email", "voice", "carrier-pigeon"])
def test_b17_245_withdraw_by_channel(ledger, clock, channel):
    """Taken back for one channel, others stay; a channel that is not known means all."""
    form = Evidence(method="web_form", affirmative=True)
    for purpose in ("marketing.sms", "marketing.email", "marketing.voice"):
        ledger.give(SUE, purpose, evidence=form)
    answer = ledger.withdraw(SUE, channel=channel)
    assert answer
    blocked = {
        way
        for way in ("sms", "email", "voice")
        if not not_opted_out(ledger)(Contact(to=SUE, purpose="marketing", channel=way, at=NOON))
    }
    widened = "withdrawal.widened" in answer.codes
    assert ({channel} if not widened else {"sms", "email", "voice"}) == blocked


@pytest.mark.parametrize(
    ("purpose", "channel", "widened"),
    [("marketing", "sms", False), ("analytics", "sms", True), ("marketing.sms", "email", True)],
)
def test_b17_245_a_purpose_and_a_channel(ledger, purpose, channel, widened):
    """Marketing through one channel is taken as that; a channel for anything else says that all ends."""
    form = Evidence(method="web_form", affirmative=True)
    ledger.give(SUE, "marketing.email", evidence=form)
    answer = ledger.withdraw(SUE, purpose, channel=channel)
    assert widened == ("withdrawal.widened" in answer.codes)
    contact = Contact(to=SUE, purpose="marketing", channel="email", at=NOON)
    assert widened is not bool(not_opted_out(ledger)(contact))


def test_b17_245_a_sender_in_national_spelling(keys, clock):
    """A suppression for a sender reads its number by the ledger's country."""
    ledger = ConsentLedger(stores.memory(), keys=keys, clock=clock, region="US")
    ledger.suppress(SUE, sender="(415) 555-0100")
    contact = Contact(to=SUE, purpose="marketing", channel="sms", at=NOON, sender="+14155550100")
    assert not not_opted_out(ledger)(contact)
