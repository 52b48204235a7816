"""Events in one SQLite file, shared by threads and processes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from ...errors import ConfigurationError, StoreError, StoreUnavailable
from .._sqlite_file import EVENTS, FileKind, SqliteFile
from ._append import Batch, GroupCommit, Job
from ._event_store import COLUMNS, Draft, Event, Seal, from_row, to_row

__all__ = ["SqliteEventStore", "sqlite"]

_COLUMNS = ", ".join(COLUMNS)
_SELECT = f"SELECT {_COLUMNS} FROM event"  # noqa: S608 - constants
_MARKS = ", ".join("?" * len(COLUMNS))
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608 - constants
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
_KIND = FileKind(
    application=EVENTS,
    version=1,
    schema=_SCHEMA,
    probe=f"{_SELECT} LIMIT 1",
    is_durable=True,
    loss="an empty one in its place would forget opt-outs",
)


class SqliteEventStore:
    """Keep events in one file; made by `sqlite`."""

    def __init__(self, path: Path, /, *, timeout: timedelta, must_exist: bool) -> None:
        self._timeout = timeout.total_seconds()
        self._file = SqliteFile(path, _KIND, timeout=self._timeout, must_exist=must_exist)
        self._new_group()

    @property
    def path(self) -> Path | None:
        """The database file."""
        return self._file.path

    def _new_group(self) -> None:
        self._pid = os.getpid()
        self._group = GroupCommit(self._commit, self._timeout)

    def read(self, *streams: str) -> tuple[Event, ...]:
        """Return all events of *streams* in the order of the store."""
        marks = ", ".join("?" * len(streams))
        with self._file.borrow() as connection:
            rows = connection.execute(f"{_SELECT} WHERE stream IN ({marks})", streams).fetchall()
        # Sorted here: with ORDER BY position, SQLite may walk the whole table instead of the
        # stream's index.
        rows.sort()
        return tuple(map(from_row, rows))

    def scan(self, *, after: int = 0) -> Iterator[Event]:
        """
        Return the events above *after*.

        Pages of 1,000, so that no long reader holds up checkpoints.
        """
        while True:
            with self._file.borrow() as connection:
                rows = connection.execute(
                    f"{_SELECT} WHERE position > ? ORDER BY position LIMIT 1000", (after,)
                ).fetchall()
            if not rows:
                return
            yield from map(from_row, rows)
            after = rows[-1][0]

    def head(self) -> Event | None:
        """Return the newest event."""
        with self._file.borrow() as connection:
            row = connection.execute(f"{_SELECT} ORDER BY position DESC LIMIT 1").fetchone()
        return None if row is None else from_row(row)

    def append(self, *drafts: Draft, seal: Seal) -> tuple[Event, ...]:
        """Store all *drafts* or none; see `EventStore.append`."""
        if self._pid != os.getpid():
            # Forked: the locks of the group may be held by threads that are not here.
            self._new_group()
        return self._group.submit(drafts, seal)

    def scrub(self, stream: str, /, *, through: int) -> None:
        """Forget bodies up to seq *through*, in the file, its free pages and its log."""
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE event SET body = NULL WHERE stream = ? AND seq <= ?", (stream, through)
            )
        # secure_delete wipes the page; the old page stays in the log until it is cut.
        if not self._file.empty_log():
            raise StoreUnavailable(
                "The bodies are forgotten, but a reader holds on to the log: scrub again."
            )

    def close(self) -> None:
        """Close this process's connections; the next use opens them again."""
        self._file.close()

    def _commit(self, jobs: Sequence[Job]) -> None:
        # On an error the connection is closed, which rolls back.
        with self._file.borrow() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._insert(connection, jobs)
            connection.execute("COMMIT")
        self._file.check()

    def _insert(self, connection: sqlite3.Connection, jobs: Sequence[Job]) -> None:
        def size(stream: str) -> int:
            newest = connection.execute(
                "SELECT max(seq) FROM event WHERE stream = ?", (stream,)
            ).fetchone()[0]
            return newest or 0

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


def sqlite(
    path: str | os.PathLike[str],
    /,
    *,
    timeout: timedelta = timedelta(seconds=1),
    must_exist: bool = False,
) -> SqliteEventStore:
    """
    Keep events in the file *path*: WAL, every commit on the disk before it is acknowledged, writers
    grouped.

    Args:
        path: A file on a local disk. It is made if it is not there, readable by its owner only.

        timeout: How long to wait for another writer.

        must_exist: Refuse to start with a new, empty file. Set it once the store is in use: an
            empty store in the place of a lost one would have forgotten every opt-out.

    Raises:
        voxvalley_privacy.StoreUnavailable: If the file cannot be opened, or was written by a newer
            version.

        voxvalley_privacy.StoreCorrupt: If it is not an event store, or damaged.

    Source: SQLite documentation, "Write-Ahead Logging"; `PRAGMA synchronous` FULL, as NORMAL loses
    acknowledged rows at a power loss.
    """
    if timeout <= timedelta(0):
        raise ConfigurationError("'timeout' must be above zero.")
    return SqliteEventStore(Path(path), timeout=timeout, must_exist=must_exist)
