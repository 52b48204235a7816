"""
Guess which schema the first records of a file follow: by their names, and by what the values are.

A guess is right or silent: where two schemas know the records equally well and read them in
different ways, there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import attrs

from ..categories import CATEGORIES
from ..names import fits, shows
from ..schemas import Schema, get, likely, with_columns
from ..vocabulary import DataCategory
from ._byte_source import plain_head
from ._column_orders import column_names
from ._first_records import Leaf, first_records, leaves_of
from ._layout import first_rows, has_header

__all__ = ["guess_schema"]

_FEWEST = 3  # fields that a schema must know to be guessed
_RECORDS = 8  # of different shapes that are looked at


def guess_schema(
    head: bytes, kind: str, /, *, schemas: Iterable[Schema] | None = None
) -> str | None:
    """
    Return the name of the schema that knows most of the fields of the first records.

    Args:
        head: The first bytes of the file.

        kind: The format, as returned by `guess_format()`.

        schemas: Where to look. Default: all built-in ones.

    Returns:
        None when no schema knows half of the fields, or when several know as many and disagree.
    """
    plain = plain_head(head)
    if kind == "csv" and not has_header(plain):
        known = map(get, with_columns()) if schemas is None else schemas
        return _best_order(known, first_rows(plain))
    records = _of_different_shapes(first_records(plain, kind))
    values = sum(len(leaves_of(record, _NOTHING)) for record in records)
    if schemas is None:
        matches = _likely_matches(records, kind)
    else:
        matches = [_Match.of(schema, records, kind) for schema in schemas]
    return _best(matches, values)


def _of_different_shapes(records: list[Any]) -> list[Any]:
    """Return the first record of each set of keys; more of the same say nothing new."""
    shapes: dict[object, Any] = {}
    for record in records:
        shape = frozenset(record) if isinstance(record, dict) else type(record)
        shapes.setdefault(shape, record)
    return list(shapes.values())[:_RECORDS]


_NOTHING = Schema("none", {})


# Matching -----------------------------------------------------------------------------------------


@attrs.frozen
class _Match:
    """
    How well a schema knows some records.

    *known* are the values that it has a category for, *contradicted* how many of these cannot be of
    that category, *spelled* how many have a name as the schema spells it; *suits* is whether both
    are tables or neither is.
    """

    name: str
    known: dict[tuple[int, str], DataCategory]
    contradicted: int
    spelled: int
    suits: bool
    share: float

    @classmethod
    def of(cls, schema: Schema, records: list[Any], kind: str) -> _Match:
        read = [
            (number, leaf)
            for number, record in enumerate(records)
            for leaf in leaves_of(record, schema)
            if leaf.category is not None
        ]
        leaves = [leaf for _, leaf in read]
        known = {(number, leaf.path): leaf.category for number, leaf in read if leaf.category}
        return cls(
            name=schema.name,
            known=known,
            contradicted=sum(map(_contradicts, leaves)),
            spelled=sum(leaf.is_spelled for leaf in leaves),
            suits=_is_of_tables(schema) == (kind == "csv"),
            share=len(known) / max(len(schema.fields), 1),
        )

    @property
    def score(self) -> tuple[int, int, bool]:
        return len(self.known) - self.contradicted, self.spelled, self.suits

    @property
    def rank(self) -> tuple[tuple[int, int, bool], float]:
        return self.score, self.share

    def rivals(self, best: _Match) -> bool:
        """Whether it knows the records as well as *best* and reads them in another way."""
        return self.score == best.score and self.known != best.known


def _is_of_tables(schema: Schema) -> bool:
    return bool(schema.column_orders) or "csv" in schema.name.split("_")


def _contradicts(leaf: Leaf) -> bool:
    return leaf.category is not None and _is_another(leaf.value, leaf.category)


def _is_another(value: object, category: DataCategory) -> bool:
    """Whether a value is plainly not of a category."""
    if value is None or value in ("", [], {}):
        return False
    if CATEGORIES[category].shape is None:
        return not fits(category, value)
    return not isinstance(value, bool | list) and not shows(category, str(value))


def _likely_matches(records: list[Any], kind: str) -> list[_Match]:
    """Return how the built-in schemas match, without those that cannot know as much as the best."""
    steps = [leaf.name for record in records for leaf in leaves_of(record, _NOTHING)]
    matches: list[_Match] = []
    best = 0
    for name, most in likely(steps):
        if most < max(best, _FEWEST):
            break
        matches.append(_Match.of(get(name), records, kind))
        best = max(best, matches[-1].score[0])
    return matches


_NO_MATCH = _Match("", {}, 0, 0, False, 0.0)


def _best(matches: list[_Match], values: int) -> str | None:
    """Return the best match of all; None where it knows too little, or equals disagree."""
    best = max(matches, key=attrgetter("rank"), default=_NO_MATCH)
    if len(best.known) < max(_FEWEST, values / 2):
        return None
    disagree = any(match.rivals(best) for match in matches)
    return None if disagree else best.name


# Rows without a header ----------------------------------------------------------------------------


def _best_order(schemas: Iterable[Schema], rows: list[list[str]]) -> str | None:
    """Return the schema whose columns hold what they should; None where equals disagree."""
    matches = [match for schema in schemas if (match := _by_columns(schema, rows)) is not None]
    return _best(matches, len(matches and matches[0].known))


def _by_columns(schema: Schema, rows: list[list[str]]) -> _Match | None:
    """Return how the columns of a schema match some rows; None where none of its orders fits."""
    columns = column_names(schema.column_orders, rows) if rows and schema.column_orders else None
    if columns is None:
        return None
    cells = [
        (number, column, cell)
        for number, row in enumerate(rows[:_RECORDS])
        for column, cell in enumerate(row[: len(columns)])
    ]
    category_of = {
        column: schema.fields[name].category
        for column, name in enumerate(columns)
        if name in schema.fields
    }
    cells = [cell for cell in cells if cell[1] in category_of]
    known = {(number, str(column)): category_of[column] for number, column, _ in cells}
    contradicted = sum(_is_another(cell, category_of[column]) for _, column, cell in cells)
    # A cell of another kind in every third column: these are other columns.
    if 3 * contradicted > len(cells):
        return None
    return _Match(schema.name, known, contradicted, 0, True, 0.0)
