"""Migrations for Alembic and Django, and DDL: marks, holds, and due and token columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..erasure import tables_of_marks
from ..errors import ConfigurationError

__all__ = ["alembic_downgrade", "alembic_upgrade", "ddl", "django_operations"]

_DIALECTS = ("sqlite", "postgresql", "mysql")
_LENGTH = 120  # of a token: key id, book and 32 letters


def ddl(
    dialect: str, table: str, /, *, due: str = "privacy_due", tokens: Iterable[str] = ()
) -> tuple[str, ...]:
    """
    Return the statements that add what `voxvalley_privacy.erasure.sql_table` uses.

    Args:
        dialect: `sqlite`, `postgresql` or `mysql`.

        table: The table that gets the columns.

        due: The due column; empty for none.

        tokens: The token columns.

    Raises:
        voxvalley_privacy.ConfigurationError: If the dialect is not known.
    """
    from sqlalchemy.schema import CreateIndex, CreateTable

    if dialect not in _DIALECTS:
        raise ConfigurationError(f"'dialect' must be one of {', '.join(_DIALECTS)}.")
    known = _dialect(dialect)
    changed = _table(table, due, tuple(tokens))
    tables = [
        str(CreateTable(made, if_not_exists=True).compile(dialect=known)).strip()
        for made in tables_of_marks()
    ]
    quoted = known.identifier_preparer.quote
    columns = [
        f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(column.name)}"
        f" {column.type.compile(dialect=known)}"
        for column in changed.columns
    ]
    ordered = sorted(changed.indexes, key=lambda index: str(index.name))
    indexes = [str(CreateIndex(index).compile(dialect=known)) for index in ordered]
    return (*tables, *columns, *indexes)


def alembic_upgrade(
    op: Any, table: str, /, *, due: str = "privacy_due", tokens: Iterable[str] = ()
) -> None:
    """
    Add marks, holds, and the due and token columns of a table; for `upgrade()` of a revision.

    Args:
        op: `alembic.op`.

        table: The table that gets the columns.

        due: The due column; empty for none.

        tokens: The token columns.
    """
    import sqlalchemy as sa

    for made in tables_of_marks():
        made.create(op.get_bind(), checkfirst=True)
    changed = _table(table, due, tuple(tokens))
    for column in changed.columns:
        op.add_column(table, sa.Column(column.name, column.type))
    for index in sorted(changed.indexes, key=lambda index: str(index.name)):
        op.create_index(index.name, table, [column.name for column in index.columns])


def alembic_downgrade(
    op: Any, table: str, /, *, due: str = "privacy_due", tokens: Iterable[str] = ()
) -> None:
    """
    Take the columns out again; for `downgrade()` of a revision.

    Marks and holds stay: other tables have theirs in them, and a store without a mark answers no
    read.

    Args:
        op: `alembic.op`.

        table: The table that has the columns.

        due: The due column; empty for none.

        tokens: The token columns.
    """
    changed = _table(table, due, tuple(tokens))
    for index in changed.indexes:
        op.drop_index(index.name, table_name=table)
    for column in changed.columns:
        op.drop_column(table, column.name)


def django_operations(
    table: str,
    /,
    *,
    dialect: str,
    due: str = "privacy_due",
    tokens: Iterable[str] = (),
) -> list[Any]:
    """
    Return the operations of a Django migration that adds them; each is one `RunSQL`.

    Args:
        table: The table of the model that gets the columns, its `db_table`.

        dialect: `sqlite`, `postgresql` or `mysql`.

        due: The due column; empty for none.

        tokens: The token columns.

    Raises:
        voxvalley_privacy.ConfigurationError: If the dialect is not known.
    """
    from django.db.migrations import RunSQL

    statements = ddl(dialect, table, due=due, tokens=tuple(tokens))
    return [RunSQL(statement, RunSQL.noop) for statement in statements]


def _table(name: str, due: str, tokens: tuple[str, ...]) -> Any:
    import sqlalchemy as sa

    if not due and not tokens:
        raise ConfigurationError("There is no column to add.")
    columns: list[sa.Column[Any]] = [sa.Column(due, sa.BigInteger)] if due else []
    columns += [sa.Column(token, sa.String(_LENGTH)) for token in tokens]
    table = sa.Table(name, sa.MetaData(), *columns)
    for column in columns:
        sa.Index(f"ix_{name}_{column.name}", column)
    return table


def _dialect(name: str) -> Any:
    from sqlalchemy.dialects import registry

    return registry.load(name)()
