"""
The layout of a CSV file, from its start: delimiter, header, names, comments, quoting, line ends.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any

import attrs

from ..schemas import normal
from ._border import Guard, Tally
from ._column_orders import column_names, usual_width
from ._frames import HEAD

__all__ = [
    "DELIMITERS",
    "Layout",
    "first_rows",
    "has_header",
    "is_comment",
    "is_footer",
    "is_header",
    "is_table",
    "layout_of",
    "sniffed",
]

DELIMITERS = (",", ";", "\t", "|")
_ROWS = 50  # rows that are looked at
_HEADER_WORDS = frozenset({
    "account", "answer", "body", "call_id", "callee", "caller", "channel", "city", "cost",
    "country", "date", "destination", "direction", "dst", "duration", "email", "end", "from", "id",
    "label", "message", "name", "number", "phone", "price", "source", "src", "start", "state",
    "status", "text", "time", "to", "type", "user", "user_id",
})  # fmt: skip


@attrs.frozen
class Layout:
    r"""
    How a CSV file is written.

    *names* is None when no known names fit its rows; *preface* is the length in bytes of the line
    `sep=;` that Excel reads; *titles* is how many rows of one cell come before the others;
    *escapes* is whether a delimiter in a cell is written `\\,`, and nothing is quoted;
    *bare* are the columns without quotes where most have them.
    """

    delimiter: str
    quoting: int
    end: str
    header: bool
    width: int
    names: tuple[str, ...] | None
    preface: int = 0
    titles: int = 0
    escapes: bool = False
    bare: frozenset[int] = frozenset()

    @property
    def reading(self) -> dict[str, Any]:
        """The settings of a `csv.reader`."""
        return _reading(self.delimiter, escapes=self.escapes)

    @property
    def writing(self) -> dict[str, Any]:
        """The settings of a `csv.writer`."""
        return {"quoting": self.quoting} | self.reading

    @property
    def newline(self) -> bytes:
        """The end of each line in the bytes."""
        return b"\r" if self.end == "\r" else b"\n"


def _reading(delimiter: str, *, escapes: bool) -> dict[str, Any]:
    settings: dict[str, Any] = {"delimiter": delimiter}
    if escapes:
        settings |= {"escapechar": "\\", "quoting": csv.QUOTE_NONE, "quotechar": None}
    return settings


def layout_of(
    head: bytes,
    guard: Guard,
    /,
    *,
    columns: Sequence[str] | None,
    header: bool | None,
    delimiter: str | None,
) -> Layout:
    """Return the layout of a file that starts with *head*; settings that are set decide."""
    preface = _SEPARATOR.match(head)
    start = preface.end() if preface else 0
    text = _whole_lines(head[start:].decode("utf-8", "replace"), cut=len(head) == HEAD)
    likely = preface[1].decode() if preface else sniffed(text)
    delimiter = delimiter or likely
    escapes = _has_escapes(text, delimiter)
    rows = _parsed(text, delimiter, escapes=escapes)
    titles = _titles(rows)
    rows = rows[titles:]
    width = usual_width(rows[1:] or rows)
    schema = getattr(guard.redact, "schema", None)
    if header is None:
        header = is_header(rows[0] if rows else (), rows[1:], columns or _top_level(schema))
    # Split at the wrong character a row is one cell, and its one name would be used for all.
    is_split = width > 1 or delimiter == likely
    if columns is None and is_split:
        columns = _own_names(rows, header=header, schema=schema)
    names = None
    if columns is not None:
        names = tuple(guard.names(columns, Tally()))
        width = len(names)
    quoting, end = _quoting(text, delimiter), _line_end(text)
    bare = _bare_columns(text, delimiter) if quoting == csv.QUOTE_ALL else frozenset()
    return Layout(delimiter, quoting, end, header, width, names, start, titles, escapes, bare)


def _own_names(rows: list[list[str]], *, header: bool, schema: object) -> Sequence[str] | None:
    """Return the names of the columns by their header, or by the schema's order."""
    if not header:
        return column_names(getattr(schema, "column_orders", ()), rows)
    first = next(iter(rows), [])
    return [cell.strip().lstrip("# ") or cell for cell in first]


def _top_level(schema: object) -> set[str]:
    return {path for path in getattr(schema, "fields", ()) if "." not in path}


def _has_escapes(text: str, delimiter: str) -> bool:
    """Whether delimiters in cells are written with a backslash: rows have one width then."""
    if f"\\{delimiter}" not in text:
        return False
    plain = _alike(_parsed(text, delimiter))
    return _alike(_parsed(text, delimiter, escapes=True))[:2] >= plain[:2]


