"""Files of tables and results of queries: whole or not at all, and nothing raw in a footer."""

from __future__ import annotations

import os
import subprocess
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy

import voxvalley_privacy as vp
from voxvalley_privacy import frames

KEYS = vp.KeyRing.generate()
ROWS = [
    {
        "from": f"+1415555{100 + at % 100:04d}",
        "duration": at % 60,
        "note": "call Zoe back" if at % 9 == 0 else "ok",
        "caller_name": "Zoe Example",
    }
    for at in range(500)
]


def _full(rows):
    """Return rows without what is missing: a record leaves a field out where a table has a null."""
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@pytest.fixture
def redact():
    return vp.Redactor(vp.policies.debug(KEYS))


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "calls.parquet"
    table = pa.Table.from_pylist(ROWS).replace_schema_metadata({"last": "+14155550199"})
    pq.write_table(table, path, row_group_size=100)
    return path


def test_parquet_file(redact, parquet, tmp_path):
    """A Parquet file keeps its row groups; each row is what the redactor makes of its record."""
    report = frames.redact_table_file(parquet, tmp_path / "clean.parquet", redact)

    clean = pq.ParquetFile(tmp_path / "clean.parquet")
    assert (500, 500, 5) == (report.rows, clean.metadata.num_rows, clean.num_row_groups)
    assert [redact(row) for row in ROWS] == _full(clean.read().to_pylist())


def test_footer_shows_nothing(redact, parquet, tmp_path):
    """The bytes of the result, its footer's smallest and largest values included, hold no raw value."""
    frames.redact_table_file(parquet, tmp_path / "clean.parquet", redact)

    written = (tmp_path / "clean.parquet").read_bytes()
    assert b"+14155550199" in parquet.read_bytes()
    assert b"5555" not in written.replace(b"*", b"")[-2000:]
    assert b"+1415555" not in written
    assert b"Zoe" not in written


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_parquet_cut_short(redact, parquet, tmp_path, keep):
    """A file that is cut is an error; no result appears, and one from before stays."""
    parquet.write_bytes(parquet.read_bytes()[: int(parquet.stat().st_size * keep)])
    (tmp_path / "clean.parquet").write_bytes(b"before")
    with pytest.raises(vp.ConfigurationError) as error:
        frames.redact_table_file(parquet, tmp_path / "clean.parquet", redact)

    assert (None, None) == (error.value.__cause__, error.value.__context__)
    assert b"before" == (tmp_path / "clean.parquet").read_bytes()
    assert ["calls.parquet", "clean.parquet"] == sorted(os.listdir(tmp_path))


def test_damaged_row_group(redact, parquet, tmp_path):
    """Damage in the middle is an error with the row group and the column."""
    start = pq.ParquetFile(parquet).metadata.row_group(2).column(1)
    at = start.dictionary_page_offset or start.data_page_offset
    data = bytearray(parquet.read_bytes())
    data[at : at + 12] = b"\xff" * 12
    parquet.write_bytes(bytes(data))
    with pytest.raises(vp.ConfigurationError) as error:
        frames.redact_table_file(parquet, tmp_path / "clean.parquet", redact)

    assert "Column 'duration' of row group 2" in str(error.value)
    assert not (tmp_path / "clean.parquet").exists()


def test_partitioned_folder(redact, tmp_path):
    """A folder is mirrored; a value in the name of a folder is treated, names of files are not taken over."""
    source = tmp_path / "in" / "from=%2B14155550132" / "day=2026-11-23"
    source.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(ROWS[:3]).drop(["from"]), source / "+14155550132.parquet")
    report = frames.redact_table_file(tmp_path / "in", tmp_path / "out", redact)

    names = [
        path.relative_to(tmp_path / "out").as_posix()
        for path in (tmp_path / "out").rglob("*.parquet")
    ]
    assert (1, 3) == (report.files, report.rows)
    assert "5550132" not in names[0]
    assert names[0].endswith("day=2026-11-23/part-00000.parquet")


