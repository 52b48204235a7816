"""Counting: from records of any shape to people, accounts and amounts in each cell."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import attrs

from ..ledgers import canonical_subject
from ._grid import QUARTER, Grid, Span

__all__ = ["Atom", "Cell", "Counted", "Key", "Question", "RowCounts", "Who", "person_of"]

Key = tuple[str | int, ...]
# Begin of the finest time, region, label values, account, person: a person's part of a finest cell.
Atom = tuple[int, str, tuple[str, ...], object, int]
_NOBODY = -1


@attrs.frozen
class Cell:
    """Figures of one cell, before anything is decided about it."""

    people: int
    accounts: int
    amount: int
    largest: int
    two_largest: int
    largest_account: int
    two_largest_accounts: int


@attrs.frozen(kw_only=True)
class Who:
    """Where a record names people, accounts and amounts, and who is not counted."""

    people: str
    account: str
    amount: str
    clamp: tuple[int, int]
    own: frozenset[tuple[str, str]]
    region: str | None


@attrs.frozen(kw_only=True)
class Question:
    """Which cells are counted: a breakdown and, for a table without a time, its window."""

    by: tuple[str, ...]
    level: str
    window: Span | None

    def keys_of(self, grid: Grid) -> KeyOf:
        """Return the function from an atom to its cell."""
        return KeyOf(self, grid)


class KeyOf:
    """Find the cell of an atom; None outside the window."""

    def __init__(self, question: Question, grid: Grid) -> None:
        self._question = question
        self._grid = grid
        self._labels = tuple(grid.labels)
        window = question.window
        self._bounds = tuple(map(seconds, window)) if window else None
        self._starts: dict[int, int] = {}

    def __call__(self, start: int, region: str, labels: tuple[str, ...]) -> Key | None:
        if self._bounds is not None and not self._bounds[0] <= start < self._bounds[1]:
            return None
        return tuple([self._part(name, start, region, labels) for name in self._question.by])

    def _part(self, name: str, start: int, region: str, labels: tuple[str, ...]) -> str | int:
        if name == self._question.level:
            return self._start_of(start)
        if name == "region":
            return region
        if name == "area":
            return self._grid.areas[region]
        return labels[self._labels.index(name)]

    def _start_of(self, start: int) -> int:
        if start not in self._starts:
            at = datetime.fromtimestamp(start, UTC)
            self._starts[start] = seconds(self._grid.start_of(self._question.level, at))
        return self._starts[start]


class Counted(Protocol):
    """Records as parts of finest cells; what a release asks of them."""

    def atoms(self) -> Iterator[tuple[Atom, int, int]]:
        """Yield each person's part of each finest cell, with records and amount."""

    def cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        """Return the figures of every cell with anybody in it."""


def seconds(at: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(at.timestamp())


def person_of(value: object, who: Who) -> tuple[str, str] | None:
    """Return the one spelling of a person; None for nobody, and for who is not counted."""
    try:
        subject = canonical_subject(value, region=who.region)
    except (TypeError, ValueError, OverflowError):  # NaN and infinity are not numbers of people
        return None
    if subject is None or subject in who.own:
        return None
    return subject


def time_of(value: object) -> float | None:
    """Return the seconds since 1970 of a time with a zone; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.timestamp() if value.tzinfo is not None else None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return None


def amount_of(value: object, clamp: tuple[int, int]) -> int:
    """Return an amount as a whole number within *clamp*; the lower end for what is not one."""
    low, high = clamp
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return low
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        return low
    return int(min(max(value, low), high))


class RowCounts:
    """Count any iterable of mappings; one pass, so a generator will do."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], grid: Grid, who: Who) -> None:
        self._grid = grid
        self._who = who
        self._people: dict[object, int] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._starts: dict[int, int] = {}
        self._atoms: dict[Atom, list[int]] = {}
        self._known: dict[tuple[Question, bool], dict[Key, Cell]] = {}
        self._read(rows)

    def _read(self, rows: Iterable[Mapping[str, Any]]) -> None:
        grid, who, atoms = self._grid, self._who, self._atoms
        regions, labels = grid.region, tuple(grid.labels.items())
        for row in rows:
            person = self._person(row.get(who.people))
            region = _known(regions, row.get(grid.region_field))
            start = self._start(row.get(grid.time_field))
            values = tuple([row.get(name) for name, _ in labels])
            if person == _NOBODY or region is None or start is None:
                continue
            if any(
                value not in allowed for value, (_, allowed) in zip(values, labels, strict=True)
            ):
                continue
            atom: Atom = (start, region, values, _account(row, who.account), person)  # type: ignore[assignment]  # each value is one of the labels
            amount = amount_of(row.get(who.amount), who.clamp) if who.amount else 1
            part = atoms.get(atom)
            if part is None:
                atoms[atom] = [1, amount]
            else:
                part[0] += 1
                part[1] += amount

    def _person(self, value: object) -> int:
        try:
            return self._people[value]
        except KeyError:
            pass
        except TypeError:
            return _NOBODY  # unhashable: it names nobody
        subject = person_of(value, self._who)
        number = _NOBODY if subject is None else self._ids.setdefault(subject, len(self._ids))
        self._people[value] = number
        return number

    def _start(self, value: object) -> int | None:
        at = time_of(value)
        if at is None:
            return None
        quarter = int(at // QUARTER)
        start = self._starts.get(quarter)
        if start is None:
            try:
                moment = datetime.fromtimestamp(quarter * QUARTER, UTC)
                start = seconds(self._grid.start_of(self._grid.finest, moment))
            except (ValueError, OverflowError, OSError):
                return None
            self._starts[quarter] = start
        return start

    def atoms(self) -> Iterator[tuple[Atom, int, int]]:
        """Yield each person's part of each finest cell, with records and amount."""
        for atom, (records, amount) in self._atoms.items():
            yield atom, records, amount

    def cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        """Return the figures of every cell with anybody in it."""
        if (question, amounts) not in self._known:
            self._known[question, amounts] = self._cells(question, amounts)
        return self._known[question, amounts]

    def _cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        key_of = question.keys_of(self._grid)
        by_person: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        by_account: dict[Key, dict[object, int]] = defaultdict(lambda: defaultdict(int))
        for (start, region, labels, account, person), parts in self._atoms.items():
            key = key_of(start, region, labels)
            if key is not None:
                weight = parts[amounts]
                by_person[key][person] += weight
                by_account[key][account] += weight
        return {key: _cell(people, by_account[key]) for key, people in by_person.items()}


def _cell(people: dict[int, int], accounts: dict[object, int]) -> Cell:
    known = {account: weight for account, weight in accounts.items() if account is not None}
    one, two = _largest(people.values())
    one_account, two_accounts = _largest(known.values())
    return Cell(
        people=len(people),
        accounts=len(known),
        amount=sum(people.values()),
        largest=one,
        two_largest=two,
        largest_account=one_account,
        two_largest_accounts=two_accounts,
    )


def _largest(weights: Iterable[int]) -> tuple[int, int]:
    """Return the largest weight, and the sum of the two largest."""
    first = second = 0
    for weight in weights:
        if weight > first:
            first, second = weight, first
        elif weight > second:
            second = weight
    return first, first + second


def _known(regions: Mapping[str, str], value: object) -> str | None:
    return regions.get(value) if isinstance(value, str) else None


def _account(row: Mapping[str, Any], field: str) -> object:
    value = row.get(field) if field else None
    return value if isinstance(value, str | int) else None
