"""Values that typed fields of a record call personal, found again in its texts in any spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import attrs

from ..vocabulary import DataCategory
from ._digit_shapes import DIGITS
from .findings import Finding

__all__ = ["KnownValues", "known_values"]

# Read whole values with `fullmatch`, and are never searched for.
WHOLE = frozenset({"_ONE_WORD"})

# The words of a name, and a scheme before an address
NAME_WORD = re.compile(r"[^\W\d_]+")
SCHEME = re.compile(r"^<?(?:sips?|tel|mailto):", re.IGNORECASE)

# A user that is more than letters: joined words, or with digits in it.
_ONE_WORD = re.compile(r"(?=[^.+_-]*+[.+_0-9-])[^\W_](?:[\w.+-]*[^\W_])?")

_SIGNIFICANT = 7  # last digits of a long number that name it whatever its prefix
_SHORT = 3  # digits from which a short number, an extension, is looked for as a whole
_NAME = 3  # letters from which a word of a name is looked for
_IDEOGRAPHS = 2  # the same where a character is a syllable
_GAP = 3  # characters between two digits of a number

# Words beside a name that are nobody's
_TITLES = frozenset(
    (
        "abu", "admin", "and", "anonymous", "bin", "caller", "co", "company", "corp", "del",
        "den", "der", "des", "don", "doña", "dr", "frau", "gmbh", "herr", "home", "ibn", "inc",
        "info", "kumari", "las", "llc", "los", "ltd", "madam", "madame", "miss", "mme", "mobile",
        "monsieur", "mr", "mrs", "ms", "none", "null", "office", "pan", "pani", "private", "prof",
        "pvt", "restricted", "sales", "señor", "señora", "shri", "signor", "signora", "sir",
        "smt", "sr", "sra", "support", "test", "the", "unavailable", "und", "unknown", "user",
        "van", "von", "wireless", "work",
    )
)  # fmt: skip


@attrs.frozen
class KnownValues:
    """
    Hold values known to be personal, folded for search; the repr shows how many, not which.

    Args:
        digits: Numbers in ASCII digits, each with what it is.

        words: Words, addresses and users in folded form, each with what it is.
    """

    digits: tuple[tuple[str, DataCategory], ...] = attrs.field(
        repr=lambda digits: f"<{len(digits)} hidden>"
    )
    words: tuple[tuple[str, DataCategory], ...] = attrs.field(
        repr=lambda words: f"<{len(words)} hidden>"
    )

    def find(self, text: str, /) -> Iterator[Finding]:
        """Find the values in a text that `fold` made; each value costs one pass."""
        if self.digits:
            yield from self._find_digits(text)
        if self.words:
            yield from self._find_words(text)

    def _find_digits(self, text: str, /) -> Iterator[Finding]:
        stream = _Stream(text)
        for number, category in self.digits:
            for start, end in stream.places_of(number):
                yield Finding(start, end, category)

    def _find_words(self, text: str, /) -> Iterator[Finding]:
        low = bare(text)
        for word, category in self.words:
            # In a script without spaces between words, a word can be inside another.
            whole = word.isascii() or not _ideographs(word)
            for at in _places(low, word):
                end = at + len(word)
                if whole and _is_inside_word(low, at, end):
                    continue
                yield Finding(at, end, category)


def _places(text: str, part: str, /) -> Iterator[int]:
    """Give the offsets of a part, none inside the one before."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def _is_inside_word(text: str, start: int, end: int, /) -> bool:
    return text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()


