from __future__ import annotations

import csv
import io

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.doubles import Raising, Wild
from tests.records.formats.streams import DEBUG, KEYS, NUMBER, OTHER, debug, through
from voxvalley_privacy.records._csv import _Lines, escaped, redact_csv

CALL = debug("twilio.call")
CDR = debug("asterisk.cdr_csv")
MASTER = (
    'acct,{src},{dst},default,"""Ann Example"" <{src}>",PJSIP/1001-0000002a,PJSIP/trunk-0000002b,Dial,'
    "PJSIP/{dst}@trunk,2026-11-23 10:00:00,2026-11-23 10:00:05,2026-11-23 10:01:00,60,55,ANSWERED,DOCUMENTATION,"
    "1732356000.42,"
)  # fmt: skip
CUSTOM = (
    '"""Ann Example"" <{src}>",{src},{dst},default,PJSIP/1001-0000002a,PJSIP/trunk-0000002b,Dial,PJSIP/{dst}@trunk,'
    "2026-11-23 10:00:00,2026-11-23 10:00:05,2026-11-23 10:01:00,60,55,ANSWERED,DOCUMENTATION,acct,1732356000.42,,7"
)  # fmt: skip


def rows(data: bytes, **settings) -> list[list[str]]:
    """Parse a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), **settings))


def test_rows_are_records_of_the_header():
    """A cell is treated by the name that stands above it, and the header stays."""
    out, report = through(
        redact_csv, f"sid,from,to,status\nCA1,{NUMBER},{OTHER},busy\n".encode(), CALL
    )

    treated = CALL({"sid": "CA1", "from": NUMBER, "to": OTHER, "status": "busy"})
    assert [["sid", "from", "to", "status"], list(treated.values())] == rows(out)
    assert (1, {}) == (report.records_in, report.marked)


@pytest.mark.parametrize(
    "data",
    [
        b"sid,status\r\nCA1,busy\r\n",
        b"sid,status\nCA1,busy\n",
        b"sid;status\nCA1;busy\n",
        b"sid\tstatus\nCA1\tbusy\n",
        b"sid|status\nCA1|busy\n",
        b'"sid","status"\n"CA1","busy"\n',
        b"\xef\xbb\xbfsid,status\nCA1,busy\n",
        b'sid,status\nCA1,"bu\nsy"\n',
        b'sid,status\nCA1,"bu\r\nsy, ""x"""\n',
        b"sid,status\n\nCA1,busy\n\n",
        b"sid,status\rCA1,busy\r",
        b"sid,status\nCA1,\n",
        b"",
        b"\n",
    ],
)
def test_what_holds_nothing_personal_is_byte_identical(data):
    """Delimiter, quoting, line ends, blank lines, quoted newlines and a byte order mark stay."""
    assert data == through(redact_csv, data, CALL)[0]


@pytest.mark.parametrize(("order", "party"), [(MASTER, 1), (CUSTOM, 1)])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_asterisk_orders_are_told_by_content(order, party, end):
    """Rows of cdr_csv and of cdr_custom are read by the order that their times and counts fit."""
    row = order.format(src=NUMBER, dst=OTHER)
    out, report = through(redact_csv, f"{row}{end}{row}{end}".encode(), CDR)

    made = rows(out)
    assert (2, {}) == (report.records_in, report.marked)
    assert [CDR({"src": NUMBER})["src"], CDR({"dst": OTHER})["dst"]] == made[0][party : party + 2]
    assert_no_canary(out.decode(), NUMBER)
    assert_no_canary(out.decode(), OTHER)
    assert b"Example" not in out
    assert "ANSWERED" in made[0]


def test_the_orders_of_the_corpus_are_told(corpus):
    """Real files of both orders come out with as many rows, and nothing marked."""
    for name in (
        "asterisk_Master_lab.csv",
        "asterisk_testsuite_Master.csv",
        "asterisk_testsuite_Master2.csv",
    ):
        data = (corpus / "03_cdr" / name).read_bytes()
        out, report = through(redact_csv, data, CDR)
        before, after = rows(data), rows(out)
        assert (len(before), {}) == (report.records_in, report.marked)
        assert [len(row) for row in before] == [len(row) for row in after]
        times = [
            i
            for i, cell in enumerate(before[0])
            if cell[:3] == "20" + cell[2:3] and cell[4:5] == "-"
        ]
        assert [before[0][i] for i in times] == [after[0][i] for i in times]


