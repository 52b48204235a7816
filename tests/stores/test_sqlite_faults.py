"""SQLite when the disk, the file, the process or another program misbehaves."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.errors import ConfigurationError, StoreCorrupt, StoreError, StoreUnavailable
from voxvalley_privacy.stores import Chain, Draft
from voxvalley_privacy.stores import _sqlite_file as _sqlite

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEAL = Chain({"k": b"k" * 32})


def draft(stream="k.a", body="b", **more):
    """Draft an event."""
    return Draft(stream=stream, kind="test", body=body, at=NOON, **more)


@pytest.fixture
def path(tmp_path):
    """Name the database."""
    return tmp_path / "events.db"


@pytest.fixture
def store(path):
    """Open a store with three events in it."""
    store = stores.sqlite(path, timeout=timedelta(milliseconds=200))
    for body in ("one", "two", "three"):
        store.append(draft(body=body), seal=SEAL)
    yield store
    store.close()


class TestOpening:
    @pytest.mark.parametrize("where", ["missing/events.db", "."])
    def test_b6_103_where_no_file_can_be(self, tmp_path, where):
        """It fails when it is built, not at the first use."""
        with pytest.raises(StoreError):
            stores.sqlite(tmp_path / where)

    @pytest.mark.parametrize("closed", ["file", "folder"])
    def test_b6_103_read_only(self, closed):
        """A file that cannot be written or reached is refused when it is opened."""
        code = (
            "import os, sys\n"
            "from voxvalley_privacy import stores, errors\n"
            "stores.sqlite(sys.argv[1]).close()\n"
            "os.chmod(sys.argv[2], int(sys.argv[3]))\n"
            "if os.geteuid() == 0: os.setuid(65534)\n"
            "try: stores.sqlite(sys.argv[1])\n"
            "except errors.StoreUnavailable: print('refused')"
        )
        # Not below pytest's own folder: other runs of it close that to others.
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            path = f"{folder}/events.db"
            what = (path, "256") if closed == "file" else (folder, "0")
            done = subprocess.run(
                [sys.executable, "-c", code, path, *what],
                capture_output=True,
                text=True,
                check=False,
            )
            os.chmod(folder, 0o700)
        assert "refused" == done.stdout.strip(), done.stderr

    def test_b6_104_not_a_database(self, path):
        """Another file is refused and left as it is."""
        path.write_bytes(b"hello" * 1000)
        with pytest.raises(StoreCorrupt):
            stores.sqlite(path)
        assert b"hello" * 1000 == path.read_bytes()

    def test_b6_104_another_database(self, path):
        """A database that is no event store is refused."""
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE t (a)")
        connection.close()
        with pytest.raises(StoreCorrupt):
            stores.sqlite(path)

    def test_b6_104_empty_file(self, path):
        """An empty file is a loss, not a new ledger."""
        path.touch()
        with pytest.raises(StoreCorrupt):
            stores.sqlite(path)
        assert 0 == path.stat().st_size

    def test_b6_104_missing_where_it_must_exist(self, path, tmp_path):
        """No empty ledger takes the place of a lost one: not when told so, and not beside what is left of it."""
        with pytest.raises(StoreUnavailable):
            stores.sqlite(path, must_exist=True)
        (tmp_path / "events.db-wal").write_bytes(b"x")
        with pytest.raises(StoreUnavailable):
            stores.sqlite(path)
        assert not path.exists()

    def test_b6_116_newer_schema(self, path, store):
        """A file of a newer version is refused."""
        store.close()
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 2")
        connection.close()
        with pytest.raises(StoreUnavailable, match="newer"):
            stores.sqlite(path)

    def test_b6_101_durable(self, store):
        """Every connection commits to the disk, in the log."""
        with store._file.borrow() as connection:
            assert 2 == connection.execute("PRAGMA synchronous").fetchone()[0]
            assert "wal" == connection.execute("PRAGMA journal_mode").fetchone()[0]

    def test_only_its_owner_can_read_it(self, path, store):
        """The file is private."""
        assert 0o600 == path.stat().st_mode & 0o777

    def test_timeout_must_be_positive(self, path):
        """It has to wait a little."""
        with pytest.raises(ConfigurationError):
            stores.sqlite(path, timeout=timedelta(0))

    @pytest.mark.parametrize("must_exist", [False, True])
    def test_made_by_another_meanwhile(self, path, monkeypatch, must_exist):
        """A store that came to be after it was looked for, with its log, is that store and no remains."""
        looked, others = _sqlite._is_there, []

        def look(place):
            found = looked(place)
            if not others:
                others.append(None)
                others.append(stores.sqlite(path))
                others[1].append(draft(), seal=SEAL)
            return found

        monkeypatch.setattr(_sqlite, "_is_there", look)
        late = stores.sqlite(path, must_exist=must_exist)

        assert path.with_name("events.db-wal").exists()
        assert 1 == len(late.read("k.a"))

    def test_many_at_once(self, path):
        """Eight threads that open a new store at the same time get the same one."""
        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(lambda _: stores.sqlite(path), range(8)))
        for number, one in enumerate(opened):
            one.append(draft(key=str(number)), seal=SEAL)
        assert 8 == opened[0].head().position
        for one in opened:
            one.close()


class TestWhileRunning:
    def test_b6_102_full_disk(self, path, tmp_path):
        """What does not fit is not acknowledged; what was is still there, and writing goes on when there is room."""
        code = (
            "import resource, sys\n"
            "from tests.stores.test_sqlite_faults import *\n"
            "store = stores.sqlite(sys.argv[1])\n"
            "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))\n"
            "done = 0\n"
            "try:\n"
            "    for _ in range(1000): store.append(draft(body='x' * 5000), seal=SEAL); done += 1\n"
            "except StoreUnavailable: pass\n"
            "assert done == len(store.read('k.a')) and 5 < done < 1000, done\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
            "store.append(draft(), seal=SEAL); SEAL.verify(store.scan()); print('whole')"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
        )
        assert "whole" == done.stdout.strip(), done.stderr

    @pytest.mark.parametrize("how", ["unlink", "rename", "replace"])
    def test_b6_106_file_gone(self, path, store, how, tmp_path):
        """A write to a file that is no longer there is refused, and so is a read."""
        if how == "unlink":
            path.unlink()
        elif how == "rename":
            path.rename(tmp_path / "other.db")
        else:
            shutil.copy(path, tmp_path / "copy.db")
            os.replace(tmp_path / "copy.db", path)
        for act in (lambda: store.append(draft(), seal=SEAL), lambda: store.read("k.a")):
            with pytest.raises(StoreUnavailable):
                act()

    def test_b6_107_fork(self, path):
        """A forked child uses connections of its own; parent and child keep one chain."""
        store = stores.sqlite(path, timeout=timedelta(seconds=10))
        store.append(draft(), draft(), draft(), seal=SEAL)
        context = multiprocessing.get_context("fork")

        def child():
            for _ in range(20):
                store.append(draft("k.child"), seal=SEAL)

        children = [context.Process(target=child) for _ in range(2)]
        for one in children:
            one.start()
        for _ in range(20):
            store.append(draft("k.parent"), seal=SEAL)
        for one in children:
            one.join()
        assert [0, 0] == [one.exitcode for one in children]
        assert 40 == len(store.read("k.child"))
        assert (63, store.head().mac) == SEAL.verify(store.scan())
        store.close()

    def test_b6_locked(self, path, store):
        """While another program holds the lock, writes fail in time and reads go on."""
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.append(draft(), seal=SEAL)
        assert time.monotonic() - started < 1
        assert 3 == len(store.read("k.a"))
        other.execute("ROLLBACK")
        other.close()
        assert 4 == store.append(draft(), seal=SEAL)[0].seq

    def test_b6_105_any_flipped_byte_is_seen_or_harmless(self, path, store, tmp_path):
        """Whatever byte changes: a read gives exactly what was written, or raises."""
        expected = store.read("k.a")
        store.close()
        whole = path.read_bytes()
        rng = random.Random(7)
        seen = 0
        for number in range(250):
            at = (
                rng.randrange(len(whole))
                if number % 2
                else whole.index(b"three") - 40 + rng.randrange(400)
            )
            damaged = tmp_path / f"damaged{number}.db"
            damaged.write_bytes(
                whole[:at] + bytes([whole[at] ^ (1 << rng.randrange(8))]) + whole[at + 1 :]
            )
            try:
                other = stores.sqlite(damaged)
                found = other.read("k.a")
                for event in found:
                    SEAL.check(event)
                other.close()
            except StoreError:
                seen += 1
            else:
                # Lost rows are seen by their numbers; nothing is ever different.
                assert found == expected[: len(found)] or [e.seq for e in found] != list(
                    range(1, len(found) + 1)
                )
        assert seen > 50

    def test_b6_115_scrubbed_bodies_are_gone_from_the_disk(self, path, store, tmp_path):
        """Neither the database nor its log keeps a scrubbed body."""
        store.append(draft(body="SECRETCANARY" * 3), seal=SEAL)
        assert any(b"SECRETCANARY" in file.read_bytes() for file in tmp_path.iterdir())
        store.scrub("k.a", through=4)
        assert not any(b"SECRETCANARY" in file.read_bytes() for file in tmp_path.iterdir())

    def test_b6_108_processes_and_threads(self, path):
        """Two processes of eight threads lose nothing, and none gives up."""
        context = multiprocessing.get_context("fork")
        stores.sqlite(path).close()

        def work():
            mine = stores.sqlite(path, timeout=timedelta(seconds=10))
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda n: mine.append(draft(f"k.{n % 5}"), seal=SEAL), range(100)))

        both = [context.Process(target=work) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert [0, 0] == [one.exitcode for one in both]
        store = stores.sqlite(path)
        assert 200 == SEAL.verify(store.scan())[0]
        store.close()


SWAP = """
UPDATE event SET position = position + 1000 WHERE position IN (25, 26);
UPDATE event SET position = 1051 - position WHERE position > 1000;
"""


class TestTheChain:
    @pytest.fixture
    def rows(self, path):
        """Write fifty rows, and close."""
        store = stores.sqlite(path)
        store.append(
            *[draft(f"k.{n % 7}", body=f"b{n}", key=f"i{n}") for n in range(50)], seal=SEAL
        )
        anchor = (50, store.head().mac)
        store.close()
        return anchor

    def verify(self, path, change, anchor=None):
        """Change the table as whoever may write to it, and verify."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA ignore_check_constraints = ON")
        change(connection)
        connection.close()
        store = stores.sqlite(path)
        try:
            return SEAL.verify(store.scan(), anchor=anchor)
        finally:
            store.close()

    @pytest.mark.parametrize(
        "column",
        ["stream", "seq", "at", "kind", "body", "idem", "body_mac", "previous", "mac", "position"],
    )
    def test_b6_119_every_field(self, path, rows, column):
        """A change to any field of a row is found."""
        value = {
            "seq": 99,
            "at": 5,
            "position": 999,
            "body_mac": b"x",
            "previous": b"x" * 32,
            "mac": b"y" * 32,
        }.get(column, "z")
        with pytest.raises(StoreCorrupt):
            self.verify(
                path,
                lambda db: db.execute(
                    f"UPDATE event SET {column} = ? WHERE position = 25", (value,)
                ),
            )

    def test_b6_119_deleted_swapped_added(self, path, rows):
        """A row that is gone, moved or made up is found."""
        for sql in (
            "DELETE FROM event WHERE position = 25",
            SWAP,
            "INSERT INTO event SELECT 51, stream, 99, at, kind, body, NULL, body_mac, x'00', mac FROM event WHERE position = 50",
        ):
            copy = path.with_name(f"copy{abs(hash(sql))}.db")
            shutil.copy(path, copy)
            with pytest.raises(StoreCorrupt):
                self.verify(copy, lambda db, sql=sql: db.executescript(sql))

    def test_b6_117_a_cut_tail_needs_the_anchor(self, path, rows):
        """What is cut off at the end is found by the anchor that was noted outside."""
        cut = lambda db: db.execute("DELETE FROM event WHERE position > 45")  # noqa: E731
        with pytest.raises(StoreCorrupt, match="tail"):
            self.verify(path, cut, anchor=rows)
        assert 45 == self.verify(path, cut)[0]

    def test_b6_118_a_chain_that_forks_cannot_be_stored(self, path, rows):
        """Two events after one event are refused by the table itself."""
        connection = sqlite3.connect(path)
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(
                "INSERT INTO event SELECT 51, stream, 99, at, kind, body, NULL, body_mac, previous, mac FROM event WHERE position = 50"
            )
        connection.close()


def test_resource_limits_exist():
    """The full-disk test can limit the size of files here."""
    assert hasattr(resource, "RLIMIT_FSIZE")


def test_store_that_nobody_closed(path):
    """A store that goes away closes its file without a warning, and what it acknowledged is there."""
    stores.sqlite(path).append(draft(), seal=SEAL)
    gc.collect()
    opened = Path("/proc/self/fd")
    if opened.is_dir():
        assert str(path) not in {os.path.realpath(handle) for handle in opened.iterdir()}
    store = stores.sqlite(path)
    assert 1 == len(store.read("k.a"))
    store.close()
