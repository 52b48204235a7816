"""Names and values on one line: forms and queries, `key=value`, `Key: value`, SQL."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from ._leaves import Island, Leaf, as_bare, as_form, as_quoted, as_sql

__all__ = [
    "bracketed_in",
    "compact_in",
    "forms_in",
    "hashes_in",
    "headers_in",
    "pairs_in",
    "rows_in",
    "sql_in",
]

# name=value pairs joined by &: alone, behind a question mark, or inside an address.
_FORM = re.compile(
    r"""
    (?:(?<=[?&])|(?<![^\s"'(<\[,;|]))
    [A-Za-z_][\w.%\[\]-]{0,63}=[^&\s"'<>|\x00]*+
    (?:&(?:amp;)?[A-Za-z_][\w.%\[\]-]{0,63}=[^&\s"'<>|\x00]*+)*+
    """,
    re.VERBOSE,
)
_FORM_PAIR = re.compile(r"([A-Za-z_][\w.%\[\]-]{0,63})=([^&\s\"'<>|\x00]*+)")

# key="a b", key='a b', key=word, key := word, key => word;
# a bare word ends at a blank, a comma, a semicolon or a bracket.
_PAIR = re.compile(
    r"""
    (?<![\w%&?/-])(?P<key>[A-Za-z_@][\w.-]{0,63}(?:\(\w{1,32}\))?)(?:=|\s(?::?=|=>)\s)(?![=>~])
    (?!(?:\?|%s|\$[0-9]{1,3}|%\(\w{1,64}\)s)(?:[\s,;)]|\Z))  # no place for a value
    (?:"(?P<double>(?:[^"\\\x00]|\\.)*+)(?:"|\Z)
     |'(?P<single>(?:[^'\\\x00]|\\.)*+)(?:'|\Z)
     |(?P<bare>(?:\[[A-Z_]{2,30}\])++|[^\s"',;|(){}\[\]<>\x00]*+))
    """,
    re.VERBOSE,
)
_NEXT_PAIR = re.compile(r"[,;|\t\n)\]}>\"\x00]|\s[A-Za-z_@][\w.-]{0,63}=|\Z")

_WIDEST = 1024  # characters of a bare value of several words
_NEAR = 4096  # characters behind a statement in which its values are logged

# Key: value. The value is quoted, or ends before a comma, a semicolon, a tab, a bracket, the line.
_HEADER = re.compile(
    r"""
    (?<![\w/.:@-])(?P<key>[A-Za-z][\w-]{0,40}(?:[ ][A-Za-z][\w-]{0,20}){0,2})[ ]?:[ ]{1,8}
    (?![A-Za-z][\w-]{0,40}:[ ])        # a key of its own: `INFO app: caller_name: Zoe`
    (?:"(?P<double>(?:[^"\\\n]|\\.)*+)(?:"|\Z)
     |'(?P<single>(?:[^'\\\n]|\\.)*+)(?:'|\Z)
     |(?P<bare>(?:\[[A-Z_]{2,30}\])++|[^\s,;|(){}\[\]<>"'\x00]++))
    """,
    re.VERBOSE,
)
# What was read already ends a value, too.
_END_OF_HEADER = re.compile(r"[,;|\t\n\r)\]}\"\x00]|\s{2}|\s[A-Za-z][\w-]{0,40}[:=]|\Z")
_LINE_HEADER = re.compile(
    r"(?m)^[ \t]*+(?P<key>[A-Za-z][\w-]{0,40})[ \t]?:[ \t]++(?P<value>[^\r\n\x00]++)[\r]?$"
)

# [from:+14155550132], [content:b'hello'], [msg:12:hello] with the length before the text.
_BRACKETED = re.compile(
    r"""
    \[(?!msg:[0-9]{1,5}:id:)      # not a receipt: its own keys say what is personal
    (?P<key>[A-Za-z][\w-]{0,40}):(?:[0-9]{1,5}:(?=[^\]:]*\]))?
    (?:b?(?P<mark>["'])(?=[^\]]{0,512}(?P=mark)\]))?
    (?P<value>[^\[\]\x00]*?)(?P=mark)?\]
    | \[(?!msg:[0-9]{1,5}:id:)(?P<plain_key>[A-Za-z][\w-]{0,40}):(?:[0-9]{1,5}:)?
      (?P<plain>[^\[\]\x00]*)\]
    """,
    re.VERBOSE,
)
# text:hello there, as SMPP receipts have it: up to the next such key, a bracket or the line.
_COMPACT = re.compile(
    r"""
    (?<![\w/.:@\[-])(?P<key>[A-Za-z][A-Za-z_-]{1,40}):(?=[^\s/:\d\x00])
    (?P<bare>(?:\[[A-Z_]{2,30}\])++|[^\s,;|(){}\[\]<>"'\x00]++)
    """,
    re.VERBOSE,
)
_END_OF_COMPACT = re.compile(r"[|\t\n\r)\]}\"\x00]|\s[A-Za-z][A-Za-z_-]{0,40}:|\Z")
# "caller_name" "Zoe Example": words of a command, each in quotes.
_QUOTED_PAIR = re.compile(
    r"\"(?P<key>[A-Za-z_][\w.-]{0,63})\"[ ]\"(?P<value>(?:[^\"\\\n\x00]|\\.)*+)\""
)
# HSET user:17 name "Zoe" phone 123: a command of Redis, its key, then names and values.
_HASH_COMMAND = re.compile(
    r'(?i)(?<![\w"])"?H(?:M?SET|SETNX)"?[ ]++"?(?P<key>[^\s"\x00]{1,200})"?(?=[ ])'
)
_HASH_FIELD = re.compile(
    r'[ ]++"?(?!(?i:HM?SET|HSETNX)\b)(?P<key>[A-Za-z_][\w.-]{0,63})"?[ ]++'
    r'(?:"(?P<double>(?:[^"\\\n\x00]|\\.)*+)"|(?P<bare>[^\s"\x00]++))'
)
# "caller_name": "Zoe Example" without the bracket around it, also with its quotes escaped, and
# :caller-name "Zoe Example" of EDN.
_KEYED_TEXT = re.compile(
    r"""
    (?: (?<!\\)(?P<mark>\\{1,7}")(?P<inner_key>[A-Za-z_][\w.-]{0,63})(?P=mark)
        \s{0,4}:\s{0,4}(?P=mark)(?P<inner>[^"\\\n\x00]*+)(?P=mark)
      | (?:"(?P<key>[A-Za-z_][\w.-]{0,63})"\s{0,4}:\s{0,4}
          |(?<![\w:]):(?P<word>[A-Za-z][\w-]{0,63})\s)
        "(?P<value>(?:[^"\\\n\x00]|\\.)*+)(?:"|\Z) )
    """,
    re.VERBOSE,
)
# A line of cells and nothing else: "a","b","c","d" or a|b|c|d|e.
_QUOTED_ROW = re.compile(r'(?m)^(?:"[^"\n\x00]*+"(?:,|;|\t)){3,}+"[^"\n\x00]*+"\r?$')
_PIPED_ROW = re.compile(r"(?m)^(?:[^|\n\x00]*+\|){4,}+[^|\n\x00]*+$")
_QUOTED_CELL = re.compile(r'"([^"\n]*+)"')
_PIPED_CELL = re.compile(r"[^|\n\r]++")
# A place for a value that comes later: $1, ?, %s, :name, %(name)s.
_PARAMETER = re.compile(r"\$[0-9]{1,3}|\?|%s|:\w+|%\(\w+\)s")
_BOUND = re.compile(r"\$(?P<number>[0-9]{1,3}) = (?:'(?P<value>(?:[^']|'')*+)'|NULL)")

_INSERT = re.compile(
    r"(?i)\b(?:INSERT(?:\s+IGNORE|\s+OR\s+\w{1,8})?|REPLACE|UPSERT)\s+INTO\s+(?:TABLE\s+)?"
    r"[\w.\"`\[\]]+\s*+\((?P<columns>[^()]{1,2000})\)\s*+(?:OUTPUT\s+[\w., ]{1,80})?VALUES\s*+"
)
# A text of SQL; MySQL writes \' in it, which elsewhere is a backslash before its end.
_QUOTED = r"(?:[^'\\]|''|\\(?:[^']|'(?![ ]{0,4}[,);])))*+"
_TUPLE = re.compile(rf"\(((?:[^()']|'{_QUOTED}')*+)\)\s*+,?\s*+")
# N'...' is national, E'...' has escapes, U&'...' Unicode, _utf8'...' a set of characters.
_PREFIX = r"(?:[NnEe]|[Uu]&|_\w{1,12}[ ]?)?"
_SQL_VALUE = re.compile(rf"{_PREFIX}'({_QUOTED})'|[^,\s'()]++")
_COMPARED = re.compile(
    r"(?i)(?P<column>[A-Za-z_\[][\w.\"`\]]{0,63})\s*+(?:=|<>|!=|!?~\*?|\bI?LIKE\b|\bBETWEEN\b)\s*+"
    rf"{_PREFIX}'(?P<value>{_QUOTED})'"
)

# Read from one place with `match`, and never searched for.
WHOLE = frozenset({"_HASH_FIELD"})


def forms_in(text: str, /) -> list[Island]:
    """Return the forms and queries of a text; a single pair counts behind a question mark only."""
    islands = []
    for form in _FORM.finditer(text):
        start, end = form.span()
        if not _is_a_form(form[0], text[start - 1 : start]):
            continue
        leaves = tuple(_form_leaf(pair, start) for pair in _FORM_PAIR.finditer(form[0]))
        islands.append(Island("form", start, end, leaves))
    return islands


def _is_a_form(pairs: str, before: str) -> bool:
    """Say whether pairs are those of a form: several, behind a question mark, or of a document."""
    return "&" in pairs or before == "?" or "=%7B%22" in pairs.upper()


def _form_leaf(pair: re.Match[str], base: int) -> Leaf:
    start, end = pair.span(2)
    name = tuple(part for part in unquote(pair[1]).replace("]", "").split("[") if part)
    return Leaf(name, unquote_plus(pair[2]), base + start, base + end, as_form)


def pairs_in(text: str, /) -> list[Island]:
    """Return the `key=value` pairs of a text, each an island of its own."""
    return [
        Island("pair", pair.start(), pair.end(), (_pair_leaf(pair, text, _NEXT_PAIR),))
        for pair in _PAIR.finditer(text)
    ]


def headers_in(text: str, /) -> list[Island]:
    """Return the `Key: value` pairs of a text: whole lines, and those within a line."""
    lines = list(_LINE_HEADER.finditer(text))
    # Lines that all begin with one word have a label, not fields.
    if len({line["key"] for line in lines}) <= 1:
        return _within_a_line(text, 0, len(text))
    islands: list[Island] = []
    at = 0
    for line in lines:
        islands += _within_a_line(text, at, line.start())
        start = line.start("value")
        value = line["value"].rstrip()
        at = start + len(value)
        leaf = Leaf((line["key"],), value, start, at, as_bare)
        islands.append(Island("line", line.start(), at, (leaf,)))
    return [*islands, *_within_a_line(text, at, len(text))]


def _within_a_line(text: str, start: int, end: int) -> list[Island]:
    return [
        Island("header", pair.start(), pair.end(), (_pair_leaf(pair, text, _END_OF_HEADER),))
        for pair in _HEADER.finditer(text, start, end)
    ]


def hashes_in(text: str, /) -> list[Island]:
    """Return the fields of the hashes that commands of Redis set; its key is the record's name."""
    islands = []
    at = 0
    for command in _HASH_COMMAND.finditer(text):
        if command.start() < at:
            continue
        record = command["key"].partition(":")[0]
        at = command.end()
        leaves = []
        while (field := _HASH_FIELD.match(text, at)) is not None:
            group, spell = ("bare", as_bare) if field["double"] is None else ("double", as_quoted)
            path = (record, field["key"])
            leaves.append(Leaf(path, field[group], *field.span(group), spell))
            at = field.end()
        if leaves:
            islands.append(Island("struct", command.end(), at, tuple(leaves)))
    return islands


def bracketed_in(text: str, /) -> list[Island]:
    """Return the `[key:value]` pairs of a text, `key:value` with no blank, and pairs in quotes."""
    islands = []
    for pair in _BRACKETED.finditer(text):
        group = "value" if pair["value"] is not None else "plain"
        key = pair["key"] or pair["plain_key"]
        start, end = pair.span(group)
        leaf = Leaf((key,), pair[group], start, end, as_bare)
        islands.append(Island("pair", pair.start(), pair.end(), (leaf,)))
    for pair in _QUOTED_PAIR.finditer(text):
        start, end = pair.span("value")
        leaf = Leaf((pair["key"],), pair["value"], start, end, as_quoted)
        islands.append(Island("header", start, end, (leaf,)))
    for pair in _KEYED_TEXT.finditer(text):
        group = "value" if pair["value"] is not None else "inner"
        key = pair["key"] or pair["word"] or pair["inner_key"]
        start, end = pair.span(group)
        leaf = Leaf((key,), pair[group], start, end, as_quoted)
        islands.append(Island("pair", pair.start(), pair.end(), (leaf,)))
    return sorted(islands, key=lambda island: island.start)


def compact_in(text: str, /) -> list[Island]:
    """Return the `key:value` pairs of a text that have no blank behind the colon."""
    return [
        Island("compact", pair.start(), pair.end(), (_pair_leaf(pair, text, _END_OF_COMPACT),))
        for pair in _COMPACT.finditer(text)
    ]


def rows_in(text: str, /) -> list[Island]:
    """Return the lines of a text that are rows of cells without names."""
    islands = []
    for rows, cells, group in ((_QUOTED_ROW, _QUOTED_CELL, 1), (_PIPED_ROW, _PIPED_CELL, 0)):
        for row in rows.finditer(text):
            leaves = tuple(
                Leaf(
                    (),
                    cell[group],
                    row.start() + cell.start(group),
                    row.start() + cell.end(group),
                    as_bare,
                )
                for cell in cells.finditer(row[0])
            )
            islands.append(Island("row", row.start(), row.end(), leaves))
    return sorted(islands, key=lambda island: island.start)


def _pair_leaf(pair: re.Match[str], text: str, ending: re.Pattern[str]) -> Leaf:
    path = (pair["key"].replace("(", " ").rstrip(")"),)
    for group, spell in (("double", as_quoted), ("single", as_quoted)):
        if pair.groupdict().get(group) is not None:
            start, end = pair.span(group)
            return Leaf(path, pair[group].replace('\\"', '"'), start, end, spell)
    start, end = pair.span("bare")
    behind = ending.search(text, end, end + _WIDEST)
    wide = behind.start() if behind is not None else end
    return Leaf(path, pair["bare"], start, end, as_bare, wide if wide > end else 0)


def sql_in(text: str, /) -> list[Island]:
    """Return the values of SQL beside the columns that name them."""
    islands: list[Island] = []
    for insert in _INSERT.finditer(text):
        columns = [name.strip(' \t\n"`[]') for name in insert["columns"].split(",")]
        at = insert.end()
        while (row := _TUPLE.match(text, at)) is not None:
            leaves = tuple(_row_leaves(row, columns))
            if not leaves and _BOUND.search(text, row.end(), row.end() + _NEAR) is not None:
                islands += _bound(text, row, columns)
                break
            islands.append(Island("sql", row.start(), row.end(), leaves))
            at = row.end()
    taken = sorted((island.start, island.end) for island in islands)
    for compared in _COMPARED.finditer(text):
        start, end = compared.span("value")
        nearest = bisect_right(taken, (start, len(text))) - 1
        if nearest >= 0 and start < taken[nearest][1]:
            continue
        column = compared["column"].strip('"`[]').rpartition(".")[2].strip('"`[]')
        leaf = Leaf((column,), compared["value"].replace("''", "'"), start - 1, end + 1, as_sql)
        islands.append(Island("sql", compared.start(), compared.end(), (leaf,)))
    return sorted(islands, key=lambda island: island.start)


def _row_leaves(row: re.Match[str], columns: list[str]) -> Iterator[Leaf]:
    base = row.start(1)
    for column, cell in zip(columns, _SQL_VALUE.finditer(row[1]), strict=False):
        start, end = cell.span()
        if cell[1] is None and _PARAMETER.fullmatch(cell[0]) is not None:
            continue
        value = cell[0]
        if cell[1] is not None:
            value = cell[1].replace("''", "'").replace("\\'", "'")
            start = cell.start(1) - 1
        yield Leaf((column,), value, base + start, base + end, as_sql)


def _bound(text: str, row: re.Match[str], columns: list[str]) -> Iterator[Island]:
    """Yield the values that a server logs beside a statement, by the columns of their numbers."""
    order = [cell[0] for cell in _SQL_VALUE.finditer(row[1])]
    for bound in _BOUND.finditer(text, row.end(), row.end() + _NEAR):
        place = f"${bound['number']}"
        if bound["value"] is None or place not in order or order.index(place) >= len(columns):
            continue
        start, end = bound.span("value")
        path = (columns[order.index(place)],)
        leaf = Leaf(path, bound["value"].replace("''", "'"), start - 1, end + 1, as_sql)
        yield Island("sql", bound.start(), bound.end(), (leaf,))
