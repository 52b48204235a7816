"""Sixty-six spellings of one number, +1 202 555 0123, from the rows of B1: what readers still read as a phone number."""

from __future__ import annotations

import base64

DIGITS = "12025550123"


def _with(char: str) -> str:
    """Put a character between all digits."""
    return char.join(DIGITS)


def _script(zero: int) -> str:
    """Spell the digits in another script."""
    return "".join(chr(zero + int(digit)) for digit in DIGITS)


SPELLINGS: dict[str, str] = {
    "E.164": "+12025550123",
    "E.164 with blanks": "+1 202 555 0123",
    "E.164 with dashes": "+1-202-555-0123",
    "E.164 with dots": "+1.202.555.0123",
    "00 prefix": "0012025550123",
    "011 prefix": "011 1 202 555 0123",
    "national": "(202) 555-0123",
    "national, tight": "(202)555-0123",
    "national with dashes": "202-555-0123",
    "national with dots": "202.555.0123",
    "national with blanks": "202 555 0123",
    "bare": "2025550123",
    "bare with country": "12025550123",
    "with trunk zero": "+1 (0)202 555 0123",
    "with extension": "202-555-0123 x17",
    "tel URI": "tel:+1-202-555-0123",
    "SIP URI": "sip:+12025550123@example.com;user=phone",
    "fullwidth": "＋" + _script(0xFF10),
    "Arabic-Indic": _script(0x660),
    "extended Arabic-Indic": _script(0x6F0),
    "Devanagari": _script(0x966),
    "Thai": _script(0xE50),
    "mathematical bold": _script(0x1D7CE),
    "superscript": DIGITS.translate(
        {ord(d): s for d, s in zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)}
    ),
    "subscript": _script(0x2080),
    "circled": DIGITS.translate(
        {ord("0"): "⓪"} | {ord(str(d)): chr(0x2460 + d - 1) for d in range(1, 10)}
    ),
    "keycaps": "".join(digit + "\ufe0f\u20e3" for digit in DIGITS),
    "zero-width space": _with("\u200b"),
    "soft hyphen": _with("\u00ad"),
    "word joiner": _with("\u2060"),
    "zero-width joiner": _with("\u200d"),
    "bidi isolates": _with("\u2066"),
    "reversed under RLO": "\u202e" + DIGITS[::-1] + "\u202c",
    "variation selectors": _with("\ufe0f"),
    "combining marks": _with("\u0336"),
    "letter O": "2O2555O123",
    "letters l and I": "l2O255501 23".replace(" ", ""),
    "Cyrillic o": "2о2555о123",
    "percent sign": "%2B12025550123",
    "percent twice": "%252B12025550123",
    "every digit in percent": "".join(f"%{ord(digit):02X}" for digit in DIGITS),
    "HTML entities": "&#43;1202&#53;550123",
    "every digit an entity": "".join(f"&#{ord(digit)};" for digit in DIGITS),
    "hexadecimal entities": "".join(f"&#x{ord(digit):x};" for digit in DIGITS),
    "JSON escapes": "".join(f"\\u{ord(digit):04x}" for digit in DIGITS),
    "JSON in JSON": '{"body":"{\\"to\\":\\"+12025550123\\"}"}',
    "form body": "From=%2B12025550123&Body=hi",
    "quoted-printable": "".join(f"={ord(digit):02X}" for digit in DIGITS),
    "quoted-printable line": "202555=\r\n0123",
    "dollar": "$2025550123",
    "percent glued": "%2025550123",
    "letters glued": "x12025550123y",
    "file name": "recA12025550123B.wav",
    "user name": "user12025550123",
    "thousands commas": "12,025,550,123",
    "underscores": "202_555_0123",
    "slashes": "202/555/0123",
    "tab": "+1202\t555\t0123",
    "asterisks": "202**555**0123",
    "ANSI color": "\x1b[31m202\x1b[0m555\x1b[1m0123",
    "NUL": "202\x005550123",
    "markup": "<b>202</b>555<i>0123</i>",
    "line end": "202555\r\n    0123",
    "float": "1.2025550123e+10",
    "words": "two zero two five five five zero one two three",
    "base64, short": base64.b64encode(DIGITS.encode()).decode(),
}

# Digits spelled as words stay out of reach: they need a language.
MISSED = frozenset({"words"})
