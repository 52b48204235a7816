"""
The parts of a log line, each treated once for all lines that have it.

A number is in several lines of one call, with other words around it: measured on an Asterisk full
log, two of three records of parts have values that were each seen before. What one part says of
another is asked for each line; where there is anything, the line takes the way of a record.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ..placeholders import OMIT
from ..redaction import ByColumn, Cell, Redactor

__all__ = ["LineColumns"]

_REMEMBERED = 20_000  # values of a part
_SHAPES = 2_000  # sets of fields
_NEVER, _ONCE = object(), object()
_NOT_DIGITS = dict.fromkeys(set(range(128)) - set(range(ord("0"), ord("9") + 1)))


@attrs.define(eq=False)
class LineColumns:
    """Treat the parts of lines by their fields."""

    redact: Redactor
    _plans: dict[tuple[str, ...], object] = attrs.field(factory=dict)
    _cells: dict[tuple[str, str], Cell] = attrs.field(factory=dict)

    def __call__(
        self, fields: tuple[str, ...], values: tuple[str, ...], /
    ) -> list[tuple[str, str | None]] | None:
        """Return the names and treated values; None where only the whole record can be treated."""
        plan = self._plan_of(fields)
        try:
            return None if plan is None else self._treated(plan, fields, values)
        except Exception:  # the way of a record counts it, and gives less
            return None

    def _treated(
        self, plan: ByColumn, fields: tuple[str, ...], values: tuple[str, ...]
    ) -> list[tuple[str, str | None]] | None:
        value_of = dict(zip(fields, values, strict=True))
        cells = {}
        for column in plan.columns:
            key = (column.name, value_of[column.name])
            cell = self._cells.get(key)
            if cell is None:
                cell = column.cell(key[1])
                if len(self._cells) >= _REMEMBERED:
                    self._cells.clear()
                self._cells[key] = cell
            cells[column.name] = cell
        if _crosses([*cells.values()], plan):
            return None
        plan.count(1)
        return [(name, _shown(cells[name])) for name in fields]

    def _plan_of(self, fields: tuple[str, ...]) -> ByColumn | None:
        """Return the plan of parts that come again: for a line of its own it would cost more."""
        known = self._plans.get(fields, _NEVER)
        if known is _NEVER:
            if len(self._plans) >= _SHAPES:
                self._plans.clear()
            self._plans[fields] = _ONCE
        elif known is _ONCE:
            self._plans[fields] = self._plan(fields)
        plan = self._plans[fields]
        return plan if isinstance(plan, ByColumn) else None

    def _plan(self, fields: tuple[str, ...]) -> ByColumn | None:
        plans = self.redact.by_column(fields)
        if plans is None or len(plans) != 1:
            return None
        (plan,) = plans.values()
        return plan if {column.name for column in plan.columns} == set(fields) else None


def _shown(cell: Cell) -> str | None:
    return None if cell.value is OMIT or cell.value is None else str(cell.value)


def _crosses(cells: Sequence[Cell], plan: ByColumn) -> bool:
    """Whether one part may hold what another calls personal; true wherever that is not sure."""
    if sum(cell.nodes for cell in cells) > plan.budget.nodes:
        return True
    text = "\0".join([text for cell in cells for text in (cell.kept, cell.looked_through) if text])
    if not text:
        return False
    if not text.isascii() or "%" in text:
        return True
    lower = text.lower()
    if "+" in lower and plan.number.search(lower) is not None:
        return True
    digits = lower.translate(_NOT_DIGITS)
    return any(
        any(wanted and wanted in digits for wanted in cell.digits)
        or any(wanted and wanted in lower for wanted in cell.words)
        for cell in cells
    )
