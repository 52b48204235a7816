"""Tables of Arrow, Polars and pandas: what comes in is what goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from ..errors import ConfigurationError
from ..redaction import Explanation, Redactor
from ._column_types import samples_of
from ._table_pass import TablePass

__all__ = ["explain", "redact", "result_schema"]

_ROWS = 20_000  # of a batch


def redact(table: Any, redact: Redactor, /, *, memo: int | None = None) -> Any:
    """
    Return the treated copy of a table: of each row what `redact(row)` makes of it.

    Each distinct value of a column is treated once. A row in which one column may hold what another
    calls personal, such as the caller's name in a note, is treated as a record.

    Args:
        table: A `pyarrow.Table` or `RecordBatch`, a Polars `DataFrame` or `LazyFrame`, a pandas
            `DataFrame` or `Series`. The names of its columns are the fields of the record.

        redact: A `voxvalley_privacy.Redactor`, best with a schema of the columns.

        memo: Distinct texts of a column that are remembered until the call ends; None: as many as
            the redactor remembers, 50,000 at most.

    Returns:
        A table of the same library. The types follow from schema and policy, see `result_schema()`.
        A column that the policy drops is left out.

    Raises:
        voxvalley_privacy.ConfigurationError: If this is no table, two columns have one name, or a
            column cannot be read; it holds no value.
    """
    home = type(table).__module__.partition(".")[0]
    treat: Callable[[Any, Redactor, int | None], Any] | None = {
        "pyarrow": _arrow,
        "polars": _polars,
        "pandas": _pandas,
    }.get(home)
    if treat is None:
        raise ConfigurationError("frames.redact() takes tables of Arrow, Polars and pandas.")
    return treat(table, redact, memo)


def result_schema(schema: Any, redact: Redactor, /) -> Any:
    """
    Return the `pyarrow.Schema` that the treated copy of a table with *schema* has.

    It depends on the schema, the policy and nothing else: all batches of a table agree.
    """
    return TablePass(schema, redact).schema


def explain(table: Any, redact: Redactor, /) -> Explanation:
    """Return for each column what it is taken for, what happens to it and why; no value is read."""
    schema = table if isinstance(table, pa.Schema) else _schema_of(table)
    return redact.explain({field.name: samples_of(field.type)[0] for field in schema})


def _schema_of(table: Any) -> Any:
    home = type(table).__module__.partition(".")[0]
    if home == "pyarrow":
        return table.schema
    if home == "polars":
        return table.head(0).lazy().collect().to_arrow().schema
    return pa.schema([pa.field(str(name), pa.null()) for name in table.columns])


# Arrow -------------------------------------------------------------------------------------------


def _arrow(table: Any, redact: Redactor, memo: int | None) -> Any:
    if isinstance(table, pa.RecordBatch):
        return TablePass(table.schema, redact, memo=memo).batch(table)
    if not isinstance(table, pa.Table):
        raise ConfigurationError("Of Arrow, frames.redact() takes a Table or a RecordBatch.")
    way = TablePass(table.schema, redact, memo=memo)
    batches = [way.batch(batch) for batch in table.to_batches(max_chunksize=_ROWS)]
    return pa.Table.from_batches(batches, way.schema)


# Polars ------------------------------------------------------------------------------------------


def _polars(table: Any, redact: Redactor, memo: int | None) -> Any:
    import polars as pl

    if isinstance(table, pl.LazyFrame):
        empty = pl.DataFrame(schema=table.collect_schema())
        return table.map_batches(
            lambda frame: _of_polars(frame, redact, memo),
            predicate_pushdown=False,
            projection_pushdown=False,
            slice_pushdown=False,
            schema=_of_polars(empty, redact, memo).schema,
        )
    if not isinstance(table, pl.DataFrame):
        raise ConfigurationError("Of Polars, frames.redact() takes a DataFrame or a LazyFrame.")
    return _of_polars(table, redact, memo)


def _of_polars(frame: Any, redact: Redactor, memo: int | None) -> Any:
    import polars as pl

    objects = [name for name, kind in frame.schema.items() if kind == pl.Object]
    if objects:
        raise ConfigurationError("A column of Python objects has no type: cast it first.")
    return pl.from_arrow(_arrow(frame.to_arrow(), redact, memo))


# pandas ------------------------------------------------------------------------------------------


def _pandas(table: Any, redact: Redactor, memo: int | None) -> Any:
    import pandas as pd

    if isinstance(table, pd.Series):
        name = "" if table.name is None else table.name
        frame = _of_pandas(pd, table.to_frame(name), redact, memo)
        if frame.shape[1] == 0:
            frame[name] = None
        return frame.iloc[:, 0].rename(None if table.name is None else frame.columns[0])
    if not isinstance(table, pd.DataFrame):
        raise ConfigurationError("Of pandas, frames.redact() takes a DataFrame or a Series.")
    return _of_pandas(pd, table, redact, memo)


def _of_pandas(pd: Any, frame: Any, redact: Redactor, memo: int | None) -> Any:
    """Treat a frame; an index other than a count of rows is a column like any other."""
    if not all(isinstance(name, str) for name in frame.columns):
        raise ConfigurationError("Columns of a pandas table need texts as names.")
    counts = isinstance(frame.index, pd.RangeIndex)
    levels = [] if counts else _index_names(frame)
    whole = frame if counts else frame.reset_index(names=levels)
    names = list(whole.columns)
    if len(set(names)) < len(names):
        raise ConfigurationError("Two columns of the table have one name.")
    arrays = [_of_series(name, whole[name]) for name in names]
    table = pa.Table.from_arrays(arrays, names=names)
    redacted = _arrow(table, redact, memo).to_pandas()
    if counts:
        redacted.index = frame.index
        return redacted
    left = [name for name in levels if name in redacted.columns]
    return redacted.set_index(left) if left else redacted


def _index_names(frame: Any) -> list[str]:
    names = [f"level_{at}" if name is None else str(name)
             for at, name in enumerate(frame.index.names)]  # fmt: skip
    return ["index"] if names == ["level_0"] else names


def _of_series(name: str, series: Any) -> Any:
    """Return a column for Arrow; one of mixed types is read as the text of each value."""
    try:
        array = pa.Array.from_pandas(series)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        array = None
    if array is None:
        array = pa.array([_text(value) for value in series], pa.string())
    return array


def _text(value: Any) -> str | None:
    if value is None or value != value:  # noqa: PLR0124 # a missing number is not itself
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str | int | float | bool) else repr(value)