def _parsed(text: str, delimiter: str, *, escapes: bool = False) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), **_reading(delimiter, escapes=escapes))
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(filter(None, islice(reader, _ROWS)))
    width = usual_width([row for row in rows if not is_comment(row)])
    return [row for row in rows if len(row) == width or not is_comment(row)]


# Lines that are not rows --------------------------------------------------------------------------

# The line that says to Excel how cells are separated.
_SEPARATOR = re.compile(rb'"?sep=([,;|\t])"?[^\r\n]*\r?\n', re.IGNORECASE)
_COMMENT = re.compile(r"#(?:$|[\s#!]|[A-Za-z])")  # not `#31#`, a service code
# `Total: 3`, `(2 rows)`, `-- end of file --`
_FOOTER = re.compile(
    r"""
    [\W_]* (?: \d{1,9} \s+ (?: rows? | records? | calls? | entries | messages? )
    | (?: sub | grand \s )? total s? | sum | count | (?: number \s of \s )? (?: rows | records )
    | end (?: \s of (?: \s (?: file | report | data ) )? )? | eof )
    [\W_]*+ (?: \d{1,9} )? [\W_]*+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AMOUNT = re.compile(r"[-+]?[\d.,:%]{0,12}")


def is_comment(row: Sequence[str], /) -> bool:
    """Whether a row is a comment: `# exported at noon`."""
    return bool(row) and _COMMENT.match(row[0].lstrip()) is not None


def is_footer(row: Sequence[str], /) -> bool:
    """Whether a row closes a table: it names a sum or the end, and holds only amounts."""
    first, *others = [cell for cell in row if cell.strip()] or [""]
    return _FOOTER.fullmatch(first) is not None and all(map(_AMOUNT.fullmatch, others))


def first_rows(head: bytes, /) -> list[list[str]]:
    """Return the first rows of a table, without comments and titles."""
    preface = _SEPARATOR.match(head)
    start = preface.end() if preface else 0
    text = _whole_lines(head[start:].decode("utf-8", "replace"), cut=len(head) == HEAD)
    delimiter = preface[1].decode() if preface else sniffed(text)
    rows = _parsed(text, delimiter, escapes=_has_escapes(text, delimiter))
    return rows[_titles(rows) :]


def has_header(head: bytes, /) -> bool:
    """Whether the first row of a table names its columns, by its look."""
    rows = first_rows(head)
    return bool(rows) and is_header(rows[0], rows[1:], ())


def _titles(rows: list[list[str]]) -> int:
    """Return how many rows come before the table: of one cell where most have at least three."""
    if usual_width(rows) < 3:
        return 0
    filled = [len(list(filter(str.strip, row))) for row in rows]
    return next((at for at, cells in enumerate(filled) if cells > 1), 0)


# Delimiter ----------------------------------------------------------------------------------------


def sniffed(text: str, /) -> str:
    """Return the delimiter with which the first rows have one width, and the most cells."""
    return max(DELIMITERS, key=lambda delimiter: _alike(_parsed(text, delimiter)))


def _alike(rows: list[list[str]]) -> tuple[bool, float, int]:
    """
    Score rows: is the first as wide as most, how many have that width, how wide they are.

    The first row counts more: it is the header, and no sender of a message wrote it.
    """
    if not rows:
        return (False, 0.0, 0)
    width, times = Counter(map(len, rows)).most_common(1)[0]
    if width == 1:
        return (False, 0.0, 1)
    return (width == len(rows[0]), times / len(rows), width)


# Header -------------------------------------------------------------------------------------------


def is_header(first: Sequence[str], rest: Sequence[Sequence[str]], known: Iterable[str], /) -> bool:
    """
    Whether a first row names the columns.

    It does when half of its cells are *known* names, or when no cell looks like data and either a
    cell is a usual name or a column below holds numbers.
    """
    cells = [cell for cell in first if cell.strip()]
    folded = [normal(cell.strip()) for cell in cells]
    if not cells or len(set(folded)) < len(cells):
        return False
    names = set(map(normal, known))
    if 2 * len(names.intersection(folded)) >= len(cells):
        return True
    if any(map(_is_data, cells)):
        return False
    below = chain.from_iterable(rest[:_ROWS])
    return any(map(_is_usual_name, cells)) or any(map(_is_data, below))


def _is_data(cell: str) -> bool:
    if "@" in cell or cell.strip()[:1].isdigit():
        return True
    return sum(map(str.isdigit, cell)) > 3


def _is_usual_name(cell: str) -> bool:
    return cell.strip().strip("~").partition(":")[0].casefold() in _HEADER_WORDS


# Tables among other texts -----------------------------------------------------------------------


def is_table(lines: list[str], /) -> bool:
    """
    Whether lines are a table, by their look.

    Most rows have one width, and a header names the columns or the cells of enough columns look
    alike: any prose, log or dump has commas and semicolons too.
    """
    rows = first_rows("\n".join([*lines, ""]).encode())
    while rows and is_footer(rows[-1]):
        rows.pop()
    width = usual_width(rows)
    usual = [row for row in rows if len(row) == width]
    if width < 2 or len(usual) < 0.9 * len(rows):
        return False
    first, *others = usual
    if all(map(_is_name, first)) and is_header(first, others, ()):
        return True
    return _columns_look_alike(usual)


def _columns_look_alike(rows: list[list[str]]) -> bool:
    """Whether two columns hold values, and a third of all hold values or a few words."""
    if any(map(_NOT_IN_CELLS.search, chain.from_iterable(rows))):
        return False
    # A column that is empty in all rows says nothing: switches write hundreds of them.
    columns = list(filter(None, (_filled(column) for column in zip(*rows, strict=True))))
    values = sum(map(_holds_values, columns))
    return values >= 2 and values + sum(map(_repeats, columns)) >= len(columns) / 3


def _filled(cells: Iterable[str]) -> list[str]:
    return list(filter(None, map(str.strip, cells)))


# The name of a column: letters, digits and a few signs, with a unit in brackets at most.
_NAME = re.compile(r"[\w$@~#][\w .\-/#:&?]{0,60}(?:[(\[][\w .%]{1,20}[)\]])?")
# In a cell these are part of a program, a dump or JSON: an unbalanced bracket, a quoted key.
_NOT_IN_CELLS = re.compile(
    r"""
    ^ [^()]* \( [^()]* $ | ^ [^()]* \) [^()]* $        # one round bracket
    | ^ [^{}]* [{}] [^{}]* $ | ^ [^\[\]]* [\[\]] [^\[\]]* $  # one of another kind
    | \w"\s*:                                         # a key of JSON
    """,
    re.VERBOSE,
)
# One value that is not a word: a number, a time, an address, an identifier with digits.
# Read whole, never searched for.
WHOLE = frozenset({"_FOOTER", "_VALUE"})
_VALUE = re.compile(r"[-+*#(]?[\w.:@/+-]*\d[\w.:@/+()\- ]*")


def _is_name(cell: str) -> bool:
    name = cell.strip()
    return not name or (_NAME.fullmatch(name) is not None and len(name.split()) <= 5)


def _holds_values(cells: list[str]) -> bool:
    """Whether nearly all cells of a column are values that are not words."""
    values = sum(1 for cell in cells if _VALUE.fullmatch(cell) and len(cell.split()) <= 2)
    return bool(cells) and values >= 0.9 * len(cells)


def _repeats(cells: list[str]) -> bool:
    """Whether a column holds a few single words again and again, and they are not values."""
    if len(cells) < 4 or _holds_values(cells):
        return False
    return len(set(cells)) <= len(cells) / 2 and all(map(str.isidentifier, cells))


# Quotes and line ends -----------------------------------------------------------------------------


def _quoting(text: str, delimiter: str) -> int:
    # Switches quote every text and leave numbers bare; half of the cells are enough to see it.
    if 2 * text.count(f'"{delimiter}"') >= text.count(delimiter) > 0:
        return csv.QUOTE_ALL
    return csv.QUOTE_MINIMAL


def _bare_columns(text: str, delimiter: str) -> frozenset[int]:
    """Return the columns whose cells are never quoted, such as the counts of a switch."""
    cell = re.compile(
        rf'("(?:[^"]|"")*+"|[^{re.escape(delimiter)}"]*+)(?:{re.escape(delimiter)}|$)'
    )
    bare: set[int] | None = None
    for line in text.splitlines()[:_ROWS]:
        if line.strip() and line.count('"') % 2 == 0:
            cells = cell.findall(line)
            found = {at for at, value in enumerate(cells) if not value.startswith('"')}
            bare = found if bare is None else bare & found
    return frozenset(bare or ())


def _whole_lines(text: str, *, cut: bool) -> str:
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if cut and end > 0 else text


def _line_end(text: str) -> str:
    before, newline, _ = text.partition("\n")
    if newline:
        return "\r\n" if before.endswith("\r") else "\n"
    return "\r" if "\r" in text else "\n"
