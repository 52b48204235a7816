"""A message has a basis, and a rule says which is accepted where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.consent import (
    Basis,
    BasisKind,
    Contact,
    Evidence,
    MessageClass,
    Template,
    basis_accepted,
    may_contact,
)
from voxvalley_privacy.consent._basis_names import kind_of_row
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.facts import load

NOON = datetime(2026, 7, 15, 17, tzinfo=UTC)
ALL = ["signed", "names_seller", "names_number", "not_a_condition"]
SALE = ["got_in_sale", "own_similar", "refusal_offered"]
BILL = Template(id="bill", message_class=MessageClass.ADMINISTRATIVE)
ALARM = Template(id="alarm", message_class=MessageClass.EMERGENCY)
US, CA, GB, DE = "+13125550132", "+14165550132", "+447700900123", "+4915112345678"


def ask(to=US, channel="sms", template=None, **basis):
    """Return the codes of the answer."""
    named = Basis(**basis) if basis else None
    contact = Contact(
        to=to,
        purpose="marketing",
        channel=channel,
        at=NOON,
        template=template,
        basis=named,
        jurisdictions=["GB"] if to == GB else [],  # made-up numbers of +44 are of no one country
    )
    return basis_accepted()(contact)


@pytest.mark.parametrize(
    ("to", "basis", "code"),
    [
        (US, {}, "basis.absent"),
        (US, {"kind": "consent"}, "basis.needs_writing"),
        (US, {"kind": "prior_express_written_consent", "parts": ALL[1:]}, "basis.incomplete"),
        (US, {"kind": "prior_express_written_consent", "parts": ALL}, "basis.accepted"),
        (US, {"kind": "soft_opt_in", "parts": SALE}, "basis.not_accepted"),
        (GB, {"kind": "soft_opt_in", "parts": SALE}, "basis.accepted"),
        (GB, {"kind": "soft_opt_in", "parts": SALE[:2]}, "basis.incomplete"),
        (GB, {"kind": "consent"}, "basis.accepted"),
        (DE, {"kind": "existing_relationship", "since": NOON}, "basis.not_accepted"),
        (CA, {"kind": "implied_consent"}, "basis.time_unknown"),
        ("+999", {"kind": "existing_relationship"}, "contact.location_unknown"),
    ],
)
def test_which_where(to, basis, code):
    """Each place accepts what its rows name, with every part of it."""
    assert code in ask(to, **basis).codes


@pytest.mark.parametrize(
    ("detail", "days", "code"),
    [
        ("implied_consent_purchase", 729, "basis.accepted"),
        ("implied_consent_purchase", 732, "basis.ended"),
        ("implied_consent_inquiry", 179, "basis.accepted"),
        ("implied_consent_inquiry", 186, "basis.ended"),
        ("", 186, "basis.ended"),  # not known which: the shortest
        ("inquiry", 1, "basis.not_accepted"),  # a row of another country
    ],
)
def test_months(detail, days, code):
    """A basis ends after the months of its row, and an allow says when."""
    since = NOON - timedelta(days=days)
    answer = ask(CA, kind="implied_consent", since=since, detail=detail)
    assert (code,) == tuple(dict.fromkeys(answer.codes))
    if answer:
        assert NOON < answer.valid_until < NOON + timedelta(days=5)
        assert {"basis.condition"} == {duty.code for duty in answer.obligations}


@given(st.datetimes(datetime(2020, 1, 1), datetime(2026, 7, 14), timezones=st.just(UTC)))  # noqa: DTZ001
def test_months_are_of_the_calendar(since):
    """Twenty-four months are two years: the 29th of February ends on the 28th."""
    last = min(since.day, 28) if since.month == 2 else since.day
    ends = since.replace(year=since.year + 2, day=last)
    if since.month == 2 and since.day == 29:
        ends = since.replace(year=since.year + 2, day=28)
    answer = ask(CA, kind="implied_consent", since=since, detail="implied_consent_purchase")
    assert bool(answer) is (NOON < ends)
    assert not answer or answer.valid_until == ends


@pytest.mark.parametrize(
    ("kind", "template", "allowed"),
    [
        ("transactional", BILL, True),
        ("transactional", None, False),
        ("emergency", ALARM, True),
        ("emergency", BILL, False),
        ("emergency", None, False),
    ],
)
def test_the_template_decides(kind, template, allowed):
    """An offer does not become a service, nor a bill an emergency, by its name."""
    assert allowed is bool(ask(kind=kind, template=template))


def test_a_basis_of_the_future():
    """A purchase that is yet to come is none."""
    assert not ask(CA, kind="implied_consent", since=NOON + timedelta(days=1))


def test_what_is_refused_when_named():
    """An unknown part or kind, and a time without a zone, are errors."""
    for wrong in ({"parts": ["sealed"]}, {"since": datetime(2026, 1, 1)}):  # noqa: DTZ001
        with pytest.raises(ConfigurationError):
            Basis(kind="consent", **wrong)
    with pytest.raises(ValueError, match="hope"):
        Basis(kind="hope")


def test_every_row_has_a_kind():
    """Rows without a kind permit nothing to an app: they are named here, one by one."""
    without = {row.basis for row in load().bases if kind_of_row(row.basis) is None}
    assert {
        "consent_request_once",
        "consent_to_provider",
        "legitimate_interest_or_consent",
        "merchant",
        "no_objection",
    } == without
    assert {kind_of_row(row.basis) for row in load().bases} - {None} == {*BasisKind} - {
        BasisKind.EMERGENCY
    }


def test_in_may_contact(ledger, clock):
    """It joins as a rule; what is no contact is denied."""
    ledger.give(US, "marketing.sms", evidence=Evidence(method="web_form", affirmative=True))
    may = may_contact(ledger, rules=[basis_accepted()])
    asked = Contact(to=US, purpose="marketing", channel="sms")
    assert "basis.absent" in may(asked).codes
    assert not basis_accepted()(None)


@pytest.mark.parametrize(
    ("place", "channel", "code"),
    [
        ("AT", "sms", "basis.accepted"),
        ("SE", "email", "basis.accepted"),  # its own row is about calls
        ("IS", "mms", "basis.accepted"),
        ("IT", "email", "basis.accepted"),
        ("IT", "sms", "basis.not_accepted"),  # its own row is about e-mail only
        ("AT", "voice", "basis.not_accepted"),
        ("CH", "voice", "basis.not_accepted"),
        ("RS", "sms", "basis.not_accepted"),
    ],
)
def test_members_without_a_row_have_the_directives(place, channel, code):
    """A member of the European Economic Area falls back on Directive 2002/58/EC, others on nothing."""
    basis = Basis(kind="soft_opt_in", parts=SALE)
    contact = Contact(
        to="sue@example.com",
        purpose="marketing",
        channel=channel,
        at=NOON,
        basis=basis,
        jurisdictions=[place],
    )
    decision = basis_accepted()(contact)
    assert (code,) == decision.codes
    if place in {"AT", "SE", "IS"} and decision:
        assert "2002/58/EC" in decision.reasons[0].citation
        assert "basis.condition" in {duty.code for duty in decision.obligations}
