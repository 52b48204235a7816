"""Sealed copies in an SQLite file that several processes may share."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ...errors import ConfigurationError, StoreUnavailable
from .._sqlite_file import COPIES, FileKind, SqliteFile
from ._copy_store import Entry, check_limits, stripe

__all__ = ["SqliteCacheStore"]

# `owner` and `total` are kept by the triggers: no count is ever taken over the whole table.
_SCHEMA = """
CREATE TABLE entry (
    key TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    value BLOB NOT NULL,
    expires REAL NOT NULL,
    ticket INTEGER NOT NULL,
    tags TEXT NOT NULL
);
CREATE INDEX entry_expires ON entry (expires);
CREATE INDEX entry_owner ON entry (owner, expires);
CREATE TABLE tag (tag TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (tag, key)) WITHOUT ROWID;
CREATE INDEX tag_key ON tag (key);
CREATE TABLE forgotten (stripe TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE owner (
    owner TEXT PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX owner_entries ON owner (entries);
CREATE INDEX owner_bytes ON owner (bytes);
CREATE TABLE total (last INTEGER NOT NULL, entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO total VALUES (0, 0, 0);
CREATE TRIGGER entry_in AFTER INSERT ON entry BEGIN
  UPDATE total SET entries = entries + 1, bytes = bytes + length(new.value);
  INSERT INTO owner VALUES (new.owner, 1, length(new.value))
    ON CONFLICT (owner) DO UPDATE
    SET entries = entries + 1, bytes = bytes + length(new.value);
END;
CREATE TRIGGER entry_out AFTER DELETE ON entry BEGIN
  UPDATE total SET entries = entries - 1, bytes = bytes - length(old.value);
  UPDATE owner SET entries = entries - 1, bytes = bytes - length(old.value)
    WHERE owner = old.owner;
  DELETE FROM owner WHERE owner = old.owner AND entries = 0;
  DELETE FROM tag WHERE key = old.key;
END;
"""
_KIND = FileKind(
    application=COPIES,
    version=1,
    schema=_SCHEMA,
    probe="SELECT last FROM total",
    # A copy that is lost at a power cut is a miss; the checkpoint of an erasure syncs by itself.
    is_durable=False,
    loss="its log is still there: put the file back, or remove the log",
)
_INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)"
_SWEPT_AT_PUT = 8  # copies that are over and go with each put
_SWEEP_SOME = """
DELETE FROM entry WHERE key IN (
    SELECT key FROM entry WHERE expires <= ? ORDER BY expires LIMIT ?
)
"""
# Of the owner that holds most, the copy that ends first.
_MAKE_ROOM = """
DELETE FROM entry WHERE key = (
    SELECT key FROM entry
    WHERE owner = (SELECT owner FROM owner ORDER BY {measure} DESC LIMIT 1)
    ORDER BY expires LIMIT 1
)
"""
_TRIES = 5  # of an erasure while others write or read


class SqliteCacheStore:
    """
    Keep copies in one SQLite file; when it is full, the owner of most loses what ends first.

    A process that was forked off opens the file anew. A file that was moved, replaced or removed is
    refused from then on: what is erased must be erased where it is.

    Args:
        path: The file; it is made if it is not there, readable by its owner only.

        most_entries: How many copies are kept.

        most_bytes: How many bytes of sealed copies are kept.

        timeout: How long a call waits for another writer; `forget` waits five times as long.

    Raises:
        voxvalley_privacy.ConfigurationError: If a limit is below 1, or the timeout not above zero.

        voxvalley_privacy.StoreUnavailable: If the file cannot be opened or made, or is of a newer
            version.

        voxvalley_privacy.StoreCorrupt: If it is not a cache of this library, such as a ledger.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        /,
        *,
        most_entries: int = 100_000,
        most_bytes: int = 2**30,
        timeout: timedelta = timedelta(seconds=1),
    ) -> None:
        check_limits(most_entries, most_bytes)
        if timeout <= timedelta(0):
            raise ConfigurationError("'timeout' must be above zero.")
        self.most_entries = most_entries
        self.most_bytes = most_bytes
        self._is_closed = False
        self._file = SqliteFile(Path(path), _KIND, timeout=timeout.total_seconds())

    def __repr__(self) -> str:
        return "<SqliteCacheStore>"

    def close(self) -> None:
        """Close the file; every later call raises."""
        self._is_closed = True
        self._file.close()

    def ticket(self) -> int:
        with self._opened().borrow() as connection:
            return _number(connection, "SELECT last FROM total")

    def get(self, key: str, /) -> bytes | None:
        query = "SELECT value, ticket, tags, last FROM entry, total WHERE key = ?"
        with self._opened().borrow() as connection:
            row = connection.execute(query, (key,)).fetchone()
            if row is None:
                return None
            value, ticket, tags, last = row
            # Nothing was forgotten since: the usual case, told by one comparison.
            if ticket < last and _is_forgotten(connection, tags.split(), ticket):
                return None
        return bytes(value)

    def put(self, entry: Entry, ticket: int, /) -> bool:
        if len(entry.value) > self.most_bytes:
            return False
        tags = " ".join(entry.tags)
        row = (entry.key, entry.owner, entry.value, entry.expires, ticket, tags)
        now = entry.expires - entry.lifetime
        with self._opened().writing() as connection:
            if _is_forgotten(connection, entry.tags, ticket):
                return False
            connection.execute("DELETE FROM entry WHERE key = ?", (entry.key,))
            connection.execute(_SWEEP_SOME, (now, _SWEPT_AT_PUT))
            connection.execute(_INSERT, row)
            connection.executemany(
                "INSERT OR IGNORE INTO tag VALUES (?, ?)", [(tag, entry.key) for tag in entry.tags]
            )
            self._make_room(connection)
            count = _number(connection, "SELECT count(*) FROM entry WHERE key = ?", entry.key)
        return count == 1

    def delete(self, key: str, /) -> bool:
        with self._opened().writing() as connection:
            removed = connection.execute("DELETE FROM entry WHERE key = ?", (key,)).rowcount
        return removed > 0

    def forget(self, tag: str, /) -> int:
        removed = _persist(lambda: self._forget(tag))
        self._empty_log()
        return removed

    def sweep(self, now: float, /) -> int:
        with self._opened().writing() as connection:
            removed = connection.execute("DELETE FROM entry WHERE expires <= ?", (now,)).rowcount
        self._empty_log()
        return removed

    def _forget(self, tag: str) -> int:
        with self._opened().writing() as connection:
            connection.execute("UPDATE total SET last = last + 1")
            connection.execute(
                "INSERT OR REPLACE INTO forgotten SELECT ?, last FROM total", (stripe(tag),)
            )
            erased = connection.execute(
                "DELETE FROM entry WHERE key IN (SELECT key FROM tag WHERE tag = ?)", (tag,)
            )
            return erased.rowcount

    def _opened(self) -> SqliteFile:
        if self._is_closed:
            raise StoreUnavailable("The cache file is closed.")
        return self._file

    def _make_room(self, connection: sqlite3.Connection) -> None:
        while _number(connection, "SELECT entries FROM total") > self.most_entries:
            connection.execute(_MAKE_ROOM.format(measure="entries"))
        while _number(connection, "SELECT bytes FROM total") > self.most_bytes:
            connection.execute(_MAKE_ROOM.format(measure="bytes"))

    def _empty_log(self) -> None:
        # Deleted pages are overwritten in the file, but the log holds them until it is cut
        # (B6-115).
        for _ in range(_TRIES):
            if self._opened().empty_log():
                return
        raise StoreUnavailable(
            "Copies are erased, but the write-ahead log still holds them: a reader is in the way."
        )


def _persist(erase: Callable[[], int]) -> int:
    """Try again while other writers hold the lock: SQLite lets nobody queue for it."""
    for _ in range(_TRIES - 1):
        try:
            return erase()
        except StoreUnavailable:
            continue
    return erase()


def _is_forgotten(
    connection: sqlite3.Connection, tags: list[str] | tuple[str, ...], ticket: int
) -> bool:
    stripes = {stripe(tag) for tag in tags}
    marks = ", ".join("?" * len(stripes))
    latest = f"SELECT max(at) FROM forgotten WHERE stripe IN ({marks})"  # noqa: S608 - marks only
    return _number(connection, latest, *stripes) > ticket


def _number(connection: sqlite3.Connection, query: str, *values: object) -> int:
    return int(connection.execute(query, values).fetchone()[0] or 0)
