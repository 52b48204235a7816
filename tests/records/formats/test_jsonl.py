from __future__ import annotations

import io
import json
import tracemalloc

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.doubles import Raising, Wild
from tests.records.formats.streams import DEBUG, NUMBER, OTHER, debug, through
from voxvalley_privacy.records._json import redact_json
from voxvalley_privacy.records._jsonl import redact_jsonl

MARKED = b'{"[UNPARSEABLE]": "[UNPARSEABLE]"}'
CALL = debug("twilio.call")


def test_each_line_is_treated_as_a_record():
    """Every line comes out as what the redactor makes of its object."""
    records = [
        {"sid": "CA1", "from": NUMBER, "to": OTHER},
        {"sid": "CA2", "from": OTHER, "to": NUMBER},
    ]
    data = "".join(json.dumps(record) + "\n" for record in records).encode()

    out, report = through(redact_jsonl, data, CALL)

    assert [CALL(record) for record in records] == [json.loads(line) for line in out.splitlines()]
    assert (2, {}, {}) == (report.records_in, report.marked, report.faults)


@pytest.mark.parametrize(
    "data",
    [
        b'{"sid": "CA1", "status": "busy", "n": 1.5}\n',
        b'{"sid":"CA1","status":"busy","n":null}\n{"sid":"CA2"}\n',
        b'{"sid": "CA1"}\r\n{"sid": "CA2"}\r\n',
        b'{"sid": "CA1"}\n{"sid": "CA2"}',
        b'{"sid": "CA1"}\n\n  \n{"sid": "CA2"}\n',
        b'\xef\xbb\xbf{"sid": "CA1"}\n',
        '{"status": "é ü 漢"}\n'.encode(),
        b"",
        b"\n\n",
    ],
)
def test_what_holds_nothing_personal_is_byte_identical(data):
    """Spacing, line ends, blank lines, a byte order mark and a missing last line end all stay."""
    assert data == through(redact_jsonl, data, CALL)[0]


@pytest.mark.parametrize(
    "line",
    [
        f'{{"from": "{NUMBER}"',
        f'{{"from": "{NUMBER}", "x": nope}}',
        f'{{"from": "{NUMBER}"}} trailing {NUMBER}',
        f"{{'from': '{NUMBER}'}}",
        f"call {NUMBER}",
        f'{{"from": "{NUMBER}\x01"}}',
        f'\x00{{"from": "{NUMBER}"}}',
        "[" * 1_000_000,
        '{"a":' * 200_000 + f'"{NUMBER}"' + "}" * 200_000,
        "[" * 200_000 + f'"{NUMBER}"' + "]" * 200_000,
    ],
    ids=lambda line: f"{len(line)} characters",
)
def test_b2_38_a_line_that_is_no_json_is_marked(line):
    """A line that cannot be parsed comes out as a marked line and is counted; its neighbors are treated."""
    data = f'{{"sid": 1}}\n{line}\n{{"sid": 2}}\n'.encode()

    out, report = through(redact_jsonl, data, CALL)

    assert [b'{"sid": 1}', MARKED, b'{"sid": 2}'] == out.splitlines()
    assert (3, {"unparseable": 1}) == (report.records_in, report.marked)


def test_b2_38_of_a_repeated_key_only_the_last_value_counts():
    """The earlier value, which no parser shows, is not in the output either."""
    out, _ = through(redact_jsonl, f'{{"to": "{NUMBER}", "to": "x"}}\n'.encode(), DEBUG)

    assert_no_canary(out.decode(), NUMBER)
    assert ["to"] == list(json.loads(out))


@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "-Infinity", "1e400", "-1e999", "9" * 5_000],
    ids=lambda number: number[:10],
)
def test_b2_38_what_is_no_number_is_a_placeholder(number):
    """NaN, infinities, overflow and endless integers become placeholders, the rest of the record is treated."""
    out, report = through(redact_jsonl, f'{{"sid": "CA1", "quality": {number}}}\n'.encode(), CALL)

    assert {"sid": "CA1", "quality": "[UNPARSEABLE]"} == json.loads(out, parse_constant=pytest.fail)
    assert {"number": 1} == report.marked


@pytest.mark.parametrize(
    "scalar", ["null", "true", "12", f'"{NUMBER}"', NUMBER[1:], f'["{NUMBER}"]', '"busy"']
)
def test_lines_that_are_no_objects_are_treated_too(scalar):
    """Lists and single values come out as JSON without anything personal."""
    out, report = through(redact_jsonl, f"{scalar}\n".encode(), DEBUG)

    assert_no_canary(out.decode(), NUMBER)
    json.loads(out)
    assert 1 == report.records_in


