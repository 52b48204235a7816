"""The release of aggregates: a rule that answers with a table, or says why not."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, Protocol

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..ledgers import canonical_subject, fault_code
from ..stores import Conflict
from ._counting import Counted, Key, Question, Who, seconds
from ._exact_noise import laplace, margin
from ._frames_of import counted_of
from ._grid import LEVELS, Grid, Span
from ._release_book import History, Published, ReleaseLedger
from ._release_reasons import because
from ._release_spec import ReleaseSpec
from ._released_table import ReleasedTable
from ._suppression import leftovers, passing, thinned, whole_labels
from ._true_totals import LARGEST, TOTAL, protected

__all__ = ["AggregateRelease"]

_TRIES = 8
_NOTES = (
    "Cells below the line and empty cells are both left out.",
    "Thresholds and rounding do not hide in long series who is in them; only noise with a budget "
    "bounds that.",
)


class _Stop(Exception):
    """End a release with a reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Audit(Protocol):
    def record(self, decision: Decision, /, *, actor: str, act: str, about: str) -> object:
        """Keep what was decided."""


def _own(numbers: Iterable[object]) -> frozenset[tuple[str, str]]:
    subjects = [canonical_subject(number) for number in numbers]
    if None in subjects:
        raise ConfigurationError("'exclude_own' must be phone numbers, addresses or accounts.")
    return frozenset(subject for subject in subjects if subject is not None)


@attrs.frozen(kw_only=True, eq=False)
class _Plan:
    """A question on counted records, with what the book says."""

    spec: ReleaseSpec
    grid: Grid
    counted: Counted
    history: History
    question: Question