def test_csv_file(redact, tmp_path):
    """All values of a CSV file are texts: numbers keep their zeros, and are treated as records' are."""
    (tmp_path / "calls.csv").write_text('from,code,note\n+14155550132,007,"a, b"\n14155550133,1,\n')
    report = frames.redact_table_file(tmp_path / "calls.csv", tmp_path / "clean.csv", redact)

    lines = (tmp_path / "clean.csv").read_text().splitlines()
    assert 2 == report.rows
    assert "5550132" not in str(lines)
    assert '"007","a, b"' in lines[1]


def test_killed_midway(tmp_path):
    """What is killed midway leaves no file under its name, and a folder that does not say it is whole."""
    table = pa.Table.from_pylist(ROWS * 40)
    for name in ("a", "b"):
        pq.write_table(table, tmp_path / f"{name}.parquet", row_group_size=1_000)
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"{name}.parquet").rename(tmp_path / "in" / f"{name}.parquet")
    script = (
        "import os, signal, voxvalley_privacy as vp; from voxvalley_privacy.frames import _table_files as files;"
        "redact = vp.Redactor(vp.policies.labels()); batches = files._batches; group = [0]\n"
        "def killed(file, at):\n"
        "    group[0] += 1\n"
        "    if group[0] == 25: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return batches(file, at)\n"
        "files._batches = killed;"
        f"files.redact_table_file({str(tmp_path / 'in')!r}, {str(tmp_path / 'out')!r}, redact)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False)

    assert -9 == done.returncode
    left = sorted(path for path in (tmp_path / "out").iterdir() if path.suffix != ".tmp")
    assert ["part-00000.parquet"] == [path.name for path in left]
    assert len(ROWS) * 40 == pq.ParquetFile(left[0]).metadata.num_rows
    assert b"+1415555" not in b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())


def test_folder_that_is_whole(redact, parquet, tmp_path):
    """A folder says that it is whole when it is, and no longer once a later run has failed."""
    (tmp_path / "in").mkdir()
    parquet.rename(tmp_path / "in" / "calls.parquet")
    frames.redact_table_file(tmp_path / "in", tmp_path / "out", redact)
    assert (tmp_path / "out" / "_SUCCESS").exists()

    (tmp_path / "in" / "later.parquet").write_bytes(b"PAR1")
    with pytest.raises(vp.ConfigurationError):
        frames.redact_table_file(tmp_path / "in", tmp_path / "out", redact)
    assert not (tmp_path / "out" / "_SUCCESS").exists()


@pytest.mark.parametrize("text", ["from,to\n+14155550132\n", "", "from,to\n+14155550132,2,3\n"])
def test_malformed_csv(redact, tmp_path, text):
    """A malformed row is an error that does not quote it."""
    (tmp_path / "calls.csv").write_text(text)
    with pytest.raises(vp.ConfigurationError) as error:
        frames.redact_table_file(tmp_path / "calls.csv", tmp_path / "clean.csv", redact)
    assert "555" not in str(error.value)
    assert error.value.__context__ is None
    assert not (tmp_path / "clean.csv").exists()


def test_other_files(redact, tmp_path):
    """A file of another kind is refused, and a missing one is missing."""
    (tmp_path / "calls.xlsx").write_bytes(b"x")
    with pytest.raises(vp.ConfigurationError):
        frames.redact_table_file(tmp_path / "calls.xlsx", tmp_path / "out.xlsx", redact)
    with pytest.raises(FileNotFoundError):
        frames.redact_table_file(tmp_path / "none.parquet", tmp_path / "out.parquet", redact)


def test_constant_memory(parquet, tmp_path):
    """Ten times the rows take hardly more memory: batches are let go."""
    table = pa.Table.from_pylist(ROWS * 10)
    sizes = []
    for times in (1, 10):
        pq.write_table(
            pa.concat_tables([table] * times), tmp_path / f"{times}.parquet", row_group_size=5_000
        )
        script = (
            "import resource, voxvalley_privacy as vp; from voxvalley_privacy import frames;"
            "redact = vp.Redactor(vp.policies.labels());"
            f"frames.redact_table_file({str(tmp_path / f'{times}.parquet')!r}, {str(tmp_path / 'out.parquet')!r}, redact);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True
        )
        sizes.append(int(done.stdout))
    assert sizes[1] < sizes[0] * 1.3


