"""
Normalization with a map back: what a reader would read, and where in the original it stands.

A text is folded only where it can hide something. Each step lists edits (start, end, replacement); applying them carries the
original offsets of every character along, so a finding in the folded text covers all of the original that made it, with the
invisible characters, tags and escapes inside.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from .._patterns import encodings
from ._shape import shape_of

__all__ = ["Folded", "fold", "folded", "may_hide", "unfolded"]

_ROUNDS = 3  # of decoding
_SHORT = 6  # characters of an escape that stands for one character, as \u0031
_WIDEST = 4  # characters that one may fold to; U+FDFA would make eighteen

_CELL = {ord(char): "0" for char in "OoОоΟο"} | {ord(char): "1" for char in "Il|ІӀ"}

_CELLS = frozenset(map(chr, _CELL))
_FEW = 3  # one of so many at least is a digit, or the letters are words

_Edit = tuple[int, int, str]


class Folded(NamedTuple):
    """
    Hold a folded text and the way back.

    Args:
        text: What a reader would read.

        starts: For each of its characters the offset in the original where it begins.

        ends: For each of its characters the offset in the original after it.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def __repr__(self) -> str:
        return f"Folded(<{len(self.text)} hidden>)"

    def back(self, start: int, end: int, /) -> tuple[int, int]:
        """Return the part of the original that a part of the folded text comes from."""
        return self.starts[start], self.ends[end - 1]

    def edited(self, edits: Iterable[_Edit], /) -> Folded:
        """Apply edits that are in order and do not overlap."""
        texts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        text, own_starts, own_ends = self
        at = 0
        for start, end, new in edits:
            if at < start:
                texts.append(text[at:start])
                starts += own_starts[at:start]
                ends += own_ends[at:start]
            if len(new) == 1:
                starts.append(own_starts[start])
                ends.append(own_ends[end - 1])
            elif len(new) == end - start:  # character by character
                starts += own_starts[start:end]
                ends += own_ends[start:end]
            elif new:
                starts += [own_starts[start]] * len(new)
                ends += [own_ends[end - 1]] * len(new)
            texts.append(new)
            at = end
        if not at:
            return self
        texts.append(self.text[at:])
        starts += self.starts[at:]
        ends += self.ends[at:]
        return Folded("".join(texts), starts, ends)


def may_hide(text: str, shape: str, /) -> bool:
    """Say whether anything in a text of that shape could be folded; for plain texts this is all that folding costs."""
    if not text.isascii() and encodings.EXOTIC.search(text) is not None:
        return True
    # Seven looks for a character are faster than one for any of seven.
    if (
        "&" in text or "=" in text or "\n" in text or "%" in text or "<" in text or "\\" in text or "\x1b" in text
    ) and encodings.HIDES.search(text) is not None:
        for mark, pattern in encodings.HIDERS.items():
            if mark in text and pattern.search(text) is not None:
                return True
    return ("0O" in shape or "0-O" in shape or "|" in text) and encodings.MAY_CONFUSE.search(text) is not None


def fold(text: str, /) -> Folded:
    """
    Bring a text to what a reader would read.

    Escapes are decoded in up to three rounds, terminal codes and tags are taken out, digits of every script, wide forms, dashes
    and spaces become ASCII, format characters and combining marks go, and letters that look like digits become digits in a run of
    seven.

    Returns:
        The folded text with its map back. Where nothing hides, the text itself.
    """
    return folded(text) if may_hide(text, shape_of(text)) else unfolded(text)


def unfolded(text: str, /) -> Folded:
    """Hold a text as it is."""
    return Folded(text, range(len(text)), range(1, len(text) + 1))


def folded(text: str, /) -> Folded:
    """Fold a text that `may_hide` something."""
    made = unfolded(text)
    for _ in range(_ROUNDS):
        before = made
        for mark, pattern in encodings.ESCAPES.items():
            if mark in made.text:
                made = made.edited(_escapes(pattern, made.text))
        if made is before:
            break
    if "\x1b" in made.text:
        made = made.edited((*match.span(), "") for match in encodings.ANSI.finditer(made.text))
    if "<" in made.text:
        made = made.edited(_tags(made.text))
    if "\n" in made.text:
        made = made.edited((*match.span(), "\n") for match in encodings.INDENT.finditer(made.text))
    if not made.text.isascii():
        made = made.edited(_exotic(made.text))
    if encodings.MAY_CONFUSE.search(made.text) is not None:
        made = made.edited(_confused(made.text))
    return made


def _escapes(pattern: re.Pattern[str], text: str, /) -> Iterator[_Edit]:
    for match in pattern.finditer(text):
        escape = match[0]
        # A long escape may spell a number, which no memo keeps.
        new = _decoded_char(escape) if len(escape) <= _SHORT else _decoded(escape)
        if new != escape:
            yield *match.span(), new


def _decoded(escape: str, /) -> str:
    """Decode one escape; what decodes to nothing stays as it is."""
    if escape[0] == "&":
        return html.unescape(escape)
    if escape[0] == "=":
        return "" if escape[-1] == "\n" else bytes.fromhex(escape.replace("=", "")).decode("utf-8", "replace")
    if escape[0] == "\\":
        code = escape.lstrip("\\")
        return chr(int(code[1:], 16)) if code[0] in "ux" else " "
    if escape[1] == "u":
        return chr(int(escape, 0))
    return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "replace")


_decoded_char = lru_cache(maxsize=2048)(_decoded)


def _tags(text: str, /) -> Iterator[_Edit]:
    for match in encodings.TAGS.finditer(text):
        yield match.start(), match.end(), "" if encodings.INLINE_TAG.match(match[0]) else "\n"


def _exotic(text: str, /) -> Iterator[_Edit]:
    for match in encodings.EXOTICS.finditer(text):
        start, end = match.span()
        if end - start == 1:
            if (new := _folded_char(match[0])) != match[0]:
                yield start, end, new
            continue
        clear = [*map(_folded_char, match[0])]
        if set(map(len, clear)) == {1}:
            yield start, end, "".join(clear)
        else:
            for at, (char, new) in enumerate(zip(match[0], clear, strict=True), start):
                if new != char:
                    yield at, at + 1, new


@lru_cache(maxsize=2048)
def _folded_char(char: str, /) -> str:
    """
    Fold one character.

    Source: Unicode 15, UAX #44 (general categories, numeric types) and UAX #15 (NFKC).
    """
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Me"}:
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if category == "Pd" or char == "\u2212":
        return "-"
    if category[0] == "Z":
        return " "
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if compatible.isascii() and len(compatible) <= _WIDEST else char


def _confused(text: str, /) -> Iterator[_Edit]:
    for match in encodings.CONFUSED.finditer(text):
        run = match[0]
        clear = run.translate(_CELL)
        if clear != run and _FEW * sum(map(str.isdigit, run)) >= sum(map(str.isdigit, clear)):
            start = match.start()
            # The first may be such a letter, too, if it is not the end of a word.
            if text[start - 1 : start] in _CELLS and not text[max(0, start - 2) : start - 1].isalnum():
                start -= 1
            yield start, match.end(), text[start : match.end()].translate(_CELL)
