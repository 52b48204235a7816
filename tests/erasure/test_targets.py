"""Every target keeps the laws of the contract; vendors are never better than the truth."""

from __future__ import annotations

import csv
import json
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO, NOON, calls_of, rows_as_dicts, table_in
from voxvalley_privacy.erasure import VENDORS
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
    """A file without rows goes for its name; one with rows of others stays, and that is said."""
    path = tmp_path / "call-+14155550132.jsonl"
    path.write_text(json.dumps({"from": BRUNO}) + "\n")
    target = vp.erasure.files(tmp_path / "*.jsonl", subject="from", kind="call")
    found = target.find(person_of(ANA))
    assert 1 == len(found)
    assert 1 == len(target.erase(found, person_of(ANA), lambda: None).failed)
    path.write_text(json.dumps({"from": ANA}) + "\n")
    found = target.find(person_of(ANA))
    assert 2 == len(target.erase(found, person_of(ANA), lambda: None).done)
    assert not path.exists()


def test_other_lines_are_copied_as_they_are(tmp_path):
    """A line that is somebody else's keeps every byte; an empty one too."""
    theirs = '{"from":"+14155550199",  "rate": 1.50, "n": 1e2}\n'
    path = tmp_path / "a.jsonl"
    path.write_text(theirs + "\n" + json.dumps({"from": ANA}) + "\n" + theirs)
    target = vp.erasure.files(tmp_path / "*.jsonl", subject="from", kind="call")
    target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
    assert theirs + "\n" + theirs == path.read_text()


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_what_a_crash_left_beside_a_file(tmp_path, ending):
    """A half-written copy of a file may name people too: it is found, and goes."""
    row = {"jsonl": json.dumps({"from": ANA}) + "\n", "csv": f"from\n{ANA}\n"}[ending]
    empty = {"jsonl": "", "csv": "from\n"}[ending]
    (tmp_path / f"a.{ending}").write_text(empty)
    (tmp_path / f"a.{ending}.erasing").write_text(row)
    target = vp.erasure.files(tmp_path / f"*.{ending}", subject="from", kind="call")
    assert 1 == target.verify_absent(person_of(ANA))
    target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
    assert [f"a.{ending}"] == sorted(path.name for path in tmp_path.iterdir())


def test_parquet_by_row_group(tmp_path):
    """Only row groups with the person are made anew, and the schema stays."""
    table = pa.table({"from": [BRUNO] * 4 + [ANA] + [BRUNO], "n": pa.array(range(6), pa.int16())})
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, row_group_size=2)
    target = vp.erasure.files(path, subject="from", kind="call")
    target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
    left = pq.read_table(path)
    assert (table.schema, [0, 1, 2, 3, 5]) == (left.schema, left["n"].to_pylist())
    assert 3 == pq.ParquetFile(path).num_row_groups


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


def _vendor(name, records, ids=None, **settings):
    server = RecordedVendor(name, records, **settings)
    target = vp.erasure.vendor(server.client(), vendor=name, ids=ids, wait=lambda _: None)
    return server, target


def _erase_ana(target):
    return target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)


_ERASABLE = [
    (row["vendor"], row["object"])
    for vendor in VENDORS
    for row in vp.erasure.vendor_endpoints(vendor)
    if vp.erasure.vendor_endpoint(vendor, row["object"]).erases
]


@pytest.mark.parametrize(("vendor", "name"), _ERASABLE)
def test_every_row_of_the_table_that_erases(vendor, name):
    """Whatever the table says can be erased by a DELETE is, by its own path, and no trap is hit."""
    parts = vp.erasure.vendor_endpoint(vendor, name).parameters
    own_id = "/".join(f"id{number}" for number, _ in enumerate(parts))
    server, target = _vendor(vendor, {name: [{"id": own_id}]}, ids=lambda number: [(name, own_id)])
    if vendor in ("twilio", "plivo"):
        server.records |= {"Messages": [], "Calls": [], "Message": [], "Recording": []}
    assert 1 == len(target.find(person_of(ANA)))
    assert 1 == len(_erase_ana(target).done)
    assert 0 == target.verify_absent(person_of(ANA))
    assert [] == server.traps


