"""
Islands: the parts of a text that have names in them, between prose.

A reader looks for its own shape and gives leaves with their places; it never rebuilds the text.
The readers go from the surest to the loosest, and each sees only what the ones before it left.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ._columns import HEADER_ROW, tables_in
from ._leaves import Island
from ._literals import documents_in, literals_in
from ._markup import markup_in
from ._pairs import bracketed_in, compact_in, forms_in, headers_in, pairs_in, rows_in, sql_in
from ._telephony import addresses_in, channels_in, sip_in

__all__ = ["islands_in", "may_hold_islands"]

_PIPES_OF_A_ROW = 4
_TAKEN = "\x00"  # in place of what was read; no reader reads over it
_PATH = re.compile(r"\w/")  # as the name of a channel has it, and a path by itself has not
_SQL_WORD = re.compile(r"(?i)\b(?:INSERT\s+INTO|UPDATE|WHERE|VALUES|SET)\b")

# The cheap test of each reader, and the reader.
_READERS: tuple[tuple[Callable[[str], bool], Callable[[str], list[Island]]], ...] = (
    (lambda text: "SIP/2.0" in text, sip_in),
    (lambda text: "{" in text or "[" in text, documents_in),
    (lambda text: '","' in text or text.count("|") >= _PIPES_OF_A_ROW, rows_in),
    (lambda text: "," in text and HEADER_ROW.search(text) is not None, tables_in),
    (lambda text: "'" in text and _SQL_WORD.search(text) is not None, sql_in),
    (lambda text: "(" in text, literals_in),
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
        or "[[" in text
        or "[]" in text
        or ("," in text and HEADER_ROW.search(text) is not None)
    )


def islands_in(text: str, /) -> list[Island]:
    """
    Return the islands of a text in order; none overlaps another.

    Args:
        text: Any text; what is cut or broken is read as far as it goes.
    """
    islands: list[Island] = []
    rest = text
    for worth_a_look, read in _READERS:
        if not worth_a_look(rest):
            continue
        found = read(rest)
        if found:
            islands += found
            rest = _without(rest, found)
    islands.sort(key=lambda island: island.start)
    return islands


def _without(text: str, islands: list[Island]) -> str:
    """Return a text of the same length in which no reader finds what was read already."""
    pieces: list[str] = []
    at = 0
    for island in islands:
        pieces += (text[at : island.start], _TAKEN * (island.end - island.start))
        at = island.end
    return "".join([*pieces, text[at:]])
