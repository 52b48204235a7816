"""Columns that an app may add to a table: when to look at a row again, and tokens of its people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import ConfigurationError
from ..keys import KeyRing
from ..ledgers import Subjects
from ..retention import RetentionSchedule
from ._people import Person
from ._sql_marks import SqlMarks

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["SqlColumns", "columns_of", "fingerprint"]

_BATCH = 1_000
_BOOK = "rows"


@attrs.define(kw_only=True, eq=False)
class SqlColumns:
    """The due and token columns of one table; `columns_of` makes it."""

    table: sa.Table = attrs.field(repr=False)
    id: str
    due: str
    tokens: Mapping[str, str]
    people: Subjects | None = attrs.field(repr=False)

    # Tokens: a person is found by an index

    def finds(self, person: Person, /) -> sa.ColumnElement[bool] | None:
        """Return the condition that every row of a person fulfils; None if all must be read."""
        import sqlalchemy as sa

        if self.people is None or person.subject is None:
            return None
        found = self.people.tokens_of_anything(person.subject)
        known = [*found, *sorted(person.aliases)]
        columns = [
            # A row that was not given its token yet may be anybody's.
            sa.or_(
                self.table.c[column].in_(known),
                self.table.c[column].is_(None) & self.table.c[subject].is_not(None),
            )
            for subject, column in self.tokens.items()
        ]
        return sa.or_(*columns)

    def tokens_in(self, row: Mapping[str, Any], /) -> dict[str, str]:
        """Return the values of the token columns of a row, to be saved with it."""
        assert self.people is not None
        return {
            column: self.people.tokens_of_anything(row[subject])[0]
            for subject, column in self.tokens.items()
            if row.get(subject) is not None
        }

    def without_token(self) -> sa.ColumnElement[bool]:
        """Return the condition of rows whose token is missing."""
        import sqlalchemy as sa

        missing = [
            self.table.c[column].is_(None) & self.table.c[subject].is_not(None)
            for subject, column in self.tokens.items()
        ]
        return sa.or_(*missing) if missing else sa.false()

    # Due: what a sweep has to look at is found by an index

    def looked_at(self, now: datetime, /) -> tuple[sa.Select[Any], sa.Select[Any]]:
        """
        Return the queries for rows that a sweep must look at: new ones, and then the oldest first.

        Two, as each is a walk along the index: with OR, all that is due would be sorted first.
        """
        due = self.table.c[self.due]
        in_time = self.table.select().where(due <= int(now.timestamp()))
        return self.table.select().where(due.is_(None)), in_time.order_by(due)

    def look_again(self, times: Iterable[tuple[object, datetime]], /) -> Iterator[sa.Update]:
        """Yield statements that say when each row must be looked at again."""
        at: dict[int, list[object]] = {}
        for own_id, when in times:
            at.setdefault(int(when.timestamp()), []).append(own_id)
        for seconds, ids in at.items():
            for start in range(0, len(ids), _BATCH):
                named = self.table.c[self.id].in_(ids[start : start + _BATCH])
                yield self.table.update().where(named).values({self.due: seconds})

    def forget_due(self, connection: sa.Connection, /) -> None:
        """Let every row be looked at: the schedule is another one."""
        connection.execute(self.table.update().values({self.due: None}))

    def is_of(self, schedule: RetentionSchedule, marks: SqlMarks, /) -> bool:
        """Whether the due column was computed with *schedule*."""
        return marks.mark(f"(due) {self.table.name}") == fingerprint(schedule)

    def note(
        self, schedule: RetentionSchedule, marks: SqlMarks, connection: sa.Connection, /
    ) -> None:
        """Say that the due column is computed with *schedule* from now on."""
        marks.put(connection, f"(due) {self.table.name}", fingerprint(schedule))


def fingerprint(schedule: RetentionSchedule, /) -> int:
    """Return a number that changes with any rule."""
    return int.from_bytes(sha256(repr(schedule.rules).encode()).digest()[:7])


def columns_of(
    table: sa.Table,
    subjects: Sequence[str],
    /,
    *,
    id: str,  # noqa: A002 - as in `sql_table`
    due: str,
    tokens: Mapping[str, str],
    keys: KeyRing | None,
    region: str | None,
) -> SqlColumns:
    """
    Return the due and token columns of a table.

    Raises:
        voxvalley_privacy.ConfigurationError: If one is not there, or of another type.
    """
    if not {due, *tokens.values()} - {""} <= {*table.c.keys()}:
        raise ConfigurationError("sql_table() names a due or token column that is not there.")
    if due and table.c[due].type.python_type is not int:
        raise ConfigurationError("'due' must be an integer column: seconds since 1970.")
    people = _tokens_by(keys, region) if tokens else None
    if tokens and {*tokens} != {*subjects}:
        raise ConfigurationError("'tokens' needs a column for each of 'subject'.")
    return SqlColumns(table=table, id=id, due=due, tokens=tokens, people=people)


def _tokens_by(keys: KeyRing | None, region: str | None) -> Subjects:
    if keys is None:
        raise ConfigurationError("'tokens' needs 'keys'.")
    return Subjects(keys, region=region, book=_BOOK)
