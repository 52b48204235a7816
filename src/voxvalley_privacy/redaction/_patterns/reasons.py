"""
Shapes of digits that are not personal.

A shape of `SHAPES` is tried only where a group of digits begins, and only in a run that has a mark of some shape; the name of the
group that matched is the name of the reason.
"""

from __future__ import annotations

import re

__all__ = [
    "AMOUNT",
    "DATED",
    "ENDS_BEFORE",
    "EPOCH",
    "ID_TOKEN",
    "ID_WORD",
    "KEY",
    "MEASURE",
    "PORTS",
    "SHAPED",
    "SHAPES",
    "STRONG",
    "STRONG_SHAPES",
    "SUFFIX",
    "TEMPLATE_ID",
    "VERSION",
]

# No digit with one mark between may stand beside the shape: it would be a part of something longer.
_ALONE = r"(?<![0-9][\W_])"
_TAIL = r"(?![\W_]?[0-9])"

_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_HOUR = r"(?:2[0-3]|[01]?[0-9])"
_CLOCK = rf"{_HOUR}:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{{1,9}})?)?"
_PORT = r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{1,3})"
_LONG_PORT = (
    r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{3})"
)
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

_AMOUNT = r"(?:[0-9]{1,3}(?:[,.' ][0-9]{2,3})?[,.' ][0-9]{3}(?:[.,][0-9]{1,2})?|[0-9]{1,7}(?:[.,][0-9]{1,6})?)(?![0-9])"
_SIGN = r"[$€£¥₹₽₩₪₫₱₦₴₺฿¢]"

# One shape a line; each begins where a group of digits begins.
_TABLE = {
    # 2026-11-23 · 2026/11/23 · 23.11.2026 · 11/23/2026 · 2026年11月23日
    "date": (
        rf"(?<![0-9][/.-])(?:{_YEAR}[-/.年]{_MONTH}[-/.月]{_DAY}|{_DAY}[-/.]{_DAY}[-/.]{_YEAR})(?![0-9]|[/.-][0-9])"
    ),
    # 12/05/24 20:15 · 12/05/24 - 15/05/24: only beside a clock or a second date is a short year long enough to matter
    "short_date": rf"{_ALONE}{_DAY}/{_DAY}/[0-9]{{2}}(?:,? {_CLOCK}| ?- ?{_DAY}/{_DAY}/[0-9]{{2}}){_TAIL}",
    # 10.30-12.45 · 9:30-17:00
    "time_range": rf"{_ALONE}{_HOUR}[.:][0-5][0-9] ?- ?{_HOUR}[.:][0-5][0-9]{_TAIL}",
    # 23/Nov/2026:20:15:30 +0000
    "log_time": rf"(?<=[A-Za-z]/){_YEAR}:{_CLOCK}(?: [+-][0-9]{{4}})?(?![0-9])",
    # Nov 2026 20:15:30 +0000 · 23-Nov-2026 20:15:30 · Nov 23 20:15:30 2026
    "mail_time": rf"(?<=[A-Za-z]{{3}}[ -]){_YEAR},? {_CLOCK}(?: ?[+-][0-9]{{4}}| ?Z)?(?![0-9])",
    "system_time": rf"(?<=[A-Za-z]{{3}} ){_DAY} {_CLOCK}(?: [A-Z]{{3,4}})? {_YEAR}(?![0-9])",
    # 20:15 · 20:15:30.25 · 20:15:30Z · 20:15:30 +05:30
    "time": rf"(?<![0-9][:.]){_CLOCK}(?: ?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}}(?![0-9])))?(?![0-9:])",
    # December 2, 2026, 20:45-21:50 · Dec 15, 19:00
    "named_date": rf"(?<=[A-Za-z]{{3}} ){_DAY},? (?:{_YEAR}(?:,? (?:at )?{_CLOCK}(?: ?- ?{_CLOCK})?)?|{_CLOCK}(?: ?- ?{_CLOCK})?)(?![0-9:])",
    # 2019-2023
    "years": rf"{_ALONE}{_YEAR} ?[-/] ?{_YEAR}{_TAIL}",
    # 20261123 · 20261123201530 · 20261123-201530 · 20261123T201530
    "compact_date": (
        rf"(?<![0-9+][\W_])(?<!\+){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
        rf"(?:[T_-]?(?:2[0-3]|[01][0-9])[0-5][0-9][0-5][0-9]|[T_-](?:2[0-3]|[01][0-9])[0-5][0-9])?{_TAIL}"
    ),
    # Found as an address elsewhere; here only kept from being joined with the digits beside it.
    "ip_address": rf"(?<![0-9A-Za-z])(?<![0-9]\.){_BYTE}(?:\.{_BYTE}){{3}}(?![0-9A-Za-z]|\.[0-9])",
    # $1,500,000.00
    "money_sign": rf"(?:(?<={_SIGN})|(?<={_SIGN}[ -])|(?<={_SIGN} -)){_AMOUNT}{_TAIL}",
    # 1,234,567 · 1,234,567.89: nobody spells nine digits of a number so
    "grouped": rf"{_ALONE}[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{2}}(?:\.[0-9]{{1,2}})?{_TAIL}",
    # 10.0.19041.1234 and 5.15.0-1053: no word says so, but the zero or the small parts do
    "version": (
        rf"{_ALONE}(?:[0-9]{{1,3}}\.0\.[0-9]{{1,5}}(?:\.[0-9]{{1,5}})?|[0-9]\.[0-9]{{1,2}}\.[0-9]{{1,2}}-[0-9]{{1,4}}){_TAIL}"
    ),
    # 0.00750000 · 12345.678
    "decimal": rf"{_ALONE}(?:0\.[0-9]{{1,8}}|[0-9]{{4,6}}\.[0-9]{{1,3}}|[0-9]{{7}}\.[0-9]{{1,2}}){_TAIL}",
    # 8080:8080
    "port_pair": rf"{_ALONE}{_PORT}:{_PORT}{_TAIL}",
}

