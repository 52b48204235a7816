"""Short codes, emergency numbers and service codes."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.phone.strategies import REGIONS, TEXTS
from voxvalley_privacy.phone import canonical, is_short


@pytest.mark.parametrize(
    "text",
    [
        "17",
        "000",
        "112",
        "911",
        "9-1-1",
        "1001",
        "40404",
        "243725",
        "tel:911",
        "sip:1001@192.0.2.1",
        "+911",
        "９１１",
        "%39%31%31",
    ],
)
def test_short_numbers(text):
    """Two to six digits are short, in any spelling."""
    assert is_short(text)


@pytest.mark.parametrize(
    "text",
    ["*67", "#31#", "*#06#", "*100#", "*", "##002#", "*67 415 555 0132", "sip:*98@example.com"],
)
def test_service_codes(text):
    """What begins with a star or a hash and holds nothing but digits is a service code."""
    assert is_short(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "5550132",
        "+14155550132",
        "14155550132",
        "alice",
        "911 now",
        "*alice",
        "192.0.2.1",
        "²" * 7,
        "x:911",
    ],
)
def test_others_are_not_short(text):
    """Numbers, words and addresses are not short."""
    assert not is_short(text)


def test_six_digits_can_be_a_number_where_people_have_them():
    """A number that lies in an assigned range of the region is not short there."""
    assert is_short("62889")
    assert not is_short("62889", region="AC")
    assert "+24762889" == canonical("62889", region="AC")
    assert is_short("110", region="DE")


@given(TEXTS, REGIONS)
def test_short_is_never_a_number(text, region):
    """Any text is short or not, and what is short has no canonical form."""
    assert not (is_short(text, region=region) and canonical(text, region=region) is not None)
