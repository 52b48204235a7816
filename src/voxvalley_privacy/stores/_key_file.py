"""A file for wrapped data keys: destroyed ones are overwritten, and never come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, NoReturn

from ..errors import StoreUnavailable

__all__ = ["KeyFile", "keys"]

_TABLE = """
CREATE TABLE IF NOT EXISTS data_key (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, life INTEGER NOT NULL,
    ring_key TEXT NOT NULL, wrapped BLOB, destroyed_at TEXT, UNIQUE (subject, kind, life))
"""


# A key of a month has it behind its kind: `content@2026-11`.
_KIND = "CASE WHEN instr(kind, '@') THEN substr(kind, 1, instr(kind, '@') - 1) ELSE kind END"


class KeyFile:
    """
    Keep wrapped data keys in a SQLite file of their own.

    Args:
        path: The file; it must not be in the data's backup.
    """

    def __init__(self, path: Path, /) -> None:
        self.path = path
        self._lock = RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(_TABLE)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A file of keys is opened where it is used.")

    def state(self) -> tuple[int, int]:
        """Return what changes with every change of the file, by this process or another."""
        return self._run("PRAGMA data_version", ())[0][0], self._connection.total_changes

    def newest(self, subjects: Collection[str], kind: str, /) -> tuple[str, str, bytes] | None:
        """Return id, key of the ring and wrapped key of the life that goes on."""
        marks = ",".join("?" * len(subjects))
        rows = self._run(
            f"SELECT id, ring_key, wrapped FROM data_key WHERE subject IN ({marks}) AND kind = ?"  # noqa: S608 - only marks
            " AND wrapped IS NOT NULL ORDER BY life DESC LIMIT 1",
            (*subjects, kind),
        )
        return rows[0] if rows else None

    def add(self, key_id: str, subject: str, kind: str, ring_key: str, wrapped: bytes, /) -> None:
        """Keep the key of a new life."""
        self._run(
            "INSERT INTO data_key SELECT ?, ?, ?, COALESCE(MAX(life), 0) + 1, ?, ?, NULL"
            " FROM data_key WHERE subject = ? AND kind = ?",
            (key_id, subject, kind, ring_key, wrapped, subject, kind),
        )

    def find(self, key_id: str, /) -> tuple[str, bytes | None, datetime | None] | None:
        """Return key of the ring, wrapped key and when it was destroyed; None if unknown."""
        rows = self._run(
            "SELECT ring_key, wrapped, destroyed_at FROM data_key WHERE id = ?", (key_id,)
        )
        if not rows:
            return None
        ring_key, wrapped, destroyed = rows[0]
        return ring_key, wrapped, datetime.fromisoformat(destroyed) if destroyed else None

    def kinds(self, subjects: Collection[str], /) -> tuple[str, ...]:
        """Return the kinds of which keys of a person are left."""
        marks = ",".join("?" * len(subjects))
        rows = self._run(
            f"SELECT DISTINCT {_KIND} FROM data_key WHERE subject IN ({marks})"  # noqa: S608 - only marks
            " AND wrapped IS NOT NULL",
            tuple(subjects),
        )
        return tuple([kind for (kind,) in rows])

    def destroy(
        self, subjects: Collection[str], kinds: Collection[str] | None, at: datetime, /
    ) -> int:
        """Overwrite the keys of a person, and cut the log; durable when it returns."""
        marks = ",".join("?" * len(subjects))
        of_kind = "" if kinds is None else f" AND {_KIND} IN ({','.join('?' * len(kinds))})"
        return self._destroy(f"subject IN ({marks}){of_kind}", (*subjects, *(kinds or ())), at)

    def destroy_before(self, month: str, kinds: Collection[str], at: datetime, /) -> int:
        """Overwrite the keys of months before *month*, such as `2026-11`, and cut the log."""
        marks = ",".join("?" * len(kinds))
        condition = f"instr(kind, '@') AND substr(kind, instr(kind, '@') + 1) < ? AND {_KIND}"
        return self._destroy(f"{condition} IN ({marks})", (month, *kinds), at)

    def _destroy(self, condition: str, values: tuple[object, ...], at: datetime) -> int:
        with self._lock:
            rows = self._run(
                "UPDATE data_key SET wrapped = NULL, destroyed_at = ?"  # noqa: S608 - only marks
                f" WHERE {condition} AND wrapped IS NOT NULL RETURNING id",
                (at.isoformat(), *values),
            )
            cut = self._run("PRAGMA wal_checkpoint(TRUNCATE)", ())
        if cut and cut[0][0]:
            raise StoreUnavailable("A reader keeps the log of the key file from being cut.")
        return len(rows)

    def wrapped(self) -> list[tuple[str, str, bytes]]:
        """Return id, key of the ring and wrapped key of every key that is left."""
        return self._run("SELECT id, ring_key, wrapped FROM data_key WHERE wrapped IS NOT NULL", ())

    def rewrap(self, key_id: str, ring_key: str, wrapped: bytes, /) -> None:
        """Replace a wrapped key by the same key wrapped anew."""
        self._run(
            "UPDATE data_key SET ring_key = ?, wrapped = ? WHERE id = ? AND wrapped IS NOT NULL",
            (ring_key, wrapped, key_id),
        )

    def _run(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        failed = ""
        try:
            with self._lock:
                return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            failed = type(error).__name__
        raise StoreUnavailable(f"The file of keys failed: {failed}.")


def keys(path: str | Path, /) -> KeyFile:
    """Keep data keys in a file, which is made if it is not there."""
    return KeyFile(Path(path))
