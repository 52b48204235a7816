"""Partitions: what travels is names, and a worker finds its own keys."""

from __future__ import annotations

import pickle

import pandas as pd
import pyarrow as pa
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import frames

TABLE = pa.table({"from": ["+14155550132"] * 3, "duration": [1, 2, 3]})


@pytest.fixture
def keys(monkeypatch):
    ring = vp.KeyRing.generate()
    monkeypatch.setenv("TEST_FRAMES_KEYS", ring.to_text())
    return ring


def test_partition_travels_without_keys(keys):
    """A pickled partition holds the name of a variable, and treats a table where that is set."""
    named = frames.reference("analytics", keys="env:TEST_FRAMES_KEYS")
    sent = pickle.dumps(frames.partition(named))

    assert keys.to_text().encode() not in sent
    treated = pickle.loads(sent)(TABLE)
    assert (
        frames.redact(TABLE, vp.Redactor(vp.policies.analytics(keys))).to_pylist()
        == treated.to_pylist()
    )


def test_one_redactor_for_a_process(keys):
    """A process builds one redactor for a reference and a schema."""
    named = frames.reference("debug", keys="env:TEST_FRAMES_KEYS", tenant="acme")
    assert frames.partition(named).redactor() is frames.partition(named).redactor()


def test_batches_and_plan(keys, monkeypatch):
    """Batches have the schema that is told without keys, and so has a table without rows."""
    part = frames.partition(frames.reference("support", keys="env:TEST_FRAMES_KEYS", region="US"))
    batches = list(part.batches(TABLE.to_batches(max_chunksize=1)))
    monkeypatch.delenv("TEST_FRAMES_KEYS")

    assert 3 == len(batches)
    assert part.result_schema(TABLE.schema) == batches[0].schema
    assert list(batches[0].schema.names) == list(part.empty(TABLE.to_pandas()).columns)


def test_keys_in_a_file(tmp_path):
    """Keys may be in a file of each worker."""
    vp.KeyRing.generate().to_file(tmp_path / "ring.keys")
    named = frames.reference("debug", keys=f"file:{tmp_path / 'ring.keys'}")
    assert "5550132" not in str(frames.partition(named)(TABLE).to_pylist())


def test_missing_keys():
    """Missing keys are an error that names their place."""
    part = frames.partition(frames.reference("debug", keys="env:TEST_FRAMES_MISSING"))
    with pytest.raises(vp.ConfigurationError, match="TEST_FRAMES_MISSING"):
        part(TABLE)


@pytest.mark.parametrize(
    ("policy", "keys"),
    [("none", "env:X"), ("debug", ""), ("debug", "env:"), ("debug", "env:voxvalleykeys-1")],
)
def test_wrong_references(policy, keys):
    """No policy of that name, no place of keys, or a key in its place is refused and not shown."""
    with pytest.raises(vp.ConfigurationError) as error:
        frames.reference(policy, keys=keys)
    assert "voxvalleykeys" not in str(error.value)
    with pytest.raises(vp.ConfigurationError):
        frames.partition("debug")


def test_dask(keys):
    """A Dask table is treated partition by partition, with the columns that were told before."""
    dask = pytest.importorskip("dask.dataframe")
    part = frames.partition(frames.reference("debug", keys="env:TEST_FRAMES_KEYS"))
    frame = dask.from_pandas(TABLE.to_pandas(), npartitions=2)
    treated = frame.map_partitions(part, meta=part.empty(frame._meta)).compute(
        scheduler="synchronous"
    )

    assert isinstance(treated, pd.DataFrame)
    assert 3 == len(treated)
    assert "5550132" not in treated.to_csv()
