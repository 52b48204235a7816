"""Words in base64 or hexadecimal: text that is encoded, and blobs that may be anything."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from operator import ne

from ..vocabulary import DataCategory
from ._digit_shapes import is_id
from ._octets import HEXADECIMAL, is_text, text_in_hex
from ._secrets import find_keys_in
from .findings import Finding

__all__ = ["BLOB", "CAMEL_CASE", "FINGERPRINT", "TYPED_ID", "find_in_words"]

_WORD = "x" * 15  # the shortest word that is looked at in the outline of `words_of`
_SHORTEST_TEXT = 16  # characters of base64 that can be text
_SHORTEST_BLOB = 25  # characters of a blob

# A long word of an encoding's alphabet
BLOB = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{15,}+={0,2}")

# Before the hash of a key or a file: SHA256:DuuDPVxSGULa8U4I...
FINGERPRINT = re.compile(
    r"(?:sha-?(?:1|224|256|384|512)|md5|fingerprint|etag)[:= \"'W/-]{1,4}\Z", re.IGNORECASE
)
_BEFORE = 16  # characters in which such a word is
# An id with its kind before it, under a name that ends in id: "nodeID": "ND_N6AHygKX9YcOscWOfJTTZd"
TYPED_ID = re.compile(r"[A-Za-z]{2,5}_[0-9A-Za-z]{12,24}")
# SmppClientSessionWindowMonitor-2
CAMEL_CASE = re.compile(r"(?:[A-Z][a-z]{2,}){2,}(?:-[0-9]{1,4})?")

# The kinds of characters in a blob: small letter, capital, digit
_KINDS = bytes(chr(code).isupper() + 2 * chr(code).isdigit() for code in range(256))
_MIXED = 4  # of its characters, one in so many changes its kind in a blob
_LONG = 20  # letters and digits from which on a part of a word can be a blob


def find_in_words(text: str, words: str, /) -> Iterator[Finding]:
    """Find keys by their shape, encoded texts and blobs in the long words of a text."""
    start = words.find(_WORD)
    while start >= 0:
        end = words.find(" ", start)
        if end < 0:
            end = len(words)
        yield from find_keys_in(text, start, end)
        yield from _blobs_in(text, start, end)
        start = words.find(_WORD, end)


def _blobs_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find long words in base64 or hexadecimal that are not an id of a known shape."""
    for match in BLOB.finditer(text, start, end):
        word = match[0].rstrip("=")
        if _holds_text(word) or _is_unknown(text, match.start(), word):
            yield Finding(match.start(), match.end(), DataCategory.RAW_MESSAGE)


def _holds_text(word: str, /) -> bool:
    """Say whether a word decodes to text that people can read."""
    if text_in_hex(word):
        return True
    if len(word) < _SHORTEST_TEXT - 1 or len(word) % 4 == 1:
        return False
    try:
        octets = b64decode(word + "=" * (-len(word) % 4), b"-_" if _is_url_safe(word) else b"+/")
    except binascii.Error:
        return False
    return is_text(octets)


def _is_url_safe(word: str, /) -> bool:
    return "-" in word or "_" in word


def _is_unknown(text: str, start: int, word: str, /) -> bool:
    """Say whether a word is a blob, and nothing beside it says that it is harmless."""
    if len(word) < _SHORTEST_BLOB or not any(map(_is_blob, _parts(word))):
        return False
    before = text[max(0, start - _BEFORE) : start]
    if FINGERPRINT.search(before) is not None:
        return False
    named = before.rstrip(" :=\"'").lower().endswith(("id", "sid"))
    return not (named and TYPED_ID.fullmatch(word))


def _parts(word: str, /) -> list[str]:
    """Return the parts of a path; a name in small letters with dashes is taken apart, too."""
    parts = word.split("/")
    if word.lower() == word:
        return [piece for part in parts for piece in _pieces(part)]
    return parts


def _pieces(part: str, /) -> list[str]:
    return [part] if is_id(part) else part.split("-")


def _is_blob(word: str, /) -> bool:
    """Tell an encoding from a name: digits in it, and its kinds of characters change often."""
    if len(word) < _LONG or not _has_some_digits(word):
        return False
    if is_id(word) or CAMEL_CASE.fullmatch(word) is not None:
        return False
    if HEXADECIMAL.fullmatch(word):
        return True
    kinds = word.encode().translate(_KINDS, b"+/_=-")
    changes: int = sum(map(ne, kinds, kinds[1:]))
    return _MIXED * changes >= len(kinds)


def _has_some_digits(word: str, /) -> bool:
    return any(map(str.isdigit, word)) and not word.isdigit()
