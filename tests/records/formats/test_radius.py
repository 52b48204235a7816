from __future__ import annotations

import pytest

from tests.oracle import assert_no_canary
from tests.records.doubles import Raising
from tests.records.formats.streams import NUMBER, OTHER, debug, through
from voxvalley_privacy.records._radius import redact_radius

ACCT = debug("radius.acct")
RECORD = (
    "Mon Nov 23 10:00:00 2026\n"
    f'\tCalling-Station-Id = "{NUMBER}"\n'
    f'\tCalled-Station-Id = "{OTHER}"\n'
    '\tUser-Name = "ann"\n'
    "\tNAS-IP-Address = 192.0.2.77\n"
    "\tAcct-Status-Type = Start\n"
    "\tAcct-Session-Time = 60\n"
    "\n"
)


def test_each_block_is_a_record():
    """Attributes are fields; blocks, order and the line with the time stay."""
    out, report = through(redact_radius, (RECORD * 3).encode(), ACCT)

    made = out.decode()
    assert (3, {}) == (report.records_in, report.marked)
    assert [line.split(" ")[0] for line in (RECORD * 3).splitlines()] == [
        line.split(" ")[0] for line in made.splitlines()
    ]
    assert (
        f'\tCalling-Station-Id = "{ACCT({"Calling-Station-Id": NUMBER})["Calling-Station-Id"]}"'
        in made
    )
    assert "\tAcct-Status-Type = Start\n" in made
    for value in (NUMBER, OTHER):
        assert_no_canary(made, value)
    assert '"ann"' not in made
    assert "192.0.2.77" not in made


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"Mon Nov 23 10:00:00 2026\n\tAcct-Status-Type = Start\n\n",
        b"\tAcct-Status-Type = Start\n\tAcct-Status-Type = Stop\n",
        b"Acct-Status-Type == Start\n",
    ],
)
def test_what_holds_nothing_personal_stays(data):
    """Records without personal data come out as they were, but for the indent of attributes."""
    out, report = through(redact_radius, data, ACCT)

    assert [line.strip() for line in data.splitlines()] == [
        line.strip() for line in out.splitlines()
    ]
    assert {} == report.marked


def test_b2_35_quoted_values_are_read_and_written_with_escapes():
    """Escaped quotes, backslashes, line breaks and octal digits neither hide a number nor break a line."""
    octal = "".join(f"\\{ord(c):03o}" for c in NUMBER)
    data = f'\tReply-Message = "a \\"b\\" \\\\ \\n c"\n\tFilter-Id = "{octal}"\n\tFilter-Id = "{NUMBER}\\n\\tx = 1"\n\n'

    out, _ = through(redact_radius, data.encode(), ACCT)

    assert_no_canary(out.decode(), NUMBER)
    assert 4 == out.count(b"\n")


def test_a_line_that_is_no_attribute_is_marked_in_its_record():
    """The record is counted as marked once; its other attributes are treated."""
    data = (
        f"Mon Nov 23 10:00:00 2026\n\tnonsense {NUMBER}\n\t{NUMBER}\n\tAcct-Status-Type = Start\n\n"
    )

    out, report = through(redact_radius, data.encode(), ACCT)

    assert [
        "\t[UNPARSEABLE]",
        "\t[UNPARSEABLE]",
        "\tAcct-Status-Type = Start",
    ] == out.decode().splitlines()[1:4]
    assert (1, {"unparseable": 1}) == (report.records_in, report.marked)


def test_many_records_come_out_in_order():
    """However records fall into batches, and however long one is, attributes come out in order."""
    data = "".join(f"\tAcct-Session-Time = {i}\n" + "\n" * (i % 3 == 0) for i in range(2_000))

    out, _ = through(redact_radius, data.encode(), ACCT)

    assert data == out.decode()


def test_a_failing_redactor_gives_placeholders():
    """Values are placeholders when the redactor fails."""
    out, report = through(redact_radius, RECORD.encode(), Raising())

    assert_no_canary(out.decode(), NUMBER)
    assert b'Calling-Station-Id = "[FAULT]"' in out
    assert report.faults["redactor"] >= 1


def test_the_detail_file_of_the_corpus(corpus):
    """A real record keeps its lines but for what is dropped."""
    data = (corpus / "03_cdr" / "radius_detail_one.txt").read_bytes()

    out, report = through(redact_radius, data, ACCT)

    assert (1, {}) == (report.records_in, report.marked)
    assert_no_canary(out.decode(), "0123456789")
