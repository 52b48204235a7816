"""Say what a policy does with the fields of a record, and why, without their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, filterfalse, islice
from typing import TypeGuard

import attrs

from ..detection import looks_like_a_name
from ..detection.findings import Finding
from ..policies import Policy
from ..reading import islands_in, may_hold_islands, one_line
from ..schemas import Schema
from ..vocabulary import DataCategory
from ._field_plan import CLAIM, DROP, KEEP, SCAN, FieldPlan
from ._plan import Table

__all__ = ["Explained", "Explanation", "explain"]

_MOST_ROWS = 1000
_DEEPEST = 32


@attrs.frozen
class Explained:
    """
    One field: where it stands, what it is taken for, what happens to it, why, and what was found in
    its text.

    Keys that hold personal data are shown treated.
    """

    path: str
    category: DataCategory
    action: str
    why: str
    found: tuple[DataCategory, ...] = ()


@attrs.frozen
class Explanation:
    """Rows of `Explained`; printing it gives a table."""

    policy: str
    schema: str | None
    rows: tuple[Explained, ...]

    def __iter__(self) -> Iterator[Explained]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        head = ("field", "category", "action", "why")
        body = [(one_line(r.path), r.category.value, r.action, _reason(r)) for r in self.rows]
        widths = [max(len(row[i]) for row in [head, *body]) for i in range(4)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in [head, *body]
        ]
        return "\n".join(lines)


def _reason(row: Explained) -> str:
    if not row.found:
        return row.why
    return f"{row.why}; found {', '.join(category.value for category in row.found)}"


def explain(
    record: object,
    table: Table,
    policy: Policy,
    schema: Schema | None,
    found: Callable[[str], Sequence[Finding]],
) -> Explanation:
    """Return what *policy* does with each field of *record*, or with each part of a text."""
    rows: list[Explained] = []
    if type(record) is str:
        rows += _rows_of_text(record, table, policy, found(record))
    items = record if isinstance(record, list) else [record]
    for item in items[:10]:
        if isinstance(item, dict):
            _rows(item, table, policy, "", rows, 0)
    return Explanation(policy.name, schema.name if schema is not None else None, tuple(rows))


def _rows_of_text(
    text: str, table: Table, policy: Policy, findings: Sequence[Finding]
) -> Iterator[Explained]:
    """Yield a row for each name and value that decided, and for each finding beside them."""
    read: set[Finding] = set()
    islands = islands_in(text) if may_hold_islands(text) else []
    for leaf in islice(chain.from_iterable(island.leaves for island in islands), _MOST_ROWS):
        path, field = _of_leaf(leaf.path, table)
        inside = [f for f in findings if f.start < leaf.end and leaf.start < f.end]
        if path and _is_decided(field, inside):
            read.update(inside)
            yield Explained(path, field.category, _action(field, policy), field.why)
    for finding in islice(filterfalse(read.__contains__, findings), _MOST_ROWS):
        action = repr(policy.actions[finding.category])
        yield Explained("(text)", finding.category, action, "found in text, by its shape")


def _is_decided(field: FieldPlan, findings: Sequence[Finding]) -> bool:
    """Whether the name of a value decided, not its shape."""
    if field.kind in (KEEP, CLAIM):
        return True
    return any(finding.category is field.category for finding in findings)


def _of_leaf(path: tuple[str, ...], table: Table) -> tuple[str, FieldPlan]:
    """Return the path of a leaf without personal data in it, and the plan of its field."""
    field = FieldPlan(SCAN, DataCategory.UNKNOWN, "text", None, table.treater)
    shown: list[str] = []
    for name in path:
        field = table.fields.get(name) or table.learn(name)
        shown.append(_shown_key(name, field))
        table = table.inner(field)
    return ".".join(shown), field


def _shown_key(key: str, field: FieldPlan) -> str:
    """Return a key as it may be shown; a key that is the name of a person is none."""
    if field.key is not None:
        return field.key
    if field.category is DataCategory.UNKNOWN and looks_like_a_name(key):
        return "[KEY]"
    return key


def _rows(
    record: dict[object, object],
    table: Table,
    policy: Policy,
    above: str,
    rows: list[Explained],
    depth: int,
) -> None:
    for key, value in dict.items(record):
        if len(rows) >= _MOST_ROWS:
            return
        if type(key) is str:
            field = table.fields.get(key) or table.learn(key)
            path = _shown_key(key, field)
        else:
            field = table.learn(key)
            path = f"[{type(key).__name__}]"
        if above:
            path = f"{above}.{path}"
        _row(value, field, table, policy, path, rows, depth)


def _row(
    value: object,
    field: FieldPlan,
    table: Table,
    policy: Policy,
    path: str,
    rows: list[Explained],
    depth: int,
) -> None:
    looked_into = field.kind != DROP and depth < _DEEPEST
    if looked_into and type(value) is dict:
        _rows(value, table.inner(field), policy, path, rows, depth + 1)
    elif looked_into and _holds_containers(value):
        _row(value[0], table.items(field), table, policy, f"{path}[]", rows, depth + 1)
    else:
        rows.append(
            Explained(path, field.category, _action(field, policy), field.why, _found(value, field))
        )


def _holds_containers(value: object) -> TypeGuard[list[object]]:
    return type(value) is list and bool(value) and type(value[0]) in (dict, list)


def _action(field: FieldPlan, policy: Policy) -> str:
    if field.kind == SCAN:
        return "scan"
    if field.kind == DROP:
        return "drop"
    if field.kind == KEEP:
        return "keep"
    return repr(policy.actions[field.category])


def _found(value: object, field: FieldPlan) -> tuple[DataCategory, ...]:
    if field.kind != SCAN or type(value) is not str:
        return ()
    findings: tuple[Finding, ...] = field.treater.find(value)
    return tuple(dict.fromkeys(f.category for f in findings))
