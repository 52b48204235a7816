from __future__ import annotations

import bz2
import gzip
import json
import lzma

import pytest

import voxvalley_privacy as vp
from tests.records.formats.streams import NUMBER
from voxvalley_privacy.records import guess_format, guess_schema

CALL = {"sid": "CA1", "account_sid": "AC1", "from": NUMBER, "to": NUMBER, "from_formatted": NUMBER, "to_formatted": NUMBER,
        "answered_by": None, "caller_name": "", "forwarded_from": None, "direction": "inbound"}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        (b"[1]\n[2]\n", "jsonl"),
        (b'{"a": 1}', "json"),
        (b'{\n "a": 1\n}\n', "json"),
        (b"[\n{},\n{}]", "json"),
        (b"\xef\xbb\xbf  {}\n{}\n", "jsonl"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"<a/>", "xml"),
        (b"<!-- x --><a/>", "xml"),
        (b"< 5 calls\n", "text"),
        (b"a,b,c\n1,2,3\n", "csv"),
        (b"a;b\n1;2\n3;4\n5;6\n7;8\n", "csv"),
        (b"From=%2B1&To=x\n", "form"),
        (b"a=1\n", "form"),
        (b'Mon Nov 23 10:00:00 2026\n\tUser-Name = "a"\n\n', "radius"),
        (b"INFO one, two\nINFO three\n", "text"),
        (b"", "text"),
        (b"\x00\xff\xfe", "text"),
        (b"\n\n", "text"),
    ],
)
def test_a_format_is_told_from_its_start(data, expected):
    """Content alone tells the format."""
    assert expected == guess_format(data)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", "csv"),
        ("a.TSV", "csv"),
        ("x/a.ndjson", "jsonl"),
        ("a.xml", "xml"),
        ("a.txt", "text"),
    ],
)
def test_a_name_decides(name, expected):
    """An ending that says the format is believed."""
    assert expected == guess_format(b"x", name)


@pytest.mark.parametrize(
    ("data", "kind", "expected"),
    [
        (json.dumps(CALL), "json", "twilio.call"),
        (json.dumps([CALL, CALL]), "json", "twilio.call"),
        (json.dumps({"calls": [CALL], "page": 0}), "json", "twilio.call"),
        (json.dumps(CALL) + "\n{}\n", "jsonl", "twilio.call"),
        (",".join(CALL) + "\n" + ",".join("x" for _ in CALL) + "\n", "csv", "twilio.call"),
        (
            "<R><Call>" + "".join(f"<{k}>x</{k}>" for k in CALL) + "</Call></R>",
            "xml",
            "twilio.call",
        ),
        (
            "MessageSid=SM1&SmsSid=SM1&NumMedia=0&From=x&To=y&Body=z&NumSegments=1",
            "form",
            "twilio.message_webhook",
        ),
        (
            'a\n\tCalling-Station-Id = "x"\n\tAcct-Status-Type = Start\n\tAcct-Session-Id = "y"\n',
            "radius",
            "radius.acct",
        ),
        (json.dumps({"x": 1, "y": 2}), "json", None),
        ("[1, 2]", "json", None),
        ("nothing", "text", None),
        ("", "csv", None),
        ("<a", "xml", None),
        ("{", "json", None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_schema_is_told_from_the_first_record(data, kind, expected):
    """The schema that knows most of the fields is named, none when none knows half."""
    assert expected == guess_schema(data.encode(), kind)


def test_rows_without_a_header_are_told_by_their_columns(corpus):
    """Asterisk's files fit its column orders."""
    for name in ("asterisk_Master_lab.csv", "asterisk_testsuite_Master.csv"):
        assert "asterisk.cdr_csv" == guess_schema((corpus / "03_cdr" / name).read_bytes(), "csv")


def test_ones_own_schemas_are_looked_at():
    """The schemas to choose from can be given."""
    mine = vp.Schema(
        "acme.cdr", dict.fromkeys(("caller", "callee", "leg"), vp.DataCategory.PARTY_NUMBER)
    )

    assert "acme.cdr" == guess_schema(
        b'{"caller": 1, "callee": 2, "leg": 3}', "json", schemas=[mine]
    )


def test_schemas_that_do_not_agree_are_not_guessed():
    """Names that many schemas share, and read in different ways, lead to none of them."""
    assert None is guess_schema(b'{"from": "a", "to": "b", "body": "c"}', "json")


def test_second_line_may_be_broken():
    """Lines of which the first is a JSON document are JSON lines, whatever follows."""
    assert "jsonl" == guess_format(b'{"from": 1}\nbroken{\n')


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["", "calls.csv", "calls.csv.gz"])
def test_packed_files_are_refused(pack, name):
    """What cannot be seen is not called text and passed on."""
    with pytest.raises(vp.ConfigurationError, match="unpack"):
        guess_format(pack(b"from,to\n"), name)
