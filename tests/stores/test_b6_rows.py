"""What SQLite does when it is used in the ways that its manual warns of; rows 109 to 114 of the catalog of faults."""

from __future__ import annotations

import ast
import re
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import voxvalley_privacy
from voxvalley_privacy import stores
from voxvalley_privacy.errors import StoreUnavailable
from voxvalley_privacy.stores import Chain, Draft
from voxvalley_privacy.stores import _sqlite_file as _sqlite
from voxvalley_privacy.stores.events._sqlite_events import _KIND
from voxvalley_privacy.stores.sql import sql

PACKAGE = Path(voxvalley_privacy.__file__).parent
USERS = {
    file: text
    for file in PACKAGE.rglob("*.py")
    if "import sqlite3" in (text := file.read_text(encoding="utf-8"))
    # The test kit looks at the octets of an app's files, in tests, after the app has closed them.
    and file.parent.name != "testing"
}
SEAL = Chain({"k": b"k" * 32})
SHORT = timedelta(milliseconds=200)


def draft(body="b"):
    """Draft an event."""
    return Draft(stream="k.a", kind="test", body=body, at=datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def path(tmp_path):
    """Name the database."""
    return tmp_path / "events.db"


def _calls(tree):
    """Return the names of what is called in *tree*."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )


def test_b6_109_writers_lock_before_they_read():
    """No transaction begins as a reader and becomes a writer: it could fail at once, whatever the timeout."""
    begun = [word for text in USERS.values() for word in re.findall(r"[\"'](BEGIN[ A-Z]*)", text)]

    assert {"BEGIN IMMEDIATE"} == set(begun)


@pytest.mark.parametrize(
    "make",
    [stores.sqlite, lambda path, **more: sql(f"sqlite:///{path}", **more)],
    ids=["sqlite", "sql"],
)
def test_b6_109_a_reader_that_writes_next(path, make):
    """Two handles that read and write in turn never fail for a snapshot that is old."""
    one, two = (make(path, timeout=SHORT) for _ in range(2))
    for number in range(20):
        for store in (one, two):
            before = len(store.read("k.a"))
            store.append(draft(str(number)), seal=SEAL)
            assert before + 1 == len(store.read("k.a"))


def test_b6_110_a_store_made_in_one_thread_serves_others(path):
    """Threads other than the one that made the store read and write."""
    store, faults = stores.sqlite(path), []

    def use():
        try:
            store.append(draft(), seal=SEAL)
            store.read("k.a")
        except Exception as error:  # seen by the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == faults
    assert 8 == len(store.read("k.a"))


def test_b6_111_nobody_opens_the_file_beside_sqlite():
    """Closing any other handle of the file would drop SQLite's locks in this process."""
    opening = {
        "open",
        "read_bytes",
        "read_text",
        "write_bytes",
        "write_text",
        "copy",
        "copyfile",
        "copyfileobj",
    }
    assert {"events", "copies"} <= {file.parent.name for file in USERS}
    for file, text in USERS.items():
        tree = ast.parse(text)
        # A folder is opened to make the file's name durable.
        tree.body = [node for node in tree.body if getattr(node, "name", "") != "_sync_folder"]
        assert set() == opening.intersection(_calls(tree)), file.name


def test_b6_113_a_scan_in_progress_holds_no_checkpoint_up(path):
    """Whoever reads events one by one holds no snapshot: the log can be cut in between."""
    store = stores.sqlite(path, timeout=SHORT)
    for _ in range(1200):
        store.append(draft("x" * 500), seal=SEAL)
    events = store.scan()
    first = next(events)

    store.scrub("k.a", through=1)

    assert 0 == path.with_name("events.db-wal").stat().st_size
    assert (1, 1199) == (first.position, sum(1 for _ in events))


def test_b6_113_a_foreign_reader_is_told(path):
    """Where another program's reader keeps old pages in the log, nobody is told that they are gone."""
    store = stores.sqlite(path, timeout=SHORT)
    store.append(draft("secret"), seal=SEAL)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM event").fetchone()
    try:
        with pytest.raises(StoreUnavailable, match="scrub again"):
            store.scrub("k.a", through=1)
    finally:
        reader.close()
    store.scrub("k.a", through=1)

    assert b"secret" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_b6_114_no_shared_memory(path):
    """Where the log's index cannot be shared, the store does not open."""
    stores.sqlite(path).close()
    for name in ("events.db-wal", "events.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    path.with_name("events.db-shm").mkdir()

    with pytest.raises(StoreUnavailable):
        stores.sqlite(path)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("journal_mode", "delete"),
        ("synchronous", 1),
        ("secure_delete", 0),
        ("trusted_schema", 1),
        ("mmap_size", 65536),
    ],
)
def test_b6_114_a_setting_that_is_refused(path, monkeypatch, name, other):
    """What SQLite does not do here is not relied on: WAL on a network file system, most of all."""
    assert name in _KIND.pragmas

    class Refusing(_sqlite.Handle):
        def execute(self, sql, *args):
            return super().execute(f"PRAGMA {name} = {other}" if f"{name} =" in sql else sql, *args)

    stores.sqlite(path).close()
    monkeypatch.setattr(_sqlite, "Handle", Refusing)

    with pytest.raises(StoreUnavailable, match=name):
        stores.sqlite(path)
