"""CSV: rows as records, with or without a header, in the style of the input."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import attrs

from ..errors import ConfigurationError
from ._border import FAULT, MISALIGNED, UNPARSEABLE, Guard, Redact, Tally
from ._csv_rows import Row, read_rows
from ._frames import Destination, Reader, Source, StreamReport, run
from ._layout import Layout, layout_of

__all__ = ["csv_stream", "escaped", "redact_csv", "treat_row"]

_ROWS = 500  # rows in a batch


def redact_csv(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    columns: Sequence[str] | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    escape_formulas: bool = True,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat each row of a CSV file as a record.

    A row of another width than the rest may hold anything anywhere: each cell that is not empty becomes
    `[MISALIGNED]`. A field above 128 KiB or a quote that never closes marks its row `[UNPARSEABLE]`; the rows behind
    go on. A dropped field leaves an empty cell. Memory is constant.

    Args:
        src: Path or open file (`newline=""` when text). UTF-8, or UTF-16 with a byte order mark.

        dst: Path or open file. A path is written beside and put in place at the end; on an error it stays as it was.

        redact: A `voxvalley_privacy.Redactor`.

        columns: Field names by position, for rows without a header, or in place of the header's.

        header: Whether the first row names the columns. Default: told by the schema's field names, else by looks.

        delimiter: One of `,` `;` tab `|`. Default: the one that cuts the first rows alike.

        escape_formulas: Put an apostrophe before cells that a spreadsheet would run; numbers keep their sign.

        jobs: Worker processes, 1 or more; the bytes written are the same for any number.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in. Header and blank lines are no records.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is wrong; all faults at once.

        ChildProcessError: If a worker process dies.
    """
    faults = []
    if delimiter is not None and delimiter not in (",", ";", "\t", "|"):
        faults.append(("delimiter", "must be one of ',', ';', tab and '|'"))
    if columns is not None and (
        isinstance(columns, str) or not columns or len(set(columns)) != len(columns)
    ):
        faults.append(("columns", "must be different field names, at least one"))
    if faults:
        raise ConfigurationError("This CSV stream cannot be read.", faults=tuple(faults))

    make = partial(
        csv_stream,
        redact=redact,
        columns=columns,
        header=header,
        delimiter=delimiter,
        escape_formulas=escape_formulas,
    )
    return run(src, dst, make, jobs=jobs, progress=progress)


def csv_stream(
    reader: Reader,
    redact: Redact,
    *,
    columns: Sequence[str] | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    escape_formulas: bool = True,
) -> tuple[Iterator[_Batch], _CsvRows]:
    """Return the rows of a CSV file in batches and the work to be done on each batch."""
    guard = Guard(redact)
    layout = layout_of(reader.head(), guard, columns=columns, header=header, delimiter=delimiter)
    return _batches(reader, layout), _CsvRows(guard, layout, escape_formulas)


@attrs.frozen
class _Batch:
    rows: list[Row]
    tally: Tally
    first: bool


def _batches(reader: Reader, layout: Layout) -> Iterator[_Batch]:
    tally = Tally()
    rows = read_rows(reader, tally, delimiter=layout.delimiter, newline=layout.newline)
    first = True
    while batch := list(islice(rows, _ROWS)):
        yield _Batch(
            batch, attrs.evolve(tally, marked=tally.marked.copy(), faults=Counter()), first
        )
        tally.marked.clear()
        first = False


@attrs.frozen
class _CsvRows:
    guard: Guard
    layout: Layout
    escape: bool

    def __call__(self, batch: _Batch, /) -> tuple[bytes, Tally]:
        tally = batch.tally
        before = self.guard.faults()
        header = self.layout.header and batch.first
        out: list[list[Any]] = []
        for row in batch.rows:
            if header and row:
                out.append(self._header(row, tally))
                header = False
            else:
                out.append(self._row(row, tally))
        tally.faults.update(self.guard.faults() - before)
        if self.escape:
            out = [[escaped(cell) for cell in row] for row in out]
        return self._written(out), tally

    def _row(self, row: Row, tally: Tally) -> list[Any]:
        if not row:
            return []
        tally.records_in += 1
        tally.records_out += 1
        names = self.layout.names
        if isinstance(row, str):
            tally.marked[row] += 1
            return [UNPARSEABLE] * max(self.layout.width, 1)
        if _MARKS.issuperset(row):
            return row
        if names is None or len(row) != len(names):
            tally.marked["misaligned"] += 1
            return [MISALIGNED if cell else "" for cell in row]
        return treat_row(self.guard, names, row, tally)

    def _header(self, row: Row, tally: Tally) -> list[str]:
        return [UNPARSEABLE] if isinstance(row, str) else self.guard.names(row, tally)

    def _written(self, rows: list[list[Any]]) -> bytes:
        lines = _Collected()
        writer = csv.writer(lines, delimiter=self.layout.delimiter, quoting=self.layout.quoting)  # type: ignore[arg-type]
        writer.writerows(rows)
        # Written with CRLF, whatever the file's own line end is: else a CR inside a cell would not be quoted.
        end = self.layout.end
        return "".join([line[:-2] + end for line in lines.lines]).encode("utf-8", "replace")


# A row of nothing but these came out of a stream like this one; it stays, as there is nothing in it.
_MARKS = frozenset({"", MISALIGNED, UNPARSEABLE})


class _Collected:
    __slots__ = ("lines", "write")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.write = self.lines.append


def treat_row(guard: Guard, names: Sequence[str], row: Sequence[Any], tally: Tally, /) -> list[Any]:
    """Return the cells of a row treated as the record that *names* make of it; a dropped field is an empty cell."""
    record = dict(zip(names, row, strict=True))
    if len(record) < len(names):
        cells = [value for _, value in guard.pairs(list(zip(names, row, strict=True)), tally)]
    else:
        treated = guard.fields(record, tally)
        if treated is None:
            return [FAULT] * len(row)
        cells = [treated.get(name) for name in names]
    return ["" if cell is None else cell for cell in cells]


_LEADS = frozenset("=+-@\t\r\n＝＋－＠")
_NUMBER = "+-0123456789.,()*# "


def escaped(cell: Any, /) -> Any:
    """Put an apostrophe before a cell that a spreadsheet would run as a formula; a number, masked or not, stays."""
    if type(cell) is not str or cell[:1] not in _LEADS:
        return cell
    return cell if cell[0] in "+-" and cell.strip(_NUMBER) in ("", "e", "E") else f"'{cell}"
