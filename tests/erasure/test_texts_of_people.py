"""A person is found in text and values, whatever stands beside them."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO
from voxvalley_privacy.erasure import State
from voxvalley_privacy.testing import person_of

BESIDE_A_NUMBER = [
    "2026-11-01 09:00:00 {} called",
    "10 {}",
    "{} 10",
    "{} 2026-11-01",
    "192.0.2.1 {}",
    "12.50 {}",
    "5551234 {}",
    "id-7-{}-9",
    "{} +14155550199",
]
NUMBERS = [
    "4155550132",
    "14155550132",
    "(415) - 555 - 0132",
    "415\u2013555\u20130132",
    "415\u2011555\u20110132",
    "415\t555\t0132",
    "+1\n415\n5550132",
    "415\u200b555\u200b0132",
    "415\u00b7555\u00b70132",
    "415+555+0132",
    "4&#49;55550132",
    "415555\\u0030132",
]
BESIDE_AN_ADDRESS = ["{}!", "|{}|", "*{}*", "`{}`", "\\n{}\\n", "{}\u2026", "{}\u2014yes", "#{}"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("text", BESIDE_A_NUMBER)
def test_l4_a_number_beside_other_digits(text, number):
    """Times, counts and other numbers beside a number hide nobody, and only the person goes."""
    person, line = person_of(ANA), text.format(number)
    assert person.in_text(line)
    assert person.may_be_in(line.encode())
    assert not person.in_text(person.erased_from(line))


@pytest.mark.parametrize("text", BESIDE_AN_ADDRESS)
def test_l4_an_address_beside_signs(text):
    """Signs beside an address hide nobody."""
    person, line = person_of("ana@example.com"), text.format("ana@example.com")
    assert person.in_text(line)
    assert person.may_be_in(line.encode())
    assert not person.in_text(person.erased_from(line))


def test_another_mailbox_is_not_the_person():
    """A longer local part, or a longer number, is somebody else."""
    assert not person_of("ana@example.com").in_text("bob.ana@example.com, +ana@example.com.au")
    assert not person_of(ANA).in_text("99914155550132 and 415555013244")


@pytest.mark.parametrize(
    "value",
    [Decimal(ANA[1:]), ANA.encode(), bytearray(ANA, "ascii"), memoryview(ANA.encode()), {ANA}],
)
def test_l4_values_of_databases(value):
    """Decimals, bytes and sets name a person as texts do."""
    person = person_of(ANA)
    assert person.names({"to": [value]})
    assert not person.names(person.without({"to": [value]}))


def test_l4_columns_of_decimals_and_bytes(app):
    """Rows whose people are decimals or bytes are held, found and erased."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE sms (id INTEGER PRIMARY KEY, phone NUMERIC(15, 0), peer BLOB)"
        )
        rows = [(1, int(ANA[1:]), None), (2, None, ANA.encode()), (3, None, BRUNO.encode())]
        connection.exec_driver_sql("INSERT INTO sms VALUES (?, ?, ?)", rows)
    table = vp.erasure.sql_table(engine, "sms", subject=("phone", "peer"), kind="message", id="id")
    app.targets = [table]
    service = app.service()
    hold = app.holds.place(matter="M-1", by="counsel", subjects=[ANA])
    held = [app.holds.covering(record.meta, [hold]) is not None for record in table.every()]
    assert [True, True, False] == held
    app.holds.release(hold.id, by="counsel", reason="settled")
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert State.COMPLETE == certificate.state
    assert ["3"] == [record.id for record in table.every()]
