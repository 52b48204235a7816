"""Values of a table: with true totals, and with noise."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, timedelta
from itertools import product
from typing import Any

from ._cells import Plan, Stop, by_amount, in_window, rounded, shown, universe
from ._counting import Cell, Key, Question
from ._exact_noise import Bits, laplace, margin
from ._grid import Span
from ._suppression import passing
from ._true_totals import LARGEST, TOTAL, protected

__all__ = ["drawn", "periods_of", "with_true_totals"]


def with_true_totals(
    plan: Plan, keys: set[Key]
) -> tuple[dict[Key, int], dict[str, dict[str, int]]]:
    spec = plan.spec
    rows, columns = (universe(plan, name) for name in spec.by)
    if (len(rows) + 1) * (len(columns) + 1) > LARGEST:
        raise Stop("release.too_large")
    amounts = by_amount(spec)
    values: dict[tuple[object, object], int] = dict.fromkeys(product(rows, columns), 0)
    for (row, column), cell in plan.counted.cells(plan.question, amounts).items():
        if (row, column) in values:
            values[row, column] = cell.amount
    shown: set[tuple[object, object]] = {(key[0], key[1]) for key in keys}
    for margin_key, by in (
        ((0, TOTAL), spec.by[:1]),
        ((TOTAL, 0), spec.by[1:]),
        ((TOTAL, TOTAL), ()),
    ):
        level = spec.level if spec.level in by else ""
        asked = Question(by=by, level=level, window=spec.window)
        cells = plan.counted.cells(asked, amounts)
        good = passing(cells, spec)
        for key in product(*[rows if name == spec.by[0] else columns for name in by]):
            edge = _edge_of(key, margin_key)
            values[edge] = cells[key].amount if key in cells else 0
            if key in good:
                shown.add(edge)
    kept = protected(values, shown, line=spec.line)
    while True:
        drops = _thin_groups(plan, kept, (rows, columns))
        if not drops:
            return _split(plan, kept, values)
        kept = protected(values, kept - drops, line=spec.line)


def _thin_groups(
    plan: Plan, kept: set[tuple[object, object]], sides: tuple[Sequence[object], Sequence[object]]
) -> set[tuple[object, object]]:
    """
    Return what to drop so that no total gives away what a few people add up to.

    A published total less the published cells of its row or column is the sum of those left out.
    """
    cells: Mapping[Any, Cell] = plan.counted.cells(plan.question, by_amount(plan.spec))
    people = _people_of(plan)
    rows, columns = sides
    across = [[(row, column) for column in columns] for row in rows]
    down = [[(row, column) for row in rows] for column in columns]
    totals = [*[(row, TOTAL) for row in rows], *[(TOTAL, column) for column in columns]]
    drops: set[tuple[object, object]] = set()
    for total, line in zip(totals, [*across, *down], strict=True):
        hidden = [key for key in line if key in cells and key not in kept]
        if total in kept and hidden and not _together(plan, hidden, cells, people):
            shown = [key for key in line if key in kept]
            drops.add(min(shown, key=lambda key: (cells[key].amount, str(key)), default=total))
    return drops


def _together(
    plan: Plan,
    keys: Iterable[tuple[object, object]],
    cells: Mapping[Any, Cell],
    people: Mapping[Any, set[int]],
) -> bool:
    """Whether a sum of cells could be published; each person counts as the largest of each cell."""
    parts = [cells[key] for key in keys]
    group = Cell(
        people=len(set().union(*[people[key] for key in keys])),
        accounts=max(part.accounts for part in parts),
        amount=sum(part.amount for part in parts),
        largest=sum(part.largest for part in parts),
        two_largest=sum(part.two_largest for part in parts),
        largest_account=0,
        two_largest_accounts=0,
    )
    return bool(passing({("all",): group}, plan.spec))


def _people_of(plan: Plan) -> dict[Key, set[int]]:
    key_of = plan.question.keys_of(plan.grid)
    people: dict[Key, set[int]] = defaultdict(set)
    for finest, person in plan.counted.atoms():
        key = key_of(*finest)
        if key is not None:
            people[key].add(person)
    return people


def _edge_of(key: Key, margin_key: tuple[object, object]) -> tuple[object, object]:
    row = TOTAL if margin_key[0] == TOTAL else key[0]
    column = TOTAL if margin_key[1] == TOTAL else key[-1]
    return row, column


def _split(
    plan: Plan, kept: set[tuple[object, object]], values: Mapping[tuple[object, object], int]
) -> tuple[dict[Key, int], dict[str, dict[str, int]]]:
    """Part the cells of a table from its totals."""
    cells: dict[Key, int] = {}
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    for row, column in kept:
        value = rounded(values[row, column], plan.spec)
        if TOTAL not in (row, column):
            cells[row, column] = value  # type: ignore[index]  # parts of a key
        elif row == column:
            totals["all"]["all"] = value
        else:
            place = 1 if row == TOTAL else 0
            name = plan.spec.by[place]
            totals[name][shown(column if place else row, name, plan)] = value
    return cells, totals


def drawn(plan: Plan, key: bytes) -> dict[Key, int]:
    """Return the noisy counts of every cell of the grid that come out above the line."""
    spec = plan.spec
    assert spec.noise is not None
    counts = _bounded(plan, key, spec.noise.cells_per_person)
    scale = spec.noise.scale
    line = spec.line + margin(scale)
    bits = Bits()
    drawn = {
        cell: counts.get(cell, 0) + laplace(scale, bits)
        for cell in product(*[universe(plan, name) for name in spec.by])
    }
    return {cell: rounded(count, spec) for cell, count in drawn.items() if count >= line}


def _bounded(plan: Plan, key: bytes, most: int) -> dict[Key, int]:
    """
    Count each person in at most *most* cells; a keyed draw says which, not who came first.

    The draw is by the person's own spelling: whoever else is in the data must not change it, or one
    person less would change the cells of many.
    """
    key_of = plan.question.keys_of(plan.grid)
    places: dict[int, set[Key]] = defaultdict(set)
    for finest, person in plan.counted.atoms():
        cell = key_of(*finest)
        if cell is not None and in_window(cell, plan):
            places[person].add(cell)
    counts: dict[Key, int] = defaultdict(int)
    names = plan.counted.names()
    for person, cells in places.items():
        draw: Callable[[Key], bytes] = lambda cell, who=names[person]: _draw(key, who, cell)  # type: ignore[misc]  # noqa: E731
        chosen = cells if len(cells) <= most else sorted(cells, key=draw)[:most]
        for cell in chosen:
            counts[cell] += 1
    return counts


def _draw(key: bytes, person: tuple[str, str], cell: Key) -> bytes:
    return hmac.digest(key, f"{person}{cell}".encode(), "sha256")


def periods_of(window: Span) -> list[str]:
    """Return the calendar months that a window touches."""
    periods = []
    at = window[0].astimezone(UTC)
    last = (window[1] - timedelta(microseconds=1)).astimezone(UTC)
    while (at.year, at.month) <= (last.year, last.month):
        periods.append(f"{at:%Y-%m}")
        at = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    return periods
