"""Files of tables: Parquet and CSV through Arrow, a batch at a time, in constant memory."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from typing import IO, Any

import attrs
import pyarrow as pa

from ..errors import ConfigurationError
from ..placeholders import shown
from ..redaction import Redactor
from ._table_pass import TablePass

__all__ = ["TableReport", "redact_table_file", "treat_parquet"]

_ROWS = 20_000
_BLOCK = 4 << 20  # bytes of CSV that are read at once
_ENDS = (".parquet", ".pq", ".csv")
_WHOLE = "_SUCCESS"  # the name that Hadoop and Spark gave it; readers of folders pass over it


@attrs.frozen(kw_only=True)
class TableReport:
    """
    Say what was done with files of tables.

    Args:
        files: Files that were written.

        rows: Rows in them, as many as were read.

        whole_rows: Rows in which one column may hold what another calls personal; they were treated
            as records.
    """

    files: int
    rows: int
    whole_rows: int


def redact_table_file(
    src: str | os.PathLike[str], dst: str | os.PathLike[str], redact: Redactor, /
) -> TableReport:
    """
    Treat a Parquet or CSV file, or a folder of them, batch by batch.

    The statistics in the footer of a Parquet file are those of the treated values, and no metadata
    of the source is taken over. In a folder, `caller=...` as the name of a folder is a column, and
    its value is treated; files get names of their own, as theirs may say anything.

    Args:
        src: A file that ends in `.parquet`, `.pq` or `.csv`, or a folder with such files.

        dst: The file, or the folder, to write. Each file appears when it is whole, and is as it was
            after an error. A folder that is whole holds an empty file `_SUCCESS`; one without it
            is what was left when the work was stopped.

        redact: A `voxvalley_privacy.Redactor`.

    Raises:
        voxvalley_privacy.ConfigurationError: If a file is damaged, cut or of another kind: the
            error names the row group and the column, and holds no value.
    """
    source, target = os.fspath(src), os.fspath(dst)
    if not os.path.isdir(source):
        return _file(source, target, redact)
    whole = os.path.join(target, _WHOLE)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(whole)
    reports = [
        _file(path, os.path.join(target, *folders, name), redact)
        for path, folders, name in _planned(source, redact)
    ]
    if reports:
        os.close(os.open(whole, os.O_CREAT | os.O_WRONLY, 0o600))
    return TableReport(
        files=len(reports),
        rows=sum(report.rows for report in reports),
        whole_rows=sum(report.whole_rows for report in reports),
    )


def _planned(source: str, redact: Redactor) -> Iterator[tuple[str, list[str], str]]:
    """Yield each file of a folder with the treated names of its folders and a name of its own."""
    number = 0
    for folder, inner, names in os.walk(source):
        inner.sort()
        below = os.path.relpath(folder, source)
        parts = [] if below == "." else [_folder_name(part, redact) for part in below.split(os.sep)]
        for name in sorted(names):
            if name.lower().endswith(_ENDS) and not name.startswith(("_", ".")):
                end = os.path.splitext(name)[1].lower()
                yield os.path.join(folder, name), parts, f"part-{number:05d}{end}"
                number += 1


def _folder_name(part: str, redact: Redactor) -> str:
    from urllib.parse import quote, unquote

    column, equals, value = part.partition("=")
    if not equals:
        return quote(redact.text(part), safe=" []")
    record = redact({column: unquote(value)})
    name, treated = next(iter(record.items()), (column, "__HIVE_DEFAULT_PARTITION__"))
    return f"{quote(str(name), safe='')}={quote(str(treated), safe=' []*')}"


def _file(source: str, target: str, redact: Redactor) -> TableReport:
    end = os.path.splitext(source)[1].lower()
    if end not in _ENDS:
        raise ConfigurationError("A file of a table must end in .parquet, .pq or .csv.")
    os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
    with _replacing(target) as temporary:
        return (_csv if end == ".csv" else treat_parquet)(source, temporary, redact)


def _report(way: TablePass) -> TableReport:
    return TableReport(files=1, rows=way.rows, whole_rows=way.whole_rows)


@contextlib.contextmanager
def _replacing(target: str) -> Iterator[str]:
    folder, name = os.path.split(os.path.realpath(target))
    temporary = os.path.join(folder, f".{secrets.token_hex(8)}.tmp")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield temporary
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        os.replace(temporary, os.path.join(folder, name))
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


# Parquet -----------------------------------------------------------------------------------------


def treat_parquet(
    source: str | os.PathLike[str] | IO[bytes],
    target: str | IO[bytes],
    redact: Redactor,
    /,
    *,
    begin: Callable[[list[dict[str, Any]]], object] | None = None,
    progress: Callable[[int], object] | None = None,
) -> TableReport:
    """
    Treat a Parquet file, a batch at a time, into another, which is written as it goes.

    Args:
        source: A path, or an open file that can seek.

        target: A path, or an open binary file.

        redact: A `voxvalley_privacy.Redactor`.

        begin: Called with the first rows before anything is written.

        progress: Called with the number of rows written so far.

    Raises:
        voxvalley_privacy.ConfigurationError: If the file is damaged, cut or of another kind.
    """
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(source)
    except FileNotFoundError:
        raise
    except Exception:  # what Arrow says may quote the footer
        file = None
    if file is None:
        raise ConfigurationError(
            "This cannot be read as a Parquet file: its footer is damaged, or the file was cut."
        )
    with contextlib.closing(file):
        way = TablePass(file.schema_arrow, redact)
        if not way.schema.names:
            raise ConfigurationError("The policy leaves out every column of this file.")
        if begin is not None:
            begin(_first_rows(file))
        with pq.ParquetWriter(target, way.schema, store_schema=False) as writer:
            for group in range(file.num_row_groups):
                for batch in _batches(file, group):
                    writer.write_batch(way.batch(batch, place=f"row group {group}"))
                    if progress is not None:
                        progress(way.rows)
    return _report(way)


_ROWS_LOOKED_AT = 20


def _first_rows(file: Any) -> list[dict[str, Any]]:
    """Return the first rows; none where the file is damaged, which the pass over it tells."""
    try:
        batch = next(file.iter_batches(batch_size=_ROWS_LOOKED_AT), None)
        rows: list[dict[str, Any]] = [] if batch is None else batch.to_pylist()
    except Exception:  # as above
        return []
    return rows


def _batches(file: Any, group: int) -> Iterator[Any]:
    """Yield the batches of a row group; what cannot be read is an error with its place."""
    batches = file.iter_batches(batch_size=_ROWS, row_groups=[group])
    while True:
        try:
            batch = next(batches, None)
        except Exception:  # as above
            break
        if batch is None:
            return
        yield batch
    column = _damaged_column(file, group)
    raise ConfigurationError(f"{column} of row group {group} cannot be read: the file is damaged.")


def _damaged_column(file: Any, group: int) -> str:
    for name in file.schema_arrow.names:
        try:
            file.read_row_group(group, columns=[name])
        except Exception:  # as above
            return f"Column {shown(name)}"
    return "A column"


# CSV ---------------------------------------------------------------------------------------------


def _csv(source: str, target: str, redact: Redactor) -> TableReport:
    """Treat a CSV file with a header; all of its values are texts, as those of a record are."""
    from pyarrow import csv

    names = _header(csv, source)
    as_text = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    read = csv.ReadOptions(block_size=_BLOCK)
    parse = csv.ParseOptions(newlines_in_values=True)
    way: TablePass | None = None
    at = 0
    try:
        reader = csv.open_csv(source, read, parse, as_text)
        way = TablePass(reader.schema, redact)
        with csv.CSVWriter(target, way.schema) as writer:
            for at, batch in enumerate(reader, 1):
                writer.write_batch(way.batch(batch, place=f"block {at}"))
    except pa.ArrowException:
        way = None
    if way is None:
        raise ConfigurationError(f"This is no CSV file behind its block {at}: a row is malformed.")
    return _report(way)


def _header(csv: Any, source: str) -> list[str]:
    try:
        with csv.open_csv(source, csv.ReadOptions(block_size=_BLOCK),
                          csv.ParseOptions(newlines_in_values=True)) as reader:  # fmt: skip
            return list(reader.schema.names)
    except pa.ArrowException:
        pass
    raise ConfigurationError("This is no CSV file with a header.")