def test_b1_20_invalid_utf_8_is_replaced_and_counted():
    """Bytes that are no UTF-8 come out as U+FFFD, their line is counted, the lines around are not."""
    data = b'{"sid": "CA1"}\n{"sid": "\xff\xfe"}\n{"sid": "\xc3\xa9"}\n'

    out, report = through(redact_jsonl, data, CALL)

    assert ["CA1", "��", "é"] == [json.loads(line)["sid"] for line in out.splitlines()]
    assert {"encoding": 1} == report.marked


def test_b1_20_lone_surrogates_come_out_as_json():
    """A lone surrogate is escaped; everything else stays as it was."""
    out, _ = through(redact_jsonl, '{"sid": "\\ud800 é"}\n'.encode(), CALL)

    assert b'{"sid": "\\ud800 \xc3\xa9"}\n' == out


def test_utf_16_with_a_byte_order_mark_is_read():
    """What editors save as Unicode comes out as UTF-8, treated."""
    out, report = through(
        redact_jsonl, f'{{"sid": "é", "from": "{NUMBER}"}}\n'.encode("utf-16"), CALL
    )

    assert "é" == json.loads(out.decode("utf-8-sig"))["sid"]
    assert_no_canary(out.decode(), NUMBER)
    assert {} == report.marked


def test_ensure_ascii_escapes_everything_else():
    """With *ensure_ascii* the output is ASCII."""
    out, _ = through(redact_jsonl, '{"status": "é"}\n'.encode(), CALL, ensure_ascii=True)

    assert b'{"status": "\\u00e9"}\n' == out


def test_a_line_above_the_limit_is_marked_in_constant_memory():
    """A line of 40 MB is counted and not held."""
    line = b'{"from": "' + NUMBER.encode() * 1_000_000 + b'"'

    class Endless(io.RawIOBase):
        left = 4

        def read(self, size=-1):
            if not self.left:
                return b""
            self.left -= 1
            return line if self.left else line + b'}\n{"sid": "CA1"}\n'

    out = io.BytesIO()
    tracemalloc.start()
    report = redact_jsonl(Endless(), out, CALL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [json.loads(MARKED), {"sid": "CA1"}] == [
        json.loads(line) for line in out.getvalue().splitlines()
    ]
    assert {"too_long": 1} == report.marked
    assert peak < 60 << 20


def test_a_line_of_eight_mebibytes_is_the_longest_that_is_parsed():
    """The limit is the same wherever blocks are cut."""
    fits = b'{"sid": "' + b"x" * ((8 << 20) - 11) + b'"}'
    out, report = through(redact_jsonl, b'{"sid": 1}\n' + fits + b"\n" + fits + b" \n", CALL)

    assert (3, {"too_long": 1}) == (report.records_in, report.marked)
    assert MARKED == out.splitlines()[2]


@pytest.mark.parametrize("redact", [Raising(), Wild(object()), Wild(float("nan")), Wild({1: {2}})])
def test_a_failing_redactor_gives_placeholders(redact):
    """Whatever a redactor raises or returns, the line comes out, without the record."""
    out, report = through(redact_jsonl, f'{{"from": "{NUMBER}"}}\n"{NUMBER}"\n'.encode(), redact)

    assert_no_canary(out.decode(), NUMBER)
    assert 2 == len([json.loads(line) for line in out.splitlines()])
    assert report.faults or report.marked


def test_the_redactors_own_faults_are_in_the_report():
    """What a redactor counts while a stream runs is reported, what it counted before is not."""
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))
    redact({"x": object()})

    _, report = through(redact_jsonl, b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}\n", redact)

    assert {"depth": 1} == report.faults


def test_b1_13_a_form_body_in_a_field_is_treated(corpus):
    """Every webhook of the corpus comes out as JSON with as many records."""
    data = (corpus / "04_cpaas" / "courier_webhooks.jsonl").read_bytes()

    out, report = through(redact_jsonl, data, DEBUG)

    assert (
        data.count(b"\n")
        == report.records_in
        == len([json.loads(line) for line in out.splitlines()])
    )
    assert {} == report.faults


@pytest.mark.parametrize("mark", ["\n", "\r", "\x1b[2K", "\x85", "\u2028", "\u2029", "\x9b2J"])
@pytest.mark.parametrize("stream", [redact_jsonl, redact_json])
def test_b2_35_a_value_starts_no_line(stream, mark):
    """What JSON lets stand and a reader takes for a line end is escaped; the value is the same."""
    record = {"note": f"ünder{mark}FATAL all is lost"}
    out, _ = through(stream, json.dumps(record, ensure_ascii=False).encode() + b"\n", DEBUG)

    assert 1 == len(out.decode().splitlines())
    assert out.decode().strip().isprintable()
    assert record == json.loads(out)
