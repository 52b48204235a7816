"""What only the words beside it make personal."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import context
from ._kinds import kind_of

__all__ = [
    "birth_dates_in",
    "codes_in",
    "coordinates_in",
    "named_coordinates_in",
    "says_birth",
    "says_code",
    "says_place",
    "short_numbers_in",
]

_WORDS = 24  # characters in which the words before a short number stand
_NEAR = 48  # characters between a word for code and the code

# One of these stands in every text that `CODE_WORD` or the patterns of the other finders match.
_CODE_STEMS = (
    "code", "otp", "pin", "verif", "passwor", "one-time", "one time", "2fa", "cod", "kod", "clave", "senha", "parol", "tan",
    "einmal", "kennwort", "koodi", "vahvist",
)  # fmt: skip
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


def says_code(low: str, /) -> bool:
    """Say whether a word of a text in lower case may speak of a code; a text in another script always may."""
    return _says(low, _CODE_STEMS) or not low.isascii()


def codes_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find one-time codes near a word that announces or follows them."""
    for match in context.CODE.finditer(text, start, end + 2):
        left, right = match.span()
        if context.CODE_WORD.search(text, max(0, left - _NEAR), right + _NEAR) is not None:
            yield Finding(left, right, DataCategory.ONE_TIME_CODE)


def says_birth(low: str, /) -> bool:
    """Say whether a word of a text in lower case may speak of a birth."""
    return _says(low, _BIRTH_STEMS)


def birth_dates_in(text: str, /) -> Iterator[Finding]:
    """Find dates that the text calls a birth date."""
    for match in context.BIRTH_DATE.finditer(text):
        yield Finding(*match.span("date"), DataCategory.DATE_OF_BIRTH)


def says_place(low: str, /) -> bool:
    """Say whether a word of a text in lower case may name a latitude or a longitude."""
    return "." in low and _says(low, _PLACE_STEMS)


def named_coordinates_in(text: str, /) -> Iterator[Finding]:
    """Find degrees that are named."""
    for match in context.COORDINATE.finditer(text):
        yield Finding(*match.span("number"), DataCategory.COORDINATES)


def coordinates_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find pairs of degrees."""
    if context.DEGREES.search(text, start, end) is not None:
        for match in context.COORDINATES.finditer(text, max(0, start - 1), end + 2):
            yield Finding(match.start(), match.start() + len(match[0].rstrip()), DataCategory.COORDINATES)


def short_numbers_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find phone numbers of four to six digits: by the words before them, or six by the groups they are spelled in."""
    for match in context.SHORT_GROUP.finditer(text, start, end + 2):
        left, right = match.span()
        if context.SIX_DIGITS.match(text, left) is not None:
            yield Finding(left, right, kind_of(text, left, right))
        elif context.SAYS_TELEPHONE.search(text[max(0, left - _WORDS) : left]) is not None:
            yield Finding(left, right, DataCategory.PHONE_NUMBER)
