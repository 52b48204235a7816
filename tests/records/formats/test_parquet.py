"""Parquet files: each row is treated, and nothing raw is left in the file or its footer."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests.cli.test_files_and_folders import _run
from voxvalley_privacy import records

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

_NUMBERS = [f"+1415555{last:04}" for last in range(100, 200)]


def _file(at: Path) -> Path:
    table = pa.table({
        "caller": _NUMBERS,
        "callee": [int(number[1:]) for number in _NUMBERS],
        "caller_name": ["Zoe Example"] * 100,
        "duration": list(range(100)),
        "start": [datetime.datetime(2026, 3, 1, 10, 11, 12)] * 100,  # noqa: DTZ001 # as files have it
    }).replace_schema_metadata({"note": "+14155550132"})  # fmt: skip
    pq.write_table(table, at / "calls.parquet", compression="none")
    return at / "calls.parquet"


def test_b14_197_parquet_is_read(tmp_path: Path):
    """Numbers and names are gone from values, statistics and metadata; other columns keep their types."""
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate(), region="US"))
    report = records.redact_parquet(_file(tmp_path), tmp_path / "out.parquet", redact)
    file = pq.ParquetFile(tmp_path / "out.parquet")
    table = file.read()

    assert (100, 100, "parquet") == (report.records_in, report.records_out, report.format)
    assert pa.int64() == table.schema.field("duration").type
    assert list(range(100)) == table["duration"].to_pylist()
    assert {None} == set(table["caller_name"].to_pylist())
    assert not set(_NUMBERS) & set(table["caller"].to_pylist())
    shown = str(table.to_pylist()) + str(file.metadata.to_dict())
    assert [] == [number for number in _NUMBERS if number[2:] in shown]
    assert b"4155550132" not in (tmp_path / "out.parquet").read_bytes()


def test_b14_197_parquet_on_the_command_line(tmp_path: Path):
    """`redact` writes a Parquet file for one; a cut one is refused, and nothing is written."""
    path = _file(tmp_path)
    done = _run("redact", str(path), "-o", str(tmp_path / "out.parquet"))

    assert 0 == done.returncode
    assert 100 == pq.read_table(tmp_path / "out.parquet").num_rows
    path.write_bytes(path.read_bytes()[:-20])
    assert 2 == _run("redact", str(path), "-o", str(tmp_path / "cut.parquet")).returncode
    assert 2 == _run("redact", str(path)).returncode
    assert not (tmp_path / "cut.parquet").exists()
