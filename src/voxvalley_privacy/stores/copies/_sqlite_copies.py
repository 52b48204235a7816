"""Sealed copies in an SQLite file that several processes may share."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock

from ...errors import ConfigurationError, StoreCorrupt, StoreUnavailable
from .._handle import Handle
from ._copy_store import Entry, stripe

__all__ = ["SqliteCacheStore"]

_FORMAT = 1
_SCHEMA = """
CREATE TABLE entry (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires REAL NOT NULL);
CREATE INDEX entry_expires ON entry (expires);
CREATE TABLE tag (tag TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (tag, key)) WITHOUT ROWID;
CREATE INDEX tag_key ON tag (key);
CREATE TABLE forgotten (stripe TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE total (last INTEGER NOT NULL, entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO total VALUES (0, 0, 0);
CREATE TRIGGER entry_in AFTER INSERT ON entry BEGIN
  UPDATE total SET entries = entries + 1, bytes = bytes + length(new.value);
END;
CREATE TRIGGER entry_out AFTER DELETE ON entry BEGIN
  UPDATE total SET entries = entries - 1, bytes = bytes - length(old.value);
  DELETE FROM tag WHERE key = old.key;
END;
"""

_WAL = "PRAGMA journal_mode=WAL"
_PAUSES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # seconds


class SqliteCacheStore:
    """
    Keep copies in one SQLite file; the one that ends first goes first.

    A process that was forked off opens the file anew. A file that was moved, replaced or removed is refused from then on:
    what is erased must be erased where it is.

    Args:
        path: The file; made if it is not there, readable by its owner only.

        most_entries: How many copies are kept.

        most_bytes: How many bytes of sealed copies are kept.

    Raises:
        voxvalley_privacy.ConfigurationError: If a limit is below 1.

        voxvalley_privacy.StoreUnavailable: If the file cannot be opened or made.

        voxvalley_privacy.StoreCorrupt: If it is no such file, or of a newer version.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        /,
        *,
        most_entries: int = 100_000,
        most_bytes: int = 2**30,
    ) -> None:
        if most_entries < 1 or most_bytes < 1:
            raise ConfigurationError("'most_entries' and 'most_bytes' must be at least 1.")
        self._path = Path(path).absolute()
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._inherited: list[object] = []
        self._open()

    def __repr__(self) -> str:
        return "<SqliteCacheStore>"

    def close(self) -> None:
        """Close the file; every later call raises."""
        with self._lock:
            self._connection.close()

    def ticket(self) -> int:
        with self._work() as connection:
            return _number(connection, "SELECT last FROM total")

    def get(self, key: str, /) -> bytes | None:
        with self._work() as connection:
            row = connection.execute("SELECT value FROM entry WHERE key = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def put(self, entry: Entry, ticket: int, /) -> bool:
        with self._work(write=True) as connection:
            stripes = {stripe(tag) for tag in entry.tags}
            marks = ", ".join("?" * len(stripes))
            latest = f"SELECT max(at) FROM forgotten WHERE stripe IN ({marks})"  # noqa: S608 - question marks only
            if _number(connection, latest, *stripes) > ticket:
                return False
            connection.execute("DELETE FROM entry WHERE key = ?", (entry.key,))
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?)", (entry.key, entry.value, entry.expires)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO tag VALUES (?, ?)", [(tag, entry.key) for tag in entry.tags]
            )
            while self._is_over(connection):
                connection.execute(
                    "DELETE FROM entry WHERE key = (SELECT key FROM entry ORDER BY expires LIMIT 1)"
                )
            return _number(connection, "SELECT count(*) FROM entry WHERE key = ?", entry.key) == 1

    def delete(self, key: str, /) -> bool:
        with self._work(write=True) as connection:
            return connection.execute("DELETE FROM entry WHERE key = ?", (key,)).rowcount > 0

    def forget(self, tag: str, /) -> int:
        with self._work(write=True) as connection:
            connection.execute("UPDATE total SET last = last + 1")
            connection.execute(
                "INSERT OR REPLACE INTO forgotten SELECT ?, last FROM total",
                (stripe(tag),),
            )
            done = connection.execute(
                "DELETE FROM entry WHERE key IN (SELECT key FROM tag WHERE tag = ?)", (tag,)
            )
            removed = done.rowcount
        self._empty_log()
        return removed

    def sweep(self, now: float, /) -> int:
        with self._work(write=True) as connection:
            removed = connection.execute("DELETE FROM entry WHERE expires <= ?", (now,)).rowcount
        self._empty_log()
        return removed

    def _is_over(self, connection: sqlite3.Connection) -> bool:
        entries, size = connection.execute("SELECT entries, bytes FROM total").fetchone()
        return bool(entries > self._most_entries or size > self._most_bytes)

    def _empty_log(self) -> None:
        # Deleted pages are overwritten in the file, but what they held stands in the log until it is cut (FAULTS B6-115).
        with self._work() as connection:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreUnavailable(
                "Copies are erased, but the write-ahead log still holds them: a reader is in the way."
            )

    def _open(self) -> None:
        self._pid = os.getpid()
        self._lock = RLock()
        with _translated():
            self._path.touch(mode=0o600)
            # Transactions are begun by hand: a deferred one that writes late fails at once (FAULTS B6-109).
            self._connection = sqlite3.connect(
                self._path, timeout=5, isolation_level=None, check_same_thread=False, factory=Handle
            )
            # NORMAL may lose a copy at a power cut, which is a miss; the checkpoint of an erasure syncs by itself.
            for pragma in ("synchronous=NORMAL", "secure_delete=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            mode = _to_wal(self._connection)
            self._make_tables()
        if mode != "wal":  # pragma: no cover - needs a disk that is not here
            raise StoreUnavailable(
                "The cache file is where no write-ahead log can be kept, as on a network disk."
            )
        self._file = _identity(self._path)

    def _make_tables(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        version = _number(self._connection, "PRAGMA user_version")
        if version == 0:
            for statement in _statements():
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version={_FORMAT}")
        self._connection.execute("COMMIT")
        if version > _FORMAT:
            raise StoreCorrupt("The cache file was written by a newer version of this library.")

    @contextmanager
    def _work(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        if os.getpid() != self._pid:  # pragma: no cover - in a child, which is not measured
            # Closing an inherited connection would drop the parent's locks: it is kept and never used (FAULTS B6-107).
            self._inherited.append((self._connection, self._lock))
            self._open()
        with self._lock, _translated():
            if _identity(self._path) != self._file:
                raise StoreUnavailable("The cache file was moved, replaced or removed.")
            if not write:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself, as on a full disk.
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


def _to_wal(connection: sqlite3.Connection) -> str:
    """Switch to a write-ahead log, and return what the file has then."""
    # Workers that start together and switch a new file block each other, and SQLite does not wait then.
    for pause in _PAUSES:
        try:
            return str(connection.execute(_WAL).fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(pause)
    return str(connection.execute(_WAL).fetchone()[0])


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what SQLite and the system raise into our errors."""
    fault: StoreUnavailable | StoreCorrupt | None = None
    try:
        yield
    except sqlite3.ProgrammingError:
        fault = StoreUnavailable("The cache file is closed.")
    except sqlite3.OperationalError:
        fault = StoreUnavailable("The cache file is locked, full, read-only or gone.")
    except sqlite3.Error:
        fault = StoreCorrupt("The cache file does not hold what was written to it.")
    except (FileNotFoundError, NotADirectoryError, PermissionError, IsADirectoryError):
        fault = StoreUnavailable("The cache file cannot be opened.")
    if fault is not None:
        raise fault


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _number(connection: sqlite3.Connection, query: str, *values: object) -> int:
    return int(connection.execute(query, values).fetchone()[0] or 0)


def _statements() -> Iterator[str]:
    statement = ""
    for line in _SCHEMA.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
