"""Rows of files: none is hidden by how it is written, and no other is changed in its place."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO
from voxvalley_privacy.erasure import State
from voxvalley_privacy.erasure._shape_of_rows import record_of
from voxvalley_privacy.testing import person_of


def _files(folder, ending="jsonl"):
    return vp.erasure.files(
        Path(folder) / f"*.{ending}", subject=("from", "to"), kind="call", event_time="at"
    )


def _erase(target):
    person = person_of(ANA)
    found = target.find(person)
    target.mask([record for record in found if record.shared], person, lambda: None)
    target.erase([record for record in found if not record.shared], person, lambda: None)


def test_l4_a_name_that_comes_twice_in_a_row(tmp_path):
    """Both values of a name are in the file, and the person goes from either."""
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"from": "{ANA}", "from": "{BRUNO}"}}\n')
    _erase(_files(tmp_path))
    assert ANA not in path.read_text()
    assert BRUNO in path.read_text()


def test_l4_a_column_that_comes_twice(app, tmp_path):
    """A table of which only half can be read is not clean, and is left as it is."""
    path = app.folder / "a.csv"
    text = f"from,to,to\n{BRUNO},{ANA},{BRUNO}\n"
    path.write_text(text)
    app.targets = [_files(app.folder, "csv")]
    service = app.service()
    assert State.OPEN == service.execute(service.plan(ANA, ticket="T-1")).state
    assert text == path.read_text()


@pytest.mark.parametrize("blank", ["\u2003", "\u00a0", "\x1c", "\u0085"])
def test_a_line_that_looks_empty_moves_no_row(tmp_path, blank):
    """What only some count as a line is damage; no other row is taken for the person's."""
    path = tmp_path / "a.jsonl"
    text = f"{blank}\n" + json.dumps({"from": BRUNO}) + "\n" + json.dumps({"from": ANA}) + "\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(vp.StoreCorrupt):
        _erase(_files(tmp_path))
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n", "\n \t\n"])
def test_lines_end_in_any_way(tmp_path, ending):
    """Empty lines and both endings are counted alike where rows are found and written."""
    path = tmp_path / "a.jsonl"
    rows = [json.dumps({"from": BRUNO}), json.dumps({"from": ANA}), json.dumps({"from": BRUNO})]
    path.write_bytes(b"\xef\xbb\xbf" + ending.join([*rows, ""]).encode())
    _erase(_files(tmp_path))
    assert 2 == path.read_bytes().count(BRUNO.encode())
    assert ANA.encode() not in path.read_bytes()


def test_rows_that_move_between_finding_and_erasing(tmp_path):
    """A file that was replaced meanwhile loses no row of somebody else."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"from": ANA}) + "\n" + json.dumps({"from": BRUNO}) + "\n")
    target = _files(tmp_path)
    found = target.find(person_of(ANA))
    moved = json.dumps({"from": BRUNO}) + "\n" + json.dumps({"from": ANA}) + "\n"
    path.write_text(moved)
    with pytest.raises(vp.StoreUnavailable):
        target.erase(found, person_of(ANA), lambda: None)
    assert [moved] == [each.read_text() for each in tmp_path.iterdir()]


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_l8_half_a_copy_that_a_crash_left(app, ending):
    """A copy that was cut in the middle goes, and the erasure ends."""
    whole = (app.folder / "a.jsonl").read_text()
    (app.folder / f"b.{ending}.erasing").write_text(whole[: len(whole) // 2])
    (app.folder / "b.jsonl").write_text(json.dumps({"from": BRUNO}) + "\n")
    pq.write_table(pa.table({"from": [BRUNO]}), app.folder / "b.parquet")
    app.targets = [_files(app.folder, ending)]
    service = app.service()
    assert State.COMPLETE == service.execute(service.plan(ANA, ticket="T-1")).state
    assert not [*app.folder.glob("*.erasing")]


def test_a_sweep_that_erases_and_pseudonymizes_one_file(app):
    """The rows that are due go, those of the other rule get pseudonyms, and the others stay."""
    call = vp.RecordKind.CALL
    app.schedule = vp.RetentionSchedule(
        [vp.retain(call, at_most="P8D", then="pseudonymize"), vp.retain(call, at_most="P20D")]
    )
    app.service()
    path = app.folder / "a.jsonl"
    rows = [{"id": str(day), "from": BRUNO, "at": f"2026-11-{day:02}"} for day in (1, 10, 19, 18)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    inventory = vp.Inventory([app.files])
    report = vp.sweep(inventory, schedule=app.schedule, holds=app.holds, clock=lambda: now)
    left = {row["id"]: row["from"] for row in map(json.loads, path.read_text().splitlines())}
    assert (1, 1) == (report.erased, report.pseudonymized)
    assert {"10", "19", "18"} == {*left}
    assert left["10"].startswith("psn_")
    assert [BRUNO, BRUNO] == [left["19"], left["18"]]


def test_l4_a_number_in_a_column_of_numbers(tmp_path):
    """Where two people are numbers, the one who asked is nobody, and the other stays."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"from": [int(ANA[1:])], "to": [int(BRUNO[1:])]}), path)
    _erase(_files(tmp_path, "parquet"))
    assert [{"from": None, "to": int(BRUNO[1:])}] == pq.read_table(path).to_pylist()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        (date(2026, 11, 1), datetime(2026, 11, 1, tzinfo=UTC)),
        ("Sun, 01 Nov 2026 00:00:00 +0000", datetime(2026, 11, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59", None),
        ("1970-01-01T00:00:00Z", None),
        ("never", None),
        ("Sun, 99 Nov 99999 00:00:00 +9999", None),
    ],
)
def test_times_of_rows(value, expected):
    """Dates and times of mail headers are times; what stands for "no time" is none."""
    meta = record_of(_files("."), {"from": ANA, "at": value}, own_id="1", own=()).meta
    assert expected == meta.created
