"""
One SQLite file of this library.

Made whole or not at all, recognized, shared by threads, processes and forks.
"""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs

from ..errors import StoreCorrupt, StoreError, StoreUnavailable

__all__ = ["COPIES", "EVENTS", "FAILURES", "FileKind", "Handle", "SqliteFile", "translated"]

# Application ids: they are in the header of the file, where `file` and SQLite find them.
EVENTS = 0x56565031
COPIES = 0x56565043
_NAMES = {
    EVENTS: "an event store of this library",
    COPIES: "a cache of sealed copies of this library",
}

# Settings are read back: SQLite ignores what it does not understand.
_PRAGMAS = {"journal_mode": "wal", "secure_delete": 1, "trusted_schema": 0, "mmap_size": 0}
_FULL, _NORMAL = 2, 1  # of PRAGMA synchronous

# A damaged file can make the driver fail to decode even a message about it.
FAILURES = (sqlite3.Error, UnicodeError, OverflowError)
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_REASONS = {
    sqlite3.SQLITE_BUSY: "Another program holds the lock: the database file stayed locked",
    sqlite3.SQLITE_LOCKED: "Another program holds the lock: the database file stayed locked",
    sqlite3.SQLITE_FULL: "The disk is full",
    sqlite3.SQLITE_READONLY: "The database file or its folder is read-only",
    sqlite3.SQLITE_PERM: "The database file may not be read or written",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened",
    sqlite3.SQLITE_IOERR: "The disk failed to read or write the database file",
}


def translated(error: Exception, /) -> StoreError:
    """Return the error of this library for *error*: with its reason, and without what it holds."""
    if not isinstance(error, sqlite3.Error):
        return StoreCorrupt("SQLite found text or numbers in the file that cannot be.")
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if code is None:
        return StoreUnavailable(f"SQLite did not do it ({name}).")
    if code & 0xFF in _CORRUPT:
        return StoreCorrupt(f"SQLite cannot read the file ({name}).")
    reason = _REASONS.get(code & 0xFF, "SQLite did not do it")
    return StoreUnavailable(f"{reason} ({name}).")


class Handle(sqlite3.Connection):
    """
    Close with the store that held it: an acknowledged write is on the disk already.

    In a process that was forked off it is left alone: closing it would drop the parent's locks.
    """

    _pid = -1

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._pid = os.getpid()

    def __del__(self) -> None:
        if self._pid == os.getpid():
            self.close()


