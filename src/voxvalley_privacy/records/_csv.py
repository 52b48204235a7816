"""CSV: rows as records, with or without a header, in the style of the input."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

import attrs

from ..errors import ConfigurationError
from ..reading import one_line
from ._border import FAULT, MISALIGNED, UNPARSEABLE, Guard, Redact, Tally
from ._frames import LINE_LIMIT, OVERLONG, Destination, Reader, Source, StreamReport, blocks, run
from ._layout import DELIMITERS, Layout, is_comment, is_footer, layout_of
from ._text_lines import decoded_lines

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

    In a row of another width than the rest, any cell may hold anything: each cell that is not
    empty becomes `[MISALIGNED]`. A field above 128 KiB or a quote that never closes marks its row
    `[UNPARSEABLE]`; the following rows are read. A dropped field leaves an empty cell. Memory is
    constant.

    Args:
        src: Path or open file (`newline=""` when text). UTF-8, or UTF-16 with a byte order mark.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`.

        columns: Field names by position, for rows without a header, or instead of the header's.

        header: Whether the first row names the columns. Default: decided by the field names of the
            schema, then by the look of the rows.

        delimiter: One of `,` `;` tab `|`. Default: the one that gives rows of the same width.

        escape_formulas: Put an apostrophe before cells that a spreadsheet would run; numbers keep
            their sign.

        jobs: Worker processes, 1 or more; the bytes written are the same for any number.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in. The header, blank lines, comments
        (`# exported at noon`), footers (`Total: 3`) and Excel's `sep=;` do not count.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is wrong; all faults at once.

        ChildProcessError: If a worker process dies.
    """
    faults = [*_delimiter_faults(delimiter), *_column_faults(columns)]
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


def _delimiter_faults(delimiter: str | None) -> Iterator[tuple[str, str]]:
    if delimiter is not None and delimiter not in DELIMITERS:
        yield "delimiter", "must be one of ',', ';', tab and '|'"