# Shapes so full of form that a phone number is not cut into them by chance; beside the others, a part that is left over and could be
# half a number keeps the whole run hidden.
STRONG = frozenset({"date", "log_time", "mail_time", "system_time", "named_date", "ip_address"})


def _shapes(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile(
        "(?=[0-9])(?<![0-9])(?:"
        + "|".join(f"(?P<{name}>{shape})" for name, shape in table.items())
        + ")"
    )


SHAPES = _shapes(_TABLE)
STRONG_SHAPES = _shapes({name: shape for name, shape in _TABLE.items() if name in STRONG})

# What a run of digits has in it, or begins like, where one of the shapes can be: without it they are not tried.
SHAPED = frozenset(":/.,'_年月$€£¥₹₽₩₪₫₱₦₴₺฿¢")
DATED = re.compile(rf"{_YEAR}(?:[- ]|[01][0-9][0-3][0-9])|{_DAY}-{_DAY}-{_YEAR}")

# The word or sign behind a number: 1500000 ms · 1 500 000 EUR
SUFFIX = re.compile(rf" ?(?P<word>{_SIGN}|[%元円]|[^\W\d_]{{1,10}})")

# The word before a number, read backwards from it: the key of `ts=1764000000`, the Rs of `Rs. 1500000`, the Chrome of `Chrome/1.0`.
KEY = re.compile(r"(?P<marks>[ :=\"'.#/(\[]{0,5})(?P<word>[^\W\d]{1,32})")

# What stands, read backwards, between an amount and the number before it
ENDS_BEFORE = re.compile(r" [,/] ?| ?[;|&]|  |\n")

# What such a word may excuse, tried at the number.
AMOUNT = re.compile(rf"-?{_AMOUNT}{_TAIL}")
MEASURE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?(?![0-9])|" + _AMOUNT)
EPOCH = re.compile(
    r"1[0-9]{9}(?:[0-9]{3}|[0-9]{6}|[0-9]{9})?(?:\.[0-9]{1,9})?(?![0-9]|[-.,/][0-9])"
)
PORTS = re.compile(
    # 10000-20000 · 5060, 5061, 8080 · 10000 20000; groups of three and four between blanks or dashes are a number
    rf"{_PORT}(?: ?[-:/] ?{_PORT}|(?:, ?{_PORT}){{1,7}}|(?: {_LONG_PORT}){{1,7}})(?![\W_]?[0-9])"
)
TEMPLATE_ID = re.compile(r"[0-9]{19}(?![0-9])")
VERSION = re.compile(
    r"[0-9]{1,4}\.[0-9]{1,2}(?:[.-](?:[0-9]{1,2}|[1-9][0-9]{2,5})){0,2}(?![0-9]|[.-][0-9])"
)

ID_WORD = re.compile(r"[0-9A-Za-z-]*+")
_HEX = "[0-9A-Fa-f]"
_SHORT_ID = rf"(?!{_HEX}{{0,6}}[0-9]{{10}}){_HEX}{{16}}"
# A whole word that is an id: a UUID; two capitals and 32 hex digits (AC, SM, CA, ... of Twilio and those who copied the shape); the
# message id of vox-cpaas, three capitals and 22 digits; a hash or a random id, of a length that these have, with letters in it; in one
# of sixteen no ten digits in a row, which would be a number with letters glued to it.
ID_TOKEN = re.compile(
    r"(?<![0-9A-Za-z+])(?:"
    rf"(?P<uuid>{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}})|"
    r"(?P<typed_id>[A-Z]{2}[0-9a-f]{32})|"
    r"(?P<message_id>[A-Z]{3}[0-9]{22})|"
    rf"(?P<hex_id>0x{_HEX}{{16}}(?!{_HEX})|(?:0x)?(?=[0-9]{{0,24}}[A-Fa-f])(?:{'|'.join(f'{_HEX}{{{size}}}' for size in (128, 96, 64, 56, 40, 32, 24))}|{_SHORT_ID}))"
    r")(?![0-9A-Za-z])"
)
