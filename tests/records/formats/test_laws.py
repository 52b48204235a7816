"""Laws that hold for any bytes in any format."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.records.doubles import Raising
from tests.records.formats.streams import DEBUG, debug, through
from voxvalley_privacy.records import (
    redact_csv,
    redact_form,
    redact_json,
    redact_jsonl,
    redact_radius,
    redact_text_lines,
    redact_xml,
)

CANARY = "2025550142"
FORMATS = {
    "csv": (redact_csv, debug("asterisk.cdr_csv")),
    "json": (redact_json, debug("twilio.call")),
    "jsonl": (redact_jsonl, debug("twilio.call")),
    "radius": (redact_radius, debug("radius.acct")),
    "text": (redact_text_lines, DEBUG),
    "xml": (redact_xml, debug("twilio.call")),
}

# Data that begins like a packed file is unpacked, or refused.
PACKED = (b"\x1f\x8b", b"\xfd7zXZ", b"(\xb5/\xfd", b"BZh")

# Bytes that look like the formats more often than chance would make them.
PIECES = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from(
            [f" {CANARY} ", f" +1{CANARY} ", '"', ",", ";", "\n", "\r", "\r\n", "\t", "{", "}", "[", "]", ":", '"from"', "=", "&", "<a>",
             "</a>", "<", ">", "/", "NaN", "1e999", "\\", "\\u0000", "\x00", "\ufeff", "null", "<!DOCTYPE a>", "&#50;", " = ", "é"]
        ).map(str.encode),
    ),
    max_size=60,
).map(b"".join).filter(lambda data: not data.startswith(PACKED))  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@given(data=PIECES)
@example(data=b"\xff\xfe")
@example(data=b"\xef\xbb\xbf")
@example(data=b'"\r')
@example(data=b'a\n\r\n"x')
def test_any_bytes_come_out_counted_and_without_the_canary(name, data):
    """No bytes raise, lose a record, or bring a whole number through."""
    stream, redact = FORMATS[name]

    out, _ = through(stream, data, redact)

    assert CANARY.encode() not in out


@pytest.mark.parametrize("name", FORMATS)
@given(data=PIECES)
def test_a_redactor_that_raises_lets_nothing_through(name, data):
    """With a redactor that only fails, the canary still stays behind."""
    out, _ = through(FORMATS[name][0], data, Raising())

    assert CANARY.encode() not in out


@given(data=PIECES)
def test_json_lines_are_json_lines(data):
    """Every line that comes out is JSON or blank, and there are as many as went in."""
    out, _ = through(redact_jsonl, data, DEBUG)

    for line in out.decode(
        "utf-8-sig" if not data.startswith(b"\xff\xfe") else "utf-8", "surrogatepass"
    ).split("\n"):
        if line.strip(" \t\r"):
            json.loads(line, parse_constant=pytest.fail)


@given(data=PIECES)
def test_json_documents_are_json(data):
    """Whatever went in, JSON documents come out and nothing else."""
    out, report = through(redact_json, data, DEBUG)

    text = out.decode("utf-8-sig").strip(" \t\r\n\x1e")
    assert bool(report.records_in) <= bool(text)
    while text:
        _, end = json.JSONDecoder(parse_constant=pytest.fail).raw_decode(text)
        text = text[end:].strip(" \t\r\n\x1e")


@given(text=st.text(max_size=200))
def test_form_bodies_never_fail(text):
    """Any text is a form body."""
    assert CANARY not in redact_form(text + f"&x=+1{CANARY}&{CANARY}", DEBUG)


@pytest.mark.parametrize("name", FORMATS)
@given(data=PIECES)
def test_twice_is_once(name, data):
    """What was treated comes out the same when it is treated again."""
    stream, redact = FORMATS[name]
    # What a file without sense looks like changes with what is taken from it; so the layout is given.
    layout = (
        {"columns": ["src", "dst", "clid"], "header": False, "delimiter": ","}
        if name == "csv"
        else {}
    )
    once, _ = through(stream, data, redact, **layout)

    assert once == through(stream, once, redact, **layout)[0]
