from __future__ import annotations

import bz2
import gzip
import json
import lzma

import pytest

import voxvalley_privacy as vp
from tests.records.formats.schema_samples import sample
from tests.records.formats.streams import NUMBER, through
from voxvalley_privacy.records import guess_format, guess_schema, redact_file
from voxvalley_privacy.records._first_records import leaves

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
@pytest.mark.parametrize("cut", [None, -9])
def test_b14_198_packed_files_are_looked_into(pack, name, cut):
    """The head of a packed file is unpacked as far as it goes."""
    rows = "".join(f"CA{i},{NUMBER},{i * 7919}\n" for i in range(20_000))
    head = pack(("sid,from,price\n" + rows).encode())[:cut]

    assert "csv" == guess_format(head, name)


def _mixed(prefix: str) -> str:
    return "".join(f'{prefix}{{"from": "{NUMBER}", "n": {i}, "x": [1, 2]}}\n' for i in range(9))


@pytest.mark.parametrize(
    "text",
    [
        _mixed("<34>Nov 23 10:00:00 host app: "),
        _mixed("2026-11-23 10:00:00,123 INFO "),
        _mixed("INFO "),
        "".join(f"INSERT INTO cdr VALUES ({i},'{NUMBER}','Zoe Example');\n" for i in range(9)),
        "".join(f"({i},'{NUMBER}','a',60),\n" for i in range(9)),
        "hello;there\nsee;you\nit;was\nnot;him\nnor;her\nbut;they\n",
        "Dear all, it rained\nWell, it did\nSo, what\nNo, nothing\nBye, now\n",
        "".join(f"2026-11-23 10:00:0{i},123 INFO call {i}, ok\n" for i in range(9)),
        "".join(f"[2026-03-01 10:11:1{i}.513] NOTICE[2114] chan.c: hello\n" for i in range(9)),
        "[1] starting\n[2] started\n",
        "[INFO] starting\n[WARN] late\n",
        "".join(f"{{'from': '{NUMBER}', 'n': {i}}}\n" for i in range(9)),
        '{"a": 1} INFO started\n{"a": 2} INFO ended\n',
        '{"a": 1}\nINFO one\nINFO two\nINFO three\n',
        "a=1,b=2,c=3\na=2,b=3,c=4\n",
        "calls: [1, 2, 3]\nsms: [1, 2, 3]\n",
    ],
    ids=lambda text: text[:12],
)
def test_b14_196_251_what_is_no_table_and_no_json_is_text(text):
    """Logs, dumps and prose with commas, semicolons and brackets keep their lines."""
    assert "text" == guess_format(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        f"sep=;\r\nsid;from;to\r\nCA1;{NUMBER};{NUMBER}\r\n",
        f"# exported, at noon\nsid,from,to\nCA1,{NUMBER},{NUMBER}\n",
        f"Report of calls\n\nsid,from,to\nCA1,{NUMBER},{NUMBER}\nTotal: 1\n",
        f"Caller Name,Caller ID\nZoe Example,{NUMBER}\nBo Example,{NUMBER}\n",
        f"From (A)\tTo (B)\tSeconds\n{NUMBER}\t{NUMBER}\t60\n",
        f'"{NUMBER}","{NUMBER}","2026-11-23 20:15:31",60,"ANSWERED"\n' * 2,
        f"{NUMBER};42\n" * 6,
    ],
    ids=lambda text: text[:12],
)
def test_b14_198_tables_are_tables(text):
    """Excel's first line, comments, titles and footers are no reason to call a table text."""
    assert "csv" == guess_format(text.encode())


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PAR1\x15\x04\x15\x00PAR1", "Parquet"),
        (b"Obj\x01\x04\x14avro.codec\x08null\x00" + bytes(16), "Avro"),
        (b"0\x1b\x80\x0c+14155550132\x81\x0bZoe Example", "ASN.1"),
        (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(16), "pcap"),
        (b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", "pcapng"),
        (b"PK\x03\x04\x14\x00\x00\x00", "zip"),
        (b"from,to\n\x00\x00\x00\x00", "binary"),
        ("from,to\n".encode("utf-16-le"), "utf-16-le"),
        (gzip.compress(b"PAR1\x15\x04\x15\x00PAR1", mtime=0), "Parquet"),
    ],
)
@pytest.mark.parametrize("name", ["", "a.csv", "a.jsonl"])
def test_b14_197_binary_data_is_refused_by_its_content(data, kind, name):
    """Whatever the name says; the error names the kind, and no byte of it."""
    with pytest.raises(vp.ConfigurationError, match=kind) as caught:
        guess_format(data, name)

    assert "4155550132" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "latin-1", "shift_jis"])
def test_b14_198_text_of_other_encodings_is_not_binary(encoding):
    """Letters of another alphabet are no sign of binary data."""
    word = {"cp1251": "Привет", "shift_jis": "電話帳"}.get(encoding, "Café Zoë")
    text = "".join(f"{word};{NUMBER};{i}\n" for i in range(20))

    assert guess_format(text.encode(encoding)) in {"csv", "text"}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda call: {"data": {"event": {"payload": call}}},
        lambda call: {"records": [call, call], "page": 1},
        lambda call: [{"data": call}],
        lambda call: {"cdr_root": [call]},
        lambda call: {"entry": [{"changes": [{"value": call}]}]},
        lambda call: {"params": call},
        lambda call: {"eventBody": call, "version": "2"},
        lambda call: {"conversations": [call]},
        lambda call: {"call_logs": [call], "next_page_token": ""},
        lambda call: {"transferBatch": call},
    ],
)
def test_b14_194_254_guess_reader_and_api_unwrap_by_one_rule(wrap):
    """A record in an envelope is guessed, and its fields are the schema's for file and call."""
    # Which side is the end user's is told by the direction, and only beside the record.
    call = {name: value for name, value in CALL.items() if name != "direction"}
    record = wrap(call)
    redact = vp.Redactor(vp.policies.labels(), "twilio.call")

    assert "twilio.call" == guess_schema(json.dumps(record).encode(), "json")
    out, report = through(redact_file, json.dumps(record).encode(), redact)
    assert len(call) == len(report.fields.by_schema)
    assert redact(record) == json.loads(out)
    assert out.count(b"[PARTY_NUMBER]") >= 2


@pytest.mark.parametrize("share", [1.0, 0.5])
@pytest.mark.parametrize(
    "wrap", [lambda r: r, lambda r: {"data": r}, lambda r: {"records": [r], "page": 1}]
)
def test_b14_195_a_schema_is_guessed_right_or_not_at_all(share, wrap):
    """With half of the fields, bare or in an envelope: right, silent, or read in the same way."""
    wrong, right = [], []
    # A key that the schema itself has as a field is no envelope.
    own = wrap({}).keys()
    wrapped = [name for name in vp.schemas.names() if own.isdisjoint(vp.schemas.get(name).fields)]
    for name in wrapped:
        record = wrap(sample(vp.schemas.get(name), share))
        guess = guess_schema(json.dumps(record).encode(), "json")
        right += [name] * (guess == name)
        if guess is not None and guess != name:
            same = leaves(record, vp.schemas.get(guess)) == leaves(record, vp.schemas.get(name))
            wrong += [name] * (not same)

    # One in a hundred may be wrong.
    assert len(wrong) <= len(wrapped) // 100
    assert len(right) >= 0.85 * len(wrapped)
