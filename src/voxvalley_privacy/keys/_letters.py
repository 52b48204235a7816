"""Bytes spelled in sixteen lower-case consonants: no digit, no word, one spelling per value."""

from __future__ import annotations

from binascii import hexlify

__all__ = ["ALPHABET", "spell", "unspell"]

# No vowels, so no words; no l and no s, which finders read as 1 and 5; in order, so that sorting survives spelling.
ALPHABET = "bcdfghjkmnprtvwx"
_TO_LETTERS = bytes.maketrans(b"0123456789abcdef", ALPHABET.encode())
_TO_HEX = {
    ord(letter): hexadecimal
    for letter, hexadecimal in zip(ALPHABET, "0123456789abcdef", strict=True)
}


def spell(data: bytes, /) -> bytes:
    """Spell *data* in letters of `ALPHABET`, two for each byte, as ASCII."""
    return hexlify(data).translate(_TO_LETTERS)


def unspell(letters: str, /) -> bytes | None:
    """Read what `spell` wrote; None for anything that it cannot have written."""
    # Nothing is left of a text when every letter of it can be stripped.
    if len(letters) % 2 or letters.strip(ALPHABET):
        return None
    return bytes.fromhex(letters.translate(_TO_HEX))
