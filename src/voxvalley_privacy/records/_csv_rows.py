"""Read CSV rows one by one, whatever the quotes in them do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TypeAlias

from ._border import Tally
from ._frames import LINE_LIMIT, OVERLONG, Reader, blocks
from ._text_lines import decoded_lines

__all__ = ["Row", "read_rows"]

# The cells of a row, or in their place the reason why it could not be parsed.
Row: TypeAlias = "list[str] | str"

_OVERLONG_ROW = [OVERLONG.decode()]


def read_rows(reader: Reader, tally: Tally, /, *, delimiter: str, newline: bytes) -> Iterator[Row]:
    """
    Yield rows, blank ones too; where a quote never closes, mark the row that opened it and go on with the next line.

    Only the lines inside the open quote are read again, and no quote opens in them, so time stays linear.
    """
    lines = _Lines(_physical(reader, newline, tally))
    rows = csv.reader(lines, delimiter=delimiter)
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
        # Read again, the row ends in the cell whose quote is open: only that cell's first line belongs to the row.
        cut = next(csv.reader(whole, delimiter=delimiter), None) if whole else None
        if cut:
            keep += max(len(io.StringIO(cut[-1], newline="").readlines()) - 1, 0)
        lines.next_row(keep=min(keep, len(lines.taken) - 1))
        rows = csv.reader(lines, delimiter=delimiter)


class _Lines:
    """Hand lines to a csv reader, remember those of the row it is at, and take back those it should not have had."""

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
        """Forget the row that was read; hand its last *keep* lines out again."""
        self._again.extend(self.taken[: -keep - 1 : -1])
        self.taken.clear()
        self._size = 0
        self.ended = False


def _physical(reader: Reader, newline: bytes, tally: Tally) -> Iterator[str]:
    for block in blocks(reader, newline=newline):
        yield from io.StringIO("\n".join(decoded_lines(block, tally)), newline="")
