"""Parquet files, with the extra `arrow`: the room of tables reads and writes them."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any

import attrs

from ..errors import ConfigurationError
from ..redaction import Redactor
from ._border import FieldReport, Guard
from ._enough_known import enough_known, least_of
from ._first_records import report_of
from ._frames import Destination, Source, StreamReport, replacing

__all__ = ["is_parquet", "redact_parquet"]

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
    least_known: float | None = None,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat each row of a Parquet file; the result is a Parquet file.

    The types of the result come from the policy and the types of the columns, never from the data;
    `frames.result_schema()` tells them. A column that the policy drops is left out. Statistics in
    the footer are those of treated values, and metadata of the schema, which may hold values, is
    left out. Memory is constant.

    Args:
        src: Path, or an open file that can seek.

        dst: Path or open binary file. A path is written to a temporary file and replaced at the
            end; after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`, best with a schema of the columns.

        least_known: As for `redact_file()`.

        progress: Called with the number of rows written so far.

    Returns:
        The counts, rows out always equal to rows in, and which columns are known.

    Raises:
        voxvalley_privacy.ConfigurationError: If the extra `arrow` is not installed, the file cannot
            be read as Parquet, or less is known than *least_known*.
    """
    looked = _Looked(redact, least_of(redact, least_known))
    guard = Guard(redact)
    before = guard.faults()
    treat = _tables().treat_parquet
    with replacing(dst) as out:
        way = treat(src, out, redact, begin=looked, progress=progress)
    return StreamReport(
        records_in=way.rows,
        records_out=way.rows,
        marked={},
        faults=dict(guard.faults() - before),
        fields=looked.fields,
        format="parquet",
    )


@attrs.define
class _Looked:
    """Look at the first rows, and refuse a file of which too little is known."""

    redact: Redactor
    least: float
    fields: FieldReport | None = None

    def __call__(self, rows: list[dict[str, Any]], /) -> None:
        self.fields = report_of(rows, self.redact)
        enough_known(self.fields, self.least)


def _tables() -> Any:
    try:
        return import_module("..frames", __package__)
    except ModuleNotFoundError:
        pass
    raise ConfigurationError("Parquet files need the extra: pip install 'voxvalley-privacy[arrow]'")
