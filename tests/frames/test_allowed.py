"""A rule asked for a column: once for each person, and no answer is a no."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import frames

NOON = dt.datetime(2026, 11, 25, 20, tzinfo=dt.UTC)  # in California
NUMBERS = ["+14155550132", "+14155550133", None, "+14155550132", "+14155550134"]


def _contact(number):
    return vp.Contact(to=number, purpose="marketing.sms", channel="sms", sender="shop")


@pytest.fixture
def may():
    ledger = vp.ConsentLedger(vp.stores.memory(), keys=vp.KeyRing.generate(), clock=lambda: NOON)
    for number in ("+14155550132", "+14155550134"):
        ledger.give(
            number,
            vp.Purpose.MARKETING_SMS,
            evidence=vp.Evidence(method="web_form", affirmative=True),
        )
    ledger.withdraw("+14155550134")
    senders = vp.Senders({"shop": ["+14155550100"]})
    return vp.may_contact(ledger, senders=senders)


@pytest.mark.parametrize(
    "column",
    [
        pa.array(NUMBERS),
        pa.chunked_array([NUMBERS[:2], NUMBERS[2:]]),
        pa.array(NUMBERS).dictionary_encode(),
        pl.Series(NUMBERS),
        pd.Series(NUMBERS),
    ],
    ids=["array", "chunked", "dictionary", "polars", "pandas"],
)
def test_rows_that_are_allowed(may, column):
    """The answer for each row is that for its number asked alone; a null is not allowed."""
    rows = frames.allowed(column, may, _contact)
    alone = [number is not None and bool(may(_contact(number))) for number in NUMBERS]
    assert [True, False, False, True, False] == alone
    assert alone == rows.to_pylist()


def test_each_person_is_asked_once():
    """Distinct values are asked once each; one without an answer is not allowed."""
    asked = []

    class Rule:
        def many(self, contacts):
            asked.extend(contacts)
            yield True

    rows = frames.allowed(pa.array(["a", "b", "a", None]), Rule(), str.upper)
    assert ["A", "B"] == asked
    assert [True, False, True, False] == rows.to_pylist()


def test_refusals(may):
    """What is no column, and a rule that cannot be asked about many, is refused without a value."""
    with pytest.raises(vp.ConfigurationError) as error:
        frames.allowed(["+14155550132", 14155550132], may, _contact)
    assert "5550132" not in str(error.value)
    assert (None, None) == (error.value.__cause__, error.value.__context__)
    with pytest.raises(vp.ConfigurationError):
        frames.allowed(pa.array(NUMBERS), bool, _contact)
