"""Numbers that are in use with and without a digit are one person's."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.phone import canonical

TOKEN = vp.pseudonym(vp.KeyRing.generate())


@pytest.mark.parametrize(
    ("spelled", "other"),
    [
        ("+52 1 55 1234 5678", "+52 55 1234 5678"),
        ("+5215512345678", "005255 1234 5678"),
        ("+55 11 98765-4321", "+55 11 8765-4321"),
    ],
)
def test_b13_191_two_spellings_are_one_number(spelled: str, other: str) -> None:
    """Mexico's 1 and Brazil's ninth digit do not make two people of one."""
    assert canonical(other) == canonical(spelled)
    assert canonical(spelled) == canonical(str(canonical(spelled)))


@pytest.mark.parametrize("number", ["+551132345678", "+525512345678", "+14155550132"])
def test_b13_191_other_numbers_stay(number: str) -> None:
    """A fixed number of Brazil has no ninth digit, and a number with one spelling keeps it."""
    assert number == canonical(number)


@pytest.mark.parametrize(
    "spelled", ["+54 9 11 2345-6789", "+54 11 2345-6789", "+54 11 15 2345-6789"]
)
def test_b13_191_argentina_has_one_token_with_and_without_the_9(spelled: str) -> None:
    """The 9 of calls from abroad to Argentina does not make two people of one."""
    shown = TOKEN(spelled, vp.DataCategory.PARTY_NUMBER)
    assert shown == TOKEN("+5491123456789", vp.DataCategory.PARTY_NUMBER)
    assert shown != TOKEN("+5491123456780", vp.DataCategory.PARTY_NUMBER)
