"""What a record's typed fields call personal, found again in its texts in any spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

import attrs

from ..vocabulary import DataCategory
from ._digit_shapes import DIGITS
from .findings import Finding

__all__ = ["KnownValues", "known_values"]

# The words of a name, and a scheme before an address
NAME_WORD = re.compile(r"[^\W\d_]+")
SCHEME = re.compile(r"^<?(?:sips?|tel|mailto):", re.IGNORECASE)

_SIGNIFICANT = 7  # last digits of a long number that name it whatever its prefix
_SHORT = 3  # digits from which a short number, an extension, is looked for as a whole
_NAME = 3  # letters from which a word of a name is looked for
_IDEOGRAPHS = 2  # the same where a character is a syllable
_GAP = 3  # characters between two digits of a number

_TITLES = frozenset(
    {
        "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "herr", "frau", "monsieur", "madame", "mme", "señor", "señora",
        "sr", "sra", "don", "doña", "signor", "signora", "pan", "pani", "shri", "smt", "kumari", "and", "und", "the", "von", "van",
        "der", "den", "del", "des", "los", "las", "bin", "ibn", "abu", "inc", "llc", "ltd", "gmbh", "pvt", "corp", "co", "company",
        "unknown", "anonymous", "private", "restricted", "unavailable", "wireless", "caller", "mobile", "home", "work", "office",
        "support", "test", "user", "admin", "none", "null", "info", "sales",
    }
)  # fmt: skip


@attrs.frozen
class KnownValues:
    """
    Hold what is known to be personal, folded for search; its repr shows how much, not what.

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
        places = [place for match in DIGITS.finditer(text) for place in range(*match.span())]
        stream = "".join(match[0] for match in DIGITS.finditer(text))
        for number, category in self.digits:
            tail = number[-_SIGNIFICANT:]
            at = stream.find(tail)
            while at >= 0:
                first, last = at, at + len(tail) - 1
                # The digits in front of the tail belong to it, as far as they are those of the number.
                for digit in reversed(number[:-_SIGNIFICANT]):
                    if (
                        not first
                        or stream[first - 1] != digit
                        or places[first] - places[first - 1] > _GAP + 1
                    ):
                        break
                    first -= 1
                start, end = places[first], places[last] + 1
                start -= text[start - 1 : start] == "+"
                if len(number) < _SIGNIFICANT:
                    found = text[start:end].lstrip("+") == number and not _digit_beside(
                        text, start, end
                    )
                else:
                    found = all(
                        right - left <= _GAP + 1
                        for left, right in pairwise(places[first : last + 1])
                    )
                if found:
                    yield Finding(start, end, category)
                at = stream.find(tail, last + 1)

    def _find_words(self, text: str, /) -> Iterator[Finding]:
        low = bare(text)
        for word, category in self.words:
            whole = word.isascii() or not _ideographs(word)
            at = low.find(word)
            while at >= 0:
                end = at + len(word)
                if not whole or not (low[at - 1 : at].isalpha() or low[end : end + 1].isalpha()):
                    yield Finding(at, end, category)
                at = low.find(word, end)


def known_values(values: Iterable[tuple[str, DataCategory]], /) -> KnownValues | None:
    """
    Make of a record's personal values what `find_in_text` looks for besides.

    Args:
        values: Pairs of a value and what it is: numbers, names, e-mail addresses, SIP users or addresses.

    Returns:
        The values, or None if none is long enough to be looked for.
    """
    digits: dict[str, DataCategory] = {}
    words: dict[str, DataCategory] = {}
    for value, category in values:
        for word in _words(value):
            if any(map(str.isalpha, word)):
                words.setdefault(word, category)
            else:
                digits.setdefault(word, category)
    return KnownValues(tuple(digits.items()), tuple(words.items())) if digits or words else None


def _words(value: str, /) -> Iterator[str]:
    """Give the parts of a value that are looked for: an address and its user, the words of a name, the digits of a number."""
    low = bare(value).strip()
    number = "".join(filter(str.isdigit, low))
    if not any(map(str.isalpha, low)):
        if len(number) >= _SHORT:
            yield number
        return
    address = SCHEME.sub("", low).partition(";")[0]
    user, at, host = address.partition("@")
    if at and user and host and " " not in address:
        yield address
        yield from _words(user)
        return
    for word in NAME_WORD.findall(address):
        if len(word) >= (_IDEOGRAPHS if _ideographs(word) else _NAME) and word not in _TITLES:
            yield word
    if len(number) >= _SIGNIFICANT:
        yield number


def bare(text: str, /) -> str:
    """Fold case and accents, character by character, so that offsets stay."""
    return text.lower() if text.isascii() else "".join(map(_bare_char, text))


@lru_cache(maxsize=2048)
def _bare_char(char: str, /) -> str:
    digit = unicodedata.digit(char, None)
    return str(digit) if digit is not None else unicodedata.normalize("NFKD", char)[0].casefold()[0]


def _ideographs(word: str, /) -> bool:
    """Say whether a word is in a script that sets no spaces between words."""
    return (
        "\u3040" <= word[0] <= "\u9fff"
        or "\uac00" <= word[0] <= "\ud7a3"
        or "\u0e00" <= word[0] <= "\u0eff"
    )


def _digit_beside(text: str, start: int, end: int, /) -> bool:
    return text[start - 1 : start].isdigit() or text[end : end + 1].isdigit()
