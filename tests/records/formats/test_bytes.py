"""Bytes on their way in and out: packing, encodings, lines around tables, documents in a row."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.records.formats.streams import DEBUG, NUMBER, through
from voxvalley_privacy.records import redact_csv, redact_file, redact_json, redact_jsonl, redact_xml

PACKS = {".gz": gzip, ".bz2": bz2, ".xz": lzma}
LINE = json.dumps({"sid": "CA1", "from": NUMBER}) + "\n"
MARKED = '{"[UNPARSEABLE]":"[UNPARSEABLE]"}'


# Packed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", PACKS)
def test_b14_198_a_packed_file_gives_the_same_as_the_file(tmp_path, suffix):
    """From a path and from a stream, to a plain and to a packed path."""
    pack, data = PACKS[suffix], (LINE * 5_000).encode()
    source, target = tmp_path / f"a.jsonl{suffix}", tmp_path / f"b.jsonl{suffix}"
    source.write_bytes(pack.compress(data))
    expected, _ = through(redact_jsonl, data, DEBUG)

    redact_file(source, tmp_path / "plain.jsonl", DEBUG)
    redact_file(source, target, DEBUG)

    assert expected == (tmp_path / "plain.jsonl").read_bytes()
    assert expected == pack.decompress(target.read_bytes())
    assert expected == through(redact_jsonl, pack.compress(data), DEBUG)[0]


@pytest.mark.parametrize("suffix", PACKS)
def test_b14_198_a_packed_file_is_treated_in_place(tmp_path, suffix):
    """Source and destination may be one path."""
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(PACKS[suffix].compress(LINE.encode()))

    redact_file(path, path, DEBUG)

    assert NUMBER not in PACKS[suffix].decompress(path.read_bytes()).decode()
    assert [path.name] == os.listdir(tmp_path)


@pytest.mark.parametrize("pack", PACKS.values())
@pytest.mark.parametrize("end", [b"", b"\0" * 700])
def test_b14_198_parts_one_after_another_are_one_file(pack, end):
    """As `cat a.gz b.gz` makes them, with the zeros of a tape at the end."""
    data = b"".join(pack.compress((LINE * n).encode()) for n in (1, 2, 3)) + end

    assert 6 == through(redact_jsonl, data, DEBUG)[1].records_in


@pytest.mark.parametrize("pack", PACKS.values())
@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-9],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"trailing",
        lambda data: data[:40] + bytes(50) + data[90:],
        lambda data: data[:12],
    ],
)
def test_b14_198_damaged_packed_data_is_an_error(tmp_path, pack, harm):
    """An error without a byte of it, and the destination as it was."""
    lines = "".join(json.dumps({"from": NUMBER, "n": i * 7919}) + "\n" for i in range(9_000))
    target = tmp_path / "out"
    target.write_text("old")

    with pytest.raises(OSError, match="damaged or cut") as caught:
        redact_jsonl(io.BytesIO(harm(pack.compress(lines.encode()))), target, DEBUG)

    assert ("old", ["out"]) == (target.read_text(), os.listdir(tmp_path))
    assert caught.value.__context__ is None


def test_b14_198_a_small_file_that_unpacks_to_much_needs_little_memory():
    """Unpacking is bounded, whatever the ratio."""
    data = gzip.compress((b" " * 65_535 + b"\n") * 1_024)

    tracemalloc.start()
    through(redact_jsonl, data, DEBUG)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # The output, 64 MiB of blank lines, is held by the test.
    assert peak < 150 << 20


@given(
    texts=st.lists(st.text(max_size=30), max_size=5),
    size=st.integers(1, 50),
    pack=st.sampled_from([*PACKS.values()]),
)
def test_b14_198_however_the_source_cuts_its_bytes(texts, size, pack):
    """Packed data that comes a few bytes at a time gives the same."""

    class Slow(io.BytesIO):
        def read(self, wanted=-1):
            return super().read(size)

    data = pack.compress("\n".join(texts).encode("utf-8", "replace"))
    out = io.BytesIO()
    redact_jsonl(Slow(data), out, DEBUG)

    assert through(redact_jsonl, data, DEBUG)[0] == out.getvalue()


def test_b14_198_zstd_is_read_where_python_has_it():
    """Without it the error says what to do."""
    data = b"(\xb5/\xfd\x04\x00\x01\x00\x00"
    try:
        through(redact_jsonl, data, DEBUG)
    except vp.ConfigurationError as error:
        assert "zstd" in str(error)  # noqa: PT017 # what comes depends on the interpreter
    except OSError as error:
        assert "damaged" in str(error)  # noqa: PT017 # as above


# Encodings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["cp1252", "latin-1", "utf-16-le", "utf-16", "utf-32", "cp037"]
)
def test_b14_198_an_encoding_is_read_and_becomes_utf_8(encoding):
    """The result is the same as of the text in UTF-8."""
    text = f"sid;from;queue_name\r\nCA1;{NUMBER};Zoë\r\n"
    out, report = through(redact_file, text.encode(encoding), DEBUG, encoding=encoding)
    expected, _ = through(redact_file, text.encode(), DEBUG)

    assert expected == out
    assert {} == report.marked


def test_b14_198_bytes_that_an_encoding_has_not_are_counted():
    """They come out as U+FFFD."""
    data = b'{"queue_name": "a\x81b"}\n'
    out, report = through(redact_file, data, DEBUG, encoding="cp1252", format="jsonl")

    assert "\ufffd" in out.decode()
    assert {"encoding": 1} == report.marked


@pytest.mark.parametrize("encoding", ["klingon", "hex", "base64", "idna", ""])
def test_b14_198_an_encoding_that_does_not_exist_is_refused(encoding):
    """The error names common ones."""
    with pytest.raises(vp.ConfigurationError, match="cp1252"):
        through(redact_file, b"a,b\n", DEBUG, encoding=encoding)


def test_b14_198_the_encoding_of_an_xml_declaration_is_that_of_the_bytes():
    """A document that was decoded is not decoded again by its declaration."""
    text = (
        f'<?xml version="1.0" encoding="ENC"?><Call><From>{NUMBER}</From><Queue>Zoë</Queue></Call>'
    )
    for encoding in ("utf-16", "cp1252"):
        data = text.replace("ENC", encoding).encode(encoding)
        given_encoding = None if encoding == "utf-16" else encoding
        out, report = through(redact_file, data, DEBUG, encoding=given_encoding, format="xml")
        assert ("Zoë" in out.decode("utf-8-sig"), {}) == (True, report.marked)
    assert "Zoë" in through(redact_xml, text.replace("ENC", "latin-1").encode("latin-1"), DEBUG)[0].decode()  # fmt: skip


# Lines around a table -----------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=\t", "sep=,", "sep=|"])
def test_b14_198_the_separator_of_excel_is_read_and_stays(first):
    """It decides, whatever the rows look like, and is not a record."""
    mark = first.strip('"')[4]
    text = f"{first}\r\nsid{mark}from{mark}note\r\nCA1{mark}{NUMBER}{mark}a, b, c; d\r\n"
    if mark in ",;":
        text = text.replace("a, b, c; d", "a")
    out, report = through(redact_file, text.encode(), DEBUG, format="csv")

    assert first == out.decode().splitlines()[0]
    assert text.count(mark) == out.decode().count(mark)
    assert (1, {}) == (report.records_in, report.marked)
    assert NUMBER[1:] not in out.decode()


@pytest.mark.parametrize(
    "line",
    [
        "# exported at noon", "#", "## Calls, all of them", "#Version: 1.0", "Total: 1", "Total,1", "(1 row)", "1 record",
        "-- end of file --", "Sum,1,60", "EOF", "Count;1",
    ],
)  # fmt: skip
def test_b14_198_comments_and_footers_stay_as_they_are(line):
    """They are not records, and the rows around them are read."""
    text = f"sid,from,to,price\nCA1,{NUMBER},{NUMBER},1\n{line}\nCA2,{NUMBER},{NUMBER},2\n"
    out, report = through(redact_csv, text.encode(), DEBUG)

    assert line == out.decode().splitlines()[2]
    assert (2, {}) == (report.records_in, report.marked)


@pytest.mark.parametrize(
    "line", [f"# call {NUMBER} back", f"#,{NUMBER}", f"# x,{NUMBER[2:]}"], ids=["", "cell", "ten digits"]
)  # fmt: skip
def test_b14_198_a_comment_is_searched(line):
    """Whatever stands in it."""
    out, _ = through(redact_csv, f"sid,from,to\n{line}\nCA1,{NUMBER},1\n".encode(), DEBUG)

    assert NUMBER[2:] not in out.decode()


@pytest.mark.parametrize("name", ["#Zoe Example", "# Zoe", "Total Zoe", "End Example"])
@pytest.mark.parametrize("width", [3, 2])
def test_b14_198_a_name_that_looks_like_a_comment_is_a_name(name, width):
    """A row of the right width is a record; one of another width shows no more than before."""
    cells = ",".join([name, NUMBER, "x"][:width])
    text = f"caller_name,from,to\n{cells}\nBo Example,{NUMBER},{NUMBER}\n"
    out, _ = through(redact_csv, text.encode(), DEBUG)

    if width == 3 or not name.startswith("#"):
        assert "Zoe" not in out.decode()
        assert "End Example" not in out.decode()
    assert NUMBER[2:] not in out.decode()


def test_b14_198_titles_before_a_table_do_not_hide_its_header():
    """A title may hold anything and is hidden; the header behind it names the columns."""
    text = (
        f"Calls of Zoe Example\n\nsid,caller_name,from\nCA1,Zoe Example,{NUMBER}\nCA2,Bo,{NUMBER}\n"
    )
    out, report = through(redact_csv, text.encode(), DEBUG)

    assert ["[MISALIGNED]", "", "sid,caller_name,from"] == out.decode().splitlines()[:3]
    assert ("Zoe" in out.decode(), {"misaligned": 1}) == (False, report.marked)


# JSON documents in a row --------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["", "\n", "\r\n", " ", "\n\n", "\n\x1e"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("end", ["", "\n"])
def test_b14_200_json_documents_in_a_row_are_a_stream(between, indent, end):
    """Pretty-printed or not: one record each, and what is between them stays."""
    documents = [{"sid": f"CA{i}", "from": NUMBER, "n": [i]} for i in range(450)]
    texts = [json.dumps(document, indent=indent) for document in documents]
    text = between.join(texts) + end
    for stream in (redact_file, redact_json):
        out, report = through(stream, text.encode(), DEBUG)
        assert (450, {}) == (report.records_in, report.marked)
        assert text == out.decode().replace("+1********42", NUMBER)


@pytest.mark.parametrize(
    "text", [f'{{"from":"{NUMBER}"}}{{"from":"{NUMBER}"}}', f'{{"a":1}} ["{NUMBER}"]']
)
def test_b14_200_two_documents_on_a_line_of_json_lines(text):
    """Both are records."""
    out, report = through(redact_jsonl, f"{text}\n{LINE}".encode(), DEBUG)

    assert (3, {}) == (report.records_in, report.marked)
    assert NUMBER[2:] not in out.decode()


@pytest.mark.parametrize("broken", ['{"from": "x",, }', '{"from": }', "{'from': 1}", '{"a": "b}'])
def test_b14_200_a_broken_document_is_marked_and_the_next_is_read(broken):
    """One record each, in their places."""
    text = f"{LINE}{broken}\n{LINE}{broken}\n{LINE}"
    out, report = through(redact_json, text.encode(), DEBUG)

    assert (5, {"unparseable": 2}) == (report.records_in, report.marked)
    assert 2 == out.decode().replace(" ", "").count(MARKED)
    assert NUMBER[2:] not in out.decode()


@pytest.mark.parametrize(
    "text", ["1 2", '"a" "b"', f'{{"a": 1}} {NUMBER}', '{"a": 1} x', '{"a": 1}}']
)
def test_b14_200_other_values_in_a_row_are_not_json(text):
    """What follows a document and is no document is marked."""
    out, report = through(redact_json, text.encode(), DEBUG)

    assert {"unparseable": 1} == report.marked
    assert NUMBER[2:] not in out.decode()


def test_b14_200_many_broken_documents_take_linear_time():
    """After a hundred of them the rest is marked at once."""
    out, report = through(redact_json, b'{"a": [\n' * 100_000, DEBUG)

    assert report.records_in <= 102
    assert report.records_in == report.marked["unparseable"]
    assert out


# Fields -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("jsonl", LINE),
        ("json", json.dumps({"calls": [json.loads(LINE)], "page": 1})),
        ("json", json.dumps([json.loads(LINE)] * 3_000, indent=1)),
        ("json", json.dumps({"calls": [json.loads(LINE)] * 3_000}, indent=1)),
        ("csv", f"sid,from\nCA1,{NUMBER}\n"),
        ("csv", f"# x\nsep\nsid,from,to\nCA1,{NUMBER},{NUMBER}\nCA1,{NUMBER},{NUMBER}\n"),
        ("form", f"sid=CA1&from=%2B{NUMBER[1:]}"),
        ("xml", f"<Calls><Call><sid>CA1</sid><from>{NUMBER}</from></Call></Calls>"),
        ("xml", "<Calls>" + f"<Call><sid>CA1</sid><from>{NUMBER}</from></Call>" * 3_000 + "</Calls>"),
        ("radius", f'Mon Nov 23 10:00:00 2026\n\tsid = "CA1"\n\tfrom = "{NUMBER}"\n\n'),
    ],
)  # fmt: skip
def test_b14_195_the_report_says_which_fields_are_known(name, data):
    """In every format, also where the head is cut in the middle of a record."""
    redact = vp.Redactor(DEBUG.policy, "twilio.call")
    _, report = through(redact_file, data.encode(), redact, format=name)

    assert "twilio.call" == report.fields.schema
    assert {"sid", "from"} <= {path.rpartition(".")[2] for path in report.fields.by_schema}


@pytest.mark.parametrize("least", [0.5, 1.0])
def test_b14_195_too_few_known_fields_are_an_error(tmp_path, least):
    """With the names of the others, and no output."""
    out = tmp_path / "out"
    with pytest.raises(vp.ConfigurationError, match=r"Only 1 of 3 fields are known.*alpha, beta"):
        redact_file(
            io.BytesIO(b'{"from": 1, "alpha": "x", "beta": "y"}'), out, DEBUG, least_known=least
        )
    assert [] == os.listdir(tmp_path)


def test_b14_193_a_schema_for_one_file():
    """It takes the place of the redactor's, and must apply."""
    data = b'{"alpha": "Zoe Example", "beta": 1}\n'
    mine = vp.Schema("acme.cdr", {"alpha": vp.DataCategory.PERSON_NAME})
    out, report = through(redact_file, data, DEBUG, schema=mine)

    assert ("acme.cdr", ("alpha",)) == (report.fields.schema, report.fields.by_schema)
    assert b"Zoe" not in out
    with pytest.raises(vp.ConfigurationError, match=r"twilio\.call knows no field"):
        through(redact_file, data, DEBUG, schema="twilio.call")
    with pytest.raises(vp.ConfigurationError, match="least_known"):
        through(redact_file, data, DEBUG, least_known=2)
