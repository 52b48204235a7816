"""Legal demands: the table is a ceiling, and two people look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.disclosure import LegalDemand, LegalDisclosurePolicy, RecipientRegister
from voxvalley_privacy.facts import instruments
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.testing import assert_fails_closed

from .conftest import ANA, BEN, KEYS, NOW, register_with

DEMAND = LegalDemand(
    id="D-3",
    instrument="sca_court_order",
    place="US",
    issuer="court",
    issued=date(2026, 11, 20),
    served_on="US",
    verified="portal",
    fields={
        "name": "SUBSCRIBER_INFO",
        "started_at": "TRAFFIC_RECORDS",
        "body": "CONTENT",
        "auth_token": "TRAFFIC_RECORDS",
    },
    subjects=[ANA],
    period=(NOW - timedelta(days=30), NOW),
    received=NOW,
    requester="agent:1",
).approved(by=("counsel:1", "officer:2"))


def legal(**how):
    """Return the policy."""
    return LegalDisclosurePolicy(register_with(None), **how)


def test_an_order_reaches_its_records_and_no_content():
    """The handover is demand and ceiling together; a credential is never in it."""
    decision = legal()(DEMAND)

    assert decision
    assert {"name", "started_at"} == decision.value.fields


CASES = {
    "instrument.unknown": {"place": "US-CA", "instrument": "sca_warrant"},
    "instrument.bars": {"instrument": "foreign_direct_demand"},
    "instrument.preserve": {"instrument": "preservation_request"},
    "instrument.prospective": {"instrument": "wiretap_order"},
    "instrument.disputed": {"instrument": "grand_jury_subpoena", "issuer": "prosecutor"},
    "instrument.issuer": {"issuer": "neighbor"},
    "instrument.reach": {"fields": {"body": "CONTENT"}},
    "instrument.cross_border": {"served_on": "DE"},
    "demand.expired": {"issued": date(2026, 1, 1)},
    "demand.unverified": {"verified": ""},
    "demand.unbounded": {"subjects": ["everybody"]},
    "approval.missing": {"approvers": ("counsel:1", "agent:1")},
}


@pytest.mark.parametrize("code", CASES)
def test_what_does_not_fit_denies(code):
    """Each fault denies with its own reason."""
    decision = legal()(attrs.evolve(DEMAND, **CASES[code]))

    assert not decision
    assert code in decision.codes


def test_a_preservation_places_a_hold():
    """Nothing is handed over; the duty is to keep."""
    decision = legal()(attrs.evolve(DEMAND, instrument="preservation_request"))

    assert ["hold.place", "hold.review"] == [duty.code for duty in decision.obligations]


@pytest.mark.parametrize(
    "approvers",
    [
        (),
        ("counsel:1",),
        ("counsel:1", "COUNSEL:1 "),
        ("agent:1", "counsel:1"),
        ("c2", "counsel:1"),
    ],
)
def test_d6_two_people_approve(approvers):
    """Requester and both approvers are three people over every alias."""
    policy = legal(people={"c2": "counsel:1"})

    assert "approval.missing" in policy(DEMAND.approved(by=approvers)).codes


def test_d6_an_approval_ends_with_its_approver():
    """Who no longer may approve does not count."""
    assert "approval.missing" in legal(removed=["officer:2"])(DEMAND).codes


def _asked(row):
    """Return a demand for everything under a row."""
    every = ["SUBSCRIBER_INFO", "TRAFFIC_RECORDS", "LOCATION", "CONTENT", "RECORDING", "CREDENTIAL"]
    return attrs.evolve(
        DEMAND,
        place=row.place,
        instrument=row.instrument,
        issuer=min(row.issued_by),
        served_on=row.place,
        fields={**{kind.lower(): kind for kind in every}, "password": "SUBSCRIBER_INFO"},
        counsel="C-1",
        statement="danger",
    )


@pytest.mark.parametrize("row", instruments(), ids=lambda row: f"{row.place}-{row.instrument}")
def test_d7_no_row_lets_a_credential_out(row):
    """A demand for everything gets at most what the row reaches, and no credential."""
    decision = legal()(_asked(row))
    if decision:
        assert {field.upper() for field in decision.value.fields} <= row.reaches
        assert "password" not in decision.value.fields
    if row.mode in {"bar", "preserve", "intercept"}:
        assert not decision


def test_a_doubtful_row_never_widens():
    """An older, disputed or weaker row gives no more than the row it is made of."""
    (row,) = [r for r in instruments() if (r.place, r.instrument) == ("US", "sca_court_order")]
    for worse in ({"disputed": True}, {"confidence": "L"}, {"mode": "maybe"}, {"mode": "bar"}):
        table = (attrs.evolve(row, **worse),)
        assert not legal(table=table)(DEMAND)


def test_an_emergency_needs_one_approver_and_a_statement():
    """Records in an emergency: one approver, a statement, and a review in 72 hours."""
    urgent = attrs.evolve(
        DEMAND, instrument="emergency_records", issuer="police", approvers=("officer:2",)
    )
    assert (
        "demand.statement" in legal()(urgent).codes
        or "instrument.unverified" in legal()(urgent).codes
    )

    decision = legal()(attrs.evolve(urgent, statement="A life is in danger.", counsel="C-1"))

    assert decision
    assert "demand.review" in [duty.code for duty in decision.obligations]


def test_a_gag_delays_the_notice_and_never_the_book():
    """The person's own view hides the entry until the gag ends; the book has it."""
    from voxvalley_privacy.disclosure import DisclosurePolicy

    clock = FixedClock(NOW)
    register = register_with(None, clock=clock)
    until = NOW + timedelta(days=90)
    decision = LegalDisclosurePolicy(register)(attrs.evolve(DEMAND, gag=True, gag_until=until))
    book = DisclosurePolicy(register)

    assert decision
    assert [("demand.notify", until)] == [(duty.code, duty.due) for duty in decision.obligations]
    assert () == book.accounting(ANA)
    assert 1 == len(book.accounting(ANA, for_person=False))
    clock.advance(timedelta(days=91))
    assert 1 == len(book.accounting(ANA))


