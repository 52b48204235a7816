"""A field's name, as the words in it."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, normalize

__all__ = ["LONGEST_NAME", "folded", "words_of"]

# A name of more characters is a value that was used as a key.
LONGEST_NAME = 100
_SHORTEST_TOKEN = 24

# What a name is cut into: `callerIdName`, `X-API-Key`, `userIDs`, `e164`.
_WORD = re.compile(
    r"""
    [A-Z]{2,}s(?![a-z])      # the plural of an abbreviation: IDs, URLs
    | [A-Z]+(?![a-z])        # an abbreviation: API, and IP of IPAddress
    | [A-Z]?[a-z]+           # a word, in camel case or not
    | [0-9]+                 # a count: the 2 of address2
    | [^\W_A-Za-z0-9]+       # a word in another script
    """,
    re.VERBOSE,
)

# `zip:string` and `created_at:datetime`: exports name the type of a column behind it.
_TYPE_SUFFIX = re.compile(
    r":(?:str|string|text|varchar|int|integer|long|float|double|bool|boolean|date|datetime|uuid)\Z"
)

# One of our tokens, used as a key: its kind is not the name of a field.
_TOKEN = re.compile(r"[A-Z][b-df-hj-np-tv-z]{24}")

# Letters that do not come apart into a letter and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "ı": "i", "đ": "d"}
)


def folded(text: str, /) -> str:
    """Return a name with accents removed, so that `teléfono` and `telefono` are one."""
    if text.isascii():
        return text
    # Only marks on Latin letters are spelling; in other scripts they are part of the word.
    parts = normalize("NFKD", text.translate(_LETTERS))
    latin = any("a" <= letter <= "z" for letter in parts.lower())
    if not latin:
        return normalize("NFKC", text).lower()
    return "".join(letter for letter in parts if not combining(letter))


@lru_cache(maxsize=4096)
def words_of(name: str, /) -> tuple[str, ...]:
    """
    Split a name into lower-case words.

    Case and separators do not matter: `X-API-Key`, `x_api_key` and `xApiKey` have the same words.

    Args:
        name: A field's name as it is spelled. A type behind a colon is not part of it.

    Returns:
        The words in order; none for a name that holds no letter or digit.
    """
    if len(name) > _SHORTEST_TOKEN and _TOKEN.search(name) is not None:
        return ()
    bare = _TYPE_SUFFIX.sub("", folded(name))
    return tuple(word.lower() for word in _WORD.findall(bare))
