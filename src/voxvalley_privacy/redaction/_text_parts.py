"""Parts of a text that are replaced, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..placeholders import TRUNCATED, is_placeholder, label_of
from ..reading import Island
from ..vocabulary import DataCategory

__all__ = ["Part", "assembled", "cut_at_word", "labels_between", "without_parts"]

_READ = "|"  # in place of what was read: no number goes on over it
_MARGIN = 256  # characters before the limit of a text in which it is cut at a blank


class Part(NamedTuple):
    """A part of a text that is replaced, or that stays because it was read."""

    start: int
    end: int
    category: DataCategory
    text: str


def assembled(text: str, parts: list[Part]) -> str:
    pieces: list[str] = []
    at = 0
    for part in parts:
        if part.start < at:
            continue
        pieces += (text[at : part.start], part.text)
        at = part.end
    return "".join([*pieces, text[at:]])


def without_parts(text: str, read: list[Part]) -> str:
    """Return a text of the same length in which no finder looks at what was read, or over it."""
    pieces: list[str] = []
    at = 0
    for start, end, _, _ in sorted(read):
        if start >= at:
            pieces += (text[at:start], _READ * (end - start))
            at = end
    return "".join([*pieces, text[at:]])


def labels_between(text: str, islands: list[Island]) -> Iterator[Part]:
    """Yield a label for each stretch of prose between islands that says anything."""
    label = label_of(DataCategory.FREE_TEXT)
    at = 0
    for start, end in [*((island.start, island.end) for island in islands), (len(text), len(text))]:
        stretch = text[at:start]
        stripped = stretch.strip()
        if any(map(str.isalnum, stripped)) and not is_placeholder(stripped):
            begin = at + stretch.index(stripped)
            yield Part(begin, begin + len(stripped), DataCategory.FREE_TEXT, label)
        at = max(at, end)


def cut_at_word(text: str, limit: int) -> str:
    """Return the beginning of a text: a word that touches the edge may go on behind it."""
    cut = limit
    while cut and cut > limit - _MARGIN and not text[cut - 1].isspace():
        cut -= 1
    return text[:cut] + TRUNCATED
