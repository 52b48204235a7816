"""Parquet files, with the extra `arrow`: read in batches, treated row by row, written anew."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, Any, cast

from ..errors import ConfigurationError
from ..redaction import Redactor
from ._border import Guard, Tally
from ._frames import Destination, Source, StreamReport, replacing

__all__ = ["is_parquet", "redact_parquet"]

_ROWS = 2_000  # in a batch
_MAGIC = b"PAR1"


def is_parquet(file: IO[bytes], /) -> bool:
    """Whether an open file begins and ends as a Parquet file does; it is wound back after it."""
    if not file.seekable():
        return False
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - len(_MAGIC)))
    end = file.read()
    file.seek(0)
    is_whole = size > 2 * len(_MAGIC) and end == _MAGIC and file.read(len(_MAGIC)) == _MAGIC
    file.seek(0)
    return is_whole


def redact_parquet(
    src: Source,
    dst: Destination,
    redact: Redactor,
    /,
    *,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat each row of a Parquet file; the result is a Parquet file.

    A column whose treated values still have its type keeps that type; any other becomes text, which
    takes two passes. Statistics in the footer are those of treated values, and metadata of the
    schema, which may hold values, is left out.

    Args:
        src: Path, or an open file that can seek.

        dst: Path or open binary file. A path is written to a temporary file and replaced at the
            end; after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`, best with a schema of the columns.

        progress: Called with the number of rows written so far.

    Returns:
        The counts, rows out always equal to rows in.

    Raises:
        voxvalley_privacy.ConfigurationError: If the extra `arrow` is not installed, or the file
            cannot be read as Parquet.
    """
    arrow, parquet = _arrow()
    source = _opened(parquet, src)
    guard = Guard(redact)
    kept = _kept_types(arrow, source, guard)
    schema = arrow.schema(
        [(field.name, field.type if field.name in kept else arrow.string())
         for field in source.schema_arrow]
    )  # fmt: skip
    tally = Tally()
    before = guard.faults()
    with (
        replacing(dst) as out,
        parquet.ParquetWriter(out, schema, compression="zstd") as writer,
    ):
        for rows in _batches(source, guard, tally):
            columns = [
                arrow.array(
                    [_fitting(row.get(field.name), field.name in kept) for row in rows], field.type
                )
                for field in schema
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))
            tally.records_out += len(rows)
            if progress is not None:
                progress(tally.records_out)
    tally.faults.update(guard.faults() - before)
    return StreamReport(
        records_in=tally.records_in,
        records_out=tally.records_out,
        marked=dict(tally.marked),
        faults=dict(+tally.faults),
        format="parquet",
    )


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        pass
    raise ConfigurationError("Parquet files need the extra: pip install 'voxvalley-privacy[arrow]'")


def _opened(parquet: Any, src: Source) -> Any:
    try:
        return parquet.ParquetFile(src)
    except FileNotFoundError:
        raise
    except Exception:  # noqa: S110 # the cause may hold a value of a footer
        pass
    raise ConfigurationError("This cannot be read as a Parquet file; it may be cut.")


def _batches(source: Any, guard: Guard, tally: Tally) -> Iterator[list[dict[str, Any]]]:
    for batch in source.iter_batches(batch_size=_ROWS):
        rows = cast("list[dict[str, Any]]", batch.to_pylist())
        tally.records_in += len(rows)
        yield [guard.record(row, tally) for row in rows]


def _kept_types(arrow: Any, source: Any, guard: Guard) -> frozenset[str]:
    """Return the columns whose treated values still have the column's type."""
    fields = {field.name: field.type for field in source.schema_arrow}
    for rows in _batches(source, guard, Tally()):
        for name in tuple(fields):
            try:
                arrow.array([row.get(name) for row in rows], fields[name])
            except (arrow.ArrowException, TypeError, ValueError, OverflowError):
                del fields[name]
    return frozenset(fields)


def _fitting(value: Any, has_type: bool) -> Any:
    if has_type or value is None or isinstance(value, str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False)
