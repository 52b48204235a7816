"""Spark on two local threads: tables and streams, keys found by the workers; `make spark` runs it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import frames

if shutil.which("java") is None:
    pytest.skip("Spark needs a Java runtime.", allow_module_level=True)
pyspark = pytest.importorskip("pyspark")

ROWS = [
    {
        "from": f"+1415555{100 + at % 100:04d}",
        "duration": at % 60,
        "note": "call Zoe back" if at % 9 == 0 else "ok",
        "start_time": dt.datetime(2026, 11, 23, at % 24, tzinfo=dt.UTC),
        "caller_name": "Zoe Example",
    }
    for at in range(300)
]
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(scope="module")
def ring():
    return vp.KeyRing.generate()


@pytest.fixture(scope="module")
def spark(ring, tmp_path_factory):
    from pyspark.sql import SparkSession

    events = tmp_path_factory.mktemp("events")
    os.environ["TEST_SPARK_KEYS"] = ring.to_text()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.eventLog.enabled", "true")
        .config("spark.eventLog.dir", events.as_uri())
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    del os.environ["TEST_SPARK_KEYS"]


NAMED = frames.reference("debug", keys="env:TEST_SPARK_KEYS")


def _text(row):
    """Return a row as a text; times of Spark are those of the session's zone, and do not say it."""
    shown = {
        name: value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
        for name, value in row.items()
        if value is not None
    }
    return str(sorted(shown.items()))


def test_table(spark, ring):
    """Each row is what the redactor makes of it as a record, and the workers' counts come back."""
    counts = vp.spark.counters(spark)
    treated = vp.spark.redact(spark.createDataFrame(ROWS), NAMED, counts=counts)
    rows = sorted(_text(row.asDict()) for row in treated.collect())

    redact = vp.Redactor(vp.policies.debug(ring))
    assert sorted(_text(redact(row)) for row in ROWS) == rows
    assert (300, 0) == (counts.rows.value, counts.faults.value)
    assert counts.whole_rows.value >= len(ROWS) // 9


def test_keys_are_not_in_the_plan_or_the_event_log(spark, ring):
    """Neither the plan nor the event log holds a key."""
    treated = vp.spark.redact(spark.createDataFrame(ROWS[:5]), NAMED)
    treated.collect()
    plan = treated._jdf.queryExecution().toString()
    folder = spark.conf.get("spark.eventLog.dir").removeprefix("file://")
    logs = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]

    secrets = [part for part in ring.to_text().split() if len(part) > 16] + [ring.to_text()]
    texts = [plan, *[open(log, errors="replace").read() for log in logs]]
    assert len(texts) > 1
    assert not [secret for secret in secrets for text in texts if secret in text]


def test_missing_keys_on_a_worker(spark):
    """A worker without keys fails the job with their place, and writes nothing raw."""
    named = frames.reference("debug", keys="env:TEST_SPARK_MISSING")
    with pytest.raises(Exception, match="TEST_SPARK_MISSING") as error:
        vp.spark.redact(spark.createDataFrame(ROWS[:5]), named).collect()
    assert "5550" not in str(error.value)


def test_nested_columns(spark, ring):
    """Structs and lists keep their types; a map becomes its JSON text."""
    frame = spark.sql(
        "select named_struct('number', '+14155550132', 'duration', 3) as caller, array('+14155550132') as numbers, map('to', '+14155550132') as headers"
    )
    row = vp.spark.redact(frame, NAMED).collect()[0].asDict(recursive=True)

    assert "5550132" not in str(row)
    assert 3 == row["caller"]["duration"]
    assert isinstance(row["headers"], str)


def test_stream_from_files_to_files(spark, ring, tmp_path):
    """A stream with a checkpoint treats each file once, also those that come after a restart."""
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    pq.write_table(pa.Table.from_pylist(ROWS[:100]), source / "a.parquet")
    for name, more in (("b", ROWS[100:200]), ("c", ROWS[200:])):
        pq.write_table(pa.Table.from_pylist(more), source / f"{name}.parquet")
        stream = spark.readStream.schema(spark.read.parquet(str(source)).schema).parquet(
            str(source)
        )
        query = (
            vp.spark.redact(stream, NAMED)
            .writeStream.format("parquet")
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
            .option("path", str(target))
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()

    redact = vp.Redactor(vp.policies.debug(ring))
    written = [row.asDict() for row in spark.read.parquet(str(target)).collect()]
    assert sorted(_text(redact(row)) for row in ROWS) == sorted(map(_text, written))
