"""The result of a query, treated in batches: raw rows never stand together in memory."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pyarrow as pa

from ..errors import ConfigurationError
from ..placeholders import shown
from ..redaction import Redactor
from ._table_pass import TablePass

__all__ = ["redact_query"]

_ROWS = 20_000

Parameters: TypeAlias = "Mapping[str, Any] | Sequence[Any] | None"


def redact_query(
    connection: Any,
    sql: str,
    redact: Redactor,
    /,
    *,
    parameters: Parameters = None,
    rows: int = _ROWS,
    memo: int | None = None,
) -> Iterator[Any]:
    """
    Run a query, and yield its result as treated batches of `pyarrow`, all of one schema.

    Args:
        connection: A SQLAlchemy `Connection`, one of DuckDB, or one of an ADBC driver.

        sql: The query; values belong into *parameters*.

        redact: A `voxvalley_privacy.Redactor`. The names of the result's columns are the fields.

        parameters: The values of the query's parameters: by name, or for DuckDB and ADBC in the
            order of their places.

        rows: Rows of a batch at most, 1 or more. What an ADBC driver sends is cut to it.

        memo: Distinct texts of a column that are remembered until the last batch; None: as many as
            the redactor remembers, 50,000 at most.

    Raises:
        voxvalley_privacy.ConfigurationError: If *rows* is less than 1, *connection* is of none of
            these, parameters of SQLAlchemy are not by name, a later batch has values of another
            type in a column than the first, or the database cannot run the query: the error names
            the class of what it raised.
    """
    if type(rows) is not int or rows < 1:
        raise ConfigurationError("'rows' must be a whole number, 1 or more.")
    home = type(connection).__module__.partition(".")[0]
    ask = next((ask for names, ask in _DATABASES if home.startswith(names)), None)
    if ask is None:
        raise ConfigurationError(
            "redact_query() takes a connection of SQLAlchemy, of DuckDB or of an ADBC driver."
        )
    if ask is _of_sqlalchemy and not isinstance(parameters, Mapping | None):
        raise ConfigurationError("Parameters of a query by SQLAlchemy must be given by name.")
    return _treated(_asked(ask(connection, sql, parameters, rows)), redact, memo)


def _asked(batches: Iterator[Any]) -> Iterator[Any]:
    """Yield the batches; what a database says of a fault may quote values, and is not passed on."""
    while True:
        try:
            batch = next(batches, None)
        except ConfigurationError:
            raise
        except Exception as error:
            fault = type(error).__name__
            break
        if batch is None:
            return
        yield batch
    raise ConfigurationError(
        f"The query failed in the database ({fault}); run it alone to see why."
    )


def _treated(batches: Iterator[Any], redact: Redactor, memo: int | None) -> Iterator[Any]:
    way: TablePass | None = None
    for batch in batches:
        if way is None:
            way = TablePass(batch.schema, redact, memo=memo)
        yield way.batch(batch)


def _of_duckdb(connection: Any, sql: str, parameters: Parameters, rows: int) -> Iterator[Any]:
    relation = connection.sql(sql, params=_own(parameters))
    # Its name before DuckDB 1.4.
    read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    yield from read(rows)


def _of_adbc(connection: Any, sql: str, parameters: Parameters, rows: int) -> Iterator[Any]:
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(sql, _own(parameters))
        for batch in cursor.fetch_record_batch():
            for start in range(0, batch.num_rows, rows):
                yield batch.slice(start, rows)


def _own(parameters: Parameters) -> Any:
    """Return parameters in the types that drivers take."""
    if isinstance(parameters, Mapping):
        return dict(parameters) or None
    return list(parameters) if parameters else None


def _of_sqlalchemy(connection: Any, sql: str, parameters: Parameters, rows: int) -> Iterator[Any]:
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


# How the name of a connection's library begins -> how it is asked.
_DATABASES: tuple[tuple[tuple[str, ...], Callable[..., Iterator[Any]]], ...] = (
    (("duckdb", "_duckdb"), _of_duckdb),
    (("sqlalchemy",), _of_sqlalchemy),
    (("adbc_driver",), _of_adbc),
)
