"""Events in one SQLite file, shared by threads and processes."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import attrs

from ...errors import ConfigurationError, StoreCorrupt, StoreError, StoreUnavailable
from .._handle import Handle
from ._batch import Batch
from ._event_rows import COLUMNS, from_row, to_row
from ._event_store import Draft, Event, Seal
from ._group_commit import GroupCommit, Job

__all__ = ["SqliteEventStore", "sqlite"]

_SCHEMA_VERSION = 1
_APPLICATION = 0x56565031
_COLUMNS = ", ".join(COLUMNS)
_SELECT = f"SELECT {_COLUMNS} FROM event"  # noqa: S608 - constants
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - constants
# UNIQUE (previous): a chain that forks cannot be stored.
_SCHEMA = """
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT,
    idem TEXT UNIQUE,
    body_mac BLOB NOT NULL,
    previous BLOB NOT NULL UNIQUE,
    mac BLOB NOT NULL,
    UNIQUE (stream, seq)
);
"""
# What is set is read back: SQLite ignores what it does not understand.
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "secure_delete": 1,
    "trusted_schema": 0,
    "mmap_size": 0,
}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}


# A damaged file can make the driver fail to decode even a message about it.
_FAILURES = (sqlite3.Error, UnicodeError, OverflowError)


def _translate(error: Exception) -> StoreError:
    if not isinstance(error, sqlite3.Error):
        return StoreCorrupt("SQLite found text or numbers in the file that cannot be.")
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if code is not None and code & 0xFF in _CORRUPT:
        return StoreCorrupt(f"SQLite cannot read the file ({name}).")
    return StoreUnavailable(f"SQLite did not do it ({name}).")


@attrs.define(eq=False)
class _Opened:
    """What one process has open; a forked child must not touch its parent's."""

    path: Path
    timeout: float
    group: GroupCommit
    identity: tuple[int, int]
    pid: int = attrs.field(factory=os.getpid)
    idle: deque[sqlite3.Connection] = attrs.field(factory=deque)

    def check(self) -> None:
        """Refuse a file that was unlinked, renamed or replaced: writes to it would go nowhere."""
        if _identity(self.path) != self.identity:
            raise StoreUnavailable("The database file was moved, removed or replaced.")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        failed = StoreUnavailable(f"The database file cannot be reached: {error.strerror}.")
    else:
        return True
    raise failed


