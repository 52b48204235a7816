"""Tables that SQLAlchemy reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import ConfigurationError
from ..retention import RecordMeta
from ._people import Person
from ._targets import Commit, Outcome, Record

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["SqlTable", "as_time", "sql_table"]

_BATCH = 1_000
_MARKS = "privacy_mark"


def as_time(value: object, /) -> datetime | None:
    """Return a time with its zone; UTC where none is said."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@attrs.define(kw_only=True, eq=False)
class SqlTable:
    """A table; `sql_table` makes it."""

    engine: sa.Engine = attrs.field(repr=False)
    table: sa.Table = attrs.field(repr=False)
    marks: sa.Table = attrs.field(repr=False)
    name: str
    kind: str
    subject: tuple[str, ...]
    text: tuple[str, ...]
    event_time: str | None
    events: Mapping[str, str]
    id: str
    place: str
    own: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    residue: str = "until the database reuses its dead rows, and archives of its log are gone"

    def find(self, person: Person, /) -> Sequence[Record]:
        found = []
        for row in self._rows():
            own = [name for name in self.subject if person.is_in(row[name])]
            if own or any(person.names(row[name]) for name in (*self.subject, *self.text)):
                found.append(self._record(row, own))
        return found

    def every(self) -> Iterator[Record]:
        for row in self._rows():
            yield self._record(row, list(self.subject))

    def rows_of(self, person: Person, /) -> Iterator[Mapping[str, Any]]:
        """Return every row that names the person in a column of people."""
        for row in self._rows():
            if any(person.is_in(row[name]) for name in self.subject):
                yield row

    def rectify(self, person: Person, changes: Mapping[str, Any], /) -> int:
        """Change the person's own columns, in rows about nobody else; return how many rows."""
        mine = {name: value for name, value in changes.items() if name in self.own}
        keys = [
            row[self.id]
            for row in self.rows_of(person)
            if all(person.is_in(row[name]) for name in self.subject if row[name] not in (None, ""))
        ]
        if mine and keys:
            with self.engine.begin() as connection:
                where = self.table.c[self.id].in_(keys)
                connection.execute(self.table.update().where(where).values(**mine))
        return len(keys) if mine else 0

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        ids = [record.id for record in records]
        column = self.table.c[self.id]
        for start in range(0, len(ids), _BATCH):
            with self.engine.begin() as connection:
                batch = [self._key(one) for one in ids[start : start + _BATCH]]
                connection.execute(self.table.delete().where(column.in_(batch)))
                commit()
        return Outcome(done=tuple(ids))

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        ids = tuple([record.id for record in records])
        column = self.table.c[self.id]
        with self.engine.begin() as connection:
            for one in ids:
                row = (
                    connection.execute(self.table.select().where(column == self._key(one)))
                    .mappings()
                    .first()
                )
                if row is not None:
                    named = {*self.subject, *self.text}
                    values = {name: person.without(row[name]) for name in named}
                    connection.execute(
                        self.table.update().where(column == self._key(one)).values(**values)
                    )
            commit()
        return Outcome(done=ids)

    def verify_absent(self, person: Person, /) -> int:
        return len(self.find(person))

    def count(self) -> int:
        import sqlalchemy as sa

        with self.engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(self.table)) or 0)

    def mark(self) -> int:
        with self.engine.connect() as connection:
            query = self.marks.select().where(self.marks.c.store == self.name)
            row = connection.execute(query).mappings().first()
        return int(row["position"]) if row else 0

    def set_mark(self, position: int, /) -> None:
        with self.engine.begin() as connection:
            connection.execute(self.marks.delete().where(self.marks.c.store == self.name))
            connection.execute(self.marks.insert().values(store=self.name, position=position))

    def _key(self, text: str) -> object:
        return self.table.c[self.id].type.python_type(text)

    def _rows(self) -> Iterator[Mapping[str, Any]]:
        query = self.table.select()
        with self.engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(query)
            for row in rows.mappings():
                yield {str(name): value for name, value in row.items()}

    def _record(self, row: Mapping[str, Any], own: list[str]) -> Record:
        people = tuple([str(row[name]) for name in self.subject if row[name] not in (None, "")])
        others = [
            name
            for name in self.subject
            if name not in own and row[name] not in (None, "", "[ERASED]")
        ]
        meta = RecordMeta(
            kind=self.kind,
            id=str(row[self.id]),
            subjects=people,
            created=as_time(row[self.event_time]) if self.event_time else None,
            events={
                name: at
                for name, column in self.events.items()
                if (at := as_time(row[column])) is not None
            },
            place=self.place,
        )
        return Record(meta=meta, shared=bool(others) or not own)


def sql_table(
    engine: sa.Engine,
    table: str,
    /,
    *,
    subject: str | tuple[str, ...],
    kind: str,
    id: str,  # noqa: A002 - the name that the column has in most tables
    event_time: str | None = None,
    events: Mapping[str, str] | None = None,
    text: tuple[str, ...] = (),
    own: tuple[str, ...] = (),
    place: str = "",
    after: tuple[str, ...] = (),
) -> SqlTable:
    """
    Erase from a table.

    Args:
        engine: Reaches the database.

        table: The table's name; it is the name of the target too.

        subject: The columns that name people.

        kind: What its rows are, one of `voxvalley_privacy.RecordKind`.

        id: The primary key.

        event_time: The column with the time of the event.

        events: Columns with times that a schedule counts from, by the schedule's names.

        text: Columns with free text, in which people may be named.

        own: Columns that are the person's own, such as a name: they are in an export, and the
            person may change them.

        place: Whose law holds.

        after: Targets that go first.

    Raises:
        voxvalley_privacy.ConfigurationError: If the table or a column is not there.
    """
    import sqlalchemy as sa

    columns = (subject,) if isinstance(subject, str) else tuple(subject)
    metadata = sa.MetaData()
    try:
        reflected = sa.Table(table, metadata, autoload_with=engine)
    except sa.exc.NoSuchTableError:
        raise ConfigurationError("sql_table() names a table that is not there.") from None
    named = {*columns, *text, *own, id, *(events or {}).values(), *filter(None, [event_time])}
    if not named <= {*reflected.c.keys()} or not columns:
        raise ConfigurationError("sql_table() names a column that is not there, or no subject.")
    marks = sa.Table(
        _MARKS,
        metadata,
        sa.Column("store", sa.String(200), primary_key=True),
        sa.Column("position", sa.BigInteger),
    )
    marks.create(engine, checkfirst=True)
    return SqlTable(
        engine=engine,
        table=reflected,
        marks=marks,
        name=table,
        kind=kind,
        subject=columns,
        text=text,
        event_time=event_time,
        events=events or {},
        id=id,
        place=place,
        own=tuple(own),
        after=after,
    )
