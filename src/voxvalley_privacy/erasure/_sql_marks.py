"""Two tables in a database of records: the marks of its tables, and the holds that came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from ._targets import HoldPlaced, Permit

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["SqlMarks", "marks_in", "tables_of_marks"]

_MARKS = "privacy_mark"
_HOLDS = "privacy_hold"
_LOCK = "(holds)"  # the row that deletes share and that a hold needs alone
_DELETING = "voxvalley_privacy.deleting"
# A hold does not wait long for a delete: it is accepted, and effective when the lease is over.
_WAIT_MS = 250


@attrs.define(kw_only=True, eq=False)
class SqlMarks:
    """Two tables beside the records; `marks_in` makes it."""

    engine: sa.Engine = attrs.field(repr=False)
    marks: sa.Table = attrs.field(repr=False)
    holds: sa.Table = attrs.field(repr=False)

    # Marks: up to which erasure a table is clean

    def mark(self, store: str, /) -> int:
        """Return the mark of a table."""
        with self.engine.connect() as connection:
            query = self.marks.select().where(self.marks.c.store == store)
            row = connection.execute(query).mappings().first()
        return int(row["position"]) if row else 0

    def put(self, connection: sa.Connection, store: str, position: int, /) -> None:
        """Move the mark of a table within a transaction."""
        connection.execute(self.marks.delete().where(self.marks.c.store == store))
        connection.execute(self.marks.insert().values(store=store, position=position))

    # Holds: a hold is one row, and no delete is committed that did not know it

    def seen(self) -> int:
        """Return how many holds were mirrored up to now; ask before the holds are read."""
        with self.engine.connect() as connection:
            return self._newest(connection)

    def mirror_hold(self, hold_id: str, /) -> bool:
        """Note a hold, after every delete that is under way; false if that failed."""
        try:
            with self.engine.begin() as connection:
                if connection.info.get(_DELETING):
                    return False  # a delete of this thread, on the same connection
                with _short_wait(connection):
                    self._lock(connection)
                    position = self._newest(connection) + 1
                    connection.execute(self.holds.insert().values(position=position, hold=hold_id))
        except Exception:  # whatever a database raises, the hold waits for leases
            return False
        return True

    @contextmanager
    def deleting(self, permit: Permit, /) -> Iterator[sa.Connection]:
        """Begin a transaction that deletes; *permit* is asked in the line before its commit."""
        with self.engine.begin() as connection:
            shared = self.marks.select().where(self.marks.c.store == _LOCK)
            connection.execute(shared.with_for_update(read=True)).first()
            connection.info[_DELETING] = True
            try:
                yield connection
                permit()
            finally:
                connection.info.pop(_DELETING, None)

    def unheld(self, seen: int, /) -> sa.ColumnElement[bool]:
        """Return the part of a statement that makes it empty if a hold came after *seen*."""
        import sqlalchemy as sa

        newer = sa.select(self.holds.c.position).where(self.holds.c.position > seen)
        return ~sa.exists(newer.correlate(None))

    def require_unheld(self, connection: sa.Connection, seen: int, /) -> None:
        """
        Check, where a statement changed fewer rows than it named, that no hold was the reason.

        Raises:
            HoldPlaced: If one came: the transaction is undone.
        """
        if self._newest(connection) > seen:
            raise HoldPlaced("A hold was placed meanwhile: nothing was deleted.")

    def _newest(self, connection: sa.Connection) -> int:
        import sqlalchemy as sa

        return int(connection.scalar(sa.select(sa.func.max(self.holds.c.position))) or 0)

    def _lock(self, connection: sa.Connection) -> None:
        row = self.marks.c.store == _LOCK
        locked = connection.execute(
            self.marks.update().where(row).values(position=self.marks.c.position + 1)
        )
        if not locked.rowcount:
            connection.execute(self.marks.insert().values(store=_LOCK, position=1))


@contextmanager
def _short_wait(connection: sa.Connection) -> Iterator[None]:
    """Let a connection wait a quarter of a second for a lock, and then as long as before."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_WAIT_MS}")
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_WAIT_MS}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(before or 0)}")


def tables_of_marks(metadata: sa.MetaData | None = None, /) -> tuple[sa.Table, sa.Table]:
    """Return the tables of marks and of mirrored holds, for a migration."""
    import sqlalchemy as sa

    beside = metadata or sa.MetaData()
    marks = sa.Table(
        _MARKS,
        beside,
        sa.Column("store", sa.String(200), primary_key=True),
        sa.Column("position", sa.BigInteger),
    )
    holds = sa.Table(
        _HOLDS,
        beside,
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hold", sa.String(64), nullable=False),
    )
    return marks, holds


def marks_in(engine: sa.Engine, metadata: sa.MetaData, /) -> SqlMarks:
    """Return the tables of marks and holds of a database; they are made where they are missing."""
    marks, holds = tables_of_marks(metadata)
    marks.create(engine, checkfirst=True)
    holds.create(engine, checkfirst=True)
    with engine.begin() as connection:
        lock = connection.execute(marks.select().where(marks.c.store == _LOCK)).first()
        if lock is None:
            connection.execute(marks.insert().values(store=_LOCK, position=0))
    return SqlMarks(engine=engine, marks=marks, holds=holds)
