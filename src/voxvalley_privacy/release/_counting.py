"""Counting: from records of any shape to people, accounts and amounts in each cell."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import attrs

from ..ledgers import canonical_subject
from ._grid import QUARTER, Grid, Span

__all__ = [
    "Cell",
    "Counted",
    "Finest",
    "Key",
    "Question",
    "RowCounts",
    "Who",
    "amount_of",
    "person_of",
    "start_of_quarter",
]

Key = tuple[str | int, ...]
# Begin of the finest time, region, label values: a finest cell.
Finest = tuple[int, str, tuple[str, ...]]
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


@attrs.define
class Parts:
    """The people and accounts of one finest cell: records of each, and amounts if asked."""

    people: dict[int, int] = attrs.field(factory=dict)
    accounts: dict[Any, int] = attrs.field(factory=dict)
    people_amounts: dict[int, int] = attrs.field(factory=dict)
    account_amounts: dict[Any, int] = attrs.field(factory=dict)

    def add(self, person: int, account: Any, amount: int) -> None:
        """Add the amount of a record, whose account was counted before."""
        self.people_amounts[person] = self.people_amounts.get(person, 0) + amount
        if account in self.accounts:
            self.account_amounts[account] = self.account_amounts.get(account, 0) + amount

    def people_by(self, amounts: bool) -> dict[int, int]:
        """Return the weight of each person."""
        return self.people_amounts if amounts else self.people

    def accounts_by(self, amounts: bool) -> dict[Any, int]:
        """Return the weight of each account."""
        return self.account_amounts if amounts else self.accounts


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

    def atoms(self) -> Iterator[tuple[Finest, int]]:
        """Yield each person of each finest cell."""

    def names(self) -> list[tuple[str, str]]:
        """Return the one spelling of each person, by number."""

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
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return low
    if value != value:  # noqa: PLR0124 - NaN
        return low
    return int(min(max(value, low), high))


class RowCounts:
    """Count any iterable of mappings; one pass, so a generator will do."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], grid: Grid, who: Who) -> None:
        self._grid = grid
        self._who = who
        self._people: dict[object, int] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._starts: dict[int, int | None] = {}
        self._finest: dict[Finest, Parts] = defaultdict(Parts)
        self._known: dict[tuple[Question, bool], dict[Key, Cell]] = {}
        self._read(rows)

    def _read(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add up people and accounts in each finest cell; this loop is most of a release."""
        grid, who, finest = self._grid, self._who, self._finest
        person_field, region_field, time_field = who.people, grid.region_field, grid.time_field
        people, regions, labels = self._people, grid.region, tuple(grid.labels.items())
        for row in rows:
            value = row.get(person_field)
            try:
                person = people[value]
                region = regions.get(row.get(region_field))  # type: ignore[arg-type]  # any value
            except KeyError:
                person = self._person(value)
                region = _known(regions, row.get(region_field))
            except TypeError:  # unhashable: it names nobody, or no place
                continue
            if person == _NOBODY or region is None:
                continue
            start = self._start(row.get(time_field))
            values = _labels_of(row, labels) if labels else ()
            if start is None or values is None:
                continue
            parts = finest[start, region, values]
            parts.people[person] = parts.people.get(person, 0) + 1
            account = row.get(who.account) if who.account else None
            if type(account) is float and account.is_integer():
                account = int(account)  # as pandas has whole numbers beside missing ones
            if type(account) is str or isinstance(account, int):
                parts.accounts[account] = parts.accounts.get(account, 0) + 1
            if who.amount:
                parts.add(person, account, amount_of(row.get(who.amount), who.clamp))

    def _person(self, value: object) -> int:
        subject = person_of(value, self._who)
        number = _NOBODY if subject is None else self._ids.setdefault(subject, len(self._ids))
        self._people[value] = number
        return number

    def _start(self, value: object) -> int | None:
        # Most times are times; the rest is read more slowly.
        aware = type(value) is datetime and value.tzinfo is not None
        at = value.timestamp() if aware else time_of(value)  # type: ignore[attr-defined]
        if at is None:
            return None
        quarter = int(at // QUARTER)
        if quarter not in self._starts:
            self._starts[quarter] = start_of_quarter(quarter, self._grid)
        return self._starts[quarter]

    def atoms(self) -> Iterator[tuple[Finest, int]]:
        """Yield each person of each finest cell."""
        for finest, parts in self._finest.items():
            for person in parts.people:
                yield finest, person

    def names(self) -> list[tuple[str, str]]:
        """Return the one spelling of each person, by number."""
        return list(self._ids)

    def cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        """Return the figures of every cell with anybody in it."""
        if (question, amounts) not in self._known:
            self._known[question, amounts] = self._cells(question, amounts)
        return self._known[question, amounts]

    def _cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        key_of = question.keys_of(self._grid)
        within: dict[Key, list[Parts]] = defaultdict(list)
        for finest, parts in self._finest.items():
            key = key_of(*finest)
            if key is not None:
                within[key].append(parts)
        cells = {}
        for key, parts_of_key in within.items():
            people = _summed([parts.people_by(amounts) for parts in parts_of_key])
            accounts = _summed([parts.accounts_by(amounts) for parts in parts_of_key])
            cells[key] = cell_of(people, accounts)
        return cells


def start_of_quarter(quarter: int, grid: Grid, /) -> int | None:
    """Return when the finest time begins that a quarter of an hour since 1970 is in."""
    try:
        moment = datetime.fromtimestamp(quarter * QUARTER, UTC)
        return seconds(grid.start_of(grid.finest, moment))
    except (ValueError, OverflowError, OSError):
        return None


def _summed(counts: list[dict[Any, int]]) -> dict[Any, int]:
    """Add up counts; those of one part are taken as they are."""
    if len(counts) == 1:
        return counts[0]
    total: dict[Any, int] = defaultdict(int)
    for part in counts:
        for who, weight in part.items():
            total[who] += weight
    return total


def _labels_of(
    row: Mapping[str, Any], labels: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[str, ...] | None:
    """Return the labels of a record; None if one of them is not of the grid."""
    values = []
    for name, allowed in labels:
        value = row.get(name)
        if value not in allowed:
            return None
        values.append(value)
    return tuple(values)


def cell_of(people: Mapping[Any, int], accounts: Mapping[Any, int], /) -> Cell:
    """Return the figures of one cell."""
    one, two = _largest(people.values())
    one_account, two_accounts = _largest(accounts.values())
    return Cell(
        people=len(people),
        accounts=len(accounts),
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
