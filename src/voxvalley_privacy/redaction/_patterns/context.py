"""What only the words beside it make personal: one-time codes, birth dates, places, short phone numbers."""

from __future__ import annotations

import re

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
]

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
