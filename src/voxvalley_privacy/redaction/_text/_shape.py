"""What a text is made of, character by character: a text of four letters in which a search costs a fraction."""

from __future__ import annotations

from .._patterns import numbers

__all__ = ["is_beyond_latin", "lowered", "shape_of", "words_of"]

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
    Return as many characters as the text has: 0 for an ASCII digit, O for a letter that may look like one, a for another letter, -
    for all others.
    """
    octets = text.encode("latin-1", "ignore")
    if len(octets) != len(text):
        octets = numbers.BEYOND.sub("O", text).encode("latin-1", "replace")
    return octets.translate(_SHAPES).decode("latin-1")


def is_beyond_latin(text: str, /) -> bool:
    """Say whether a text has a character that Latin-1 has not."""
    return len(text.encode("latin-1", "ignore")) != len(text)


def lowered(text: str, /) -> str:
    """Lower the ASCII letters of a text, and others as it pleases."""
    return (
        text.lower()
        if text.isascii()
        else text.encode("latin-1", "replace").lower().decode("latin-1")
    )


def words_of(text: str, /) -> str:
    """Return as many characters as the text has: x for one that a key can have in it, a blank for all others."""
    return text.encode("latin-1", "replace").translate(_WORDS).decode("latin-1")
