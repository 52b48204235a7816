"""The engine's laws: in order, apart, never raising, the same again."""

from __future__ import annotations

import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detection.hiding import found, hide
from voxvalley_privacy.detection import _engine
from voxvalley_privacy.detection._engine import DEFAULT_FINDERS, find_in_text, merged
from voxvalley_privacy.detection._known import known_values
from voxvalley_privacy.detection._own_finders import Finder
from voxvalley_privacy.detection.findings import Finding
from voxvalley_privacy.vocabulary import DataCategory

PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "+14155550132", "jo@example.com", "192.0.2.1", "2001:db8::1", "4111111111111111", "sip:jo@", "https://a:b@example.com/?",
            "%2B1", "&#49;", "\\u0031", "=31=32=33", "<b>", "\x1b[1m", "\u200d", "２", "O", "password=", "Bearer ", "eyJ", ".", ":",
            "-----BEGIN PRIVATE KEY-----", "GB98MIDL07009312345678", "code 123456", "born 1/2/1990", "1.5,", "\ud800", "\n", "tel:",
        ]
    ),
    st.text(string.digits + " -.:/()+,", max_size=20),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
def test_findings_are_in_order_apart_and_inside(text):
    """Findings are sorted, do not overlap, are not empty and lie in the text; nothing raises."""
    at = 0
    for start, end, category in find_in_text(
        text, known=known_values([("+14155550132", DataCategory.PARTY_NUMBER)])
    ):
        assert at <= start < end <= len(text)
        assert isinstance(category, DataCategory)
        at = end


@given(TEXTS)
def test_hiding_twice_hides_no_number_more(text):
    """What was hidden once has no long run of digits left."""
    assert "PHONE_NUMBER" not in {category for _, category in found(hide(hide(text)))}


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from(list(DataCategory))),
        max_size=12,
    )
)
def test_overlaps_lose_nothing(spans):
    """Joined findings cover exactly what was found."""
    findings = [Finding(start, start + size, category) for start, size, category in spans]
    joined = merged(list(findings))
    assert {at for one in findings for at in range(one.start, one.end)} == {
        at for one in joined for at in range(one.start, one.end)
    }
    assert all(left.end <= right.start for left, right in pairwise(joined))


def test_the_stronger_name_stays():
    """An address with a number in it is an address."""
    assert [("sip:+14155550132@192.0.2.1", "SIP_URI")] == found("sip:+14155550132@192.0.2.1")
    assert [("jo.4155550132@example.com", "EMAIL_ADDRESS")] == found("jo.4155550132@example.com")


def test_a_finding_shows_no_text():
    """The repr of a finding holds offsets and what it is."""
    assert "Finding(5, 17, PHONE_NUMBER)" == repr(find_in_text("call +14155550132")[0])


def test_a_finder_of_ones_own():
    """A function and a cheap test make a finder."""
    own = Finder(
        "badge",
        (DataCategory.SUBSCRIBER_ID,),
        lambda text: "#" in text,
        lambda text: [Finding(0, 2, DataCategory.SUBSCRIBER_ID)],
    )
    assert [("#7", "SUBSCRIBER_ID")] == found("#7 x", finders=(*DEFAULT_FINDERS, own))
    assert [] == found("+14155550132", finders=[])


def test_clean_text_costs_no_pass():
    """A text without digits, at signs and colons is left before any pass; a user's finder is asked."""
    text = "See you at the station tomorrow."

    def fail(*_: object) -> list[Finding]:
        raise AssertionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_engine, "_find", fail)
        assert () == find_in_text(text)
    own = Finder("word", (), lambda _: True, lambda _: [Finding(0, 3, DataCategory.CONTENT)])
    assert [("See", "CONTENT")] == found(text, finders=(*DEFAULT_FINDERS, own))


def test_a_wall_of_digits_is_one_finding_and_its_dates_stay():
    """In a run of thousands of characters only shapes like dates and addresses are told apart; the rest is hidden whole."""
    wall = "1 " * 3000
    assert [(wall.strip(), "PHONE_NUMBER")] == found(wall)
    assert [] == found("2026-11-23 " * 300)
    assert ["IP_ADDRESS"] * 300 == [category for _, category in found("192.0.2.1 " * 300)]
    assert "4155550132" not in hide("12:34:56 " * 300 + "4155550132")


@pytest.mark.parametrize(
    "text",
    [
        "415&lt;b&gt;5550132",
        "jo&lt;b&gt;@example.com",
        "415 &amp;#53;550132 x",
        "jo@&lt;b&gt;example.com",
    ],
)
def test_entities_of_markup_hide_nothing(text):
    """Entities that most texts have for no harm are read where they stand beside digits or an at sign."""
    hidden = hide(text)
    assert not {"5550132", "550132", "jo"} & set(hidden.replace("&", " ").replace("[", " ").split())


def test_one_cluster_can_be_an_address_and_a_number():
    """An address does not keep the number beside it from being found."""
    assert ["IP_ADDRESS", "PHONE_NUMBER"] == [
        category for _, category in found("192.0.2.1 415 555 0132")
    ]
    assert [] == found("Chrome/119.0.0.12 and build 10.0.0.12")
    assert ["DATE_OF_BIRTH", "IP_ADDRESS"] == [
        category for _, category in found("born 12 March 1990 192.0.2.217")
    ]
    assert ["ONE_TIME_CODE", "IP_ADDRESS"] == [
        category for _, category in found("code 482913 192.0.2.217")
    ]
    assert ["IP_ADDRESS", "ONE_TIME_CODE"] == [
        category for _, category in found("192.0.2.217 482913 is your code")
    ]
    assert ["IP_ADDRESS"] == [category for _, category in found("192.0.2.217 482913 is a port")]