class AggregateRelease:
    """
    Answer with a table in which nobody can be found, or deny.

    Args:
        books: Where releases and budgets are kept.

        dataset: The name of the data.

        grid: The cells that may ever be published.

        people: The field that names a person.

        account: The field that names the customer's account; empty if there is none.

        exclude_own: Numbers of the recipient and test numbers: they never count.

        region: The country of numbers without a country code.

        audit: Where each answer is written down before it is given.
    """

    def __init__(
        self,
        books: ReleaseLedger,
        /,
        *,
        dataset: str,
        grid: Grid,
        people: str,
        account: str = "",
        exclude_own: Iterable[object] = (),
        region: str | None = None,
        audit: _Audit | None = None,
    ) -> None:
        self._books = books
        self._dataset = dataset
        self._grid = grid
        self._people = people
        self._account = account
        self._own = _own(exclude_own)
        self._region = region
        self._audit = audit

    def __call__(self, frame: Any, spec: ReleaseSpec, /) -> Decision:
        """
        Decide, write down, and answer.

        Args:
            frame: An iterable of mappings (rows of a database too), or a table of Polars, Arrow or
                pandas.

            spec: The question.

        Returns:
            A decision with a `ReleasedTable` as value.
        """
        try:
            decision = self._decide(frame, spec)
        except _Stop as stop:
            decision = Decision.deny(because(stop.code))
        except Exception as error:  # whatever data, store or clock do: nothing is published
            decision = Decision.deny(because(fault_code(error)))
        if self._audit is None:
            return decision
        try:
            self._audit.record(decision, actor="release", act="release", about=self._dataset)
        except Exception:  # unwritten is unpublished
            return Decision.deny(because("error.audit"))
        return decision

    def _decide(self, frame: Any, spec: ReleaseSpec) -> Decision:
        self._check(spec)
        amount = "" if spec.count in {"people", "records"} else spec.count
        who = Who(
            people=self._people,
            account=self._account,
            amount=amount,
            clamp=spec.clamp,
            own=self._own,
            region=self._region,
        )
        counted = counted_of(frame, self._grid, who)
        question = Question(
            by=spec.by, level=spec.level, window=spec.window if not spec.level else None
        )
        for _ in range(_TRIES):
            history = self._books.history(self._dataset)
            plan = _Plan(
                spec=spec, grid=self._grid, counted=counted, history=history, question=question
            )
            try:
                return self._noisy(plan) if spec.noise else self._plain(plan)
            except Conflict:
                continue
        raise _Stop("error.store_unavailable")

    def _check(self, spec: ReleaseSpec) -> None:
        grid = self._grid
        if not set(spec.by) <= grid.dimensions:
            raise _Stop("release.grid")
        if spec.accounts_at_least > 1 and not self._account:
            raise _Stop("release.account_unknown")
        needs_window = not spec.level or spec.totals == "true"
        if needs_window and spec.window is None:
            raise _Stop("release.window")
        if spec.window and not grid.on_grid(spec.window, spec.level or grid.finest):
            raise _Stop("release.window")

    # Without noise

    def _plain(self, plan: _Plan) -> Decision:
        if plan.history.grid not in ("", plan.grid.fingerprint):
            raise _Stop("release.grid")
        same = [table for table in plan.history.tables if _same(table, plan)]
        if plan.spec.window and any(table.window == plan.spec.window for table in same):
            return _recorded(plan, same)
        candidates, window = self._candidates(plan, same)
        if not candidates and same:
            return _recorded(plan, same)
        self._refuse_repeats(plan)
        values, totals = self._values(plan, candidates)
        table = _published(plan, values, totals, window)
        draft = self._books.draft(self._dataset, plan.history, "published", _body(plan, table))
        self._books.append(draft)
        return _answer(plan, [*same, table], "release.published")

    def _refuse_repeats(self, plan: _Plan) -> None:
        # A series of public tables is what membership is read from; only a budget bounds that.
        public = [table for table in plan.history.tables if table.to == "public"]
        if plan.spec.to == "public" and public:
            raise _Stop("release.noise_required")

    def _candidates(self, plan: _Plan, same: list[Published]) -> tuple[set[Key], Span]:
        cells = plan.counted.cells(plan.question, _by_amount(plan.spec))
        if not cells:
            raise _Stop("release.empty")
        keys = {key for key in passing(cells, plan.spec) if _in_window(key, plan)}
        keys = {key for key in keys if not _covered(key, plan, same)}
        keys = whole_labels(keys, plan.spec, plan.grid)
        window = _window(plan, keys)
        if not keys and plan.spec.window is None:
            return keys, window
        keys = self._beside_earlier(plan, keys, window)
        return keys, window

    def _beside_earlier(self, plan: _Plan, keys: set[Key], window: Span) -> set[Key]:
        """Drop cells whose difference to published ones holds few people."""
        finer: list[tuple[Question, set[Key]]] = []
        line = plan.spec.line
        for table in plan.history.tables:
            if table.noisy or table.count != plan.spec.count or not _meet(table.window, window):
                continue
            relation = _relation(plan, table, window)
            line = max(line, table.line)
            if relation == "crossing":
                raise _Stop("release.overlap")
            if relation == "settings":
                raise _Stop("release.settings")
            published = (table.question, set(table.values))
            if relation == "coarser":
                keys = thinned(plan.counted, plan.grid, plan.question, keys, published, line)
            if relation == "finer":
                finer.append(published)
        groups = [*([one] for one in finer), finer] if finer else []
        for group in groups:
            left = leftovers(plan.counted, plan.grid, plan.question, group)
            keys = {key for key in keys if not 0 < left.get(key, 0) < line}
        return keys

    def _values(
        self, plan: _Plan, keys: set[Key]
    ) -> tuple[dict[Key, int], dict[str, dict[str, int]]]:
        spec = plan.spec
        cells = plan.counted.cells(plan.question, _by_amount(spec))
        if spec.totals != "true":
            return {key: _rounded(_measure(cells[key], spec), spec) for key in keys}, {}
        return _with_true_totals(plan, keys)

    # With noise

    def _noisy(self, plan: _Plan) -> Decision:
        spec, history = plan.spec, plan.history
        assert spec.noise is not None
        assert spec.window is not None
        if history.grid not in ("", plan.grid.fingerprint):
            raise _Stop("release.grid")
        same = [t for t in history.tables if _same(t, plan) and t.window == spec.window]
        if same:
            return _recorded(plan, same)
        periods = _periods(spec.window)
        if not history.epsilon:
            raise _Stop("release.budget_missing")
        if any(
            history.spent.get(period, 0) + spec.noise.epsilon > history.epsilon
            for period in periods
        ):
            raise _Stop("release.budget_spent")
        charge = {"epsilon": str(spec.noise.epsilon), "periods": periods}
        # Before the draw: a process that dies from here on has paid.
        self._books.append(self._books.draft(self._dataset, history, "charged", charge))
        values = _drawn(plan, self._books.draws)
        table = _published(plan, values, {}, spec.window)
        return self._keep_noisy(plan, table)

    def _keep_noisy(self, plan: _Plan, table: Published) -> Decision:
        for _ in range(_TRIES):
            history = self._books.history(self._dataset)
            earlier = [t for t in history.tables if _same(t, plan) and t.window == table.window]
            if earlier:  # somebody asked the same at the same time: theirs is the answer
                return _recorded(plan, earlier)
            try:
                body = _body(plan, table)
                self._books.append(self._books.draft(self._dataset, history, "published", body))
            except Conflict:
                continue
            return _answer(plan, [table], "release.published")
        raise _Stop("error.store_unavailable")


# Windows and cells


def _by_amount(spec: ReleaseSpec) -> bool:
    return spec.count not in {"people", "records"}


