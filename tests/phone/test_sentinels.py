"""Words, digits and hosts that stand for a missing number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.phone.strategies import TEXTS
from voxvalley_privacy.phone import canonical, is_withheld, sentinel

WITHHELD = [
    "anonymous",
    "restricted",
    "private",
    "withheld",
    "blocked",
    "no caller id",
    "caller id blocked",
    "private number",
]
UNAVAILABLE = [
    "unavailable",
    "unknown",
    "caller id unavailable",
    "CallerID unavailable",
    "out of area",
    "asterisk",
]
DIALED = {
    "266696687": "withheld",
    "7378742833": "withheld",
    "2562533": "withheld",
    "8656696": "unavailable",
    "86282452253": "unavailable",
}

SPELLINGS = [
    "{}",
    "  {} ",
    '"{}"',
    "<{}>",
    "+{}",
    "sip:{}@192.0.2.1",
    "sips:{}@example.com;user=phone",
    "sip:+{}@example.com",
    "{}@example.com",
    '"{}" <sip:{}@example.com>;tag=1',
    "tel:{}",
    "{};ext=1",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_words_in_every_spelling(spelling, change):
    """The words for a missing number are known in any case, with quotes, brackets, schemes and hosts."""
    assert ["withheld"] * len(WITHHELD) == [
        sentinel(spelling.format(*[change(word)] * 2)) for word in WITHHELD
    ]
    assert ["unavailable"] * len(UNAVAILABLE) == [
        sentinel(spelling.format(*[change(word)] * 2)) for word in UNAVAILABLE
    ]


@pytest.mark.parametrize("spelling", [*SPELLINGS, "%2B{}", "whatsapp:+{}"])
def test_dialed_words_in_every_spelling(spelling):
    """The words dialed on a keypad are known with and without a plus and are no numbers."""
    texts = [spelling.format(digits, digits) for digits in DIALED]
    assert list(DIALED.values()) == list(map(sentinel, texts))
    assert [None] * len(texts) == list(map(canonical, texts))
    assert [None] * len(texts) == [canonical(text, region="CN") for text in texts]


def test_dialed_word_is_not_found_in_national_spelling():
    """A national spelling that comes to a dialed word with its calling code is no number either."""
    assert canonical("282452253", region="CN") is None


@given(st.integers(4, 60))
def test_zeros(count):
    """Four zeros or more stand for an unknown number, with or without a plus."""
    assert ["unavailable"] * 2 == [sentinel("0" * count), sentinel("+" + "0" * count)]
    assert canonical("0" * count, region="DE") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sip:anonymous@anonymous.invalid", "withheld"),
        ('"Anonymous" <sip:anonymous@anonymous.invalid>;tag=8', "withheld"),
        ("sip:c8oqz84zk7z@anonymous.invalid:5060", "withheld"),
        ("sip:+14155550132@Anonymous.Invalid", "withheld"),
        ("sip:unavailable@unknown.invalid", "unavailable"),
        ("sip:anonymous%40anonymous.invalid", "withheld"),
        ("No%20Caller%20ID", "withheld"),
        ("no_caller-id", "withheld"),
        ("ａｎｏｎｙｍｏｕｓ", "withheld"),
    ],
)
def test_addresses(text, expected):
    """A SIP address says by its host or its user part that the number is missing, and then there is none."""
    assert expected == sentinel(text)
    assert canonical(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "000",
        "911",
        "+14155550132",
        "Outbound Call",
        "Anonymous Coward",
        "my anonymous friend",
        "alice",
        "+1266696687",
        "x:y",
    ],
)
def test_others_are_not_withheld(text):
    """Numbers, short codes, names and an outbound call's display text are not taken for a missing number."""
    assert sentinel(text) is None
    assert not is_withheld(text)


@given(TEXTS)
def test_never_raises(text):
    """Any text is either a stand-in or not, and both questions agree."""
    assert is_withheld(text) == (sentinel(text) is not None)
