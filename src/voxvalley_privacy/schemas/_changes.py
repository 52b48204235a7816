"""Fields that a schema does not know, and fields that two schemas read differently."""

from __future__ import annotations

import attrs

from ..vocabulary import DataCategory
from ._paths import compile_paths
from ._schema import Schema, get

__all__ = ["Change", "UnknownField", "changes", "diff"]


@attrs.frozen
class UnknownField:
    """
    A path that a record has and its schema has not; *kind* is the type of the value, never the
    value.
    """

    path: str
    kind: str


@attrs.frozen
class Change:
    """A path that two schemas read differently; None stands where one has no such path."""

    path: str
    before: DataCategory | None
    after: DataCategory | None


def diff(schema: Schema | str, record: object, /) -> tuple[UnknownField, ...]:
    """
    Tell the fields of *record* that *schema* does not know: what a vendor added.

    Keys that hold five digits or more are shown as `[KEY]`: they may be numbers themselves.
    """
    tree = compile_paths(_schema(schema))
    return tuple(UnknownField(path, kind) for path, kind in tree.unknown(record))


def changes(before: Schema | str, after: Schema | str, /) -> tuple[Change, ...]:
    """
    Tell what a schema says otherwise than another one, path by path.

    Args:
        before: A schema, or the name of a built-in one.

        after: The schema to compare it with: a copy of one's own, or that of another record.

    Returns:
        Paths that were taken out, given another category or added, in this order of the schemas.
    """
    old = {path: field.category for path, field in _schema(before).fields.items()}
    new = {path: field.category for path, field in _schema(after).fields.items()}
    return tuple(
        Change(path, old.get(path), new.get(path))
        for path in old | new
        if old.get(path) is not new.get(path)
    )


def _schema(schema: Schema | str) -> Schema:
    return get(schema) if isinstance(schema, str) else schema
