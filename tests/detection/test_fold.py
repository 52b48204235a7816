"""Folding: what a reader would read, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.detection._engine import find_in_text
from voxvalley_privacy.detection._folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("＋１２", "+12"),
        ("a\u200bb\u0301c", "abc"),
        ("1–2—3−4\u00a05", "1-2-3-4 5"),
        ("%2B1 %252B1", "+1 +1"),
        ("&#43;&plus;&amp;#43;", "+++"),
        (r"\u002b \\u002b", "+ +"),
        ("<b>1</b><i>2</i>", "12"),
        ("<td>1</td><td>2</td>", "\t1\t2\t"),
        ("\x1b[31m1\x1b[0m", "1"),
        ("2O25550l23", "2025550123"),
        ("%E2%80%8B1", "1"),
        ("a=5 b=20", "a=5 b=20"),
        ("<sip:jo@example.com>", "<sip:jo@example.com>"),
        ("naïve café", "naïve café"),
        ("100% &c <3", "100% &c <3"),
    ],
)
def test_it_reads_as_a_reader_would(text, folded):
    """Each disguise is taken off, and what is none stays."""
    assert folded == fold(text).text


@given(st.text(max_size=200))
def test_every_part_leads_back_into_the_original(text):
    """Offsets lead back in order and inside the original; what was not folded is its own."""
    folded = fold(text)
    places = [folded.back(at, at + 1) for at in range(len(folded.text))]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert [end for _, end in places] == [folded.end(at + 1) for at in range(len(places))]


@given(st.text(st.characters(max_codepoint=127, exclude_characters="<&%=\\\x1b\n"), max_size=200))
def test_plain_text_is_folded_to_itself(text):
    """Text of plain ASCII is not copied, unless letters look like digits in it."""
    folded = fold(text)
    assert (
        folded.text is text
        or "O" in text
        or "o" in text
        or "l" in text
        or "I" in text
        or "|" in text
    )


def test_a_finding_covers_all_that_made_it():
    """Tags, escapes and invisible characters inside a number are covered with it."""
    text = "call <b>202</b>\u200d555%30123 now"
    ((start, end, _),) = find_in_text(text)
    assert "202</b>\u200d555%30123" == text[start:end]


def test_its_repr_hides_the_text():
    """A folded text does not show itself."""
    assert "Folded(<10 hidden>)" == repr(fold("2025550123"))