def test_the_export_holds_the_period_the_people_and_the_fields():
    """Other people's records and other times are not in it, and the manifest counts."""
    handover = legal()(DEMAND).value
    records = [
        {"caller": ANA, "name": "Ana Example", "started_at": NOW - timedelta(days=1), "body": "hi"},
        {"caller": BEN, "name": "Ben Example", "started_at": NOW - timedelta(days=1)},
        {"caller": ANA, "name": "Ana Example", "started_at": NOW - timedelta(days=60)},
        {"caller": ANA, "name": "Ana Example", "started_at": datetime(2026, 11, 24)},  # noqa: DTZ001
    ]

    rows, manifest = handover.export(records, about=("caller",), at="started_at")

    assert [{"name": "Ana Example", "started_at": NOW - timedelta(days=1)}] == rows
    assert (1, 4) == (manifest["rows"], manifest["rows_looked_at"])


def test_every_fault_of_the_store_denies():
    """Without its entry in the book nothing is handed over."""

    def build(store):
        return LegalDisclosurePolicy(RecipientRegister(store, keys=KEYS, clock=FixedClock(NOW)))

    assert_fails_closed(build, DEMAND, store=stores.memory)


def test_an_instrument_binds_only_while_in_force():
    """An order of before its law, or of after, is none."""
    rows = [row for row in instruments() if row.in_force_from]
    assert rows
    for row in rows:
        early = attrs.evolve(_asked(row), issued=row.in_force_from - timedelta(days=1))
        policy = LegalDisclosurePolicy(
            register_with(None, clock=FixedClock(datetime(2026, 11, 25, tzinfo=UTC)))
        )
        assert not policy(early)