def test_every_csv_of_the_corpus_keeps_its_rows(corpus):
    """Files from four systems come out with the rows they had."""
    for path in sorted((corpus / "03_cdr").rglob("*.csv")):
        data = path.read_bytes()
        if not data.strip():
            continue
        data = data[: data.rfind(b"\n", 0, 100_000) + 1] or data
        out, report = through(redact_csv, data, DEBUG)
        assert data.count(b"\n") == out.count(b"\n"), path.name
        assert {} == report.faults, path.name


def test_b2_37_a_row_of_another_width_is_hidden_whole():
    """Short and long rows say nothing about what stands where; every cell with content is marked, empty ones stay."""
    data = f"sid,from,status\nCA1,{NUMBER},busy\nAnn Example,{NUMBER}\nCA1,x,,Ann Example\nCA1,{NUMBER},busy\n"

    out, report = through(redact_csv, data.encode(), CALL)

    assert [["[MISALIGNED]"] * 2, ["[MISALIGNED]", "[MISALIGNED]", "", "[MISALIGNED]"]] == rows(
        out
    )[2:4]
    assert (4, {"misaligned": 2}) == (report.records_in, report.marked)


def test_b2_37_the_wrong_delimiter_hides_every_row():
    """Cut by a character that is not there, a row is one cell of nobody knows what."""
    data = f"caller_name,from\nAnn Example,{NUMBER}\n".encode()

    out, report = through(redact_csv, data, CALL, delimiter=";")

    assert b"Example" not in out
    assert {"misaligned": 1} == report.marked


def test_a_schema_that_does_not_fit_hides_every_row():
    """Rows without a header that no column order fits are marked, not read by a wrong one."""
    out, report = through(
        redact_csv, f"{NUMBER},Ann Example,1\n{NUMBER},Ann Example,2\n".encode(), CDR
    )

    assert [["[MISALIGNED]"] * 3] * 2 == rows(out)
    assert {"misaligned": 2} == report.marked


def test_b2_37_formula_cells_are_neutralized():
    """A cell that a spreadsheet would run gets an apostrophe, unless it is told not to."""
    data = b"sid,status\n=cmd|' /C calc'!A0,\"@SUM(1)\"\n-5,+1\n"

    assert [["'=cmd|' /C calc'!A0", "'@SUM(1)"], ["-5", "+1"]] == rows(
        through(redact_csv, data, CALL)[0]
    )[1:]
    assert data == through(redact_csv, data.replace(b'"', b""), CALL, escape_formulas=False)[
        0
    ].replace(b"@SUM(1)", b'"@SUM(1)"')


@pytest.mark.parametrize(
    "cell", ["-5", "+1", "-1.5e3", "+12025550142", "+1********42", "-", "", "x", 7, None, "1=1"]
)
def test_a_number_keeps_its_sign(cell):
    """Numbers, masked ones too, and everything that is no formula come out as they are."""
    assert cell == escaped(cell)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+A1", "-2+3+cmd|' /C calc'!A0", "@x", "\t=1", "\r=1", "\n=1", "＝1"]
)
def test_a_formula_is_escaped_once(cell):
    """Escaping twice changes nothing more."""
    assert f"'{cell}" == escaped(cell) == escaped(escaped(cell))


def test_b2_37_an_unterminated_quote_marks_one_row():
    """The row that opened a quote which never closes is marked; the rows behind it are treated."""
    data = f'sid,from\nCA1,{NUMBER}\nCA2,"{NUMBER}\nCA3,{NUMBER}\nCA4,{NUMBER}\n'.encode()

    out, report = through(redact_csv, data, CALL)

    assert ["CA1", "[UNPARSEABLE]", "CA3", "CA4"] == [row[0] for row in rows(out)[1:]]
    assert (4, {"unparseable": 1}) == (report.records_in, report.marked)
    assert_no_canary(out.decode(), NUMBER)


