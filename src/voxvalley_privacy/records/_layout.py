"""Tell from the start of a CSV file how it is laid out: delimiter, header, names, quoting, line ends."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice

import attrs

from ..schemas import normal
from ._border import Guard, Tally
from ._frames import HEAD

__all__ = ["DELIMITERS", "Layout", "column_names", "is_header", "layout_of", "sniffed"]

DELIMITERS = (",", ";", "\t", "|")
_ROWS = 50  # rows that are looked at
_OPTIONAL = 5  # trailing columns that a switch may be set up to leave out
_HEADER_WORDS = frozenset({
    "account", "answer", "body", "call_id", "callee", "caller", "channel", "city", "cost", "country", "date", "destination",
    "direction", "dst", "duration", "email", "end", "from", "id", "label", "message", "name", "number", "phone", "price",
    "source", "src", "start", "state", "status", "text", "time", "to", "type", "user", "user_id",
})  # fmt: skip


@attrs.frozen
class Layout:
    """How a CSV file is written; *names* is None when no known names fit its rows."""

    delimiter: str
    quoting: int
    end: str
    header: bool
    width: int
    names: tuple[str, ...] | None

    @property
    def newline(self) -> bytes:
        """What ends a block of lines."""
        return b"\r" if self.end == "\r" else b"\n"


def layout_of(
    head: bytes,
    guard: Guard,
    /,
    *,
    columns: Sequence[str] | None,
    header: bool | None,
    delimiter: str | None,
) -> Layout:
    """Return the layout of a file that starts with *head*; what is given is not guessed."""
    text = _whole_lines(head.decode("utf-8", "replace"), cut=len(head) == HEAD)
    likely = sniffed(text)
    delimiter = delimiter or likely
    rows = _parsed(text, delimiter)
    first = rows[0] if rows else []
    body = rows[1:] or rows
    width = Counter(map(len, body)).most_common(1)[0][0] if body else 0
    schema = getattr(guard.redact, "schema", None)
    if header is None:
        header = is_header(first, rows[1:], columns or _top_level(schema))
    if columns is not None:
        names: tuple[str, ...] | None = tuple(columns)
    elif width == 1 and delimiter != likely:
        # Cut by the wrong character a row is one cell, and its one name would be told of all of it.
        names = None
    elif header:
        names = tuple(cell.strip() for cell in first)
    else:
        names = column_names(getattr(schema, "column_orders", ()), rows)
    if names is not None:
        names = tuple(guard.names(names, Tally()))
        width = len(names)
    return Layout(delimiter, _quoting(text, delimiter), _line_end(text), header, width, names)


def sniffed(text: str, /) -> str:
    """Return the delimiter that cuts the first rows most alike, and into most cells."""
    return max(DELIMITERS, key=lambda delimiter: _alike(_parsed(text, delimiter)))


def is_header(first: Sequence[str], rest: Sequence[Sequence[str]], known: Iterable[str], /) -> bool:
    """
    Tell whether a first row names the columns.

    It does when half of its cells are *known* names, or when no cell looks like data and either a cell is a usual name
    or a column below holds numbers.
    """
    cells = [normal(cell.strip()) for cell in first if cell.strip()]
    if not cells or len(set(cells)) < len(cells):
        return False
    names = {normal(name) for name in known}
    if 2 * sum(cell in names for cell in cells) >= len(cells):
        return True
    if any(_is_data(cell) for cell in first if cell.strip()):
        return False
    if any(cell.strip().strip("~").partition(":")[0].casefold() in _HEADER_WORDS for cell in first):
        return True
    return any(_is_data(cell) for row in rest[:_ROWS] for cell in row)


def column_names(
    orders: Iterable[Sequence[str]], rows: Sequence[Sequence[str]], /
) -> tuple[str, ...] | None:
    """
    Return the names of the columns of rows without a header.

    Without any known order they are numbered. With some, the one that fits in width and content; None when none does.
    """
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    orders = tuple(orders)
    if not orders:
        return tuple(f"column {i}" for i in range(1, width + 1))
    scored = [
        (fit, -i) for i, order in enumerate(orders) if (fit := _fit(order, rows, width)) is not None
    ]
    return tuple(orders[-max(scored)[1]])[:width] if scored else None


def _fit(order: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int | None:
    """Score how well *order* tells where times and counts stand; None when it does not fit."""
    if not len(order) - _OPTIONAL <= width <= len(order):
        return None
    score = told = 0
    for row in rows:
        if len(row) == width:
            for name, cell in zip(order, row, strict=False):
                shape = _shape(name)
                if shape is not None and cell:
                    told += 1
                    score += 1 if shape(cell) else -2
    if told:
        return score if score > 0 else None
    return 0 if width == len(order) else None


def _shape(name: str) -> Callable[[str], bool] | None:
    """Return what every cell of a column of this name looks like, when that can be told."""
    if name in ("start", "answer", "end") or name.endswith(("time", "date", "stamp")):
        return _is_time
    return str.isdigit if name in ("duration", "billsec", "sequence") else None


def _is_time(cell: str) -> bool:
    return len(cell) >= 8 and cell[:4].isdigit()


def _top_level(schema: object) -> set[str]:
    return {path for path in getattr(schema, "fields", ()) if "." not in path}


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[list[str]] = []
    with suppress(csv.Error):
        found.extend(row for row in islice(rows, _ROWS) if row)
    return found


def _is_data(cell: str) -> bool:
    return sum(c.isdigit() for c in cell) > 3 or "@" in cell or cell.strip()[:1].isdigit()


def _alike(rows: list[list[str]]) -> tuple[bool, float, int]:
    """Score rows: whether the first, which no sender writes, is as wide as most; how many are, above one cell; how wide."""
    if not rows:
        return (False, 0.0, 0)
    width, times = Counter(map(len, rows)).most_common(1)[0]
    return (width == len(rows[0]) > 1, times / len(rows) if width > 1 else 0.0, width)


def _quoting(text: str, delimiter: str) -> int:
    # Switches quote every text and leave numbers bare; half is enough to tell.
    return (
        csv.QUOTE_ALL
        if 2 * text.count(f'"{delimiter}"') >= text.count(delimiter) > 0
        else csv.QUOTE_MINIMAL
    )


def _whole_lines(text: str, *, cut: bool) -> str:
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if cut and end > 0 else text


def _line_end(text: str) -> str:
    before, newline, _ = text.partition("\n")
    if newline:
        return "\r\n" if before.endswith("\r") else "\n"
    return "\r" if "\r" in text else "\n"
