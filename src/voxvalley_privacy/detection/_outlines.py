"""The outlines of a text: a text of four letters, or two, in which a search costs a fraction."""

from __future__ import annotations

import re

__all__ = ["BEYOND", "is_beyond_latin", "lowered", "shape_of", "words_of"]

# A letter that Latin-1 does not have; some look like digits.
BEYOND = re.compile(r"[^\W\x00-\xff]")

_LATIN = [chr(code) for code in range(256)]
_KEY_MARKS = "+/_.=-"


def _table(letters: list[str], /) -> bytes:
    return "".join(letters).encode("latin-1")


def _letter(char: str, /) -> str:
    if "0" <= char <= "9":
        return "0"
    if char in "OoIl":
        return "O"
    return "a" if char.isalnum() else "-"


_SHAPES = _table([_letter(char) for char in _LATIN])
_WORDS = _table(
    ["x" if char.isascii() and (char.isalnum() or char in _KEY_MARKS) else " " for char in _LATIN]
)


def shape_of(text: str, /) -> str:
    """
    Return the outline of a text, character by character.

    Returns:
        0 for an ASCII digit, O for a letter that can look like one, a for another letter, - for all
        others: a search in it costs a fraction.
    """
    octets = text.encode("latin-1", "ignore")
    if len(octets) != len(text):
        octets = BEYOND.sub("O", text).encode("latin-1", "replace")
    return octets.translate(_SHAPES).decode("latin-1")


def is_beyond_latin(text: str, /) -> bool:
    """Say whether a text has a character that Latin-1 has not."""
    return len(text.encode("latin-1", "ignore")) != len(text)


def lowered(text: str, /) -> str:
    """Return a text of the same length with its ASCII letters in lower case."""
    if text.isascii():
        return text.lower()
    return text.encode("latin-1", "replace").lower().decode("latin-1")


def words_of(text: str, /) -> str:
    """Return the long words of a text: x for a character that a key can have, else a blank."""
    return text.encode("latin-1", "replace").translate(_WORDS).decode("latin-1")
