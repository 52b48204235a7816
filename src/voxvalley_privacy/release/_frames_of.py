"""Tables of Polars, Arrow and pandas by one path: the counting is done in Polars where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._counting import (
    Cell,
    Counted,
    Finest,
    Key,
    Question,
    RowCounts,
    Who,
    amount_of,
    person_of,
    start_of_quarter,
)
from ._grid import QUARTER, Grid

__all__ = ["counted_of"]

_LONGEST_TABLE = 5_000_000  # numbers that are looked up by their place


def counted_of(frame: Any, grid: Grid, who: Who) -> Counted:
    """Count an iterable of mappings, or a table of Polars, Arrow or pandas."""
    home = type(frame).__module__.partition(".")[0]
    if home not in {"polars", "pyarrow", "pandas"}:
        return RowCounts(frame, grid, who)
    try:
        import polars
    except ImportError:
        return RowCounts(_rows_of(frame, home), grid, who)
    if home == "pyarrow":
        frame = polars.from_arrow(frame)
    elif home == "pandas":
        frame = polars.from_pandas(frame)
    elif isinstance(frame, polars.LazyFrame):
        frame = frame.collect()
    return _FrameCounts(polars, frame, grid, who)


def _rows_of(frame: Any, home: str) -> Iterable[Mapping[str, Any]]:
    if home == "pyarrow":
        for batch in frame.to_batches():
            yield from batch.to_pylist()
    else:
        names = [str(name) for name in frame.columns]
        for row in frame.itertuples(index=False, name=None):
            yield dict(zip(names, row, strict=True))


class _FrameCounts:
    """
    Count in Polars; only distinct people and distinct cells are seen by Python.

    Cells, people and accounts become whole numbers. A sort of cell and person in one number, and
    the lengths of its runs, cost a third of a grouping by both.
    """

    def __init__(self, polars: Any, frame: Any, grid: Grid, who: Who) -> None:
        self._pl = polars
        self._grid = grid
        times = frame.schema[grid.time_field]
        if not (isinstance(times, polars.Datetime) and times.time_zone):
            # Texts and numbers are read as everywhere else, row by row.
            names = [who.people, who.account, who.amount, grid.time_field, grid.region_field]
            wanted = [name for name in dict.fromkeys([*names, *grid.labels]) if name]
            rows = frame.select([name for name in wanted if name in frame.columns])
            self._rows: Counted | None = RowCounts(rows.iter_rows(named=True), grid, who)
            return
        self._rows = None
        self._known: dict[tuple[Question, bool], dict[Key, Cell]] = {}
        self._finest: list[Finest] = []
        self._names: list[tuple[str, str]] = []
        self._table = self._coded(frame, who)

    def _coded(self, frame: Any, who: Who) -> Any:
        """Return the rows that count as whole numbers: cell, person, account, amount."""
        pl, grid = self._pl, self._grid
        sizes = []
        code = None
        parts = [self._starts(frame), self._regions(frame)]
        parts += [self._of_list(frame, name, values) for name, values in grid.labels.items()]
        for numbers, values in parts:
            sizes.append(values)
            code = numbers if code is None else code * len(values) + numbers
        people, count = self._people(frame, who)
        table = pl.DataFrame({"cell": code, "person": people})
        if who.account:
            table = table.with_columns(account=self._accounts(frame, who.account))
        if who.amount:
            table = table.with_columns(amount=_clamped(pl, frame.get_column(who.amount), who.clamp))
        self._person_count = max(count, 1)
        table = table.filter(pl.col("cell").is_not_null() & pl.col("person").is_not_null())
        codes = table.get_column("cell").unique().sort()
        self._finest = [_decoded(int(number), sizes) for number in codes]
        dense = self._gather(pl.Series(range(len(codes)), dtype=pl.Int64), codes, table["cell"])
        return table.with_columns(cell=dense)

    def _gather(self, numbers: Any, of: Any, column: Any) -> Any:
        """Return *column* with each value of *of* as the number at its place."""
        pl = self._pl
        if not len(of):
            return pl.Series([], dtype=pl.Int64)
        least, most = int(of.min()), int(of.max())
        if most - least > _LONGEST_TABLE:
            return column.replace_strict(of, numbers, default=None, return_dtype=pl.Int64)
        table = pl.Series([None], dtype=pl.Int64).extend_constant(None, most - least)
        table = table.scatter((of - least).cast(pl.UInt32), numbers)
        return table.gather((column - least).cast(pl.UInt32))

    def _starts(self, frame: Any) -> tuple[Any, list[Any]]:
        """Return the number of each row's finest time, and when each of those begins."""
        pl = self._pl
        quarters = frame.get_column(self._grid.time_field).dt.epoch("s") // QUARTER
        distinct = quarters.drop_nulls().unique().sort()
        begins = [start_of_quarter(int(quarter), self._grid) for quarter in distinct]
        values = sorted({begin for begin in begins if begin is not None}) or [0]
        places: dict[int | None, int] = {begin: place for place, begin in enumerate(values)}
        numbers = pl.Series([places.get(begin) for begin in begins], dtype=pl.Int64)
        return self._gather(numbers, distinct, quarters), values

    def _regions(self, frame: Any) -> tuple[Any, list[Any]]:
        grid, places = self._grid, self._grid.places
        raw = {value: places.index(place) for value, place in grid.region.items()}
        return self._mapped(frame.get_column(grid.region_field), raw), list(places)

    def _of_list(self, frame: Any, name: str, values: tuple[str, ...]) -> tuple[Any, list[Any]]:
        listed = {value: place for place, value in enumerate(values)}
        return self._mapped(frame.get_column(name), listed), list(values)

    def _mapped(self, column: Any, numbers: Mapping[str, int]) -> Any:
        """Return the number of each text; None for one that is not listed."""
        pl = self._pl
        if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
            return pl.Series([None], dtype=pl.Int64).new_from_index(0, len(column))
        column = column.cast(pl.String)
        codes = column.cast(pl.Enum(list(numbers)), strict=False).to_physical()
        return pl.Series(list(numbers.values()), dtype=pl.Int64).gather(codes.cast(pl.UInt32))

    def _people(self, frame: Any, who: Who) -> tuple[Any, int]:
        """Return the number of each row's person, and how many people there are."""
        pl = self._pl
        column = frame.get_column(who.people)
        distinct = column.drop_nulls().unique()
        ids: dict[tuple[str, str], int] = {}
        numbers = []
        for value in distinct.to_list():
            subject = person_of(value, who)
            numbers.append(None if subject is None else ids.setdefault(subject, len(ids)))
        self._names = list(ids)
        known = pl.Series(numbers, dtype=pl.Int64)
        if column.dtype == pl.String:
            return known.gather(column.cast(pl.Enum(distinct)).to_physical()), len(ids)
        mapped = column.replace_strict(distinct, known, default=None, return_dtype=pl.Int64)
        return mapped, len(ids)

    def _accounts(self, frame: Any, name: str) -> Any:
        """Return a number for each account; equal ones are all that is asked of them."""
        pl = self._pl
        column = frame.get_column(name)
        if column.dtype == pl.String:
            distinct = column.drop_nulls().unique()
            return column.cast(pl.Enum(distinct)).to_physical().cast(pl.Int64)
        if column.dtype.is_float():
            whole = column.cast(pl.Int64, strict=False)
            column = pl.select(pl.when(whole == column).then(whole)).to_series()
        if not (column.dtype.is_integer() or column.dtype in (pl.Categorical, pl.Enum, pl.Boolean)):
            return pl.Series([None], dtype=pl.Int64).new_from_index(0, len(column))
        return column.rank("dense").cast(pl.Int64)

    def atoms(self) -> Iterator[tuple[Finest, int]]:
        """Yield each person of each finest cell."""
        if self._rows is not None:
            yield from self._rows.atoms()
            return
        for number in self._keyed(self._table["cell"], self._table["person"]).unique():
            cell, person = divmod(number, self._person_count)
            yield self._finest[cell], person

    def _keyed(self, cells: Any, people: Any) -> Any:
        return cells * self._person_count + people

    def names(self) -> list[tuple[str, str]]:
        """Return the one spelling of each person, by number."""
        return self._names if self._rows is None else self._rows.names()

    def cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        """Return the figures of every cell with anybody in it."""
        if self._rows is not None:
            return self._rows.cells(question, amounts)
        if (question, amounts) not in self._known:
            self._known[question, amounts] = self._cells(question, amounts)
        return self._known[question, amounts]

    def _cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        pl, table = self._pl, self._table
        key_of = question.keys_of(self._grid)
        keys: dict[Key, int] = {}
        numbers = []
        for finest in self._finest:
            key = key_of(*finest)
            numbers.append(None if key is None else keys.setdefault(key, len(keys)))
        within = pl.Series(numbers, dtype=pl.Int64).gather(table["cell"].cast(pl.UInt32))
        weights = table["amount"] if amounts else None
        people = _figures(pl, within, table["person"], self._person_count, weights)
        accounts: dict[int, tuple[int, int, int, int]] = {}
        if "account" in table.columns:
            most = int(table["account"].max() or 0) + 1
            accounts = _figures(pl, within, table["account"], most, weights)
        named = list(keys)
        empty = (0, 0, 0, 0)
        return {
            named[number]: _cell(figures, accounts.get(number, empty))
            for number, figures in people.items()
        }


