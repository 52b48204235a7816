"""Rows of cells below a row of names, as CSV has them, in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ._leaves import Island, Leaf, as_bare

__all__ = ["HEADER_ROW", "tables_in"]

# The end of a line, also as a log spells it out within one line.
_LINE_END = r"(?:\r?\n|(?:\\r)?\\n)[ \t]{0,8}"
# CallerName,Body,Email at the end of a line: names of columns with nothing but commas between them.
HEADER_ROW = re.compile(
    rf"""
    (?<![\w,.-])[A-Za-z_][\w.-]{{0,63}}+
    (?:,[A-Za-z_][\w.-]{{0,63}}+){{2,127}}+
    {_LINE_END}
    """,
    re.VERBOSE,
)
_CELL = re.compile(
    r"""
    "(?P<quoted>(?:[^"\x00]|"")*+)"                # "Zoe ""Z"" Example"
    | (?P<bare>(?:[^,"\r\n\\\x00]|\\(?!r?\\?n))*+)  # up to the comma or the end of the line
    """,
    re.VERBOSE,
)
_NEXT_LINE = re.compile(_LINE_END)

# Read from one place with `match`, and never searched for.
WHOLE = frozenset({"_CELL", "_NEXT_LINE"})


def tables_in(text: str, /) -> list[Island]:
    """Return the rows below each row of names; a row of another length ends them."""
    islands: list[Island] = []
    at = 0
    while (header := HEADER_ROW.search(text, at)) is not None:
        names = _NEXT_LINE.split(header[0])[0].split(",")
        at = header.end()
        for row in _rows(text, at, len(names)):
            leaves = tuple(
                leaf._replace(path=(name,)) for name, leaf in zip(names, row, strict=True)
            )
            islands.append(Island("csv", row[0].start, row[-1].end, leaves))
            at = row[-1].end
    return islands


def _rows(text: str, at: int, width: int) -> Iterator[list[Leaf]]:
    while True:
        row = _row(text, at, width)
        if len(row) != width:
            return
        yield row
        line_end = _NEXT_LINE.match(text, row[-1].end)
        if line_end is None:
            return
        at = line_end.end()


def _row(text: str, at: int, width: int) -> list[Leaf]:
    """Return the cells of a line, up to as many as there are names."""
    cells: list[Leaf] = []
    while len(cells) < width:
        cell = _CELL.match(text, at)
        if cell is None:
            break
        cells.append(_leaf(cell))
        at = cell.end()
        if text[at : at + 1] != ",":
            break
        at += 1
    return cells


def _leaf(cell: re.Match[str]) -> Leaf:
    quoted = cell["quoted"]
    if quoted is None:
        return Leaf((), cell["bare"], cell.start(), cell.end(), _as_cell)
    start, end = cell.span("quoted")
    return Leaf((), quoted.replace('""', '"'), start, end, _as_quoted_cell)


def _as_cell(text: str, /) -> str:
    bare = as_bare(text)
    if "," in bare or '"' in bare:
        return f'"{_as_quoted_cell(bare)}"'
    return bare


def _as_quoted_cell(text: str, /) -> str:
    return text.replace('"', '""')