def _measure(cell: Any, spec: ReleaseSpec) -> int:
    value: int = cell.people if spec.count == "people" else cell.amount
    return value


def _rounded(value: int, spec: ReleaseSpec) -> int:
    return (value + spec.round_to // 2) // spec.round_to * spec.round_to


def _same(table: Published, plan: _Plan) -> bool:
    """Whether a table answers the same question, of other times perhaps."""
    if table.settings != plan.spec.settings:
        return False
    return bool(plan.spec.level) or table.window == plan.spec.window


def _start(key: Key, plan: _Plan) -> datetime:
    return datetime.fromtimestamp(int(key[plan.spec.by.index(plan.spec.level)]), UTC)


def _in_window(key: Key, plan: _Plan) -> bool:
    window = plan.spec.window
    if not window or not plan.spec.level:
        return True
    return window[0] <= _start(key, plan) < window[1]


def _covered(key: Key, plan: _Plan, same: list[Published]) -> bool:
    if not plan.spec.level:
        return False
    start = _start(key, plan)
    return any(table.window[0] <= start < table.window[1] for table in same)


def _window(plan: _Plan, keys: set[Key]) -> Span:
    """Return the asked window; else the whole days of what is published, so that no cell shows."""
    if plan.spec.window:
        return plan.spec.window
    if not keys:
        epoch = datetime.fromtimestamp(0, UTC)
        return epoch, epoch
    level = plan.spec.level if plan.spec.level != "hour" else "day"
    starts = [_start(key, plan) for key in keys]
    first = plan.grid.start_of(level, min(starts))
    return first, plan.grid.span_of(level, plan.grid.start_of(level, max(starts)))[1]


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


_PLACES = ("region", "area")


def _ranks(by: tuple[str, ...], grid: Grid) -> tuple[int, ...]:
    """Return how coarse a breakdown is, dimension by dimension."""
    time = next((LEVELS.index(name) for name in by if name in LEVELS), len(LEVELS))
    place = next((_PLACES.index(name) for name in by if name in _PLACES), len(_PLACES))
    return time, place, *(name not in by for name in grid.labels)


def _relation(plan: _Plan, table: Published, window: Span) -> str:
    """Return how the cells asked for lie to those of a table whose window meets theirs."""
    if table.true_totals or plan.spec.totals == "true":
        return "crossing"
    mine, theirs = _ranks(plan.spec.by, plan.grid), _ranks(table.question.by, plan.grid)
    coarser = all(a >= b for a, b in zip(mine, theirs, strict=True))
    finer = all(a <= b for a, b in zip(mine, theirs, strict=True))
    if not (plan.spec.level and table.question.level):
        coarser &= _holds(plan, window, table, table.window)
        finer &= _holds(plan, table.window, table, window)
        if window == table.window and mine == theirs:
            return "settings"
    elif coarser and finer:
        return "apart" if table.settings == plan.spec.settings else "settings"
    if coarser:
        return "finer"  # the table is finer than what is asked
    return "coarser" if finer else "crossing"


def _holds(plan: _Plan, outer: Span, table: Published, inner: Span) -> bool:
    """Whether one window holds the cells of another whole."""
    if plan.spec.level or table.question.level:
        # Cells of a time lie on the grid; a window that begins within one of them cuts it.
        level = plan.spec.level or table.question.level
        untimed = table.window if plan.spec.level else outer
        return plan.grid.on_grid(untimed, level)
    return outer[0] <= inner[0] and inner[1] <= outer[1]


# True totals, noise


def _with_true_totals(
    plan: _Plan, keys: set[Key]
) -> tuple[dict[Key, int], dict[str, dict[str, int]]]:
    spec = plan.spec
    rows, columns = (_universe(plan, name) for name in spec.by)
    if (len(rows) + 1) * (len(columns) + 1) > LARGEST:
        raise _Stop("release.too_large")
    amounts = _by_amount(spec)
    values: dict[tuple[object, object], int] = dict.fromkeys(product(rows, columns), 0)
    for (row, column), cell in plan.counted.cells(plan.question, amounts).items():
        if (row, column) in values:
            values[row, column] = cell.amount
    shown: set[tuple[object, object]] = {(key[0], key[1]) for key in keys}
    for margin_key, by in (((0, TOTAL), spec.by[:1]), ((TOTAL, 0), spec.by[1:]), ((TOTAL, TOTAL), ())):
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
    return _split(plan, kept, values)


def _edge_of(key: Key, margin_key: tuple[object, object]) -> tuple[object, object]:
    row = TOTAL if margin_key[0] == TOTAL else key[0]
    column = TOTAL if margin_key[1] == TOTAL else key[-1]
    return row, column


def _split(
    plan: _Plan, kept: set[tuple[object, object]], values: Mapping[tuple[object, object], int]
) -> tuple[dict[Key, int], dict[str, dict[str, int]]]:
    """Part the cells of a table from its totals."""
    cells: dict[Key, int] = {}
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    for row, column in kept:
        value = _rounded(values[row, column], plan.spec)
        if TOTAL not in (row, column):
            cells[row, column] = value  # type: ignore[index]  # parts of a key
        elif row == column:
            totals["all"]["all"] = value
        else:
            place = 1 if row == TOTAL else 0
            name = plan.spec.by[place]
            totals[name][_shown(column if place else row, name, plan)] = value
    return cells, totals


def _universe(plan: _Plan, name: str) -> list[str | int]:
    """Return every value of a dimension that the public grid has within the window."""
    grid, window = plan.grid, plan.spec.window
    if name == "region":
        return list(grid.places)
    if name == "area":
        return sorted({grid.areas[place] for place in grid.places})
    if name in grid.labels:
        return list(grid.labels[name])
    assert window is not None
    return _starts(grid, name, window)


def _starts(grid: Grid, level: str, window: Span) -> list[str | int]:
    starts: list[str | int] = []
    at = grid.start_of(level, window[0])
    while at < window[1]:
        starts.append(seconds(at))
        at = grid.span_of(level, at)[1]
    return starts


def _drawn(plan: _Plan, key: bytes) -> dict[Key, int]:
    """Return the noisy counts of every cell of the grid that come out above the line."""
    spec = plan.spec
    assert spec.noise is not None
    counts = _bounded(plan, key, spec.noise.cells_per_person)
    scale = spec.noise.scale
    line = spec.line + margin(scale)
    drawn = {
        cell: counts.get(cell, 0) + laplace(scale)
        for cell in product(*[_universe(plan, name) for name in spec.by])
    }
    return {cell: _rounded(count, spec) for cell, count in drawn.items() if count >= line}


def _bounded(plan: _Plan, key: bytes, most: int) -> dict[Key, int]:
    """Count each person in at most *most* cells; a keyed draw says which, not who came first."""
    key_of = plan.question.keys_of(plan.grid)
    places: dict[int, set[Key]] = defaultdict(set)
    for (start, region, labels, _, person), _, _ in plan.counted.atoms():
        cell = key_of(start, region, labels)
        if cell is not None and _in_window(cell, plan):
            places[person].add(cell)
    counts: dict[Key, int] = defaultdict(int)
    for person, cells in places.items():
        draw: Callable[[Key], bytes] = lambda cell, who=person: _draw(key, who, cell)  # type: ignore[misc]  # noqa: E731
        chosen = cells if len(cells) <= most else sorted(cells, key=draw)[:most]
        for cell in chosen:
            counts[cell] += 1
    return counts


def _draw(key: bytes, person: int, cell: Key) -> bytes:
    return hmac.digest(key, f"{person}{cell}".encode(), "sha256")


def _periods(window: Span) -> list[str]:
    """Return the calendar months that a window touches."""
    periods = []
    at = window[0].astimezone(UTC)
    last = (window[1] - timedelta(microseconds=1)).astimezone(UTC)
    while (at.year, at.month) <= (last.year, last.month):
        periods.append(f"{at:%Y-%m}")
        at = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    return periods


# Answers


def _published(
    plan: _Plan, values: dict[Key, int], totals: dict[str, dict[str, int]], window: Span
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


def _body(plan: _Plan, table: Published) -> dict[str, object]:
    asked = table.question.window
    return {
        "grid": plan.grid.fingerprint,
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


def _recorded(plan: _Plan, tables: list[Published]) -> Decision:
    return _answer(plan, tables, "release.recorded")


def _answer(plan: _Plan, tables: list[Published], code: str) -> Decision:
    spec = plan.spec
    values = {
        key: value
        for table in tables
        for key, value in table.values.items()
        if _in_window(key, plan)
    }
    lines = sorted(
        (*[_shown(part, name, plan) for part, name in zip(key, spec.by, strict=True)], value)
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


def _shown(part: object, name: str, plan: _Plan) -> str:
    if name == plan.spec.level:
        return plan.grid.name_of(name, datetime.fromtimestamp(int(str(part)), UTC))
    return str(part)


def _totals(
    plan: _Plan, lines: list[tuple[Any, ...]], tables: list[Published]
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


def _suppressed(plan: _Plan, tables: list[Published], shown: int) -> int:
    windows = [plan.spec.window] if plan.spec.window else sorted(table.window for table in tables)
    size = 0
    for window in windows:
        times = len(_starts(plan.grid, plan.spec.level, window)) if plan.spec.level else 1
        size += times
    for name in plan.spec.by:
        if name != plan.spec.level:
            size *= len(_universe(plan, name))
    return max(0, size - shown)
