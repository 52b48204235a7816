"""What only the words beside it make personal."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import context, numbers
from ._kinds import kind_of
from ._shape import is_beyond_latin

__all__ = ["Context"]

_WORDS = 24  # characters in which the words before a short number stand
_NEAR = 48  # characters between a word for code and the code

# One of these stands in every text that `CODE_WORD` matches; in one beyond ASCII one of the second, or letters that Latin-1 has not.
_CODE_STEMS = (
    "cod", "otp", "pin", "verif", "passwor", "one-time", "2fa", "kod", "clave", "senha", "parol", "tan", "einmal", "kennwort",
    "koodi", "vahvist",
)  # fmt: skip
_CODE_STEMS_BEYOND_ASCII = ("contrase", "bestätig", "cód", "kód", "mã")
_SHORTEST_CODE, _LONGEST_CODE = 4, 8  # digits
_SIX = 6  # digits of the longest group that is no number by itself
_CENTURIES = ("19", "20")
_SAYS_TELEPHONE = " .:=#\"'(+"  # what stands between a number and the word for telephone
_TELEPHONE_ENDS = (
    "tel", "tele", "fon", "phon", "fone", "phone", "teléfono", "telefono", "telephono", "mobile", "mob", "cell", "fax", "ph", "handy",
    "tél", "no", "nr", "num", "number", "is", "on", "at",
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


def _may_say_code(low: str, /) -> bool:
    return _says(low, _CODE_STEMS) or (
        not low.isascii() and (_says(low, _CODE_STEMS_BEYOND_ASCII) or is_beyond_latin(low))
    )


class Context:
    """Look for the words of one text; what they make personal is found near them."""

    __slots__ = ("_tells_birth", "_tells_code", "_text")

    def __init__(self, text: str, /) -> None:
        self._text = text
        # Most texts have no such word at all; they are asked once.
        self._tells_code: bool | None = None
        self._tells_birth: bool | None = None

    def short_in(self, start: int, end: int, /) -> list[Finding]:
        """Find what a cluster of four to six digits can be: a code, a birth date, a short phone number."""
        text = self._text
        found: list[Finding] = []
        if context.CODE.search(text, start, end + 2) is not None and self._is_code(start, end):
            found += self._codes_in(start, end)
        if end - start <= _SIX:  # one group: the words before it must tell
            if self._is_telephone(start) and context.SHORT_GROUP.match(text, start) is not None:
                found.append(Finding(start, end, DataCategory.PHONE_NUMBER))
        else:
            found += self._groups_in(start, end)
        return self._births_in(start, end, found)

    def long_in(self, start: int, end: int, /) -> list[Finding]:
        """Find what a cluster of more digits than a code has can be, if it has the form: a code, a birth date."""
        found: list[Finding] = []
        if context.CODE.match(self._text, start) is not None and self._is_code(start, end):
            found += self._codes_in(start, end)
        return self._births_in(start, end, found)

    def codes_beside(self, addresses: list[Finding], start: int, end: int, /) -> Iterator[Finding]:
        """Find the codes of a cluster that stand right beside an address, where they do not look alone."""
        edges = [start, *(edge for address in addresses for edge in address[:2]), end]
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            code = numbers.DIGITS.search(self._text, left, right)
            if (
                code is not None
                and _SHORTEST_CODE <= len(code[0]) <= _LONGEST_CODE
                and self._is_code(left, right)
            ):
                yield Finding(*code.span(), DataCategory.ONE_TIME_CODE)

    def _is_code(self, start: int, end: int) -> bool:
        """Say whether a word for code stands near."""
        if self._tells_code is None:
            self._tells_code = _may_say_code(self._text.lower())
        if not self._tells_code:
            return False
        near = self._text[max(0, start - _NEAR) : end + _NEAR].lower()
        return _may_say_code(near) and context.CODE_WORD.search(near) is not None

    def _codes_in(self, start: int, end: int) -> Iterator[Finding]:
        for code in context.CODE.finditer(self._text, start, end + 2):
            yield Finding(*code.span(), DataCategory.ONE_TIME_CODE)

    def _groups_in(self, start: int, end: int) -> Iterator[Finding]:
        text = self._text
        for match in context.SHORT_GROUP.finditer(text, start, end + 2):
            left, right = match.span()
            if context.SIX_DIGITS.match(text, left) is not None:
                yield Finding(left, right, kind_of(text, left, right))
            elif self._is_telephone(left):
                yield Finding(left, right, DataCategory.PHONE_NUMBER)

    def _is_telephone(self, start: int) -> bool:
        """Say whether the words right before a number say that one can be called by it."""
        before = self._text[max(0, start - _WORDS) : start].lower()
        return (
            before.rstrip(_SAYS_TELEPHONE).endswith(_TELEPHONE_ENDS)
            and context.SAYS_TELEPHONE.search(before) is not None
        )

    def _births_in(self, start: int, end: int, found: list[Finding]) -> list[Finding]:
        text = self._text
        if (
            text[end - 4 : end - 2] not in _CENTURIES
            and context.DATE_FORM.match(text, start) is None
        ):
            return found
        if self._tells_birth is None:
            self._tells_birth = _says(text.lower(), _BIRTH_STEMS)
        if self._tells_birth and _says(text[max(0, start - _NEAR) : start].lower(), _BIRTH_STEMS):
            found += (
                Finding(*match.span("date"), DataCategory.DATE_OF_BIRTH)
                for match in context.BIRTH_DATE.finditer(text, max(0, start - _NEAR), end + 2)
            )
        return found

    def coordinates_in(self, start: int, end: int, /) -> Iterator[Finding]:
        """Find pairs of degrees, and single ones that are named."""
        text = self._text
        if context.DEGREES.search(text, start, end) is not None:
            for match in context.COORDINATES.finditer(text, max(0, start - 1), end + 2):
                yield Finding(
                    match.start(), match.start() + len(match[0].rstrip()), DataCategory.COORDINATES
                )
            if _says(text[max(0, start - _WORDS) : start].lower(), _PLACE_STEMS):
                for match in context.COORDINATE.finditer(text, max(0, start - _WORDS), end):
                    yield Finding(*match.span("number"), DataCategory.COORDINATES)
