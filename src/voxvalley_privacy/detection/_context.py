"""
Values that only the words beside them make personal: codes, birth dates, places, short phone
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..vocabulary import DataCategory
from ._digit_shapes import DIGITS
from ._number_kinds import kind_of
from ._outlines import is_beyond_latin
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
    "IN_SENTENCE",
    "SAYS_TELEPHONE",
    "SHORT_GROUP",
    "SIX_DIGITS",
    "Context",
]

_NEAR = 48  # characters between a word and what it speaks of
_WORDS = 24  # the same for the words before a short number


def _says(low: str, stems: tuple[str, ...], /) -> bool:
    for stem in stems:  # noqa: SIM110 - any() costs three times as much, and this runs for many texts
        if stem in low:
            return True
    return False


# One-time codes
# --------------------------------------------------------------------------------------------------

_SHORTEST_CODE, _LONGEST_CODE = 4, 8  # digits

# A number behind the name of a source file is its line: `file.c:4821`.
_SOURCE_FILES = (
    "c", "cc", "cpp", "cs", "ex", "erl", "go", "java", "js", "kt", "lua", "php", "py", "rb", "rs",
    "ts",
)  # fmt: skip
# 123456 · 123-456: a code, alone, not money, not a part of a longer number, a port or a clock
CODE = re.compile(
    r"[0-9](?<![0-9A-Za-z$£€₹+].)(?<![0-9][-_.:*+(/#].)(?<![A-Za-z]\[.)"
    + "".join(rf"(?<!\.{suffix}:.)" for suffix in _SOURCE_FILES)
    + r"(?:[0-9]{2}[ -][0-9]{3,4}|[0-9]{3,7})(?![0-9A-Za-z%]|[-_.:*+(/#][0-9])"
)

# A message that is nothing but a code: 482913 · G-482913 · 123 456
BODY_CODE = re.compile(r"(?:[A-Za-z]{1,3}-)?\d(?:[ -]?\d){3,7}[.!]?")

# Codes of these are nobody's secret: `zip code`, `error code`, `StatusCode`, `network-code=`.
_HARMLESS_CODES = (
    "area", "cause", "country", "err", "error", "exit", "hangup", "http", "language", "mcc", "mnc",
    "network", "operator", "post", "postal", "product", "promo", "reason", "response", "result",
    "return", "signal", "sip", "source", "state", "status", "top", "zip",
)  # fmt: skip
_BEFORE_CODE = "".join(f"(?<!{word}code)(?<!{word}[ _.-]code)" for word in _HARMLESS_CODES)

# Words for code, password and verification in lower case, cut to the stem that their language's
# endings leave alone. These are stems wherever they occur ...
_CODE_STEMS_ANYWHERE = (
    "bestätig", "contraseña", "doğrul", "einmal", "kennwort", "koodi", "one-time", "otp",
    "passwor", "vahvist", "verif", "подтвер", "कोड", "ओटीपी", "सत्यापन", "কোড", "குறியீடு", "కోడ్",
    "รหัส", "コード", "动态码", "口令", "校验码", "认证", "認証", "验证码", "驗證碼", "인증", "코드",
)  # fmt: skip
# ... and these only at the beginning of a word.
_CODE_STEMS_IN_FRONT = (
    "2fa", "clave", "cód", "dtmf", "kod", "kód", "mã", "parol", "pin", "pressed", "senha", "tan",
    "κωδικ", "код", "пароль", "şifre", "סיסמ", "קוד", "تحقق", "رمز", "كود", "کد",
)  # fmt: skip
CODE_WORD = re.compile(
    "|".join(
        (
            f"code{_BEFORE_CODE}(?!c|d(?!e)|r|_?point)",
            *_CODE_STEMS_ANYWHERE,
            *(f"{stem}(?<![^\\W\\d_]{stem})" for stem in _CODE_STEMS_IN_FRONT),
            r"digits(?<![^\W\d_]digits)(?=[\"']?[ ]?[:=])",
            r"cod(?<![^\W\d_]cod)(?!e)",
        )
    )
)

# One of these is in every text that `CODE_WORD` matches; in one beyond ASCII one of the second, or
# letters that Latin-1 does not have.
_CODE_STEMS = (
    "cod", "otp", "pin", "verif", "passwor", "one-time", "2fa", "kod", "clave", "senha", "parol",
    "tan", "einmal", "kennwort", "koodi", "vahvist", "dtmf", "digits", "pressed",
)  # fmt: skip
_CODE_STEMS_BEYOND_ASCII = ("contrase", "bestätig", "cód", "kód", "mã")

# Between a code and a word behind it that speaks of it there are only words: 482913 is your code.
# Between a word and the code behind it no closing bracket, and not the name of another value.
IN_SENTENCE = re.compile(r"[^\"\]\[{}()<>=|\n\t]*+")
_OTHER_VALUE = re.compile(
    r"[&;|{\n\t]|\]|, ?[\"']?[a-z_]+[\"']?[:=]|[)}>]|[a-z]\.[a-z]{1,4}:|\.[a-z]{1,3}:|[ ]port\b"
)


def _may_say_code(low: str, /) -> bool:
    if _says(low, _CODE_STEMS):
        return True
    return not low.isascii() and (_says(low, _CODE_STEMS_BEYOND_ASCII) or is_beyond_latin(low))


# Short phone numbers
# --------------------------------------------------------------------------------------------------

_LONGEST_GROUP = 6  # digits of the longest group that is not a number by itself

# Four to six digits, alone, and the words before them that say they are a phone number:
# phone: 62889 · tel 33 93 31 · call me on 40123 · my number is 312 345
SHORT_GROUP = re.compile(
    r"[0-9](?<![0-9A-Za-z$£€₹].)(?<![0-9][\W_].)(?:[ .-]?+[0-9]){3,5}+(?![0-9A-Za-z%]|[\W_][0-9])"
)
SAYS_TELEPHONE = re.compile(
    r"""
    (?: (?<![a-z])(?:cell|fax|handy|mob|mobile|ph|phone|telefone|teléfono|tele?(?:ph?on[eo]?)?|tél)\.?
        (?:[ ]?(?:is|no|nr|num|number|\#)\.?)?
      | (?:call|dial|phone|reach|ring)(?:[ ](?:her|him|me|them|us))?[ ](?:at|on)
      | (?:her|his|my|our|the)[ ](?:no\.?|num|number)(?:[ ]is)? )
    [ .:=\#"'(+]{1,4}(?<!\.[ ]\()\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BETWEEN = " .:=#\"'(+"  # marks between a number and the word for telephone
_TELEPHONE_ENDS = (
    "at", "cell", "fax", "fon", "fone", "handy", "is", "mob", "mobile", "no", "nr", "num",
    "number", "on", "ph", "phon", "phone", "tel", "tele", "telefono", "telephono", "teléfono",
    "tél",
)  # fmt: skip

# 21 12 34 · 312 345 · 90 1234: a `SHORT_GROUP` of six digits in groups as phone numbers are
# spelled, without money or length behind it
SIX_DIGITS = re.compile(
    r"""
    (?<!\#)(?<!["-][ ])(?<!"[ ]{2})
    (?:[0-9]{2}[ ][0-9]{2}[ ][0-9]{2}|[0-9]{3}[ ][0-9]{3}|[0-9]{2}[ ](?!19|20)[0-9]{4})
    (?![0-9€₹]|[ ]?(?:€|eur|kg|km|kr|m|rs|usd|zł)(?![a-z]))
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Birth dates
# --------------------------------------------------------------------------------------------------

_MONTH_NAME = r"[^\W\d_]{3,12}\.?"
_DATE = rf"""(?:
      [0-9]{{4}}[-/.年 ]{{1,2}}[0-9]{{1,2}}[-/.月 ]{{1,2}}[0-9]{{1,2}}日?          # 1990-05-12
    | [0-9]{{1,2}}[-/.\ ]{{1,2}}[0-9]{{1,2}}[-/.\ ]{{1,2}}[0-9]{{2,4}}            # 12/05/1990
    | [0-9]{{1,2}}(?:st|nd|rd|th|\.)?(?:\ of)?[ -]{_MONTH_NAME},?[ -][0-9]{{2,4}}  # 12 May 1990
    | {_MONTH_NAME}\ [0-9]{{1,2}}(?:st|nd|rd|th)?,?\ [0-9]{{2,4}}                 # May 12, 1990
    | [0-9]{{8}}                                                                  # 19900512
    )"""
BIRTH_DATE = re.compile(
    rf"""
    (?: (?i: (?<![^\W\d_])
          (?: birth\ ?da(?:te|y) | birth | born | d\.?o\.?b | data\ de\ nascimento | data\ di\ nascita
            | data\ urodzenia | date\ de\ naissance | date[ _]of[ _]birth | fecha\ de\ nacimiento | geb
            | geboren | geburtsdatum | nacid[oa] | nascid[oa] | nat[oa]\ il | née?\ le | urodzon[ya] )
          (?![^\W\d_]) )
      | 生日 | 出生 | जन्म | рожд )
    [^0-9\r\n]{{0,24}}? (?P<date>{_DATE}) (?![0-9])
    """,
    re.VERBOSE,
)
# How a date of any order begins
DATE_FORM = re.compile(
    r"(?:19|20)[0-9]{2}(?:[-/.年 ]|[01][0-9][0-3][0-9](?![0-9]))"
    r"|[0-9]{1,2}[-/. ]{1,2}[0-9]{1,2}[-/. ]{1,2}[0-9]{2}"
)
_REST_OF_DATE = 8  # characters of a date behind its year: 1990年5月12日
_CENTURIES = ("19", "20")
_BIRTH_STEMS = (
    "birth", "born", "d.o.b", "dob", "geb", "nacid", "nacim", "naiss", "nascid", "nascim", "nata ",
    "nato ", "né", "urodz", "рожд", "जन्म", "出生", "生日",
)  # fmt: skip

# Places
# --------------------------------------------------------------------------------------------------

DEGREES = re.compile(r"[0-9]\.[0-9]{1,15}")
_DEGREES = r"[-+]?[0-9]{1,3}\.[0-9]{3,15}(?![0-9])°? ?"
# 37.7749, -122.4194
COORDINATES = re.compile(
    rf"(?<![0-9.])(?<![0-9.][-+]){_DEGREES}[NSns]?[,; /]{{1,3}}{_DEGREES}[EWew]?(?![0-9.])"
)
# lat=37.7749 · "longitude": "-122.4194"
COORDINATE = re.compile(
    r"(?i:(?<![a-z])(?:lat(?:itude)?|lng|lon(?:g(?:itude)?)?))"
    r"[\"']? ?[:=]? ?[\"']?(?P<number>[-+]?[0-9]{1,3}\.[0-9]{1,15})"
)
_PLACE_STEMS = ("lat", "lng", "lon")


class Context:
    """The words of one text; what they make personal is found near them."""

    __slots__ = ("_says_birth", "_says_code", "_text")

    def __init__(self, text: str, /) -> None:
        self._text = text
        # Most texts have no such word at all; they are asked once.
        self._says_code: bool | None = None
        self._says_birth: bool | None = None

    def short_in(self, start: int, end: int, /) -> list[Finding]:
        """Find a code or a short phone number in a part of four to six digits."""
        text = self._text
        found: list[Finding] = []
        if CODE.search(text, start, end + 2) is not None and self._is_code(start, end):
            found += self._codes_in(start, end)
        if end - start > _LONGEST_GROUP:
            return found + list(self._groups_in(start, end))
        # One group: the words before it must say so.
        if self._is_telephone(start) and SHORT_GROUP.match(text, start) is not None:
            found.append(Finding(start, end, DataCategory.PHONE_NUMBER))
        return found

    def long_in(self, start: int, end: int, /) -> list[Finding]:
        """Find the code that a part of seven digits and more can be."""
        if CODE.match(self._text, start) is not None and self._is_code(start, end):
            return list(self._codes_in(start, end))
        return []

    def codes_beside(self, addresses: list[Finding], start: int, end: int, /) -> Iterator[Finding]:
        """Find the codes right beside an address, where they do not look alone."""
        left = start
        for address in [*addresses, Finding(end, end, DataCategory.ONE_TIME_CODE)]:
            code = DIGITS.search(self._text, left, address.start)
            if code is not None and self._is_code_beside(*code.span()):
                yield Finding(*code.span(), DataCategory.ONE_TIME_CODE)
            left = address.end

    def _is_code_beside(self, start: int, end: int) -> bool:
        if not _SHORTEST_CODE <= end - start <= _LONGEST_CODE:
            return False
        is_port = self._text[start - 1 : start] == ":"
        return not is_port and self._is_code(start, end)

    def _is_code(self, start: int, end: int) -> bool:
        """Say whether a word for code speaks of these digits."""
        text = self._text
        if self._says_code is None:
            self._says_code = _may_say_code(text.lower())
        if not self._says_code:
            return False
        before = text[max(0, start - _NEAR) : start].lower()
        if _may_say_code(before):
            words = [*CODE_WORD.finditer(before)]
            if words and _OTHER_VALUE.search(before, words[-1].end()) is None:
                return True
        behind = IN_SENTENCE.match(text, end, end + _NEAR)
        low = "" if behind is None else behind[0].lower()
        return _may_say_code(low) and CODE_WORD.search(low) is not None

    def _codes_in(self, start: int, end: int) -> Iterator[Finding]:
        for code in CODE.finditer(self._text, start, end + 2):
            if code.start() < end:
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
        """Say whether the words right before a number say that somebody is reached by it."""
        before = self._text[max(0, start - _WORDS) : start].lower()
        if not before.rstrip(_BETWEEN).endswith(_TELEPHONE_ENDS):
            return False
        return SAYS_TELEPHONE.search(before) is not None

    def births_in(self, start: int, end: int, /) -> list[Finding]:
        """Find a birth date in a cluster of digits."""
        text = self._text
        if text[end - 4 : end - 2] not in _CENTURIES and DATE_FORM.match(text, start) is None:
            return []
        if self._says_birth is None:
            self._says_birth = _says(text.lower(), _BIRTH_STEMS)
        first = max(0, start - _NEAR)
        if not self._says_birth or not _says(text[first:start].lower(), _BIRTH_STEMS):
            return []
        return [
            Finding(*match.span("date"), DataCategory.DATE_OF_BIRTH)
            for match in BIRTH_DATE.finditer(text, first, end + _REST_OF_DATE)
        ]

    def coordinates_in(self, start: int, end: int, /) -> Iterator[Finding]:
        """Find pairs of degrees, and single ones that are named."""
        text = self._text
        if DEGREES.search(text, start, end) is None:
            return
        for match in COORDINATES.finditer(text, max(0, start - 1), end + 2):
            right = match.start() + len(match[0].rstrip())
            yield Finding(match.start(), right, DataCategory.COORDINATES)
        if _says(text[max(0, start - _WORDS) : start].lower(), _PLACE_STEMS):
            for match in COORDINATE.finditer(text, max(0, start - _WORDS), end):
                yield Finding(*match.span("number"), DataCategory.COORDINATES)