def test_b2_37_a_field_above_the_csv_limit_marks_one_row():
    """A field of more than 128 KiB marks its row, whether it is quoted, bare or never ends."""
    for field in ("x" * 140_000, '"' + "x" * 140_000 + '"', '"' + "x\n" * 70_000 + '"'):
        data = f"sid,status\nCA1,a\nCA2,{field}\nCA3,b\n".encode()
        out, report = through(redact_csv, data, CALL)
        made = rows(out)
        assert ["CA1", "a"] == made[1]
        assert ["CA3", "b"] == made[-1]
        assert report.marked["unparseable"] >= 1


@pytest.mark.parametrize(
    "line", ['a,"\n', 'a","\n', '"a\n', 'a,"b\nc\n', '""",\n', '"a,b\nc\nd\n', 'a,"b""\n']
)
def test_an_open_quote_costs_linear_time(line, monkeypatch):
    """However many quotes stay open, no line is read more than three times."""
    reads = []
    following = _Lines.__next__
    monkeypatch.setattr(_Lines, "__next__", lambda lines: reads.append(1) or following(lines))
    data = line * 30_000

    through(redact_csv, data.encode(), Wild({}))

    assert len(reads) <= 3 * data.count("\n")


def test_nul_bytes_and_wrong_encodings_go_through():
    """NUL stays a character; what is no UTF-8 is replaced and counted."""
    out, report = through(redact_csv, b"sid,status\nCA\x001,\xff\n", CALL)

    assert [["CA\x001", "�"]] == rows(out)[1:]
    assert {"encoding": 1} == report.marked


def test_utf_16_is_read():
    """What spreadsheets save as Unicode text is read and comes out as UTF-8."""
    out, _ = through(redact_csv, f"sid\tfrom\nCA1\t{NUMBER}\n".encode("utf-16"), CALL)

    assert ["CA1", CALL({"from": NUMBER})["from"]] == rows(out, delimiter="\t")[1]


def test_a_dropped_field_leaves_an_empty_cell():
    """Rows keep their width when a policy drops a field."""
    share = vp.Redactor(vp.policies.share(KEYS), "twilio.call")
    out, report = through(
        redact_csv, f"sid,from,caller_name\nCA1,{NUMBER},Ann Example\n".encode(), share
    )

    assert 3 == len(rows(out)[1])
    assert b"Example" not in out
    assert {} == report.marked


def test_b3_49_a_number_in_the_header_is_treated():
    """A column named by a number keeps its place and loses its name."""
    out, _ = through(redact_csv, f"sid,{NUMBER}\nCA1,busy\n".encode(), DEBUG, header=True)

    assert_no_canary(out.decode(), NUMBER)
    assert "busy" == rows(out)[1][1]


def test_repeated_columns_are_treated_each():
    """Two columns of one name are both treated by it, each in its place."""
    out, _ = through(redact_csv, f"sid,to,to\nCA1,{NUMBER},{OTHER}\n".encode(), CALL)

    assert ["CA1", CALL({"to": NUMBER})["to"], CALL({"to": OTHER})["to"]] == rows(out)[1]


def test_columns_name_rows_without_a_header():
    """Names can be given; the rows are then all records."""
    out, report = through(redact_csv, f"CA1,{NUMBER}\n".encode(), CALL, columns=["sid", "from"])

    assert [["CA1", CALL({"from": NUMBER})["from"]]] == rows(out)
    assert 1 == report.records_in


def test_columns_can_stand_for_the_headers_names():
    """With *header* and *columns* the header stays and the given names are gone by."""
    out, report = through(
        redact_csv,
        f"Kennung,Anrufer\nCA1,{NUMBER}\n".encode(),
        CALL,
        columns=["sid", "from"],
        header=True,
    )

    assert [["Kennung", "Anrufer"], ["CA1", CALL({"from": NUMBER})["from"]]] == rows(out)
    assert 1 == report.records_in


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (b"from,to,body\n", True),
        (b"~id,~label,start_time:string\n", True),
        (b"Anrufer,Ziel,Dauer\n", True),
        (b"81050000, abbey1, 650200000\n", False),
        (b'44650355212,32650781232,"ANSWER"\n', False),
        (b"a@example.com,x,y\n", False),
        (b"from,from,to\n", False),
    ],
)
def test_a_header_is_told_from_a_row(first, expected):
    """A header has different names and no data."""
    _, report = through(redact_csv, first + b"1011231005,1011231004,25\n" * 3, DEBUG)

    assert expected == (report.records_in == 3)