def test_query_of_duckdb(redact):
    """A query's result comes in treated batches of one schema."""
    connection = duckdb.connect()
    connection.register("calls", pa.Table.from_pylist(ROWS))
    batches = list(
        frames.redact_query(
            connection,
            "select * from calls where duration > $least",
            redact,
            parameters={"least": 30},
        )
    )

    rows = [row for batch in batches for row in batch.to_pylist()]
    assert [redact(row) for row in ROWS if row["duration"] > 30] == _full(rows)


def test_query_of_sqlalchemy(redact):
    """A query by SQLAlchemy is streamed in batches; the last may be smaller."""
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            'create table calls ("from" text, duration integer, note text, caller_name text)'
        )
        connection.execute(
            sqlalchemy.text("insert into calls values (:from, :duration, :note, :caller_name)"),
            ROWS,
        )
        batches = list(frames.redact_query(connection, "select * from calls", redact, rows=200))

    assert [200, 200, 100] == [batch.num_rows for batch in batches]
    assert [redact(row) for row in ROWS] == _full(
        row for batch in batches for row in batch.to_pylist()
    )


@pytest.mark.parametrize("parameters", [{"least": 30}, [30]])
def test_query_of_adbc(redact, parameters):
    """A query by ADBC comes in batches of no more rows than asked; parameters go by their places."""
    dbapi = pytest.importorskip("adbc_driver_sqlite.dbapi")
    with dbapi.connect() as connection:
        with connection.cursor() as cursor:
            cursor.adbc_ingest("calls", pa.Table.from_pylist(ROWS))
        if isinstance(parameters, dict):
            query = 'select * from calls where duration > @least or "from" = 0'
            parameters = {"@least": 30}
        else:
            query = "select * from calls where duration > ?"
        batches = list(
            frames.redact_query(connection, query, redact, parameters=parameters, rows=40)
        )

    assert 40 == max(batch.num_rows for batch in batches)
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert [redact(row) for row in ROWS if row["duration"] > 30] == _full(rows)


def test_faults_of_a_database_show_nothing(redact):
    """What a database says of a fault may quote a value: the error names its class alone."""
    with pytest.raises(vp.ConfigurationError, match="ConversionException") as error:
        list(frames.redact_query(duckdb.connect(), "select '+14155550132'::date", redact))
    assert "5550132" not in str(error.value)
    assert (None, None) == (error.value.__cause__, error.value.__context__)


def test_redacted_view_of_a_database(redact):
    """A view of DuckDB treats each row as its record, by a function that takes rows."""
    database = duckdb.connect()
    database.register("rows", pa.Table.from_pylist(ROWS * 5))
    database.execute("create table calls as select * from rows")

    def redacted_call(rows):
        table = frames.redact(pa.Table.from_struct_array(rows), redact)
        return table.to_struct_array().combine_chunks()

    def row_type(relation):
        return duckdb.struct_type(dict(zip(relation.columns, relation.types, strict=True)))

    raw = database.table("calls")
    schema = raw.limit(0).to_arrow_table().schema
    treated = database.from_arrow(frames.result_schema(schema, redact).empty_table())
    database.create_function(
        "redacted_call", redacted_call, [row_type(raw)], row_type(treated), type="arrow"
    )
    database.execute("create view calls_redacted as select unnest(redacted_call(calls)) from calls")
    rows = database.sql("select * from calls_redacted").to_arrow_table().to_pylist()
    assert [redact(row) for row in ROWS * 5] == _full(rows)


def test_query_refusals(redact):
    """Another connection, a batch of nothing and a column of two types are errors without a value."""
    with pytest.raises(vp.ConfigurationError):
        frames.redact_query(object(), "select 1", redact)
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.begin() as connection:
        with pytest.raises(vp.ConfigurationError):
            frames.redact_query(connection, "select 1", redact, rows=0)
        with pytest.raises(vp.ConfigurationError, match="by name"):
            frames.redact_query(connection, "select ?", redact, parameters=[1])
        two = "select 1 as \"from\" union all select '+14155550132'"
        with pytest.raises(vp.ConfigurationError) as error:
            list(frames.redact_query(connection, two, redact, rows=1))
    assert "'from'" in str(error.value)
    assert "5550132" not in str(error.value)
