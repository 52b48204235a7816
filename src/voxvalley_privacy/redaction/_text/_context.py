"""What only the words beside it make personal."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import context
from ._kinds import kind_of

__all__ = [
    "find_birth_dates",
    "find_codes",
    "find_coordinates",
    "find_short_numbers",
    "find_six_digits",
    "has_six_digits",
    "may_say_birth",
    "may_say_code",
    "may_say_place",
    "may_say_telephone",
]

_NEAR = 48  # characters between a word for code and the code

# One of these stands in every text that `CODE_WORD` or the patterns of the other finders match.
_CODE_STEMS = (
    "code", "otp", "pin", "verif", "passwor", "one-time", "one time", "2fa", "cod", "kod", "clave", "senha", "parol", "tan",
    "einmal", "kennwort", "koodi", "vahvist",
)  # fmt: skip
_PLACE_STEMS = ("lat", "lng", "lon")
_BIRTH_STEMS = ("birth", "born", "dob", "d.o.b", "geb", "naiss", "né", "nac", "nasc", "nat", "urodz", "ur", "生日", "出生", "जन्म", "рожд")
_TELEPHONE_STEMS = ("tel", "phone", "mob", "cell", "fax", "ph", "handy", "tél", "call", "dial", "ring", "reach", "num", " no")


def _says(text: str, stems: tuple[str, ...], /) -> bool:
    low = text.lower()
    for stem in stems:  # noqa: SIM110 - any() costs three times as much, and this runs for many texts
        if stem in low:
            return True
    return False


def may_say_code(text: str, /) -> bool:
    """Say whether a word may speak of a code, and four digits stand together, alone."""
    return (not text.isascii() or _says(text, _CODE_STEMS)) and context.CODE.search(text) is not None


def find_codes(text: str, /) -> Iterator[Finding]:
    """Find one-time codes near a word that announces or follows them."""
    for match in context.CODE.finditer(text):
        start, end = match.span()
        if context.CODE_WORD.search(text, max(0, start - _NEAR), end + _NEAR) is not None:
            yield Finding(start, end, DataCategory.ONE_TIME_CODE)


def may_say_birth(text: str, /) -> bool:
    """Say whether a word speaks of a birth."""
    return _says(text, _BIRTH_STEMS)


def find_birth_dates(text: str, /) -> Iterator[Finding]:
    """Find dates that the text calls a birth date."""
    for match in context.BIRTH_DATE.finditer(text):
        yield Finding(*match.span("date"), DataCategory.DATE_OF_BIRTH)


def may_say_place(text: str, /) -> bool:
    """Say whether decimals could be a latitude and a longitude."""
    return context.DEGREES.search(text) is not None or ("." in text and _says(text, _PLACE_STEMS))


def find_coordinates(text: str, /) -> Iterator[Finding]:
    """Find pairs of degrees, and single ones that are named."""
    for match in context.COORDINATES.finditer(text):
        yield Finding(match.start(), len(match[0].rstrip()) + match.start(), DataCategory.COORDINATES)
    for match in context.COORDINATE.finditer(text):
        yield Finding(*match.span("number"), DataCategory.COORDINATES)


def may_say_telephone(text: str, /) -> bool:
    """Say whether four digits stand together, and a word speaks of a telephone."""
    return _says(text, _TELEPHONE_STEMS) and context.SHORT_GROUP.search(text) is not None


def find_short_numbers(text: str, /) -> Iterator[Finding]:
    """Find phone numbers of four to six digits, which only a word beside them tells from any other number."""
    for match in context.SHORT_NUMBER.finditer(text):
        yield Finding(*match.span("number"), DataCategory.PHONE_NUMBER)


def has_six_digits(text: str, /) -> bool:
    """Say whether six digits stand in groups."""
    return context.SIX_DIGITS.search(text) is not None


def find_six_digits(text: str, /) -> Iterator[Finding]:
    """Find phone numbers of six digits in groups."""
    for match in context.SIX_DIGITS.finditer(text):
        yield Finding(match.start(), match.end(), kind_of(text, match.start(), match.end()))