class _Stream:
    """The digits of a text, one after the other, with their offsets."""

    __slots__ = ("_digits", "_offsets", "_text")

    def __init__(self, text: str, /) -> None:
        groups = list(DIGITS.finditer(text))
        self._text = text
        self._digits = "".join(group[0] for group in groups)
        self._offsets = [at for group in groups for at in range(*group.span())]

    def places_of(self, number: str, /) -> Iterator[tuple[int, int]]:
        """Give where a number is, in any spelling, with or without what is before its last digits."""
        tail = number[-_SIGNIFICANT:]
        for at in _places(self._digits, tail):
            first = self._begin(number[: -len(tail)], at)
            last = at + len(tail) - 1
            start, end = self._offsets[first], self._offsets[last] + 1
            if self._text[start - 1 : start] == "+":
                start -= 1
            if self._is_one(number, start, end, first, last):
                yield start, end

    def _begin(self, head: str, at: int, /) -> int:
        """Return where a number begins: digits in front are its own as far as they are the same."""
        for digit in reversed(head):
            if not at or self._digits[at - 1] != digit or self._gap(at - 1) > _GAP:
                break
            at -= 1
        return at

    def _gap(self, at: int, /) -> int:
        """Return how many characters are between a digit and the next."""
        return self._offsets[at + 1] - self._offsets[at] - 1

    def _is_one(self, number: str, start: int, end: int, first: int, last: int, /) -> bool:
        if len(number) >= _SIGNIFICANT:
            return all(self._gap(at) <= _GAP for at in range(first, last))
        if self._text[start:end].lstrip("+") != number:
            return False
        return not _digit_beside(self._text, start, end)


def known_values(values: Iterable[tuple[str, DataCategory]], /) -> KnownValues | None:
    """
    Make of a record's personal values what `find_in_text` looks for besides.

    Args:
        values: Pairs of a value and its category: numbers, names, e-mail addresses, SIP users or
            addresses.

    Returns:
        The values, or None if none is long enough to be looked for.
    """
    digits: dict[str, DataCategory] = {}
    words: dict[str, DataCategory] = {}
    for value, category in values:
        for word in _words(value):
            known = words if any(map(str.isalpha, word)) else digits
            known.setdefault(word, category)
    if not digits and not words:
        return None
    return KnownValues(tuple(digits.items()), tuple(words.items()))


def _words(value: str, /) -> Iterator[str]:
    """Give the parts to look for: an address and its user, the words of a name, the digits."""
    low = bare(value).strip()
    number = "".join(filter(str.isdigit, low))
    if not any(map(str.isalpha, low)):
        if len(number) >= _SHORT:
            yield number
        return
    address = SCHEME.sub("", low).partition(";")[0]
    user = _user_of(address)
    if user:
        yield address
        yield from _words(user)
        return
    if len(address) >= _NAME and _ONE_WORD.fullmatch(address) is not None:
        # A user of several words, or with digits, is one thing: `zoe.quist`, `zoe7`.
        yield address
    yield from filter(_is_telling, NAME_WORD.findall(address))
    if len(number) >= _SIGNIFICANT:
        yield number


def _user_of(address: str, /) -> str:
    """Return the user of an address, or nothing where it is not one."""
    user, _, host = address.partition("@")
    return user if host and " " not in address else ""


def _is_telling(word: str, /) -> bool:
    """Say whether a word of a name is long enough to be looked for, and not a title."""
    least = _IDEOGRAPHS if _ideographs(word) else _NAME
    return len(word) >= least and word not in _TITLES


def bare(text: str, /) -> str:
    """Fold case and accents, character by character, so that offsets stay."""
    if text.isascii():
        return text.lower()
    return "".join(map(_bare_char, text))


@lru_cache(maxsize=2048)
def _bare_char(char: str, /) -> str:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKD", char)[0].casefold()[0]


def _ideographs(word: str, /) -> bool:
    """Say whether a word is in a script that sets no spaces between words."""
    return (
        "\u3040" <= word[0] <= "\u9fff"
        or "\uac00" <= word[0] <= "\ud7a3"
        or "\u0e00" <= word[0] <= "\u0eff"
    )


def _digit_beside(text: str, start: int, end: int, /) -> bool:
    return text[start - 1 : start].isdigit() or text[end : end + 1].isdigit()
