"""What only the words beside it make personal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..vocabulary import DataCategory
from ._digit_runs import DIGITS, kind_of
from ._folding import is_beyond_latin
from .findings import Finding

__all__ = [
    "BIRTH_DATE",
    "BODY_CODE",
    "CODE",
    "CODE_WORD",
    "COORDINATE",
    "COORDINATES",
    "DATE_FORM",
    "DEGREES",
    "SAYS_TELEPHONE",
    "SHORT_GROUP",
    "SIX_DIGITS",
    "Context",
]

# What only the words beside it make personal: one-time codes, birth dates, places, short phone numbers
# --------------------------------------------------------------------------------------------------

# 123456 · 123-456: a code, alone, not money, not a part of a longer number
CODE = re.compile(
    r"[0-9](?<![0-9A-Za-z$£€₹+].)(?<![0-9][\W_].)(?:[0-9]{2}[ -][0-9]{3,4}|[0-9]{3,7})(?![0-9A-Za-z%]|[\W_][0-9])"
)

# A message that is nothing but a code: 482913 · G-482913 · 123 456
BODY_CODE = re.compile(r"(?:[A-Za-z]{1,3}-)?\d(?:[ -]?\d){3,7}[.!]?")

# Words for code, password and verification in lower case, cut to the stem that their language's endings leave alone. All begin with
# letters, so that the engine of the regex looks for these; what may not stand before is said behind.
_NO_CODES = (
    "zip ",
    "zip",
    "post ",
    "post",
    "postal ",
    "pin ",
    "area ",
    "country ",
    "error ",
    "status ",
    "source ",
    "top",
)
CODE_WORD = re.compile(
    "|".join(
        [
            "code" + "".join(f"(?<!{word}code)" for word in _NO_CODES) + "(?![dr])",
            *[
                "koodi",
                "verif",
                "otp",
                "one-time",
                "einmal",
                "kennwort",
                "passwor",
                "contraseña",
                "bestätig",
                "vahvist",
                "doğrul",
                "подтвер",
                "कोड",
                "ओटीपी",
                "सत्यापन",
                "কোড",
                "குறியீடு",
                "కోడ్",
                "รหัส",
                "验证码",
                "驗證碼",
                "校验码",
                "动态码",
                "口令",
                "认证",
                "認証",
                "コード",
                "인증",
                "코드",
            ],
            *(
                f"{stem}(?<![^\\W\\d_]{stem})"
                for stem in [
                    "2fa",
                    "pin",
                    "tan",
                    "clave",
                    "senha",
                    "şifre",
                    "parol",
                    "пароль",
                    "код",
                    "cód",
                    "kód",
                    "kod",
                    "mã",
                    "κωδικ",
                    "קוד",
                    "סיסמ",
                    "رمز",
                    "كود",
                    "تحقق",
                    "کد",
                ]
            ),
            "cod(?<![^\\W\\d_]cod)(?!e)",
        ]
    )
)

_MONTH_NAME = r"[^\W\d_]{3,12}\.?"
_DATE = (
    r"(?:[0-9]{4}[-/.年 ]{1,2}[0-9]{1,2}[-/.月 ]{1,2}[0-9]{1,2}日?|[0-9]{1,2}[-/. ]{1,2}[0-9]{1,2}[-/. ]{1,2}[0-9]{2,4}|"
    rf"[0-9]{{1,2}}(?:st|nd|rd|th|\.)?(?: of)?[ -]{_MONTH_NAME},?[ -][0-9]{{2,4}}|{_MONTH_NAME} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{2,4}}|[0-9]{{8}})"
)
BIRTH_DATE = re.compile(
    r"(?i:(?<![^\W\d_])(?:d\.?o\.?b|birth ?da(?:te|y)|date[ _]of[ _]birth|birth|born|geboren|geb|geburtsdatum|née? le|date de naissance|"
    r"nacid[oa]|fecha de nacimiento|nascid[oa]|data de nascimento|nat[oa] il|data di nascita|urodzon[ya]|data urodzenia)(?![^\W\d_])"
    rf"|生日|出生|जन्म|рожд)[^0-9\r\n]{{0,24}}?(?P<date>{_DATE})(?![0-9])"
)

DEGREES = re.compile(r"[0-9]\.[0-9]{1,15}")
# What a date of any order begins like
DATE_FORM = re.compile(
    r"(?:19|20)[0-9]{2}(?:[-/.年 ]|[01][0-9][0-3][0-9](?![0-9]))|[0-9]{1,2}[-/. ]{1,2}[0-9]{1,2}[-/. ]{1,2}[0-9]{2}"
)

_DEGREES = r"[-+]?[0-9]{1,3}\.[0-9]{3,15}(?![0-9])°? ?"
# 37.7749, -122.4194
COORDINATES = re.compile(
    rf"(?<![0-9.])(?<![0-9.][-+]){_DEGREES}[NSns]?[,; /]{{1,3}}{_DEGREES}[EWew]?(?![0-9.])"
)
# lat=37.7749 · "longitude": "-122.4194"
COORDINATE = re.compile(
    r"(?i:(?<![a-z])(?:lat(?:itude)?|lng|lon(?:g(?:itude)?)?))[\"']? ?[:=]? ?[\"']?(?P<number>[-+]?[0-9]{1,3}\.[0-9]{1,15})"
)

# Four to six digits, alone, and the words before them that say they are a phone number:
# phone: 62889 · tel 33 93 31 · call me on 40123 · my number is 312 345
SHORT_GROUP = re.compile(
    r"[0-9](?<![0-9A-Za-z$£€₹].)(?<![0-9][\W_].)(?:[ .-]?+[0-9]){3,5}+(?![0-9A-Za-z%]|[\W_][0-9])"
)
SAYS_TELEPHONE = re.compile(
    r"(?:(?<![a-z])(?:tele?(?:ph?on[eo]?)?|phone|mobile|mob|cell|fax|ph|handy|tél|teléfono|telefone)\.?(?: ?(?:no|nr|num|number|is|#)\.?)?"
    r"|(?:call|ring|dial|reach|phone)(?: (?:me|us|him|her|them))? (?:on|at)|(?:my|his|her|our|the) (?:number|num|no\.?)(?: is)?)"
    r"[ .:=#\"'(+]{1,4}\Z",
    re.IGNORECASE,
)

# 21 12 34 · 312 345 · 90 1234: a `SHORT_GROUP` of six digits in groups as phone numbers are spelled, and no money or length behind it
SIX_DIGITS = re.compile(
    r"(?<!#)(?:[0-9]{2} [0-9]{2} [0-9]{2}|[0-9]{3} [0-9]{3}|[0-9]{2} (?!19|20)[0-9]{4})(?![0-9€₹]| ?(?:€|eur|usd|rs|kr|zł|km|m|kg)(?![a-z]))",
    re.IGNORECASE,
)


# What only the words beside it make personal
# --------------------------------------------------------------------------------------------------

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
        if CODE.search(text, start, end + 2) is not None and self._is_code(start, end):
            found += self._codes_in(start, end)
        if end - start <= _SIX:  # one group: the words before it must tell
            if self._is_telephone(start) and SHORT_GROUP.match(text, start) is not None:
                found.append(Finding(start, end, DataCategory.PHONE_NUMBER))
        else:
            found += self._groups_in(start, end)
        return self._births_in(start, end, found)

    def long_in(self, start: int, end: int, /) -> list[Finding]:
        """Find what a cluster of more digits than a code has can be, if it has the form: a code, a birth date."""
        found: list[Finding] = []
        if CODE.match(self._text, start) is not None and self._is_code(start, end):
            found += self._codes_in(start, end)
        return self._births_in(start, end, found)

    def codes_beside(self, addresses: list[Finding], start: int, end: int, /) -> Iterator[Finding]:
        """Find the codes of a cluster that stand right beside an address, where they do not look alone."""
        edges = [start, *(edge for address in addresses for edge in address[:2]), end]
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            code = DIGITS.search(self._text, left, right)
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
        return _may_say_code(near) and CODE_WORD.search(near) is not None

    def _codes_in(self, start: int, end: int) -> Iterator[Finding]:
        for code in CODE.finditer(self._text, start, end + 2):
            yield Finding(*code.span(), DataCategory.ONE_TIME_CODE)

    def _groups_in(self, start: int, end: int) -> Iterator[Finding]:
        text = self._text
        for match in SHORT_GROUP.finditer(text, start, end + 2):
            left, right = match.span()
            if SIX_DIGITS.match(text, left) is not None:
                yield Finding(left, right, kind_of(text, left, right))
            elif self._is_telephone(left):
                yield Finding(left, right, DataCategory.PHONE_NUMBER)

    def _is_telephone(self, start: int) -> bool:
        """Say whether the words right before a number say that one can be called by it."""
        before = self._text[max(0, start - _WORDS) : start].lower()
        return (
            before.rstrip(_SAYS_TELEPHONE).endswith(_TELEPHONE_ENDS)
            and SAYS_TELEPHONE.search(before) is not None
        )

    def _births_in(self, start: int, end: int, found: list[Finding]) -> list[Finding]:
        text = self._text
        if text[end - 4 : end - 2] not in _CENTURIES and DATE_FORM.match(text, start) is None:
            return found
        if self._tells_birth is None:
            self._tells_birth = _says(text.lower(), _BIRTH_STEMS)
        if self._tells_birth and _says(text[max(0, start - _NEAR) : start].lower(), _BIRTH_STEMS):
            found += (
                Finding(*match.span("date"), DataCategory.DATE_OF_BIRTH)
                for match in BIRTH_DATE.finditer(text, max(0, start - _NEAR), end + 2)
            )
        return found

    def coordinates_in(self, start: int, end: int, /) -> Iterator[Finding]:
        """Find pairs of degrees, and single ones that are named."""
        text = self._text
        if DEGREES.search(text, start, end) is not None:
            for match in COORDINATES.finditer(text, max(0, start - 1), end + 2):
                yield Finding(
                    match.start(), match.start() + len(match[0].rstrip()), DataCategory.COORDINATES
                )
            if _says(text[max(0, start - _WORDS) : start].lower(), _PLACE_STEMS):
                for match in COORDINATE.finditer(text, max(0, start - _WORDS), end):
                    yield Finding(*match.span("number"), DataCategory.COORDINATES)