def _connect(path: Path, seconds: float) -> sqlite3.Connection:
    if path.stat().st_size == 0:
        raise StoreCorrupt("The database file is empty: what it held is lost.")
    # No URI: a path with "?" or "#" stays a path. Each connection is used by one thread at a time, not by one thread.
    connection = sqlite3.connect(
        path, timeout=seconds, isolation_level=None, check_same_thread=False, factory=Handle
    )
    try:
        for name, value in _PRAGMAS.items():
            found = connection.execute(f"PRAGMA {name} = {value}").fetchone()
            found = connection.execute(f"PRAGMA {name}").fetchone() or found
            if found and found[0] != value:
                raise StoreUnavailable(
                    f"SQLite refuses {name} = {value} here; a network file system may be why."
                )
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        if application != _APPLICATION:
            raise StoreCorrupt("The file is not an event store of this library.")
        if version > _SCHEMA_VERSION:
            raise StoreUnavailable("The file was written by a newer version of this library.")
        connection.execute(f"{_SELECT} LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _create(path: Path) -> None:
    # Made beside and linked into place, so that a store is there whole or not at all: an empty file is always a fault.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = wal")
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        finally:
            connection.close()
        os.chmod(draft, 0o600)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        with suppress(OSError):
            os.unlink(draft)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class SqliteEventStore:
    """Keep events in one file; made by `sqlite`."""

    def __init__(self, path: Path, /, *, timeout: timedelta, must_exist: bool) -> None:
        self._path = path.absolute()
        self._timeout = timeout.total_seconds()
        self._left_behind: list[_Opened] = []
        self._state: _Opened | None = None
        if not _is_there(self._path):
            self._create(must_exist=must_exist)
        self._probe()

    def _probe(self) -> None:
        # Read-only files and folders show at the first write: ask for the lock now, and not when somebody opts out.
        with self._borrow() as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            else:
                connection.execute("ROLLBACK")

    def _create(self, *, must_exist: bool) -> None:
        remains = _is_there(self._path.with_name(self._path.name + "-wal"))
        # Asked after the log: a store that another opened meanwhile has one, and has its file since before that.
        if _is_there(self._path):
            return
        if must_exist or remains:
            raise StoreUnavailable(
                "The database file is missing; an empty one in its place would forget opt-outs."
            )
        try:
            _create(self._path)
        except sqlite3.Error as error:
            failed = _translate(error)
        except OSError as error:
            failed = StoreUnavailable(f"The database file cannot be made: {error.strerror}.")
        else:
            return
        raise failed

    @property
    def path(self) -> Path | None:
        """The database file."""
        return self._path

    def _borrow(self) -> _Borrowed:
        return _Borrowed(self._opened())

    def _opened(self) -> _Opened:
        opened = self._state
        if opened is not None and opened.pid == os.getpid():
            return opened
        if opened is not None:
            # Forked. SQLite handles must neither be used nor closed here: closing could drop the parent's locks.
            self._left_behind.append(opened)
        identity = _identity(self._path)
        if identity is None:
            raise StoreUnavailable("The database file is missing.")
        opened = _Opened(
            self._path, self._timeout, GroupCommit(self._commit, self._timeout), identity
        )
        self._state = opened
        return opened

    def read(self, *streams: str) -> tuple[Event, ...]:
        """Return all events of *streams* in the order of the store."""
        marks = ", ".join("?" * len(streams))
        with self._borrow() as connection:
            rows = connection.execute(f"{_SELECT} WHERE stream IN ({marks})", streams).fetchall()
        # Sorted here: with ORDER BY position, SQLite may walk the whole table instead of the stream's index.
        rows.sort()
        return tuple(map(from_row, rows))

    def scan(self, *, after: int = 0) -> Iterator[Event]:
        """Return the events above *after*; pages of 1,000, so that no long reader holds up checkpoints."""
        while True:
            with self._borrow() as connection:
                rows = connection.execute(
                    f"{_SELECT} WHERE position > ? ORDER BY position LIMIT 1000", (after,)
                ).fetchall()
            if not rows:
                return
            yield from map(from_row, rows)
            after = rows[-1][0]

    def head(self) -> Event | None:
        """Return the newest event."""
        with self._borrow() as connection:
            row = connection.execute(f"{_SELECT} ORDER BY position DESC LIMIT 1").fetchone()
        return None if row is None else from_row(row)

    def append(self, *drafts: Draft, seal: Seal) -> tuple[Event, ...]:
        """Store all *drafts* or none; see `EventStore.append`."""
        return self._opened().group.submit(drafts, seal)

    def scrub(self, stream: str, /, *, through: int) -> None:
        """Forget bodies up to seq *through*, in the file, its free pages and its log."""
        with self._borrow() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "UPDATE event SET body = NULL WHERE stream = ? AND seq <= ?", (stream, through)
            )
            connection.execute("COMMIT")
            # secure_delete wipes the page; the old page stays in the log until it is cut.
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreUnavailable(
                "The bodies are forgotten, but a reader holds on to the log: scrub again."
            )

    def close(self) -> None:
        """Close this process's connections; the next use opens them again."""
        opened, self._state = self._state, None
        if opened is not None and opened.pid == os.getpid():
            while opened.idle:
                opened.idle.pop().close()

    def _commit(self, jobs: Sequence[Job]) -> None:
        # On an error the connection is closed, which rolls back.
        with self._borrow() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._insert(connection, jobs)
            connection.execute("COMMIT")
        self._opened().check()

    def _insert(self, connection: sqlite3.Connection, jobs: Sequence[Job]) -> None:
        def size(stream: str) -> int:
            found = connection.execute(
                "SELECT max(seq) FROM event WHERE stream = ?", (stream,)
            ).fetchone()[0]
            return found or 0

        def keyed(key: str) -> Event | None:
            row = connection.execute(f"{_SELECT} WHERE idem = ?", (key,)).fetchone()
            return None if row is None else from_row(row)

        row = connection.execute(f"{_SELECT} ORDER BY position DESC LIMIT 1").fetchone()
        batch = Batch.after(None if row is None else from_row(row), size=size, keyed=keyed)
        for job in jobs:
            try:
                job.made = batch.add(job.drafts, job.seal)
            except StoreError as error:  # this writer's own fault: the others go on
                job.error = error
        connection.executemany(_INSERT, [to_row(event) for event in batch.events])


@attrs.define(eq=False)
class _Borrowed:
    """Borrow a connection, and translate what SQLite says."""

    opened: _Opened
    connection: sqlite3.Connection | None = None

    def __enter__(self) -> sqlite3.Connection:
        self.opened.check()
        try:
            self.connection = self.opened.idle.pop()
        except IndexError:
            pass
        else:
            return self.connection
        try:
            self.connection = _connect(self.opened.path, self.opened.timeout)
        except _FAILURES as error:
            failed = _translate(error)
        except FileNotFoundError:
            failed = StoreUnavailable("The database file is missing.")
        else:
            return self.connection
        raise failed

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        assert self.connection is not None
        if error is None:
            self.opened.idle.append(self.connection)
            return
        self.connection.close()
        if isinstance(error, _FAILURES):
            raise _translate(error)


def sqlite(
    path: str | os.PathLike[str],
    /,
    *,
    timeout: timedelta = timedelta(seconds=1),
    must_exist: bool = False,
) -> SqliteEventStore:
    """
    Keep events in the file *path*: WAL, every commit on the disk before it is acknowledged, writers grouped.

    Args:
        path: A file on a local disk. It is made if it is not there, readable by its owner only.

        timeout: How long to wait for another writer.

        must_exist: Refuse to start with a new, empty file. Set it once the store is in use: an empty store in the place
            of a lost one would have forgotten every opt-out.

    Raises:
        voxvalley_privacy.StoreUnavailable: If the file cannot be opened, or was written by a newer version.

        voxvalley_privacy.StoreCorrupt: If it is no event store, or damaged.

    Source: SQLite documentation, "Write-Ahead Logging"; `PRAGMA synchronous` FULL, as NORMAL loses acknowledged rows at a
        power loss.
    """
    if timeout <= timedelta(0):
        raise ConfigurationError("'timeout' must be above zero.")
    return SqliteEventStore(Path(path), timeout=timeout, must_exist=must_exist)
