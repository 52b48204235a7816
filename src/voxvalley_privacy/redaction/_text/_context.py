"""What only the words beside it make personal."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import context
from ._kinds import kind_of

__all__ = ["coordinates_in", "words_in"]

_WORDS = 24  # characters in which the words before a short number stand
_NEAR = 48  # characters between a word for code and the code

# One of these stands in every text that `CODE_WORD` or the patterns of the other finders match.
_CODE_STEMS = (
    "code", "otp", "pin", "verif", "passwor", "one-time", "one time", "2fa", "cod", "kod", "clave", "senha", "parol", "tan",
    "einmal", "kennwort", "koodi", "vahvist",
)  # fmt: skip
_CENTURIES = ("19", "20")
_TELEPHONE_STEMS = (
    "tel",
    "phon",
    "mob",
    "cell",
    "fax",
    "ph",
    "handy",
    "tél",
    "call",
    "ring",
    "dial",
    "reach",
    "num",
    "no",
)
_PLACE_STEMS = ("lat", "lng", "lon")
_BIRTH_STEMS = (
    "birth", "born", "dob", "d.o.b", "geb", "naiss", "né", "nacid", "nacim", "nascid", "nascim", "nato ", "nata ", "urodz",
    "生日", "出生", "जन्म", "рожд",
)  # fmt: skip


def _says(low: str, stems: tuple[str, ...], /) -> bool:
    for stem in stems:  # noqa: SIM110 - any() costs three times as much, and this runs for many texts
        if stem in low:
            return True
    return False


def words_in(text: str, start: int, end: int, /, *, short: bool) -> list[Finding]:
    """
    Find what only words near a cluster of digits make personal: a code, a birth date, a short phone number.

    Args:
        text: The whole text.

        start: Offset of the first digit.

        end: Offset after the last.

        short: Whether there are fewer digits than in a phone number; more are looked at only where they have the form.
    """
    found: list[Finding] = []
    if (context.CODE.search(text, start, end + 2) if short else context.CODE.match(text, start)) is not None:
        near = text[max(0, start - _NEAR) : end + _NEAR].lower()
        if (_says(near, _CODE_STEMS) or not near.isascii()) and context.CODE_WORD.search(near) is not None:
            found += (
                Finding(*code.span(), DataCategory.ONE_TIME_CODE)
                for code in context.CODE.finditer(text, start, end + 2)
            )
    if short:
        found += _short_numbers_in(text, start, end)
    if (text[end - 4 : end - 2] in _CENTURIES or context.DATE_FORM.match(text, start) is not None) and _says(
        text[max(0, start - _NEAR) : start].lower(), _BIRTH_STEMS
    ):
        for match in context.BIRTH_DATE.finditer(text, max(0, start - _NEAR), end + 2):
            found.append(Finding(*match.span("date"), DataCategory.DATE_OF_BIRTH))
    return found


def _short_numbers_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find phone numbers of four to six digits: by the words before them, or six by the groups they are spelled in."""
    for match in context.SHORT_GROUP.finditer(text, start, end + 2):
        left, right = match.span()
        if context.SIX_DIGITS.match(text, left) is not None:
            yield Finding(left, right, kind_of(text, left, right))
            continue
        before = text[max(0, left - _WORDS) : left].lower()
        if _says(before, _TELEPHONE_STEMS) and context.SAYS_TELEPHONE.search(before) is not None:
            yield Finding(left, right, DataCategory.PHONE_NUMBER)


def coordinates_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find pairs of degrees, and single ones that are named."""
    if context.DEGREES.search(text, start, end) is not None:
        for match in context.COORDINATES.finditer(text, max(0, start - 1), end + 2):
            yield Finding(match.start(), match.start() + len(match[0].rstrip()), DataCategory.COORDINATES)
        if _says(text[max(0, start - _WORDS) : start].lower(), _PLACE_STEMS):
            for match in context.COORDINATE.finditer(text, max(0, start - _WORDS), end):
                yield Finding(*match.span("number"), DataCategory.COORDINATES)
