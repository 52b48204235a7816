"""Numbers that are in use with and without a digit are one person's."""

from __future__ import annotations

import pytest

from voxvalley_privacy.phone import canonical


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
