"""Tables of Polars, Arrow and pandas by one path: the counting is done in Polars where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._counting import Atom, Cell, Counted, Key, Question, RowCounts, Who, person_of, seconds
from ._grid import Grid

__all__ = ["counted_of"]

_PERIOD = {"hour": "1h", "day": "1d", "month": "1mo"}


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
    """Count in Polars; only distinct people and distinct cells are seen by Python."""

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
        self._places = grid.places
        self._projected = self._counted(frame, who)

    def _counted(self, frame: Any, who: Who) -> Any:
        pl, grid = self._pl, self._grid
        local = pl.col(grid.time_field).dt.convert_time_zone(grid.zone)
        amount = pl.lit(1, dtype=pl.Int64)
        if who.amount:
            amount = _clamped(pl, pl.col(who.amount), who.clamp)
        account = pl.col(who.account) if who.account else pl.lit(None, dtype=pl.String)
        numbers = {value: self._places.index(place) for value, place in grid.region.items()}
        regions = pl.col(grid.region_field).replace_strict(
            numbers, default=None, return_dtype=pl.Int32
        )
        if who.account and frame.schema[who.account] == pl.String:
            # Equal numbers for equal accounts are all that is asked of them.
            account = account.cast(pl.Categorical).to_physical()
        rows = frame.lazy().select(
            _start=local.dt.truncate(_PERIOD[grid.finest]).dt.epoch("s"),
            _region=regions,
            _account=account,
            _person=self._people(frame, who),
            _amount=amount,
            **{f"_label_{name}": pl.col(name) for name in grid.labels},
        )
        rows = rows.filter(
            pl.col("_start").is_not_null(),
            pl.col("_region").is_not_null(),
            pl.col("_person").is_not_null(),
            *[pl.col(f"_label_{name}").is_in(list(values)) for name, values in grid.labels.items()],
        )
        return rows.collect()

    def _people(self, frame: Any, who: Who) -> Any:
        pl = self._pl
        distinct = frame.get_column(who.people).unique().to_list()
        ids: dict[tuple[str, str], int] = {}
        numbers = []
        for value in distinct:
            subject = person_of(value, who)
            numbers.append(None if subject is None else ids.setdefault(subject, len(ids)))
        values = pl.Series(distinct, dtype=frame.schema[who.people])
        return pl.col(who.people).replace_strict(
            values, pl.Series(numbers, dtype=pl.Int64), default=None, return_dtype=pl.Int64
        )

    def atoms(self) -> Iterator[tuple[Atom, int, int]]:
        """Yield each person's part of each finest cell, with records and amount."""
        if self._rows is not None:
            yield from self._rows.atoms()
            return
        labels = [f"_label_{name}" for name in self._grid.labels]
        keys = ["_start", "_region", "_account", "_person", *labels]
        pl = self._pl
        atoms = self._projected.group_by(keys).agg(_n=pl.len(), _sum=pl.col("_amount").sum())
        for row in atoms.iter_rows(named=True):
            values = tuple(row[name] for name in labels)
            place = self._places[row["_region"]]
            yield (
                (row["_start"], place, values, row["_account"], row["_person"]),
                row["_n"],
                row["_sum"],
            )

    def cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        """Return the figures of every cell with anybody in it."""
        if self._rows is not None:
            return self._rows.cells(question, amounts)
        if (question, amounts) not in self._known:
            self._known[question, amounts] = self._cells(question, amounts)
        return self._known[question, amounts]

    def _cells(self, question: Question, amounts: bool) -> dict[Key, Cell]:
        pl = self._pl
        atoms = self._projected.lazy()
        if question.window:
            start, end = map(seconds, question.window)
            atoms = atoms.filter(pl.col("_start").is_between(start, end, closed="left"))
        names = [f"_key_{index}" for index in range(len(question.by))]
        weight = pl.col("_amount") if amounts else pl.lit(1, dtype=pl.Int64)
        keyed = atoms.select(
            "_person",
            "_account",
            *[
                self._key(part, question).alias(name)
                for part, name in zip(question.by, names, strict=True)
            ],
            _weight=weight,
            _all=pl.lit(0),
        ).collect()
        names = names or ["_all"]
        people = _figures(pl, keyed, names, "_person")
        known = keyed.filter(pl.col("_account").is_not_null())
        accounts = {row[: len(names)]: row for row in _figures(pl, known, names, "_account")}
        empty = (0, 0, 0, 0)
        cells: dict[Key, Cell] = {}
        for row in people:
            key = row[: len(names)]
            count, amount, one, two = row[len(names) :]
            others = accounts[key][len(names) :] if key in accounts else empty
            cells[self._named(key, question)] = Cell(
                people=count,
                accounts=others[0],
                amount=amount,
                largest=one,
                two_largest=two,
                largest_account=others[2],
                two_largest_accounts=others[3],
            )
        return cells

    def _named(self, key: Key, question: Question) -> Key:
        """Return a key with the names of its regions and areas."""
        return tuple(
            self._places[int(part)] if name == "region" else part
            for name, part in zip(question.by, key, strict=False)
        )

    def _key(self, part: str, question: Question) -> Any:
        pl, grid = self._pl, self._grid
        if part == question.level:
            local = (
                pl.from_epoch("_start").dt.replace_time_zone("UTC").dt.convert_time_zone(grid.zone)
            )
            return local.dt.truncate(_PERIOD[part]).dt.epoch("s")
        if part == "region":
            return pl.col("_region")
        if part == "area":
            areas = {i: grid.areas[place] for i, place in enumerate(self._places)}
            return pl.col("_region").replace_strict(areas, return_dtype=pl.String)
        return pl.col(f"_label_{part}")


def _figures(pl: Any, keyed: Any, names: list[str], who: str) -> list[tuple[Any, ...]]:
    """Return for each cell: how many there are, their weight, the largest and two largest."""
    each = keyed.group_by([*names, who]).agg(_w=pl.col("_weight").sum())
    weights = pl.col("_w")
    figures = each.group_by(names).agg(_n=pl.len(), _sum=weights.sum(), _one=weights.max())
    # Twice the largest bounds the two largest. Only where that bound could decide are they
    # looked for: a sort of everybody in every cell costs more than the rest.
    near = figures.filter(
        pl.col("_one") * 2 <= pl.col("_sum"), pl.col("_one") * 5 > pl.col("_sum") * 2
    )
    exact = (
        each.join(near, on=names, how="semi")
        .sort("_w", descending=True)
        .group_by(names)
        .agg(_two=weights.head(2).sum())
    )
    bound = pl.min_horizontal(pl.col("_one") * 2, pl.col("_sum"))
    joined = figures.join(exact, on=names, how="left")
    return list(joined.with_columns(pl.coalesce("_two", bound)).iter_rows())


def _clamped(pl: Any, column: Any, clamp: tuple[int, int]) -> Any:
    low, high = clamp
    number = column.cast(pl.Float64, strict=False).fill_nan(low).fill_null(low)
    return number.clip(low, high).floor().cast(pl.Int64)