@pytest.mark.parametrize(
    ("vendor", "name"),
    [
        ("plivo", "call"),
        ("telnyx", "message"),
        ("sinch", "SMS batch"),
        ("messagebird", "call"),
        ("vox-cpaas", "all"),
        ("infobip", "sms"),
        ("bandwidth", "message / call record"),
    ],
)
def test_traps_and_what_no_vendor_erases(vendor, name):
    """A DELETE that hangs up or cancels is never called: the vendor keeps it, and that is said."""
    server, target = _vendor(vendor, {}, ids=lambda number: [(name, "1")])
    outcome = _erase_ana(target)
    assert ("vendor.cannot_erase", 1) == (outcome.code, len(outcome.cannot))
    assert [] == [path for method, path in server.asked if method != "GET"]


def test_a_redaction_at_vonage_is_no_erasure():
    """What is redacted stays as a record: it is said, with the day until which logs have it."""
    now = NOON
    server = RecordedVendor("vonage", {})
    target = vp.erasure.vendor(
        server.client(),
        vendor="vonage",
        ids=lambda number: [("transaction (sms)", "m-1")],
        clock=lambda: now,
    )
    outcome = _erase_ana(target)
    assert ("vendor.redacted_only", now + timedelta(days=31)) == (
        outcome.code,
        outcome.residue_until,
    )
    assert [{"id": "m-1", "product": "sms", "type": "outbound"}] == server.redacted


def test_a_delay_leaves_it_pending_until_it_is_over():
    """An accepted delete is not an absence: only the answer 404 is."""
    clock = vp.stores.FixedClock(NOON)
    server = RecordedVendor(
        "twilio", {"Messages": _messages(1)}, delay=timedelta(hours=24), clock=clock
    )
    target = vp.erasure.twilio(server.client())
    assert 1 == len(_erase_ana(target).pending)
    assert 1 == target.verify_absent(person_of(ANA))
    clock.advance(timedelta(hours=25))
    assert 0 == target.verify_absent(person_of(ANA))


def test_a_limit_is_waited_for():
    """A vendor that has too many requests is asked again, and the same key says it is the same."""
    waits = []
    server = RecordedVendor("twilio", {"Messages": _messages(1)})
    target = vp.erasure.vendor(server.client(), vendor="twilio", wait=waits.append)
    found = target.find(person_of(ANA))
    server.limited = 2
    assert 1 == len(target.erase(found, person_of(ANA), lambda: None).done)
    assert [0.0, 0.0] == waits


def test_pages_that_change_midway():
    """A record that a page passed over is found by looking again."""
    _, target = _vendor("twilio", {"Messages": _messages(5)}, fault="shifts")
    found = target.find(person_of(ANA))
    assert 4 == len(found)
    assert 4 == len(target.erase(found, person_of(ANA), lambda: None).done)
    assert 1 == target.verify_absent(person_of(ANA))


def test_recordings_go_before_their_call():
    """A recording is found by its call, so that it is erased first; its data stays for 40 days."""
    call = {"sid": "CA1", "from": ANA, "to": BRUNO, "start_time": "2026-11-01T00:00:00Z"}
    server, target = _vendor(
        "twilio",
        {"Calls": [call], "Recordings": [{"sid": "RE1", "call_sid": "CA1"}]},
        fault="soft_delete",
    )
    outcome = _erase_ana(target)
    assert ("recording#RE1", "call record#CA1") == outcome.done
    assert timedelta(days=39) < outcome.residue_until - vp.stores.system_clock()
    assert ["RE1"] == [row["sid"] for row in server.soft["Recordings"]]


@pytest.mark.parametrize("settings", [{"vendor": "nobody"}, {"vendor": "telnyx"}])
def test_a_vendor_that_cannot_be_used(settings):
    """A vendor that is not in the table, and one whose records nobody names, are refused."""
    with pytest.raises(vp.ConfigurationError):
        vp.erasure.vendor(RecordedVendor("twilio", {}).client(), **settings)


def test_a_file_that_is_written_to_meanwhile(tmp_path):
    """A line that comes while a file is written anew is not lost: the erasure is tried again."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"from": ANA}) + "\n")
    target = vp.erasure.files(path, subject="from", kind="call")

    def append():
        with path.open("a") as handle:
            handle.write(json.dumps({"from": BRUNO}) + "\n")

    with pytest.raises(vp.StoreUnavailable):
        target.erase(target.find(person_of(ANA)), person_of(ANA), append)
    assert 2 == target.count()
    assert ["a.jsonl"] == [file.name for file in tmp_path.iterdir()]
