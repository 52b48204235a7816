"""The result of a query, treated in batches: raw rows never stand together in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from ..errors import ConfigurationError
from ..placeholders import shown
from ..redaction import Redactor
from ._table_pass import MEMO, TablePass

__all__ = ["redact_query"]

_ROWS = 20_000


def redact_query(
    connection: Any,
    sql: str,
    redact: Redactor,
    /,
    *,
    parameters: Mapping[str, Any] | None = None,
    rows: int = _ROWS,
    memo: int = MEMO,
) -> Iterator[Any]:
    """
    Run a query, and yield its result as treated batches of `pyarrow`, all of one schema.

    Args:
        connection: A SQLAlchemy `Connection`, or one of DuckDB.

        sql: The query; values belong into *parameters*.

        redact: A `voxvalley_privacy.Redactor`. The names of the result's columns are the fields.

        parameters: The values of the query's parameters, by name.

        rows: Rows of a batch, 1 or more.

        memo: Distinct texts of a column that are remembered until the last batch.

    Raises:
        voxvalley_privacy.ConfigurationError: If *rows* is less than 1, or a later batch has values
            of another type in a column than the first.
    """
    if type(rows) is not int or rows < 1:
        raise ConfigurationError("'rows' must be a whole number, 1 or more.")
    home = type(connection).__module__.partition(".")[0]
    if home in ("duckdb", "_duckdb"):
        batches = _of_duckdb(connection, sql, parameters, rows)
    elif home == "sqlalchemy":
        batches = _of_sqlalchemy(connection, sql, parameters, rows)
    else:
        raise ConfigurationError("redact_query() takes a connection of SQLAlchemy or of DuckDB.")
    return _treated(batches, redact, memo)


def _treated(batches: Iterator[Any], redact: Redactor, memo: int) -> Iterator[Any]:
    way: TablePass | None = None
    for batch in batches:
        if way is None:
            way = TablePass(batch.schema, redact, memo=memo)
        yield way.batch(batch)


def _of_duckdb(
    connection: Any, sql: str, parameters: Mapping[str, Any] | None, rows: int
) -> Iterator[Any]:
    relation = connection.sql(sql, params=dict(parameters) if parameters else None)
    # Its name before DuckDB 1.4.
    read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    yield from read(rows)


def _of_sqlalchemy(
    connection: Any, sql: str, parameters: Mapping[str, Any] | None, rows: int
) -> Iterator[Any]:
    from sqlalchemy import text

    options = {"stream_results": True, "max_row_buffer": rows}
    with connection.execute(text(sql), dict(parameters or {}), execution_options=options) as result:
        names = list(result.keys())
        schema: Any = None
        for part in result.partitions(rows):
            columns = list(zip(*part, strict=True))
            arrays = [
                _array(name, values, None if schema is None else schema.field(name).type)
                for name, values in zip(names, columns, strict=True)
            ]
            batch = pa.RecordBatch.from_arrays(arrays, names=names)
            schema = batch.schema
            yield batch


def _array(name: str, values: tuple[Any, ...], kind: Any) -> Any:
    try:
        array = pa.array(values, kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        array = None
    if array is None:
        raise ConfigurationError(f"Column {shown(name)} of the query holds values of two types.")
    # A column without a value in the first batch may hold texts in the next.
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array
