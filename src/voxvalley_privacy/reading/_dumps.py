"""Shapes in which programs print their values: PHP's arrays, Go's structs, bound values of SQL."""

from __future__ import annotations

import re

from ._leaves import Island, Leaf, as_bare, as_quoted

__all__ = ["bindings_in", "php_in", "structs_in"]

# PHP: var_dump, print_r, and serialize.
_PHP = re.compile(
    r"""
    \["(?P<dumped>[A-Za-z_][\w.-]{0,63})"\][ ]?=>\s{0,8}string\([0-9]{1,7}\)[ ]
      "(?P<string>[^"\x00]*+)"
    | \[(?P<printed>[A-Za-z_][\w.:-]{0,63})\][ ]=>[ ](?P<line>[^\r\n\x00()]++)
    | s:[0-9]{1,3}:"(?P<packed>[A-Za-z_][\w.-]{0,63})";s:[0-9]{1,7}:"(?P<text>[^"\x00]*+)";
    """,
    re.VERBOSE,
)
_OF_PHP = (("dumped", "string"), ("printed", "line"), ("packed", "text"))

# Go: {From:+14155550132 CallerName:Zoe Example Status:200}, map[Body:hello there From:zoe].
_STRUCT = re.compile(r"(?:map\[|(?<![\"'\w])&?\{|\w\{)(?=[A-Za-z_]\w{0,63}:[^\s:/])")
_FIELD = re.compile(
    r"""
    [ ]?(?P<key>[A-Za-z_]\w{0,63}):
    (?:"(?P<quoted>(?:[^"\\\x00]|\\.)*+)"
      |(?P<bare>(?:\[[A-Z_]{2,30}\])++|(?:[^ \]}"\x00]|[ ](?![A-Za-z_]\w{0,63}:))*+))
    """,
    re.VERBOSE,
)

# Values of a statement without the names of their columns; a key that says what was there twice.
_BINDING = re.compile(
    r"""
    (?<![\w$])\$[0-9]{1,3}[ ]=[ ]'(?P<numbered>[^'\x00]*+)'
    | binding[ ]parameter[ ][\[(][0-9]{1,3}[^-\n]{0,40}-[ ]\[(?P<bound>[^\]\x00]*+)\]
    | Duplicate[ ]entry[ ]'(?P<entry>[^'\x00]*+)'[ ]for[ ]key[ ]'(?P<column>[\w.]{1,128})'
    """,
    re.VERBOSE,
)

# Key (first_name, last_name)=(Zoe, Example) already exists.
_UNIQUE_KEY = re.compile(
    r"(?<!\w)Key[ ]\((?P<names>[^=\n\x00]{1,300})\)"
    r"=\((?P<values>[^\n\x00]{0,1000}?)\)[ ](?=already|is[ ]|conflicts)"
)
_ANY_OF_THEM = "full_name"
_COLUMN = re.compile(r"[A-Za-z_]\w*(?=\W*\Z|::)")

# Read from one place with `match`, and never searched for.
WHOLE = frozenset({"_FIELD"})


def php_in(text: str, /) -> list[Island]:
    """Return the fields of arrays that PHP printed."""
    islands = []
    for field in _PHP.finditer(text):
        key, group = next(pair for pair in _OF_PHP if field[pair[0]] is not None)
        start, end = field.span(group)
        leaf = Leaf((field[key],), field[group], start, end, as_bare)
        islands.append(Island("pair", field.start(), field.end(), (leaf,)))
    return islands


def structs_in(text: str, /) -> list[Island]:
    """Return the structs and maps that Go printed."""
    islands = []
    at = 0
    while (struct := _STRUCT.search(text, at)) is not None:
        at = struct.end()
        leaves = []
        while (field := _FIELD.match(text, at)) is not None:
            leaves.append(_leaf(field))
            at = field.end()
        islands.append(Island("struct", struct.start(), at, tuple(leaves)))
    return islands


def _leaf(field: re.Match[str]) -> Leaf:
    group, spell = ("bare", as_bare) if field["quoted"] is None else ("quoted", as_quoted)
    return Leaf((field["key"],), field[group], *field.span(group), spell)


def bindings_in(text: str, /) -> list[Island]:
    """Return the values that a database layer logs without their columns."""
    islands = []
    for bound in _BINDING.finditer(text):
        group = next(name for name in ("numbered", "bound", "entry") if bound[name] is not None)
        path = (bound["column"].rpartition(".")[2],) if bound["column"] else ()
        leaf = Leaf(path, bound[group], *bound.span(group), as_bare)
        islands.append(Island("row", bound.start(), bound.end(), (leaf,)))
    islands += map(_unique_key, _UNIQUE_KEY.finditer(text))
    return sorted(islands, key=lambda island: island.start)


def _unique_key(key: re.Match[str]) -> Island:
    """Return the values of a key that is there twice; several have the names in their order."""
    columns = map(_COLUMN.search, key["names"].split(", "))
    names = [column[0] for column in columns if column is not None]
    start, end = key.span("values")
    values = key["values"].split(", ") if len(names) > 1 else [key["values"]]
    if len(values) != len(names):
        # A value with a comma in it: which is whose cannot be told, and one may be a name.
        names, values = [_ANY_OF_THEM], [key["values"]]
    leaves = []
    for name, value in zip(names, values, strict=True):
        leaves.append(Leaf((name,), value, start, start + len(value), as_bare))
        start += len(value) + 2
    return Island("row", key.start(), end, tuple(leaves))
