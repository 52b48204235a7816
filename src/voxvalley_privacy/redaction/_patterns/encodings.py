"""Encodings and disguises that a digit, a dot or an at sign can wear."""

from __future__ import annotations

import re

__all__ = [
    "ANSI",
    "CONFUSED",
    "ESCAPES",
    "EXOTIC",
    "EXOTICS",
    "HIDERS",
    "HIDES",
    "INDENT",
    "INLINE_TAG",
    "MAY_CONFUSE",
    "TAGS",
]

# Escapes by the mark that begins them, each one character, or one run of UTF-8 bytes above ASCII:
# %2B · %E2%80%8B · %u002B, &#43; · &plus;, \u002b · \x2b · \n, three of =2B or one between two digits, a soft line end.
ESCAPES = {
    "%": re.compile(
        r"%(?:[0-7][0-9A-Fa-f]|[89A-Fa-f][0-9A-Fa-f](?:%[89A-Fa-f][0-9A-Fa-f]){0,3}|u[0-9A-Fa-f]{4})"
    ),
    "&": re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}(?=;));?"),
    "\\": re.compile(r"\\{1,8}(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[nrtbf\"/])"),
    "=": re.compile(
        r"=(?:[0-9A-F]{2}(?:=[0-9A-F]{2}){2,59}|\r?\n|2[0-9A-F](?<=[0-9].{3})(?=[0-9(]))"
    ),
}

ANSI = re.compile(r"\x1b(?:\[[0-9;?]*+[ -/]*+[@-~]|\][^\x07\x1b]{0,200}\x07?)")

# Tags in a row: <b> · </td><td> · <!-- x -->
TAGS = re.compile(r"(?:<(?:/?[A-Za-z][A-Za-z0-9]{0,10}(?:\s[^<>]{0,200}|/)?|!--[^<>]{0,100}--)>)++")

# A tag that does not end a word.
INLINE_TAG = re.compile(
    r"</?(?:a|b|big|bdi|bdo|code|em|font|i|mark|s|small|span|strong|sub|sup|tt|u|wbr)[\s/>]",
    re.IGNORECASE,
)

# What is neither ASCII nor a control character, a letter or a sign that has nothing to fold; digits of all scripts are here.
EXOTIC = re.compile(
    r"[^\x00-\x9f\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4-\u00b8\u00bb\u00bf-\u024f\u0370-\u0482\u048a-\u0556\u0561-\u0587\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\u2018-\u2022\u2026\u20a0-\u20bf\uac00-\ud7a3]"
)
EXOTICS = re.compile(f"{EXOTIC.pattern}{EXOTIC.pattern}*+")

# A digit with such a letter behind it, and digits among which letters stand that look like digits.
MAY_CONFUSE = re.compile(r"[0-9](?=[-._/)OoIl|ОоΟοІӀ])[-._/)]?[OoIl|ОоΟοІӀ]")
CONFUSED = re.compile(r"[0-9](?:[\W_]?[0-9]|[-._/)]?[OoIl|ОоΟοІӀ](?![^\W\dOoIlОоΟοІӀ])){6,}+")

# A line end with more blanks behind it than a run of digits may have between two
INDENT = re.compile(r"(?<=[0-9])[ \t]{0,3}\r?\n[ \t]{1,64}(?=[0-9(+])")

# A mark with what makes it one that can hide something in plain ASCII. The entities of markup that texts are full of do so only
# right behind a digit, beside an at sign, or escaped twice.
HIDES = {
    "&": re.compile(
        r"&(?:#[0-9xX]|amp;[#A-Za-z]|(?:lt|gt|quot|apos);@|(?!(?:lt|gt|amp|quot|apos);)[A-Za-z]{2,8};|(?<=[0-9]&)|(?<=[0-9][\W_]&)"
        r"|(?<=[0-9][\W_]{2}&)|(?<=[0-9][\W_]{3}&)|(?<=@&))"
    ),
    "=": re.compile(r"=(?:[0-9A-F]{2}|\r?\n)"),
    "\n": re.compile(r"\n[ \t]"),
    "%": re.compile(r"%[0-9A-Fa-fu]"),
    "<": re.compile(r"<[A-Za-z/!]"),
    "\\": re.compile(r"\\[uxnrtbf\"/\\]"),
    "\x1b": ANSI,
}

# The same, mark by mark, as what is taken out
HIDERS = {**ESCAPES, "<": TAGS, "\x1b": ANSI, "\n": INDENT}
