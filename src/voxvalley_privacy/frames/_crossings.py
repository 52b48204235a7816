"""
Which rows of a batch may hold in one column what another column calls personal.

The test may name a row too many, which then takes the way of a record, and never one too few. It
runs over the texts of all rows at once: folding and picking out digits cost one call for a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..redaction import ByColumn, Cell

__all__ = ["Treated", "crossing_rows"]

_BETWEEN = "\x1e"  # rows; a text that holds it is given a blank in its place
_NOT_DIGITS = bytes(set(range(256)) - set(b"0123456789\x1e"))


@attrs.frozen
class Treated:
    """
    The distinct values of one column, treated, and the place of each row's value among them.

    A list is empty where no value has anything of its kind.
    """

    codes: Sequence[int]
    values: Sequence[object]
    kept: Sequence[str] = ()
    looked_through: Sequence[str] = ()
    digits: Sequence[tuple[str, ...]] = ()
    words: Sequence[tuple[str, ...]] = ()
    nodes: Sequence[int] = ()

    @classmethod
    def of(cls, cells: Sequence[Cell], codes: Sequence[int]) -> Treated:
        """Return a column whose values were treated one by one."""
        if not cells:
            return cls(codes, ())
        values, digits, words, kept, looked_through, nodes = zip(*cells, strict=True)
        return cls(codes, values, kept, looked_through, digits, words, nodes)

    def nodes_of(self, row: int) -> int:
        """Return the share of a row's value in the budget."""
        return self.nodes[self.codes[row]] if self.nodes else 1


def crossing_rows(columns: Sequence[Treated], plan: ByColumn, rows: int) -> set[int]:
    """
    Return the rows that a record's own pass has to decide about.

    Args:
        columns: In the order of the plan.

        plan: The plan they were treated by.

        rows: How many there are.
    """
    crossing = _too_large(columns, plan.budget.nodes, rows)
    texts = _texts_of(columns)
    if not texts:
        return crossing
    lower, digits, with_plus = _views(texts, plan)
    crossing.update(row for row in with_plus if plan.number.search(lower[row]) is not None)
    for column in columns:
        for wanted in _slots(column.digits):
            crossing.update(_hits(wanted, column.codes, digits))
        for wanted in _slots(column.words):
            crossing.update(_hits(wanted, column.codes, lower))
    return crossing


def _too_large(columns: Sequence[Treated], limit: int, rows: int) -> set[int]:
    largest = sum(max(column.nodes, default=1) for column in columns)
    if largest <= limit:
        return set()
    return {row for row in range(rows) if sum(column.nodes_of(row) for column in columns) > limit}


def _texts_of(columns: Sequence[Treated]) -> list[str]:
    """Return for each row the texts of it that stay, in the order in which a record has them."""
    kept = [(column.kept, column.codes) for column in columns]
    looked = [(column.looked_through, column.codes) for column in columns]
    parts = [map(texts.__getitem__, codes) for texts, codes in [*kept, *looked] if any(texts)]
    if not parts:
        return []
    return list(map("\0".join, zip(*parts, strict=True)))


def _views(texts: list[str], plan: ByColumn) -> tuple[list[str], list[str], Iterable[int]]:
    """Return the rows' texts in lower case and their digits, and which rows have a plus."""
    joined = _BETWEEN.join(texts)
    if joined.count(_BETWEEN) != len(texts) - 1:
        texts = [text.replace(_BETWEEN, " ") for text in texts]
    if not joined.isascii() or "%" in joined:
        texts = [
            plan.readable(text).replace(_BETWEEN, " ")
            if "%" in text or not text.isascii()
            else text
            for text in texts
        ]
    joined = _BETWEEN.join(texts)
    lower = joined.lower().split(_BETWEEN)
    digits = joined.encode("ascii", "replace").translate(None, _NOT_DIGITS).decode()
    with_plus = [row for row, text in enumerate(lower) if "+" in text] if "+" in joined else []
    return lower, digits.split(_BETWEEN), with_plus


def _slots(wanted: Sequence[tuple[str, ...]]) -> Iterable[list[str]]:
    """Yield the first of each, the second of each, and so on; most have one or none."""
    for slot in range(max(map(len, wanted), default=0)):
        yield [each[slot] if slot < len(each) else "" for each in wanted]


def _hits(wanted: list[str], codes: Sequence[int], texts: list[str]) -> Iterable[int]:
    return [
        row
        for row, (code, text) in enumerate(zip(codes, texts, strict=True))
        if (value := wanted[code]) and value in text
    ]
