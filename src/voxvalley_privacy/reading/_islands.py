"""
Islands: the parts of a text that have names in them, between prose.

A reader looks for its own shape and gives leaves with their places; it never rebuilds the text.
The readers go from the surest to the loosest, and each sees only what the ones before it left.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ._bound_values import bound_in
from ._columns import HEADER_ROW, tables_in
from ._dumps import bindings_in, php_in, structs_in
from ._leaves import Island
from ._line_ends import set_out, with_lines, within_lines
from ._literals import documents_in, literals_in
from ._markup import markup_in
from ._multipart import parts_in
from ._pairs import (
    bracketed_in,
    compact_in,
    forms_in,
    hashes_in,
    headers_in,
    pairs_in,
    rows_in,
    sql_in,
)
from ._telephony import addresses_in, channels_in, sip_in

__all__ = ["islands_in", "may_hold_islands"]

_PIPES_OF_A_ROW = 4
_TAKEN = "\x00"  # in place of what was read; no reader reads over it
_NUL = "\x01"  # in place of a NUL that was there
_PATH = re.compile(r"\w/")  # as the name of a channel has it, and a path by itself has not
_PLACE = re.compile(r"[=(,<>]\s?(?:\?|%s|\$[0-9]|:[0-9])|(?i:like)\s[?%$:]")
_HASH_WORD = re.compile(r"(?i)(?<!\w)H(?:M?SET|SETNX)\b")
_SQL_WORD = re.compile(r"(?i)\b(?:(?:INSERT|REPLACE|UPSERT)\s|UPDATE\s|WHERE\s|VALUES\b|SET\s)")

_Readers = tuple[tuple[Callable[[str], bool], Callable[[str], list[Island]]], ...]

# The cheap test of each reader, and the reader: first what has an end of its own.
_READERS: _Readers = (
    (lambda text: "SIP/2.0" in text, sip_in),
    (lambda text: "=>" in text or '";s:' in text, php_in),
    (lambda text: ":" in text and ("{" in text or "map[" in text), structs_in),
    (lambda text: _PLACE.search(text) is not None, bound_in),
    (lambda text: "{" in text or "[" in text, documents_in),
    (lambda text: '","' in text or text.count("|") >= _PIPES_OF_A_ROW, rows_in),
    (lambda text: "," in text and HEADER_ROW.search(text) is not None, tables_in),
    (lambda text: "'" in text and _SQL_WORD.search(text) is not None, sql_in),
    (
        lambda text: (
            "$1 = '" in text or "binding " in text or "Duplicate " in text or ")=(" in text
        ),
        bindings_in,
    ),
    (lambda text: "(" in text, literals_in),
    (lambda text: _HASH_WORD.search(text) is not None, hashes_in),
)
# What ends with the line, or with what comes next on it.
_READERS_OF_LINES: _Readers = (
    (lambda text: "form-data" in text, parts_in),
    (lambda text: ">" in text, markup_in),
    (lambda text: ">" in text, addresses_in),
    (lambda text: "=" in text, forms_in),
    (lambda text: "=" in text, pairs_in),
    (lambda text: ": " in text, headers_in),
    (lambda text: ":" in text or '" "' in text, bracketed_in),
    (lambda text: ":" in text, compact_in),
    (lambda text: "/" in text, channels_in),
)


def may_hold_islands(text: str, /) -> bool:
    """Whether a text has a character without which no reader finds anything."""
    return (
        "=" in text
        or ":" in text
        or "{" in text
        or ">" in text
        or ("/" in text and _PATH.search(text) is not None)
        or '" "' in text
        or "('" in text
        or ", '" in text
        or '["' in text
        or _HASH_WORD.search(text) is not None
        or "[[" in text
        or "[]" in text
        or "binding parameter [" in text
        or "Duplicate entry '" in text
        or ("'" in text and _SQL_WORD.search(text) is not None)
        or ("," in text and HEADER_ROW.search(text) is not None)
    )


def islands_in(text: str, /) -> list[Island]:
    """
    Return the islands of a text in order; none overlaps another.

    Args:
        text: Any text; what is cut or broken is read as far as it goes.
    """
    if _TAKEN in text:
        text = text.replace(_TAKEN, _NUL)
    if "SIP/2.0" in text and "\n  " in text and (lines := set_out(text)) is not text:
        return [within_lines(island, text) for island in islands_in(lines)]
    islands, rest = _read(text, _READERS)
    lines = with_lines(rest)
    if lines is rest:
        islands += _read(rest, _READERS_OF_LINES)[0]
    else:
        within = _read(lines, (*_READERS[:1], *_READERS_OF_LINES))[0]
        islands += [within_lines(island, text) for island in within]
    islands.sort(key=lambda island: island.start)
    return islands


def _read(text: str, readers: _Readers) -> tuple[list[Island], str]:
    """Return the islands that readers find, and the text without them."""
    islands: list[Island] = []
    for worth_a_look, read in readers:
        if not worth_a_look(text):
            continue
        found = read(text)
        if found:
            islands += found
            text = _without(text, found)
    return islands, text


def _without(text: str, islands: list[Island]) -> str:
    """Return a text of the same length in which no reader finds what was read already."""
    pieces: list[str] = []
    at = 0
    for island in islands:
        pieces += (text[at : island.start], _TAKEN * (island.end - island.start))
        at = island.end
    return "".join([*pieces, text[at:]])