def test_wrong_settings_are_told_all_at_once():
    """Every wrong setting is named, and nothing is written."""
    out = io.BytesIO()
    with pytest.raises(vp.ConfigurationError) as caught:
        redact_csv(io.BytesIO(b"a\n"), out, DEBUG, delimiter="x", columns=["a", "a"])

    assert ("delimiter", "columns") == tuple(path for path, _ in caught.value.faults)
    assert b"" == out.getvalue()


@pytest.mark.parametrize("redact", [Raising(), Wild(), Wild([]), Wild({"sid": None})])
def test_a_failing_redactor_gives_placeholders(redact):
    """Whatever a redactor raises or returns, the row comes out in its width, without the record."""
    out, report = through(
        redact_csv, f"sid,from\nAnn Example,{NUMBER}\n".encode(), redact, header=True
    )

    assert_no_canary(out.decode(), NUMBER)
    assert b"Example" not in out
    assert 2 == len(rows(out)[1])
    assert 1 == report.records_in


def test_a_row_above_the_limit_is_marked(monkeypatch):
    """A row of many lines is held only up to a limit; what follows is read on."""
    monkeypatch.setattr("voxvalley_privacy.records._csv.LINE_LIMIT", 1000)
    data = "sid,status\n" + 'a","\n' * 500 + f"CA1,{NUMBER}\n" + 'CA2,"b\nc"\nCA3,d\n'

    out, report = through(redact_csv, data.encode(), CALL)

    assert report.marked["unparseable"] >= 2
    assert ["CA3", "d"] == rows(out)[-1]
    assert_no_canary(out.decode(), NUMBER)


def test_a_line_above_the_limit_is_marked(monkeypatch):
    """A line of more than 8 MiB is one marked row."""
    out, report = through(redact_csv, b"sid,status\n" + b"x" * (9 << 20) + b"\nCA1,busy\n", CALL)

    assert [["[UNPARSEABLE]"] * 2, ["CA1", "busy"]] == rows(out)[1:]
    assert {"too_long": 1} == report.marked


def test_an_order_without_times_goes_by_its_width():
    """A column order that names no time and no count fits rows of its own width only."""
    mine = vp.Schema(
        "acme.cdr",
        {"who": vp.DataCategory.PERSON_NAME, "state": vp.DataCategory.STATUS},
        column_orders=[("who", "state")],
    )
    redact = vp.Redactor(vp.policies.debug(KEYS), mine)

    fits, report = through(redact_csv, b"Ann 1234,busy\nBea 1234,free\n", redact)
    assert ("busy", {}) == (rows(fits)[0][1], report.marked)
    assert b"Ann" not in fits
    assert {"misaligned": 1} == through(
        redact_csv, b"Ann 1234,busy\nBea 1234,free\nCea 1234\n", redact
    )[1].marked
    assert {"misaligned": 2} == through(redact_csv, b"Ann 1234\nBea 1234\n", redact, header=False)[
        1
    ].marked


def test_a_broken_start_is_looked_at_as_far_as_it_goes():
    """A field above the limit in the first rows does not hide the layout before it."""
    out, report = through(
        redact_csv, b'sid;status\nCA1;busy\n"' + b"x" * 140_000 + b'";1\nCA2;busy\n', CALL
    )

    assert (["CA2", "busy"], {"unparseable": 1}) == (rows(out, delimiter=";")[-1], report.marked)


def test_utf_16_may_be_long():
    """What is decoded may reach over many blocks."""
    data = "sid\tstatus\n" + "CA1\té\n" * 30_000

    out, report = through(redact_csv, data.encode("utf-16"), CALL)

    assert data == out.decode("utf-8-sig")
    assert 30_000 == report.records_in


def test_cells_full_of_another_delimiter_do_not_cut():
    """A number that is spelled with a delimiter does not make it the one of the file: the first row says which that is."""
    spelled = "".join(f"&#{ord(char)};" for char in NUMBER)
    out, _ = through(redact_csv, f'from,to,body\n {spelled} \n,"{spelled}"\n'.encode(), DEBUG)

    assert b"from,to,body\n" == out.splitlines(keepends=True)[0]
    assert_no_canary(out.decode(), NUMBER[1:])
