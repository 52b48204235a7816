"""The answer of a release: an entry for the book, and the table."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..decisions import Decision, Obligation
from ._cells import Plan, in_window, shown, starts, universe
from ._counting import Key
from ._grid import Span
from ._release_book import Published
from ._release_reasons import because
from ._released_table import ReleasedTable

__all__ = ["answer", "body_for", "published_table", "recorded"]

_NOTES = (
    "Cells below the line and empty cells are both left out.",
    "Thresholds and rounding do not hide membership in long series; only a budget of noise does.",
)


def published_table(
    plan: Plan, values: dict[Key, int], totals: dict[str, dict[str, int]], window: Span
) -> Published:
    spec = plan.spec
    return Published(
        question=plan.question,
        count=spec.count,
        settings=spec.settings,
        to=spec.to,
        line=spec.line,
        noisy=spec.noise is not None,
        true_totals=spec.totals == "true",
        window=window,
        values=values,
        totals=totals,
    )


def body_for(plan: Plan, table: Published) -> dict[str, object]:
    asked = table.question.window
    return {
        "grid": plan.grid.fingerprint,
        "people": plan.people,
        "by": table.question.by,
        "level": table.question.level,
        "asked": [at.isoformat() for at in asked] if asked else [],
        "count": table.count,
        "settings": table.settings,
        "to": table.to,
        "line": table.line,
        "noisy": table.noisy,
        "true_totals": table.true_totals,
        "window": [at.isoformat() for at in table.window],
        "values": [[list(key), value] for key, value in sorted(table.values.items(), key=str)],
        "totals": table.totals,
    }


def recorded(plan: Plan, tables: list[Published]) -> Decision:
    return answer(plan, tables, "release.recorded")


def answer(plan: Plan, tables: list[Published], code: str) -> Decision:
    spec = plan.spec
    values = {
        key: value
        for table in tables
        for key, value in table.values.items()
        if in_window(key, plan)
    }
    lines: list[tuple[str | int, ...]] = sorted(
        (*[shown(part, name, plan) for part, name in zip(key, spec.by, strict=True)], value)
        for key, value in values.items()
    )
    table = ReleasedTable(
        columns=(*spec.by, "value"),
        lines=tuple(lines),
        totals=_totals(plan, lines, tables),
        suppressed=_suppressed(plan, tables, len(lines)),
        notes=_NOTES,
    )
    cite = Obligation(code="release.cite_notes", text="Publish the notes with the table.")
    return Decision.allow(because(code), obligations=(cite,), value=table)


def _totals(
    plan: Plan, lines: list[tuple[Any, ...]], tables: list[Published]
) -> dict[str, dict[str, int]]:
    if plan.spec.totals == "none":
        return {}
    if plan.spec.totals == "true":
        return {name: dict(sorted(part.items())) for name, part in tables[0].totals.items()}
    totals: dict[str, dict[str, int]] = {"all": {"all": sum(line[-1] for line in lines)}}
    for index, name in enumerate(plan.spec.by):
        part: dict[str, int] = defaultdict(int)
        for line in lines:
            part[line[index]] += line[-1]
        totals[name] = dict(sorted(part.items()))
    return totals


def _suppressed(plan: Plan, tables: list[Published], shown: int) -> int:
    windows = [plan.spec.window] if plan.spec.window else sorted(table.window for table in tables)
    size = 0
    for window in windows:
        times = len(starts(plan.grid, plan.spec.level, window)) if plan.spec.level else 1
        size += times
    for name in plan.spec.by:
        if name != plan.spec.level:
            size *= len(universe(plan, name))
    return max(0, size - shown)
