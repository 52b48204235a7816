from __future__ import annotations

import pytest

from tests.oracle import assert_no_canary
from tests.records.doubles import Raising, Wild
from tests.records.formats.streams import DEBUG, NUMBER, through
from voxvalley_privacy.records._text_lines import redact_text_lines


def test_each_line_is_treated_as_text():
    """Numbers go; lines, blank ones too, and their ends stay."""
    out, report = through(
        redact_text_lines, f"call {NUMBER}\r\n\n  \nbye\n{NUMBER}".encode(), DEBUG
    )

    assert (3, {}) == (report.records_in, report.marked)
    assert [
        DEBUG.text(f"call {NUMBER}").encode() + b"\r\n",
        b"\n",
        b"  \n",
        b"bye\n",
        DEBUG.text(NUMBER).encode(),
    ] == out.splitlines(keepends=True)


@pytest.mark.parametrize("redact", [Raising(), Wild(), Wild("a\nb")])
def test_a_failing_redactor_keeps_lines(redact):
    """One line in, one line out, whatever a redactor does."""
    out, _ = through(redact_text_lines, f"call {NUMBER}\nx\n".encode(), redact)

    assert 2 == out.count(b"\n")
    assert_no_canary(out.decode(), NUMBER)


def test_endless_lines_are_cut():
    """A line above the limit is a placeholder; wrong bytes are counted."""
    out, report = through(redact_text_lines, b"1" * (9 << 20) + b"\n\xff\n", DEBUG)

    assert "[TRUNCATED]\n�\n" == out.decode()
    assert {"encoding": 1, "too_long": 1} == report.marked


@pytest.mark.parametrize(
    "mark",
    [
        "\r",
        "\x1b[2K\x1b[1A",
        "\x85",
        "\u2028",
        "\u2029",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x9b2J",
        "\u202e",
    ],
)
def test_b2_35_a_value_starts_no_line(mark):
    """What a sender puts in a line stays in it, for every reader and terminal; the mark at the head of the file stays."""
    text = f"\ufeffname={mark}FATAL all is lost\nnext\n"
    out, _ = through(redact_text_lines, text.encode(), DEBUG)

    assert ["\ufeffname=", "next"] == [
        line.partition("\\")[0] for line in out.decode().splitlines()
    ]
    assert (out, 2) == (through(redact_text_lines, out, DEBUG)[0], out.count(b"\n"))


def test_rows_keep_the_names_of_their_columns_over_blocks():
    """Rows below a line of names are read by those names, however far below it they are."""
    rows = "".join(f"+14155550132,Zoe Example,the biopsy {row} came\n" for row in range(6000))
    out, _ = through(redact_text_lines, f"From,CallerName,Body\n{rows}".encode(), DEBUG)
    shown = out.decode()

    assert [] == [line for line in shown.splitlines() if "Zoe" in line or "biopsy" in line]
    assert 6001 == len(shown.splitlines())


def test_a_block_that_is_cut_is_read_whole():
    """A block of named lines at the edge of what is read at a time stays together."""
    prose = "2026-01-01 INFO nothing to see\n" * ((1 << 18) // 31)
    block = "From: +14155550132\nCallerName: Zoe Example\nBody: the biopsy came back\n"
    for shift in range(0, 60, 20):
        text = prose[31:] + "x" * shift + "\n" + block
        out, _ = through(redact_text_lines, text.encode(), DEBUG)
        shown = out.decode()

        assert ("Zoe" in shown, "biopsy" in shown) == (False, False)
        assert shown.count("\n") == text.count("\n")
