"""Known values: what a record's typed fields call personal, found in its texts in any spelling."""

from __future__ import annotations

import pytest

from tests.detection.hiding import found
from voxvalley_privacy.detection._known import known_values
from voxvalley_privacy.vocabulary import DataCategory

NUMBER = (("+14155550132", DataCategory.PARTY_NUMBER),)
NAME = (("Dr. José Álvarez-Ruiz", DataCategory.PERSON_NAME),)


@pytest.mark.parametrize(
    "text",
    [
        "ts=1415555013 2", "$415,555,01.32", "v1.415.555.0132", "order 5550132", "%2B14155550132", "(415) 555-0132",
        "4 1 5 5 5 5 0 1 3 2", "rtp 41555 50132", "٤١٥٥٥٥٠١٣٢",
    ],
)  # fmt: skip
def test_a_number_is_known_in_any_spelling(text):
    """Where a reason would leave it alone, a known number is found by its last seven digits."""
    known = known_values(NUMBER)
    assert any(part.replace("٢", "2")[-1] == "2" for part, _ in found(text, known=known))


@pytest.mark.parametrize(
    "text", ["hi Jose", "HI JOSÉ!", "alvarez called", "Jose\u0301", "ｊｏｓé", "ruiz,", "(José)"]
)
def test_a_name_is_known_by_word(text):
    """Words of a name are found whatever their case and accents."""
    ((_, category),) = found(text, known=known_values(NAME))
    assert "PERSON_NAME" == category


@pytest.mark.parametrize("text", ["joseph", "dr. who", "a ruizian", "", "Mr and Mrs"])
def test_a_part_of_another_word_is_no_name(text):
    """Titles and parts of other words are left alone."""
    assert [] == found(text, known=known_values(NAME))


def test_names_without_spaces():
    """In scripts that set no spaces a name is found inside a sentence."""
    known = known_values([("王伟", DataCategory.PERSON_NAME)])
    assert [("王伟", "PERSON_NAME")] == found("你好王伟先生", known=known)


def test_addresses_and_their_users():
    """An e-mail or SIP address is known whole and by its user."""
    known = known_values(
        [
            ("sip:Alice@example.com;tag=1", DataCategory.SIP_URI),
            ("sip:1001@example.com", DataCategory.SIP_URI),
        ]
    )
    assert [("alice", "SIP_URI")] == found("ask alice", known=known)
    assert [("1001", "SIP_URI")] == found("dial 1001 please", known=known)
    assert [] == found("dial 11001 please", known=known)
    assert [("alice@example.com", "SIP_URI")] == found("alice@example.com", known=known)


@pytest.mark.parametrize("value", ["", "12", "Mr", "--", "Jo", "unknown", "Anonymous"])
def test_what_is_too_short_is_not_looked_for(value):
    """Nothing is made of values that would be found everywhere."""
    assert known_values([(value, DataCategory.PERSON_NAME)]) is None


def test_they_compare_and_hide_themselves():
    """Known values are frozen, compare, and show how many they are."""
    known = known_values([*NUMBER, *NAME])
    assert known == known_values([*NUMBER, *NAME])
    assert "KnownValues(digits=<1 hidden>, words=<3 hidden>)" == repr(known)