@attrs.frozen(kw_only=True)
class FileKind:
    """
    Say what a file holds.

    Args:
        application: Its id in the header of the file: one of those above.

        version: Of the schema.

        schema: The statements that make the tables.

        probe: A query that fails where the tables are not there.

        is_durable: Whether every commit waits for the disk.

        loss: Why no new file may take the place of a lost one.
    """

    application: int
    version: int
    schema: str
    probe: str
    is_durable: bool
    loss: str

    @property
    def pragmas(self) -> dict[str, object]:
        """The settings of every connection."""
        return {**_PRAGMAS, "synchronous": _FULL if self.is_durable else _NORMAL}

    def create(self, path: Path, /) -> None:
        """Make the file beside *path* and link it into place: it is there whole or not at all."""
        draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            connection = sqlite3.connect(draft, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = wal")
                connection.executescript(self.schema)
                connection.execute(f"PRAGMA application_id = {self.application}")
                connection.execute(f"PRAGMA user_version = {self.version}")
            finally:
                connection.close()
            os.chmod(draft, 0o600)
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            with suppress(OSError):
                os.unlink(draft)
        _sync_folder(path.parent)

    def connect(self, path: Path, seconds: float, /) -> sqlite3.Connection:
        """Open a connection that waits *seconds* for locks; check that the file is of this kind."""
        if path.stat().st_size == 0:
            raise StoreCorrupt("The database file is empty: its content is lost.")
        # No URI: a path with "?" or "#" stays a path. A connection is used by one thread at a time.
        connection = sqlite3.connect(
            path, timeout=seconds, isolation_level=None, check_same_thread=False, factory=Handle
        )
        try:
            self._check_kind(connection)
            for name, value in self.pragmas.items():
                _set(connection, name, value)
            connection.execute(self.probe).fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_kind(self, connection: sqlite3.Connection) -> None:
        # First of all: nothing is set, and no lock is asked for, in a file of somebody else.
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if application != self.application:
            is_other = _NAMES.get(application, "a database of another program")
            raise StoreCorrupt(f"The file is {is_other}, not {_NAMES[self.application]}.")
        if version > self.version:
            raise StoreUnavailable("The file was written by a newer version of this library.")


def _set(connection: sqlite3.Connection, name: str, value: object) -> None:
    answer = connection.execute(f"PRAGMA {name} = {value}").fetchone()
    answer = connection.execute(f"PRAGMA {name}").fetchone() or answer
    if answer and answer[0] != value:
        raise StoreUnavailable(
            f"SQLite refuses {name} = {value} here; a network file system may be why."
        )


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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


@attrs.define(eq=False)
class _Opened:
    """The connections of one process; a forked child must not touch those of its parent."""

    kind: FileKind
    path: Path
    timeout: float
    identity: tuple[int, int]
    pid: int = attrs.field(factory=os.getpid)
    idle: deque[sqlite3.Connection] = attrs.field(factory=deque)

    def check(self) -> None:
        """Refuse a file that was unlinked, renamed or replaced: writes to it would go nowhere."""
        if _identity(self.path) != self.identity:
            raise StoreUnavailable("The database file was moved, removed or replaced.")


class SqliteFile:
    """
    Lend connections to a file that is made if it is not there.

    Args:
        path: The file.

        kind: The content of the file.

        timeout: Seconds to wait for another writer.

        must_exist: Refuse to make the file.

    Raises:
        voxvalley_privacy.StoreUnavailable: If it cannot be opened or made, or is of a newer
            version.

        voxvalley_privacy.StoreCorrupt: If it is of another kind, empty or damaged.
    """

    def __init__(
        self, path: Path, kind: FileKind, /, *, timeout: float, must_exist: bool = False
    ) -> None:
        self.path = path.absolute()
        self._kind = kind
        self._timeout = timeout
        self._left_behind: list[_Opened] = []
        self._state: _Opened | None = None
        if not _is_there(self.path):
            self._create(must_exist=must_exist)
        self._probe()

    def borrow(self) -> Borrowed:
        """Lend a connection; an error closes it, which rolls back, and comes out translated."""
        return Borrowed(self._opened())

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """
        Lend a connection that holds the lock of the writer.

        What is done is done at the end, or not at all.
        """
        with self.borrow() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def check(self) -> None:
        """Raise if the file is no longer where it was."""
        self._opened().check()

    def empty_log(self) -> bool:
        """
        Cut the write-ahead log, where deleted rows remain until then.

        Whether no reader was in the way.
        """
        with self.borrow() as connection:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def close(self) -> None:
        """Close the connections of this process; the next use opens new ones."""
        opened, self._state = self._state, None
        if opened is not None and opened.pid == os.getpid():
            while opened.idle:
                opened.idle.pop().close()

    def _create(self, *, must_exist: bool) -> None:
        remains = _is_there(self.path.with_name(self.path.name + "-wal"))
        # Asked after the log: a file that another opened meanwhile has a log, and was there before
        # it.
        if _is_there(self.path):
            return
        if must_exist or remains:
            raise StoreUnavailable(f"The database file is missing; {self._kind.loss}.")
        try:
            self._kind.create(self.path)
        except sqlite3.Error as error:
            failed = translated(error)
        except OSError as error:
            failed = StoreUnavailable(f"The database file cannot be made: {error.strerror}.")
        else:
            return
        raise failed

    def _probe(self) -> None:
        # Read-only files and folders show at the first write: ask for the lock now, not when
        # somebody opts out.
        with self.borrow() as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            else:
                connection.execute("ROLLBACK")

    def _opened(self) -> _Opened:
        opened = self._state
        if opened is not None and opened.pid == os.getpid():
            return opened
        if opened is not None:
            # Forked: closing an inherited connection would drop the parent's locks, so it is kept
            # and never used.
            self._left_behind.append(opened)
        identity = _identity(self.path)
        if identity is None:
            raise StoreUnavailable("The database file is missing.")
        self._state = opened = _Opened(self._kind, self.path, self._timeout, identity)
        return opened


@attrs.define(eq=False)
class Borrowed:
    """Lend a connection, and translate the errors of SQLite."""

    _opened: _Opened
    _connection: sqlite3.Connection | None = None

    def __enter__(self) -> sqlite3.Connection:
        self._opened.check()
        try:
            self._connection = self._opened.idle.pop()
        except IndexError:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        opened = self._opened
        try:
            return opened.kind.connect(opened.path, opened.timeout)
        except FAILURES as error:
            failed = translated(error)
        except FileNotFoundError:
            failed = StoreUnavailable("The database file is missing.")
        raise failed

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        assert self._connection is not None
        if error is None:
            self._opened.idle.append(self._connection)
            return
        self._connection.close()
        if isinstance(error, FAILURES):
            raise translated(error)
