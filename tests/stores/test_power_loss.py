"""The store under simulated power loss: what was acknowledged is there, and the chain is whole."""

from __future__ import annotations

import os
import random
import sqlite3
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.stores import Chain, Draft

apsw = pytest.importorskip(
    "apsw", reason="The power-loss rig needs apsw, whose file layer can be written in Python."
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEAL = Chain({"k": b"k" * 32})
# 3 x 400 crashes with VOXVALLEY_PRIVACY_FULL=1 for each of three ways a disk forgets.
TRIALS = 1200 if os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1" else 40


class Disk:
    """Files whose writes are volatile until they are synced."""

    def __init__(self):
        self.durable, self.volatile, self.pending = {}, defaultdict(bytearray), {}

    def write(self, name, offset, data):
        file = self.volatile[name]
        file.extend(bytes(max(0, offset + len(data) - len(file))))
        file[offset : offset + len(data)] = data
        self.pending.setdefault(name, []).append((offset, bytes(data)))

    def truncate(self, name, size):
        del self.volatile[name][size:]
        self.pending.setdefault(name, []).append((size, None))

    def sync(self, name):
        self.durable[name] = bytearray(self.volatile.get(name, b""))
        self.pending[name] = []

    def crash(self, rng, mode):
        """Return the disk after the power came back: what was synced, and some of the rest, perhaps torn."""
        after = Disk()
        for name in {*self.durable, *self.volatile}:
            file = bytearray(self.durable.get(name, b""))
            for offset, data in self._kept(self.pending.get(name, []), rng, mode):
                if data is None:
                    del file[offset:]
                    continue
                torn = mode == "random" and rng.random() < 0.2
                part = data[: rng.randrange(len(data) + 1) // 512 * 512] if torn else data
                file.extend(bytes(max(0, offset + len(part) - len(file))))
                file[offset : offset + len(part)] = part
            after.volatile[name], after.durable[name] = file, bytearray(file)
        return after

    def _kept(self, writes, rng, mode):
        if mode == "none":
            return []
        if mode == "prefix":
            return writes[: rng.randint(0, len(writes))]
        return [write for write in writes if rng.random() < 0.5]


class File:
    def __init__(self, files, name):
        self._files, self.name = files, name

    @property
    def disk(self):
        return self._files.disk

    def xRead(self, amount, offset):  # noqa: N802
        return bytes(self.disk.volatile[self.name][offset : offset + amount])

    def xWrite(self, data, offset):  # noqa: N802
        self.disk.write(self.name, offset, data)

    def xTruncate(self, size):  # noqa: N802
        self.disk.truncate(self.name, size)

    def xSync(self, flags):  # noqa: N802
        self.disk.sync(self.name)

    def xFileSize(self):  # noqa: N802
        return len(self.disk.volatile[self.name])

    def xLock(self, level):  # noqa: N802
        pass

    def xUnlock(self, level):  # noqa: N802
        pass

    def xCheckReservedLock(self):  # noqa: N802
        return False

    def xFileControl(self, *arguments):  # noqa: N802
        return False

    def xSectorSize(self):  # noqa: N802
        return 512

    def xDeviceCharacteristics(self):  # noqa: N802
        return 0

    def xClose(self):  # noqa: N802
        pass


class Files(apsw.VFS):
    """A file system on a `Disk`."""

    def __init__(self, name):
        super().__init__(name, "", maxpathname=1024)
        self.disk = Disk()

    def xOpen(self, name, flags):  # noqa: N802
        return File(
            self,
            os.path.basename(name.filename() if hasattr(name, "filename") else name or "temporary"),
        )

    def xDelete(self, name, sync):  # noqa: N802
        for files in (self.disk.volatile, self.disk.durable, self.disk.pending):
            files.pop(os.path.basename(name), None)

    def xAccess(self, name, flags):  # noqa: N802
        return bool(self.disk.volatile.get(os.path.basename(name)))

    def xFullPathname(self, name):  # noqa: N802
        return "/" + os.path.basename(name)


class Store(stores.SqliteEventStore):
    """The store itself, on a file system that forgets: only how a connection is made differs."""

    def __init__(self, files, *, new):
        self._files = files
        self._connection = apsw.Connection("events.db", vfs=files.vfs_name)
        for pragma in (
            "locking_mode = exclusive",
            "journal_mode = wal",
            "synchronous = FULL",
            "wal_autocheckpoint = 20",
        ):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        if new:
            self._connection.execute(stores.events._sqlite_events._SCHEMA)
        self._file = self
        self._pid = os.getpid()
        self._group = stores.events.GroupCommit(self._commit, 1)

    def borrow(self):
        return self

    def __enter__(self):
        return self._connection

    def __exit__(self, *error):
        pass

    def check(self):
        pass


@pytest.mark.parametrize("mode", ["none", "prefix", "random"])
def test_b6_101_power_loss(mode):
    """After a crash at any moment every acknowledged event is there, and the chain verifies."""
    rng = random.Random(f"power {mode}")
    files = Files(f"forgetful-{mode}")
    files.vfs_name = f"forgetful-{mode}"
    acknowledged_in_all = 0
    for trial in range(TRIALS):
        files.disk = Disk()
        store = Store(files, new=True)
        acknowledged = []
        for number in range(rng.randint(3, 40)):
            drafts = [
                Draft(
                    stream=f"k.{rng.randrange(4)}",
                    kind="test",
                    body="x" * rng.choice((0, 40, 400, 3000)),
                    at=NOON,
                )
                for _ in range(rng.choice((1, 1, 3)))
            ]
            acknowledged += store.append(*drafts, seal=SEAL)
            if rng.random() < 0.05:
                store._connection.execute(
                    f"UPDATE event SET body = NULL WHERE position = {number + 1}"
                )
        head = acknowledged[-1]
        acknowledged_in_all += len(acknowledged)
        crashed = files.disk.crash(rng, mode)
        old, files.disk = store._connection, crashed
        reopened = Store(files, new=False)
        assert "ok" == reopened._connection.execute("PRAGMA integrity_check").fetchone()[0]
        position, _ = SEAL.verify(reopened.scan(), anchor=(head.position, head.mac))
        assert len(acknowledged) == position, trial
        reopened._connection.close()
        files.disk = Disk()
        old.close()
    assert acknowledged_in_all > TRIALS


def test_the_rig_finds_what_is_lost():
    """With `synchronous = OFF` the same rig loses events: it can fail."""
    rng = random.Random("off")
    files = Files("forgetful-off")
    files.vfs_name = "forgetful-off"
    lost = 0
    for _ in range(20):
        files.disk = Disk()
        store = Store(files, new=True)
        store._connection.execute("PRAGMA synchronous = OFF")
        for _ in range(20):
            store.append(Draft(stream="k.a", kind="test", at=NOON), seal=SEAL)
        old, files.disk = store._connection, files.disk.crash(rng, "random")
        try:
            reopened = Store(files, new=False)
            lost += 20 != len(reopened.read("k.a"))
            reopened._connection.close()
        except (apsw.Error, sqlite3.Error):
            lost += 1
        files.disk = Disk()
        old.close()
    assert lost > 5
