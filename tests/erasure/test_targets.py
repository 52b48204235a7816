"""Every target keeps the laws of the contract; vendors are never better than the truth."""

from __future__ import annotations

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO, calls_of, rows_as_dicts, table_in
from voxvalley_privacy.testing import ErasureTargetContract, RecordedVendor, person_of


class TestTable(ErasureTargetContract):
    """A table of SQLite."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path

    def make(self):
        return calls_of(table_in(self.folder / "calls.db"))


class TestLines(TestTable):
    """A file of JSON lines."""

    def make(self):
        text = "".join(json.dumps(row) + "\n" for row in rows_as_dicts())
        (self.folder / "a.jsonl").write_text(text)
        return self._files("*.jsonl")

    def _files(self, pattern):
        return vp.erasure.files(
            self.folder / pattern, subject=("from", "to"), kind="call", event_time="at"
        )


class TestColumns(TestLines):
    """A file of comma-separated values."""

    def make(self):
        with (self.folder / "a.csv").open("w", newline="") as handle:
            writer = csv.DictWriter(handle, [*rows_as_dicts()[0]])
            writer.writeheader()
            writer.writerows(rows_as_dicts())
        return self._files("*.csv")


class TestParquet(TestLines):
    """A Parquet file."""

    def make(self):
        pq.write_table(pa.Table.from_pylist(rows_as_dicts()), self.folder / "a.parquet")
        return self._files("*.parquet")


def test_a_file_that_cannot_be_read_is_not_clean(tmp_path):
    """A damaged line may be anybody's: nothing is said of the file."""
    (tmp_path / "a.jsonl").write_text('{"from": "+1415')
    target = vp.erasure.files(tmp_path / "*.jsonl", subject="from", kind="call")
    with pytest.raises(vp.StoreCorrupt):
        target.find(person_of(ANA))


def test_a_file_name_that_names_the_person(tmp_path):
    """A number in a file's name is found, and is not taken for erased."""
    (tmp_path / "call-+14155550132.jsonl").write_text("")
    target = vp.erasure.files(tmp_path / "*.jsonl", subject="from", kind="call")
    found = target.find(person_of(ANA))
    assert 1 == len(found)
    assert 1 == len(target.erase(found, person_of(ANA), lambda: None).failed)


def test_l10_a_column_that_no_target_names(tmp_path):
    """A table or column with people that belongs to no target is a fault, with its path."""
    engine = table_in(tmp_path / "calls.db")
    inventory = vp.Inventory([calls_of(engine)])
    inventory.check(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE crm (id TEXT, who TEXT, msisdn TEXT)")
        connection.exec_driver_sql("INSERT INTO crm VALUES ('1', '+14155550132', NULL)")
    with pytest.raises(vp.ConfigurationError) as caught:
        inventory.check(engine)
    assert ["crm.who", "crm.msisdn"] == [path for path, _ in caught.value.faults]


def test_an_inventory_that_cannot_be_ordered(tmp_path):
    """A circle, an unknown name and a name that comes twice fail when it is built."""
    engine = table_in(tmp_path / "calls.db")
    for targets in (
        [],
        [calls_of(engine, after=("nobody",))],
        [calls_of(engine, after=("calls",))],
        [calls_of(engine), calls_of(engine)],
    ):
        with pytest.raises(vp.ConfigurationError):
            vp.Inventory(targets)


def _messages(number):
    return [
        {"sid": f"SM{index}", "from": ANA, "to": BRUNO, "date_sent": "2026-11-01T00:00:00Z"}
        for index in range(number)
    ]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("", "done"),
        ("busy", "pending"),
        ("lingers", "pending"),
        ("limit", "pending"),
    ],
)
def test_a_recorded_twilio(fault, state):
    """Only what answers 404 afterwards is done; every page of the list is read."""
    server = RecordedVendor("twilio", {"Messages": _messages(5)}, fault=fault)
    target = vp.erasure.twilio(server.client(), account="AC1")
    found = target.find(person_of(ANA))
    assert 5 == len(found)
    outcome = target.erase(found, person_of(ANA), lambda: None)
    assert 5 == len(getattr(outcome, state))
    assert (5 if fault else 0) == target.verify_absent(person_of(ANA))
    assert [] == server.traps


@pytest.mark.parametrize("fault", ["half_pages", "silent", "unavailable"])
def test_a_list_that_cannot_be_read_is_not_empty(fault):
    """A page that fails midway, silence and an error raise, and hold no number."""
    server = RecordedVendor("twilio", {"Messages": _messages(5)}, fault=fault)
    target = vp.erasure.twilio(server.client(), account="AC1")
    with pytest.raises(vp.StoreUnavailable) as caught:
        target.find(person_of(ANA))
    assert "0132" not in str(caught.value)


def test_a_recorded_plivo():
    """Recordings go; message records cannot, and no trap is called for them."""
    server = RecordedVendor(
        "plivo",
        {
            "Message": [{"message_uuid": "m1", "from_number": ANA, "to_number": BRUNO}],
            "Recording": [{"recording_id": "r1", "from_number": ANA, "to_number": BRUNO}],
        },
    )
    target = vp.erasure.plivo(server.client(), account="MA1")
    outcome = target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
    assert (1, 1) == (len(outcome.done), len(outcome.cannot))
    assert "vendor.cannot_erase" == outcome.code
    assert [] == server.traps
