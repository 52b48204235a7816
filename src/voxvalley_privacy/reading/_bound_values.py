"""Values that a database layer logs in a row behind the statement that they are bound to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ._leaves import Island, Leaf, as_bare, as_literal

__all__ = ["bound_in"]

_NEAR = 4096  # characters behind a statement in which its values are logged
_MOST = 1000  # values that are read behind one statement

_STATEMENT = re.compile(r"(?i)\b(?:INSERT|REPLACE|UPDATE|SELECT|DELETE)\s")
_COLUMNS = re.compile(
    r"""(?i)\bINTO\s+[\w."`\[\]]+\s*+\((?P<columns>[^()]{1,2000})\)\s*+VALUES\s*+(?P<row>\([^()]{1,2000}\))"""
)
# A place for a value that comes later.
_PLACE = re.compile(r"\?|%s|\$[0-9]{1,3}|:[0-9]{1,3}")
_COMPARED = re.compile(
    r"(?i)(?P<column>[A-Za-z_][\w.\"`\]]{0,63})\s*+(?:=|<>|!=|<=|>=|<|>|\bI?LIKE\b)\s*+"
    r"(?:\?|%s|\$[0-9]{1,3}|:[0-9]{1,3})"
)
# Where the values begin: [parameters: ('Zoe Example', 12)], params=[...], [cached since 12s] (...).
_VALUES = re.compile(
    r"(?i)(?:\b(?:parameters|params|args|bindings|bind values|values)\b[\"']?\s?[:=]\s?"
    r"|\[(?:cached|generated|no key|raw)[^\]\n]{0,60}\]\s)[(\[]{1,2}"
)
_VALUE = re.compile(
    r"""
    [\s,]*+(?:[\])][\s,]{0,4}[\[(])?                       # from one row to the next
    (?: u?'(?P<single>(?:[^'\\\x00]|\\.)*+)' | "(?P<double>(?:[^"\\\x00]|\\.)*+)"
      | (?P<bare>[^\s,()\[\]'"\x00][^,()\[\]'"\n\x00]*+) )
    """,
    re.VERBOSE,
)

# Read from one place with `match`, and never searched for.
WHOLE = frozenset({"_VALUE"})


def bound_in(text: str, /) -> list[Island]:
    """Return the values behind each statement, by the columns that their places belong to."""
    islands: list[Island] = []
    at = 0
    for values in _VALUES.finditer(text):
        if values.start() < at:
            continue
        columns = _columns_of(text[max(at, values.start() - _NEAR) : values.start()])
        if not columns:
            continue
        leaves = tuple(_leaves(text, values.end(), columns))
        if leaves:
            at = leaves[-1].end
            islands.append(Island("sql", values.end(), at, leaves))
    return islands


def _columns_of(text: str) -> list[str]:
    """Return the columns of the last statement in a text, one for each place of a value."""
    starts = [statement.start() for statement in _STATEMENT.finditer(text)]
    if not starts:
        return []
    text = text[starts[-1] :]
    inserted = _COLUMNS.search(text)
    if inserted is None:
        return [_bare(compared["column"]) for compared in _COMPARED.finditer(text)]
    names = [_bare(name) for name in inserted["columns"].split(",")]
    cells = inserted["row"][1:-1].split(",")
    return [name for name, cell in zip(names, cells, strict=False) if _PLACE.search(cell)]


def _bare(column: str) -> str:
    return column.strip(' \t\n"`[]').rpartition(".")[2].strip('"`[]')


def _leaves(text: str, at: int, columns: list[str]) -> Iterator[Leaf]:
    for place in range(_MOST):
        value = _VALUE.match(text, at)
        if value is None:
            return
        at = value.end()
        yield _leaf(value, columns[place % len(columns)])


def _leaf(value: re.Match[str], column: str) -> Leaf:
    if value["bare"] is not None:
        return Leaf((column,), value["bare"], *value.span("bare"), as_bare)
    group, mark = ("single", "'") if value["single"] is not None else ("double", '"')
    start, end = value.span(group)
    said = value[group].replace(f"\\{mark}", mark).replace("\\\\", "\\")
    return Leaf((column,), said, start - 1, end + 1, as_literal(mark))
