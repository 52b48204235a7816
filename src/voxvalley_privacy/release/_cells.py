"""Cells and windows of a question, and how they lie to what was published before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs

from ._counting import Counted, Key, Question, seconds
from ._grid import LEVELS, Grid, Span
from ._release_book import History, Published
from ._release_spec import ReleaseSpec

__all__ = [
    "Plan",
    "Stop",
    "by_amount",
    "cells_of",
    "covered",
    "in_window",
    "is_within",
    "measure",
    "meet",
    "relation_of",
    "rounded",
    "same_question",
    "shown",
    "starts",
    "universe",
    "window_of",
]


class Stop(Exception):
    """End a release with a reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """A question on counted records, with what the book says."""

    spec: ReleaseSpec
    grid: Grid
    counted: Counted
    history: History
    question: Question
    people: str = ""


def by_amount(spec: ReleaseSpec) -> bool:
    return spec.count not in {"people", "records"}


def measure(cell: Any, spec: ReleaseSpec) -> int:
    value: int = cell.people if spec.count == "people" else cell.amount
    return value


def rounded(value: int, spec: ReleaseSpec) -> int:
    return (value + spec.round_to // 2) // spec.round_to * spec.round_to


def same_question(table: Published, plan: Plan) -> bool:
    """Whether a table answers the same question, of other times perhaps."""
    if table.settings != plan.spec.settings:
        return False
    return bool(plan.spec.level) or table.window == plan.spec.window


def begin_of(key: Key, plan: Plan) -> datetime:
    return datetime.fromtimestamp(int(key[plan.spec.by.index(plan.spec.level)]), UTC)


def in_window(key: Key, plan: Plan) -> bool:
    window = plan.spec.window
    if not window or not plan.spec.level:
        return True
    return window[0] <= begin_of(key, plan) < window[1]


def covered(key: Key, plan: Plan, same: list[Published]) -> bool:
    if not plan.spec.level:
        return False
    start = begin_of(key, plan)
    return any(table.window[0] <= start < table.window[1] for table in same)


def window_of(plan: Plan, keys: set[Key]) -> Span:
    """Return the asked window; else the whole days of what is published, so that no cell shows."""
    if plan.spec.window:
        return plan.spec.window
    if not keys:
        epoch = datetime.fromtimestamp(0, UTC)
        return epoch, epoch
    level = plan.spec.level if plan.spec.level != "hour" else "day"
    starts = [begin_of(key, plan) for key in keys]
    first = plan.grid.start_of(level, min(starts))
    return first, plan.grid.span_of(level, plan.grid.start_of(level, max(starts)))[1]


def meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


_PLACES = ("region", "area")


def _ranks(by: tuple[str, ...], grid: Grid) -> tuple[int, ...]:
    """Return how coarse a breakdown is, dimension by dimension."""
    time = next((LEVELS.index(name) for name in by if name in LEVELS), len(LEVELS))
    place = next((_PLACES.index(name) for name in by if name in _PLACES), len(_PLACES))
    return time, place, *(name not in by for name in grid.labels)


def relation_of(plan: Plan, table: Published, window: Span) -> str:
    """Return how the cells asked for lie to those of a table whose window meets theirs."""
    if table.true_totals or plan.spec.totals == "true":
        return "crossing"
    mine, theirs = _ranks(plan.spec.by, plan.grid), _ranks(table.question.by, plan.grid)
    coarser = all(a >= b for a, b in zip(mine, theirs, strict=True))
    finer = all(a <= b for a, b in zip(mine, theirs, strict=True))
    if not (plan.spec.level and table.question.level):
        coarser &= holds(plan, window, table, table.window)
        finer &= holds(plan, table.window, table, window)
    same_cells = mine == theirs and (bool(plan.spec.level) or window == table.window)
    if same_cells and coarser and finer:
        # Another count of the same cells is another figure; the same count may differ by nothing.
        other = table.count == plan.spec.count and table.settings != plan.spec.settings
        return "settings" if other else "apart"
    if coarser:
        return "finer"  # the table is finer than what is asked
    return "coarser" if finer else "crossing"


def cells_of(table: Published) -> tuple[Question, set[Key]]:
    return table.question, set(table.values)


def is_within(table: Published, other: Published, grid: Grid) -> bool:
    """Whether the cells of a table lie within those of another, and are not the same."""
    mine, theirs = _ranks(table.question.by, grid), _ranks(other.question.by, grid)
    if not all(a <= b for a, b in zip(mine, theirs, strict=True)):
        return False
    if mine != theirs or table.question.level:
        return mine != theirs
    inside = other.window[0] <= table.window[0] and table.window[1] <= other.window[1]
    return inside and table.window != other.window


def holds(plan: Plan, outer: Span, table: Published, inner: Span) -> bool:
    """Whether one window holds the cells of another whole."""
    if plan.spec.level or table.question.level:
        # Cells of a time lie on the grid; a window that begins within one of them cuts it.
        level = plan.spec.level or table.question.level
        untimed = table.window if plan.spec.level else outer
        return plan.grid.on_grid(untimed, level)
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def universe(plan: Plan, name: str) -> list[str | int]:
    """Return every value of a dimension that the public grid has within the window."""
    grid, window = plan.grid, plan.spec.window
    if name == "region":
        return list(grid.places)
    if name == "area":
        return sorted({grid.areas[place] for place in grid.places})
    if name in grid.labels:
        return list(grid.labels[name])
    assert window is not None
    return starts(grid, name, window)


def starts(grid: Grid, level: str, window: Span) -> list[str | int]:
    starts: list[str | int] = []
    at = grid.start_of(level, window[0])
    while at < window[1]:
        starts.append(seconds(at))
        at = grid.span_of(level, at)[1]
    return starts


def shown(part: object, name: str, plan: Plan) -> str:
    if name == plan.spec.level:
        return plan.grid.name_of(name, datetime.fromtimestamp(int(str(part)), UTC))
    return str(part)
