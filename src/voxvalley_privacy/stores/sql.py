"""Events in PostgreSQL or SQLite through SQLAlchemy; needs the extra `sql`."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..errors import ConfigurationError, StoreCorrupt, StoreError, StoreUnavailable
from .events import (
    COLUMNS,
    Batch,
    Draft,
    Event,
    EventStore,
    GroupCommit,
    Job,
    Seal,
    from_row,
    to_row,
)

__all__ = ["SqlEventStore", "event_table", "sql"]

# One writer at a time in the whole database: positions have no gaps and the chain does not fork.
_LOCK = 0x56565031


def event_table(name: str = "privacy_event", metadata: sa.MetaData | None = None) -> sa.Table:
    """
    Return the table that `sql` reads and writes, for the metadata that Alembic compares.

    Args:
        name: As *table* of `sql`.

        metadata: Those of the app; None for metadata of its own.

    Raises:
        voxvalley_privacy.ConfigurationError: If *name* is not the name of a table.
    """
    _check_name(name, "postgresql")
    schema, _, bare = name.rpartition(".")
    return sa.Table(
        bare,
        sa.MetaData() if metadata is None else metadata,
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("idem", sa.Text, unique=True),
        sa.Column("body_mac", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("stream", "seq"),
        schema=schema or None,
    )


def _translate(error: sa.exc.SQLAlchemyError) -> StoreError:
    # str(error) would show the statement's parameters.
    cause = getattr(error, "orig", None) or error
    name = type(cause).__name__
    if "not a database" in str(cause) or "malformed" in str(cause):
        return StoreCorrupt(f"The database cannot read its file ({name}).")
    return StoreUnavailable(f"The database did not do it ({name}).")


class SqlEventStore:
    """Keep events in one table of a database; made by `sql`."""

    def __init__(
        self, engine: sa.Engine, /, *, table: str, timeout: timedelta, owned: bool
    ) -> None:
        self._engine = engine
        if owned:
            # An acknowledged write is in the database: its connections end with it, unless they are
            # a parent process's.
            weakref.finalize(self, _dispose, engine, os.getpid()).atexit = False
        self._table = event_table(table)
        self._millis = int(timeout.total_seconds() * 1000)
        self._group = GroupCommit(self._commit, timeout.total_seconds())
        with self._writing() as connection:
            self._table.create(connection, checkfirst=True)
            self._check_durable(connection)

    @property
    def path(self) -> Path | None:
        """None: there is no file that this process could write beside."""
        return None

    def append(self, *drafts: Draft, seal: Seal) -> tuple[Event, ...]:
        """Store all *drafts* or none; see `EventStore.append`."""
        return self._group.submit(drafts, seal)

    def read(self, *streams: str) -> tuple[Event, ...]:
        """Return all events of *streams* in the order of the store."""
        query = (
            self._select().where(self._table.c.stream.in_(streams)).order_by(self._table.c.position)
        )
        with self._reading() as connection:
            return tuple([from_row(row) for row in connection.execute(query)])

    def scan(self, *, after: int = 0) -> Iterator[Event]:
        """Return the events above *after*, read in pages of 1,000."""
        while True:
            query = (
                self._select()
                .where(self._table.c.position > after)
                .order_by(self._table.c.position)
                .limit(1000)
            )
            with self._reading() as connection:
                page = [from_row(row) for row in connection.execute(query)]
            if not page:
                return
            yield from page
            after = page[-1].position

    def head(self) -> Event | None:
        """Return the newest event."""
        with self._reading() as connection:
            return self._head(connection)

    def scrub(self, stream: str, /, *, through: int) -> None:
        """
        Forget bodies up to seq *through*.

        When dead rows leave the disk is up to the database.
        """
        columns = self._table.c
        update = (
            self._table.update()
            .where(columns.stream == stream, columns.seq <= through)
            .values(body=None)
        )
        with self._writing() as connection:
            connection.execute(update)

    def close(self) -> None:
        """Close the pooled connections; the next use opens new ones."""
        self._engine.dispose()

    def _select(self) -> sa.Select[Any]:
        return sa.select(*(self._table.c[name] for name in COLUMNS))

    def _head(self, connection: sa.Connection) -> Event | None:
        row = connection.execute(
            self._select().order_by(self._table.c.position.desc()).limit(1)
        ).first()
        return None if row is None else from_row(row)

    def _commit(self, jobs: Sequence[Job]) -> None:
        columns = self._table.c

        def size(stream: str) -> int:
            query = sa.select(sa.func.max(columns.seq)).where(columns.stream == stream)
            return connection.execute(query).scalar() or 0

        def keyed(key: str) -> Event | None:
            row = connection.execute(self._select().where(columns.idem == key)).first()
            return None if row is None else from_row(row)

        with self._writing() as connection:
            batch = Batch.after(self._head(connection), size=size, keyed=keyed)
            for job in jobs:
                try:
                    job.made = batch.add(job.drafts, job.seal)
                except StoreError as error:  # this writer's own fault: the others go on
                    job.error = error
            if batch.events:
                rows = [dict(zip(COLUMNS, to_row(event), strict=True)) for event in batch.events]
                connection.execute(self._table.insert(), rows)

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return self._transaction("BEGIN")

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sa.Connection]:
        try:
            # Autocommit, as the driver for SQLite begins transactions late and without the lock.
            with self._engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                self._begin(connection, begin)
                try:
                    yield connection
                except BaseException:
                    connection.exec_driver_sql("ROLLBACK")
                    raise
                connection.exec_driver_sql("COMMIT")
        except sa.exc.SQLAlchemyError as error:
            failed = _translate(error)
        else:
            return
        raise failed

    def _begin(self, connection: sa.Connection, begin: str) -> None:
        if self._engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {self._millis}")
            connection.exec_driver_sql("PRAGMA synchronous = FULL")
            connection.exec_driver_sql(begin)
            return
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {self._millis}")
        if begin != "BEGIN":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    def _check_durable(self, connection: sa.Connection) -> None:
        if self._engine.dialect.name == "sqlite":
            return
        for name in ("fsync", "synchronous_commit"):
            if connection.exec_driver_sql(f"SHOW {name}").scalar() == "off":
                raise StoreUnavailable(
                    f"The database has {name} = off: it can lose what it acknowledged."
                )


def sql(
    engine: sa.Engine | str,
    /,
    *,
    table: str = "privacy_event",
    timeout: timedelta = timedelta(seconds=1),
) -> EventStore:
    """
    Keep events in a table, which is made if it is not there.

    Args:
        engine: An engine or its address, for PostgreSQL or SQLite.

        table: The table's name; in PostgreSQL with its schema before a dot, if it is in one. The
            schema must be there.

        timeout: How long a statement may take.

    Raises:
        voxvalley_privacy.ConfigurationError: If *engine* is no engine or one for an event loop, the
            database is of another kind, or *table* is not the name of one.

        voxvalley_privacy.StoreUnavailable: If it cannot be reached, or would not keep what it
            acknowledges.
    """
    opened = (
        sa.create_engine(engine, hide_parameters=True, pool_pre_ping=True)
        if isinstance(engine, str)
        else engine
    )
    if not isinstance(opened, sa.Engine):
        raise ConfigurationError(
            "sql() needs an sqlalchemy.Engine or its address: a Session or connection ends before "
            "the store does, and for an AsyncEngine give its sync_engine's address, with a driver "
            "that waits."
        )
    if opened.dialect.is_async:
        raise ConfigurationError(
            "sql() needs a driver that waits, such as psycopg: that of this engine runs in an "
            "event loop only."
        )
    _check_name(table, opened.dialect.name)
    if opened.dialect.name not in {"postgresql", "sqlite"}:
        raise ConfigurationError(
            "sql() knows PostgreSQL and SQLite: other databases lack the lock it needs."
        )
    return SqlEventStore(opened, table=table, timeout=timeout, owned=opened is not engine)


def _check_name(table: str, database: str) -> None:
    schema, dot, bare = table.rpartition(".")
    if not bare or (dot and not schema) or "." in schema:
        raise ConfigurationError("'table' must be a name, or a schema and a name with a dot.")
    if dot and database == "sqlite":
        raise ConfigurationError("'table': SQLite has no schemas.")


def _dispose(engine: sa.Engine, pid: int) -> None:
    engine.dispose(close=pid == os.getpid())
