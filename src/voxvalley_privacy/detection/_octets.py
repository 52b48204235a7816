"""Words of hexadecimal that hold text."""

from __future__ import annotations

import re

__all__ = ["HEXADECIMAL", "is_text", "text_in_hex"]

_SHORTEST_TEXT, _CLEAR_TEXT = 16, 24  # digits of hexadecimal that can be text
HEXADECIMAL = re.compile(r"(?:[0-9A-F]{2})+|(?:[0-9a-f]{2})+")
# Words between other octets, as in a packet: chance puts ten such octets in few hashes.
_WORDS_IN_OCTETS = re.compile(rb"[0-9A-Za-z ]{10}")


def is_text(octets: bytes, /) -> bool:
    """Say whether octets are text that people can read: no control characters, no broken UTF-8."""
    try:
        return octets.decode().replace("\r", "").replace("\n", "").replace("\t", "").isprintable()
    except UnicodeDecodeError:
        return False


def text_in_hex(word: str, /) -> bool:
    """Say whether a word is the hexadecimal of readable text: if it is short, of letters alone."""
    size = len(word)
    if size < _SHORTEST_TEXT or size % 2 or HEXADECIMAL.fullmatch(word) is None:
        return False
    octets = bytes.fromhex(word)
    if _WORDS_IN_OCTETS.search(octets) is not None:
        return True
    if not octets.isascii():
        return False
    if size < _CLEAR_TEXT:
        return octets.replace(b" ", b"").isalnum()
    return is_text(octets)
