"""Demands as they come in: names or kinds of fields, holds, ratification, the form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.stores import FixedClock

from .conftest import ANA, BEN, KEYS, NOW, register_with
from .test_legal_demands import DEMAND, legal


def test_a_demand_without_its_papers_is_taken_in_and_denied():
    """Issuer, day, place and check of the sender may be missing; then nothing is handed over."""
    demand = vp.LegalDemand(
        id="D-3",
        instrument="court_order",
        place="US-CA",
        period=(NOW - timedelta(days=30), NOW),
        fields={"CONTENT", "SUBSCRIBER_INFO"},
        subjects=[ANA],
        received=NOW,
        expires=NOW + timedelta(days=10),
        gag_until=NOW + timedelta(days=90),
    )

    decision = legal()(demand.approved(by=("counsel:1", "officer:2")))

    assert {"demand.expired", "demand.unverified", "instrument.cross_border"} <= {*decision.codes}


def test_a_court_order_of_california_reaches_subscriber_info_only():
    """Content and traffic ask a warrant there."""
    kinds = {"SUBSCRIBER_INFO", "TRAFFIC_RECORDS", "CONTENT", "LOCATION", "RECORDING"}
    order = attrs.evolve(
        DEMAND, instrument="court_order", place="US-CA", fields=kinds, counsel="C-1"
    )

    assert {"SUBSCRIBER_INFO"} == legal()(order).require().value.fields


def test_the_names_of_fields_say_what_they_are():
    """A name that says nothing, and a credential, are not handed over."""
    names = {"caller", "started_at", "body", "auth_token", "otp", "qqq", "customer_name"}

    reached = legal()(attrs.evolve(DEMAND, fields=names)).require().value.fields

    assert {"caller", "started_at", "customer_name"} == reached


def test_a_request_to_preserve_places_one_hold():
    """The hold bounds people and time, and asking twice places it once."""
    holds = vp.LegalHolds(stores.memory(), keys=KEYS, clock=FixedClock(NOW))
    policy = legal(holds=holds)
    keep = attrs.evolve(DEMAND, instrument="preservation_request")

    decisions = [policy(keep), policy(keep)]

    assert [("instrument.preserve",)] * 2 == [decision.codes for decision in decisions]
    assert ["hold.review"] == [duty.code for duty in decisions[0].obligations]
    (hold,) = holds.all()
    assert ("D-3", DEMAND.period) == (hold.matter, hold.between)
    assert holds.tokens([ANA]) == hold.subjects


def test_a_date_for_silence_is_an_order_of_silence():
    """The person is told when it ends, and the person's own view hides the line until then."""
    until = NOW + timedelta(days=30)
    register = register_with(None)
    policy = vp.LegalDisclosurePolicy(register)

    decision = policy(attrs.evolve(DEMAND, gag_until=until))

    assert [("demand.notify", until)] == [(duty.code, duty.due) for duty in decision.obligations]
    book = vp.DisclosurePolicy(register)
    assert (0, 1) == (len(book.accounting(ANA)), len(book.accounting(ANA, for_person=False)))


def test_an_order_of_the_union_binds_its_members():
    """A production order is at home in each member but one; in others it comes from abroad."""
    clock = FixedClock(datetime(2026, 11, 25, tzinfo=UTC))
    policy = vp.LegalDisclosurePolicy(register_with(None, clock=clock))
    rows = [row for row in vp.facts.instruments() if row.place == "EU" and row.mode == "compel"]
    assert rows
    for row in rows:
        order = attrs.evolve(
            DEMAND, place="EU", instrument=row.instrument, issuer=min(row.issued_by), counsel="C-1"
        )
        answers = [policy(attrs.evolve(order, served_on=place)).codes for place in ("IE", "DK")]
        assert "instrument.cross_border" not in answers[0]
        assert "instrument.cross_border" in answers[1]


def test_an_emergency_is_ratified_where_the_law_says_so():
    """The duty to ask for it, with its day, comes with the records."""
    row = next(
        row
        for row in vp.facts.instruments()
        if row.place in {"DE", "GB", "IT", "IN"} and row.emergency and row.mode == "compel"
    )
    table = [attrs.evolve(row, disputed=False, confidence="M", reaches={"SUBSCRIBER_INFO"})]
    urgent = attrs.evolve(
        DEMAND,
        place=row.place,
        served_on=row.place,
        instrument=row.instrument,
        issuer=min(row.issued_by),
        fields={"SUBSCRIBER_INFO"},
        statement="A life is in danger.",
        issued=NOW.date(),
    )

    decision = legal(table=table)(urgent)

    assert "demand.ask_ratification" in [duty.code for duty in decision.require().obligations]


def test_the_form_says_what_the_approvers_attest():
    """It names the law, its needs and the fields that are reached, and nobody."""
    form = legal().form(DEMAND)

    assert "| Fields | name, started_at |" in form
    assert "| Needs |" in form
    assert "5550132" not in form


def test_a_form_without_a_row_names_the_instruments_of_the_place():
    """An instrument that the table does not have is answered with those that it has."""
    with pytest.raises(vp.ConfigurationError, match=r"does not have this instrument.*sca_warrant"):
        legal().form(attrs.evolve(DEMAND, instrument="subpoena"))


def test_an_export_takes_times_as_texts_and_shows_no_other_field():
    """A field whose text shows what is not handed over is left out too."""
    handover = legal()(DEMAND).require().value
    records = [
        {"caller": ANA, "name": "Ana", "started_at": "2026-11-20T00:00:00+00:00", "body": "hello"},
        {"caller": ANA, "name": "wrote hello", "started_at": "2026-11-20", "body": "hello"},
        {"caller": ANA, "name": "wrote hello", "started_at": "2026-11-21T00:00Z", "body": "hello"},
        {"caller": BEN, "name": "Ben", "started_at": "2026-11-20T00:00:00+00:00", "body": "x"},
    ]

    rows, manifest = handover.export(records, about=["caller"], at="started_at")

    assert [
        {"name": "Ana", "started_at": "2026-11-20T00:00:00+00:00"},
        {"started_at": "2026-11-21T00:00Z"},
    ] == rows
    assert (2, 4) == (manifest["rows"], manifest["rows_looked_at"])


@pytest.mark.parametrize("approver", ["agent:1", "AGENT:1", " agent:1 ", "a1", "", "officer:2"])
def test_no_alias_of_the_requester_is_the_second_approver(approver):
    """Two people approve; an alias, a spelling of the requester, or one twice is nobody."""
    policy = legal(people={"a1": "p1", "agent:1": "p1"})

    decision = policy(attrs.evolve(DEMAND, approvers=("officer:2", approver)))

    assert "approval.missing" in decision.codes


def test_an_approver_who_left_does_not_count():
    """An approval ends with its approver's removal."""
    assert "approval.missing" in legal(removed=["officer:2"])(DEMAND).codes
