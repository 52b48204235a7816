"""Tables that SQLAlchemy reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import ConfigurationError, StoreCorrupt
from ..keys import KeyRing
from ..retention import RetentionSchedule
from ._people import Person, Pseudonyms
from ._shape_of_rows import record_of
from ._sql_columns import SqlColumns, columns_of
from ._sql_marks import SqlMarks, marks_in
from ._targets import BoundTarget, Commit, HoldSupport, Outcome, Permit, Record, permit_of

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["SqlTable", "sql_table"]

_BATCH = 1_000


@attrs.define(kw_only=True, eq=False)
class SqlTable(BoundTarget):
    """A table; `sql_table` makes it."""

    engine: sa.Engine = attrs.field(repr=False)
    table: sa.Table = attrs.field(repr=False)
    marks: SqlMarks = attrs.field(repr=False)
    columns: SqlColumns = attrs.field(repr=False)
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
    hold_support: HoldSupport = "transaction"
    residue: str = "until the database reuses its dead rows, and archives of its log are gone"

    def find(self, person: Person, /) -> Sequence[Record]:
        # Text may name anybody, so that no index helps.
        condition = None if self.text else self.columns.finds(person)
        return self._found(person, condition)

    def _found(self, person: Person, condition: sa.ColumnElement[bool] | None) -> list[Record]:
        query = self.table.select()
        rows = self._rows(query if condition is None else query.where(condition))
        return [*filter(None, (self._named(row, person) for row in rows))]

    def _named(self, row: Mapping[str, Any], person: Person) -> Record | None:
        own = [name for name in self.subject if person.is_in(row[name])]
        if own or person.names([row[name] for name in (*self.subject, *self.text)]):
            return self._record(row, own)
        return None

    def every(self) -> Iterator[Record]:
        for row in self._rows(self.table.select()):
            yield self._record(row, list(self.subject))

    def rows_of(self, person: Person, /) -> Iterator[Mapping[str, Any]]:
        """Return every row that names the person in a column of people."""
        for row in self._rows(self.table.select()):
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
        permit, seen = self._allowed(commit)
        ids = [record.id for record in records]
        left: list[str] = []
        for start in range(0, len(ids), _BATCH):
            batch = [self._key(own_id) for own_id in ids[start : start + _BATCH]]
            column = self.table.c[self.id]
            named = column.in_(batch)
            with self.marks.deleting(permit) as connection:
                delete = self.table.delete().where(named, self.marks.unheld(seen))
                deleted = connection.execute(delete).rowcount
                _require_single(deleted, len(batch))
                if deleted < len(batch):
                    self.marks.require_unheld(connection, seen)
                    # Gone already, or kept by a trigger or a policy of the database.
                    there = connection.scalars(
                        self.table.select().with_only_columns(column).where(named)
                    )
                    left += map(str, there)
                if start + _BATCH >= len(ids):
                    self._move_mark(connection, permit)
        done = tuple([own_id for own_id in ids if own_id not in {*left}])
        return Outcome(done=done, failed=tuple(left), code="store.still_there" if left else "")

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        named = {*self.subject, *self.text}
        return self._change(
            records, commit, lambda row: {name: person.without(row[name]) for name in named}
        )

    def pseudonymize(
        self, records: Sequence[Record], pseudonyms: Pseudonyms, commit: Commit, /
    ) -> Outcome:
        """Replace the people of records by pseudonyms, also where its text names them."""

        def changed(row: Mapping[str, Any]) -> dict[str, object]:
            people = [row[name] for name in self.subject]
            text = {name: pseudonyms.without(row[name], people) for name in self.text}
            return text | {name: pseudonyms.of(row[name]) for name in self.subject}

        return self._change(records, commit, changed)

    def _change(
        self,
        records: Sequence[Record],
        commit: Commit,
        change: Callable[[Mapping[str, Any]], dict[str, object]],
    ) -> Outcome:
        permit, seen = self._allowed(commit)
        ids = tuple([record.id for record in records])
        column = self.table.c[self.id]
        with self.marks.deleting(permit) as connection:
            for own_id in ids:
                named = column == self._key(own_id)
                row = connection.execute(self.table.select().where(named)).mappings().first()
                if row is None:
                    continue
                values = {**change({**row}), **dict.fromkeys(self.columns.tokens.values())}
                update = self.table.update().where(named, self.marks.unheld(seen)).values(values)
                changed = connection.execute(update).rowcount
                _require_single(changed, 1)
                if not changed:
                    self.marks.require_unheld(connection, seen)
            self._move_mark(connection, permit)
        return Outcome(done=ids)

    def _allowed(self, commit: Commit) -> tuple[Permit, int]:
        permit = permit_of(commit)
        return permit, self.holds_seen() if permit.holds_seen is None else permit.holds_seen

    def _move_mark(self, connection: sa.Connection, permit: Permit) -> None:
        if permit.mark is not None:
            self.marks.put(connection, self.name, permit.mark)

    def verify_absent(self, person: Person, /) -> int:
        # Every row is read, so that a wrong token hides nobody.
        return len(self._found(person, None))

    def count(self) -> int:
        import sqlalchemy as sa

        with self.engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(self.table)) or 0)

    def mark(self) -> int:
        return self.marks.mark(self.name)

    def set_mark(self, position: int, /) -> None:
        with self.engine.begin() as connection:
            self.marks.put(connection, self.name, position)

    # Holds in the same database

    def holds_seen(self) -> int:
        """Return how many holds the database knows; ask before holds are read."""
        return self.marks.seen()

    def mirror_hold(self, hold_id: str, /) -> bool:
        """Note a hold in the database, so that no delete overtakes it."""
        return self.marks.mirror_hold(hold_id)

    # The columns that an app may add

    def tokens_in(self, row: Mapping[str, Any], /) -> dict[str, str]:
        """Return the values of the token columns of a row, to be saved with it."""
        return self.columns.tokens_in(row)

    def refresh(self, *, limit: int = 10_000) -> int:
        """Fill token columns that are empty; return how many rows that were."""
        if not self.columns.tokens:
            return 0
        rows = [*self._rows(self.table.select().where(self.columns.without_token()).limit(limit))]
        with self.engine.begin() as connection:
            for row in rows:
                named = self.table.c[self.id] == row[self.id]
                values = self.columns.tokens_in(row)
                connection.execute(self.table.update().where(named).values(values))
        return len(rows)

    def looked_at(self, schedule: RetentionSchedule, now: datetime, /) -> Iterator[Record]:
        """Return what a sweep must look at: with a due column, only what may be due."""
        if not self.columns.due or not self.columns.is_of(schedule, self.marks):
            return self.every()
        return (
            self._record(row, list(self.subject))
            for query in self.columns.looked_at(now)
            for row in self._rows(query)
        )

    def look_again(
        self, schedule: RetentionSchedule, times: Iterable[tuple[str, datetime]], /
    ) -> None:
        """Note when records must be looked at again."""
        if not self.columns.due:
            return
        with self.engine.begin() as connection:
            if not self.columns.is_of(schedule, self.marks):
                self.columns.forget_due(connection)
                self.columns.note(schedule, self.marks, connection)
            keys = ((self._key(own_id), when) for own_id, when in times)
            for update in self.columns.look_again(keys):
                connection.execute(update)

    def _key(self, text: str) -> object:
        return self.table.c[self.id].type.python_type(text)

    def _rows(self, query: sa.Select[Any]) -> Iterator[Mapping[str, Any]]:
        with self.engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(query)
            names = [str(name) for name in rows.keys()]  # noqa: SIM118 - a result is no mapping
            for row in rows:
                # Three times as fast as the mappings of a result.
                yield dict(zip(names, row, strict=True))

    def _record(self, row: Mapping[str, Any], own: Sequence[str]) -> Record:
        return record_of(
            self, row, own_id=str(row[self.id]), own=own, texts=[row[name] for name in self.text]
        )


def _require_single(changed: int, named: int) -> None:
    """Check within a transaction that it changed no row beyond those that it named."""
    if changed > named:
        raise StoreCorrupt("Two rows of a table have one id: nothing was changed.")


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
    due: str = "",
    tokens: Mapping[str, str] | None = None,
    keys: KeyRing | None = None,
    region: str | None = None,
) -> SqlTable:
    """
    Erase from a table.

    Args:
        engine: Reaches the database.

        table: The table's name; it is the name of the target too.

        subject: The columns that name people.

        kind: What its rows are, one of `voxvalley_privacy.RecordKind`.

        id: The primary key, or another column in which no two rows are the same: where two are,
            none of them is changed, as one may be somebody else's.

        event_time: The column with the time of the event.

        events: Columns with times that a schedule counts from, by the schedule's names.

        text: Columns with free text, in which people may be named.

        own: Columns that are the person's own, such as a name: they are in an export, and the
            person may change them.

        place: Whose law holds.

        after: Targets that go first.

        due: An integer column with an index, in which a sweep notes when to look at a row again.
            The app sets it to NULL where it changes a time in the row.

        tokens: For each of *subject* a column with an index, for tokens of the people: then a
            person is found without reading the table. `SqlTable.refresh` fills them.

        keys: Make the tokens.

        region: The country of numbers without a country code, for the tokens.

    Raises:
        voxvalley_privacy.ConfigurationError: If the table or a column is not there.
    """
    import sqlalchemy as sa

    people = (subject,) if isinstance(subject, str) else tuple(subject)
    metadata = sa.MetaData()
    try:
        reflected = sa.Table(table, metadata, autoload_with=engine)
    except sa.exc.NoSuchTableError:
        raise ConfigurationError("sql_table() names a table that is not there.") from None
    named = {*people, *text, *own, id, *(events or {}).values(), *filter(None, [event_time])}
    if not named <= {*reflected.c.keys()} or not people:
        raise ConfigurationError("sql_table() names a column that is not there, or no subject.")
    columns = columns_of(
        reflected, people, id=id, due=due, tokens=tokens or {}, keys=keys, region=region
    )
    return SqlTable(
        engine=engine,
        table=reflected,
        marks=marks_in(engine, metadata),
        columns=columns,
        name=table,
        kind=kind,
        subject=people,
        text=text,
        event_time=event_time,
        events=events or {},
        id=id,
        place=place,
        own=tuple(own),
        after=after,
    )
