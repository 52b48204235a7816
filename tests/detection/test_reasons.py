"""Reasons to leave digits alone: each holds where it says so, and nowhere near."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detection.hiding import found, hide

LEFT = {
    "date": [
        "2026-11-23 20:15",
        "on 23.11.2026 at 20:15:30",
        "11/23/2026 8:15",
        "2026/11/23 20:15:30.123456",
        "2026年11月23日20:15",
    ],
    "short date": ["12/05/24 20:15", "12/05/24 - 15/05/24"],
    "time": [
        "20:15:30 +0530",
        "20:15:30.123456",
        "at 20:15:30,123 ok",
        "9:30-17:00",
        "10.30-12.45",
    ],
    "log time": ["[23/Nov/2026:20:15:30 +0000]"],
    "mail date": ["Mon, 23 Nov 2026 20:15:30 +0000"],
    "years": ["2019-2023", "2010/2011"],
    "compact date": ["20261123", "20261123201530", "20261123T201530Z", "20261123-201530"],
    "epoch": [
        "ts=1764000000",
        '"start_time": 1764000000123',
        "created_at:'1764000000'",
        "timestamp=1764000000.25",
        '{"dateCreated":1764000000}',
    ],
    "money": [
        "$1,200,000.00",
        "USD 1,500,000",
        "Rs. 1500000",
        "1 500 000 EUR",
        "₹12,34,567",
        "€ 1.234.567,89",
        "1500000 dollars",
        "$0.00750000",
    ],
    "grouped": ["1,234,567 people", "1,234,567.89"],
    "decimal": ["0.00750000", "12345.678"],
    "unit": ["1500000 ms", "12345678 bytes", "1048576kB", "1500000 km"],
    "version": [
        "v1.2.34567",
        "Chrome/119.0.6045.123",
        "10.0.19041.1234",
        "5.15.0-1053",
        "version 12.34.5678",
    ],
    "ports": [
        "ports 10000-20000",
        "port 5060, 5061",
        "8080:8080",
        "rtp 10000 20000",
        "port range 10000-20000",
    ],
    "UUID": [
        "123e4567-e89b-12d3-a456-426614174000",
        "00000000-0000-0000-0000-000000000000",
        "USR-123e4567-e89b-12d3-a456-426614174000",
        "call-123e4567-e89b-12d3-a456-426614174000",
    ],
    "hexadecimal id": [
        "d41d8cd98f00b204e9800998ecf8427e",
        "0x1234567890abcdef",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    ],
    "typed id": ["AC0123456789abcdef0123456789abcdef", "SM12345678901234567890123456789012"],
    "message id": ["ABC0001764000000123000000"],
    "template id": [
        "template_id=1107160000000012345",
        "Template ID: 1107160000000012345",
        "templateid 1107160000000012345",
    ],
}

# In runs of several numbers: a part that a reason takes must not be the last groups of one of them.
GLUED = [
    "001808555019308085 550193ms",
    "940 808 555 0194 EUR",
    "0116415.5550116$",
    "2026-11-23 415 555 0193 EUR",
    "192.0.2.1:415.555.0151USD",
    "12025550151202555 0151 %",
    "415-555-0177 41.55.55.01.77 USD",
    "+14155550132(415) 555-0132415-555-01324155550132",
]

HIDDEN = {
    "date": ["2026-13-23 20:15", "2026-11-23-4155550132", "202.11.2026 4155"],
    "time": ["20:25:55501:23", "41:55:55 01 32"],
    "years": ["2019-2023-4155", "1819-2023"],
    "compact date": ["20261323", "+20261123", "2026112320153"],
    "epoch": ["1764000000", "call: 4155550132", "ts=4155550132", "number: 1764000000"],
    "money": [
        "$2025550123",
        "$415 555 0132",
        "USD 4155550132",
        "4155550132 dollars",
        "12,025,550,123",
    ],
    "decimal": ["202.5550123", "12025550123.0", "1.2025550123"],
    "unit": ["4155550132 ms", "415 555 0132 km", "42.55 55 01 07km"],
    "version": [
        "v415.555.0132",
        "recordings/415.555.0132",
        "v20.25.55.01.42",
        "build 4155.55.0132",
    ],
    "ports": [
        "98480-12345",
        "airport 4155550132",
        "8080:808080",
        "UDP 415-555-0132",
        "SIP/2.0/UDP 202 555 0132",
        "port 415/555/1032",
        "p202,555,1032",
        "tcp 415-555-01032",
    ],
    "UUID": ["4155550132-e89b-12d3-a456-426614174000"],
    "hexadecimal id": [
        "x12025550123y",
        "abc12025550123def",
        "12025550123202555012312025550123",
        "+120255501420000a",
        "120255501420000a",
        "+12025550142-abcd-0000-0000-000000000000",
        "+1202555014200000000000a",
    ],
    "typed id": ["AC12025550123", "TO12025550123"],
    "message id": ["ABCD12025550123", "ABC12025550123"],
    "template id": ["1107160000000012345", "template 4155550132"],
}


@pytest.mark.parametrize("text", [text for texts in LEFT.values() for text in texts])
def test_a_reason_leaves_it_alone(text):
    """What has a reason is left readable, alone and in a sentence."""
    assert [] == found(text)
    assert [] == found(f"It says {text} here.")


@pytest.mark.parametrize("text", [text for texts in HIDDEN.values() for text in texts])
def test_what_only_looks_like_it_is_hidden(text):
    """A near miss has no reason."""
    assert found(text)


@pytest.mark.parametrize("text", GLUED)
def test_no_reason_holds_for_the_end_of_a_number(text):
    """What is left of glued numbers has no five digits of one of them."""
    hidden = hide(text).replace("2026-11-23", "")
    assert sum(map(str.isdigit, hidden)) < 5, hidden


@given(
    st.uuids(),
    st.datetimes(
        min_value=__import__("datetime").datetime(1990, 1, 1),
        max_value=__import__("datetime").datetime(2090, 1, 1),
    ),
)
def test_any_uuid_and_any_time_stay(identifier, moment):
    """No UUID and no ISO time is taken for a number."""
    assert [] == found(
        f"id={identifier} at {moment.isoformat()}Z or {moment:%Y-%m-%d %H:%M:%S,%f} or {moment:%d.%m.%Y %H:%M}"
    )
    assert [] == found(uuid.UUID(int=identifier.int).urn)


@given(
    st.integers(0, 99_999_999), st.sampled_from(["${:,.2f}", "{:,.2f} EUR", "USD {}.00", "₹{:,}"])
)
def test_any_price_stays(cents, form):
    """No price is taken for a number."""
    assert [] == found("You paid " + form.format(cents // 100) + " today")


def test_a_number_beside_what_has_a_reason_is_found_alone():
    """A date, an address and a price beside a number are not joined with it."""
    assert [("415-555-0132", "PHONE_NUMBER")] == found("2026-11-23 20:15:30 415-555-0132")
    assert [("192.0.2.1", "IP_ADDRESS"), ("4155550132", "PHONE_NUMBER")] == found(
        "192.0.2.1 4155550132"
    )
    assert [("4155550132", "PHONE_NUMBER")] == found("ts=1764000000 4155550132")


def test_what_a_weak_reason_leaves_over_is_not_half_a_number():
    """Where a clock would leave five digits of a run, the run is hidden whole."""
    assert [("20:25 550123", "PHONE_NUMBER")] == found("20:25 550123")