def _decoded(code: int, sizes: list[list[Any]]) -> Finest:
    """Return the begin, place and labels that a code is made of."""
    parts = []
    for values in reversed(sizes):
        code, place = divmod(code, len(values))
        parts.append(values[place])
    start, region, *labels = reversed(parts)
    return start, region, tuple(labels)


def _cell(people: tuple[int, ...], accounts: tuple[int, ...]) -> Cell:
    count, amount, one, two = people
    return Cell(
        people=count,
        accounts=accounts[0],
        amount=amount,
        largest=one,
        two_largest=two,
        largest_account=accounts[2],
        two_largest_accounts=accounts[3],
    )


def _figures(
    pl: Any, cells: Any, who: Any, most: int, weights: Any
) -> dict[int, tuple[int, int, int, int]]:
    """Return for each cell: how many there are, their weight, the largest and two largest."""
    each = _weights_of_each(pl, (cells * most + who), weights)
    each = each.select(cell=pl.col("key") // most, w=pl.col("w"))
    weight = pl.col("w")
    figures = each.group_by("cell").agg(n=pl.len(), sum=weight.sum(), one=weight.max())
    # Twice the largest bounds the two largest. Only where that bound could decide are they
    # looked for: a sort of everybody in every cell costs more than the rest.
    near = figures.filter(pl.col("one") * 5 > pl.col("sum") * 2)
    exact = (
        each.join(near, on="cell", how="semi")
        .sort("w", descending=True)
        .group_by("cell")
        .agg(two=weight.head(2).sum())
    )
    bound = pl.min_horizontal(pl.col("one") * 2, pl.col("sum"))
    joined = figures.join(exact, on="cell", how="left").with_columns(pl.coalesce("two", bound))
    return {row[0]: row[1:] for row in joined.iter_rows()}


def _weights_of_each(pl: Any, keys: Any, weights: Any) -> Any:
    """Return each key once, with the weight of all its rows."""
    if weights is None:
        runs = keys.drop_nulls().sort().rle().struct.unnest()
        return runs.select(key="value", w=pl.col("len").cast(pl.Int64))
    table = pl.DataFrame({"key": keys, "w": weights}).filter(pl.col("key").is_not_null())
    return table.group_by("key").agg(pl.col("w").sum())


def _clamped(pl: Any, column: Any, clamp: tuple[int, int]) -> Any:
    low, high = clamp
    if column.dtype == pl.String:  # as everywhere else, each text once
        distinct = column.drop_nulls().unique()
        numbers = pl.Series([amount_of(text, clamp) for text in distinct], dtype=pl.Int64)
        return column.replace_strict(distinct, numbers, default=low, return_dtype=pl.Int64)
    if not column.dtype.is_numeric():
        return pl.Series([low], dtype=pl.Int64).new_from_index(0, len(column))
    number = column.cast(pl.Float64, strict=False).fill_nan(low).fill_null(low)
    return number.clip(low, high).floor().cast(pl.Int64)