def _column_faults(columns: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    if columns is None:
        return
    if isinstance(columns, str) or not columns or len(set(columns)) != len(columns):
        yield "columns", "must be different field names, at least one"


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
    preface = reader.take(layout.preface)
    return _batches(reader, layout, preface), _CsvRows(guard, layout, escape_formulas)


@attrs.frozen
class _Batch:
    rows: list[Row]
    tally: Tally
    first: bool
    preface: bytes


def _batches(reader: Reader, layout: Layout, preface: bytes) -> Iterator[_Batch]:
    tally = Tally()
    rows = _read_rows(reader, tally, layout)
    first = True
    while batch := list(islice(rows, _ROWS)):
        counted = attrs.evolve(tally, marked=tally.marked.copy(), faults=Counter())
        yield _Batch(batch, counted, first, preface)
        tally.marked.clear()
        first, preface = False, b""


# Rows, treated and written ------------------------------------------------------------------------


@attrs.frozen
class _CsvRows:
    guard: Guard
    layout: Layout
    escape: bool

    def __call__(self, batch: _Batch, /) -> tuple[bytes, Tally]:
        tally = batch.tally
        before = self.guard.faults()
        rows = iter(batch.rows)
        redacted = self._start(rows, tally) if batch.first else []
        redacted.extend(self._row(row, tally) for row in rows)
        tally.faults.update(self.guard.faults() - before)
        return batch.preface + self._written(redacted), tally

    def _start(self, rows: Iterator[Row], tally: Tally) -> list[list[Any] | str]:
        """Return the titles and the header of the file, and the blank lines before them."""
        redacted: list[list[Any] | str] = []
        titles = self.layout.titles
        for row in rows if self.layout.header else ():
            is_header = bool(row) and not titles and not self._is_outside(row)
            if is_header:
                redacted.append(self._header(row, tally))
                break
            titles -= bool(row) and not self._is_outside(row)
            redacted.append(self._row(row, tally))
        return redacted

    def _is_outside(self, row: Row) -> bool:
        """Whether a row is not part of the table: a comment, or a footer of another width."""
        if isinstance(row, str) or row == _OVERLONG_ROW:
            return False
        # A row of the right width is a record, whatever a caller's name begins with.
        return len(row) != self.layout.width and (is_comment(row) or is_footer(row))

    def _row(self, row: Row, tally: Tally) -> list[Any] | str:
        if not row:
            return []
        if self._is_outside(row):
            cells = [one_line(self.guard.text(cell, tally)) for cell in row]
            return self.layout.delimiter.join(cells)
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
        if isinstance(row, str):
            return [UNPARSEABLE]
        return self.guard.names(row, tally)

    def _written(self, rows: list[list[Any] | str]) -> bytes:
        lines = _Collected()
        writer = csv.writer(lines, **self.layout.writing)
        write = self._with_bare(lines) if self.layout.bare else writer.writerow
        for row in rows:
            if isinstance(row, str):
                lines.write(row + "\r\n")
            elif self.escape:
                write([escaped(cell) for cell in row])
            else:
                write(row)
        # Written with CRLF, whatever the file's own line end: else a CR in a cell is not quoted.
        end = self.layout.end
        return "".join([line[:-2] + end for line in lines.lines]).encode("utf-8", "replace")

    def _with_bare(self, lines: _Collected) -> Callable[[list[Any]], object]:
        """Return a writer that quotes cells but for the columns that had no quotes."""
        bare, delimiter = self.layout.bare, self.layout.delimiter
        special = {delimiter, '"', "\r", "\n"}

        def write(row: list[Any]) -> None:
            cells = []
            for at, cell in enumerate(map(str, row)):
                is_bare = at in bare and special.isdisjoint(cell)
                cells.append(cell if is_bare else '"' + cell.replace('"', '""') + '"')
            lines.write(delimiter.join(cells) + "\r\n")

        return write


# A row of these alone came out of a stream like this one; it stays, as there is nothing in it.
_MARKS = frozenset({"", MISALIGNED, UNPARSEABLE})


class _Collected:
    __slots__ = ("lines", "write")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.write = self.lines.append


def treat_row(guard: Guard, names: Sequence[str], row: Sequence[Any], tally: Tally, /) -> list[Any]:
    """Return the cells of a row, treated as a record of *names*; a dropped field is empty."""
    record = dict(zip(names, row, strict=True))
    if len(record) < len(names):
        cells = [value for _, value in guard.pairs(list(zip(names, row, strict=True)), tally)]
    else:
        redacted = guard.fields(record, tally)
        if redacted is None:
            return [FAULT] * len(row)
        cells = [redacted.get(name) for name in names]
    return ["" if cell is None else cell for cell in cells]


_LEADS = frozenset("=+-@\t\r\n＝＋－＠")
_NUMBER = "+-0123456789.,()*# "


def escaped(cell: Any, /) -> Any:
    """Put an apostrophe before a cell that a spreadsheet would run; numbers, also masked, stay."""
    if type(cell) is not str or cell[:1] not in _LEADS:
        return cell
    if cell[0] in "+-" and cell.strip(_NUMBER) in ("", "e", "E"):
        return cell
    return f"'{cell}"


# Rows, read one by one whatever their quotes do ---------------------------------------------------

# The cells of a row, or the reason why it could not be parsed.
Row: TypeAlias = "list[str] | str"

_OVERLONG_ROW = [OVERLONG.decode()]


def _read_rows(reader: Reader, tally: Tally, layout: Layout) -> Iterator[Row]:
    """
    Yield rows, also blank ones; where a quote never closes, mark that row and read the next line.

    Only the lines after the open quote are read again, and no quote opens in them, so time stays
    linear.
    """
    style = layout.reading
    lines = _Lines(_physical(reader, layout.newline, tally))
    rows = csv.reader(lines, **style)
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            whole, keep = lines.taken[:-1], 1
        else:
            if row is None:
                return
            if not lines.ended:
                yield "too_long" if row == _OVERLONG_ROW else row
                lines.next_row()
                continue
            whole, keep = lines.taken, 0
        yield "unparseable"
        keep += _lines_after_quote(whole, style)
        lines.next_row(keep=min(keep, len(lines.taken) - 1))
        rows = csv.reader(lines, **style)


def _lines_after_quote(lines: list[str], style: dict[str, Any]) -> int:
    """Return how many of *lines* an open quote took that it should not have."""
    # Read again, the row ends in the cell whose quote is open: its first line is the row's.
    row = next(csv.reader(lines, **style), None) if lines else None
    if not row:
        return 0
    return max(len(io.StringIO(row[-1], newline="").readlines()) - 1, 0)


class _Lines:
    """Give lines to a csv reader, remember those of its row, and take back those of others."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self._size = 0
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        self._size += len(line)
        if self._size > LINE_LIMIT and len(self.taken) > 1:
            raise csv.Error
        return line

    def next_row(self, *, keep: int = 0) -> None:
        """Forget the row that was read; give its last *keep* lines out again."""
        self._again.extend(self.taken[: -keep - 1 : -1])
        self.taken.clear()
        self._size = 0
        self.ended = False


def _physical(reader: Reader, newline: bytes, tally: Tally) -> Iterator[str]:
    for block in blocks(reader, newline=newline):
        yield from io.StringIO("\n".join(decoded_lines(block, tally)), newline="")
