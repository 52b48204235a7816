"""Reasons to leave digits alone; without one, seven digits in a row are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_letters

from ._digit_runs import DIGITS, RUN

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
    "count_digits",
    "excused",
    "unexcused",
]

# Shapes of digits that are not personal
# --------------------------------------------------------------------------------------------------

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


def _compiled(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile(
        "(?=[0-9])(?<![0-9])(?:"
        + "|".join(f"(?P<{name}>{shape})" for name, shape in table.items())
        + ")"
    )


SHAPES = _compiled(_TABLE)
STRONG_SHAPES = _compiled({name: shape for name, shape in _TABLE.items() if name in STRONG})

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


# Reasons to leave digits alone; without one, seven digits in a row are hidden
# --------------------------------------------------------------------------------------------------

_ENOUGH = 7  # digits that make a number
_SPLINTER = 4  # digits that a weak reason may leave over beside it
_NEAR_DATE = 2  # characters between a date and its time
_ONE_NUMBER = (
    10,
    15,
)  # digits of a run that could be one number as a whole: then a weak reason must cover all of it

_KEY_MARKS = frozenset(" :=\"'.#/([") | frozenset(
    ascii_letters
)  # what stands between a number and the word before it
_WORD_BEFORE = 40  # how far back the word before a number is looked for
_SHAPE_TAIL = 16  # how far a shape can reach behind the run it begins in
_LONGEST_RUN = 2048  # from which on nothing but dates and addresses is cut out, so that a wall of digits takes little time
_LONGEST_AMOUNT = 16  # characters of 999,999,999.99
_SHORTEST_ID = 16
_LONGEST_ID = 132  # how far an id that a run of digits is a part of can reach

_MONEY_WORDS = frozenset(
    {
        "usd", "eur", "gbp", "inr", "rs", "jpy", "cny", "rmb", "aud", "cad", "chf", "sgd", "hkd", "nzd", "zar", "aed", "sar",
        "brl", "mxn", "pln", "czk", "sek", "nok", "dkk", "huf", "ron", "try", "rub", "uah", "krw", "idr", "myr", "php", "thb",
        "vnd", "ngn", "kes", "egp", "pkr", "bdt", "lkr", "amount", "total", "price", "cost", "balance",
    }
)  # fmt: skip
_MONEY_UNITS = _MONEY_WORDS | frozenset(
    {
        "$", "€", "£", "¥", "₹", "₽", "₩", "₪", "₫", "₱", "₦", "₴", "₺", "฿", "¢", "元", "円", "zł", "dollar", "dollars", "euro",
        "euros", "pound", "pounds", "rupee", "rupees", "peso", "pesos", "yuan", "yen", "cent", "cents", "kr",
    }
)  # fmt: skip
_UNITS = frozenset(
    {
        "%", "ms", "us", "ns", "µs", "msec", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "hour",
        "hours", "day", "days", "byte", "bytes", "octets", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "bit", "bits", "bps",
        "kbps", "mbps", "gbps", "hz", "khz", "mhz", "ghz", "rpm", "pps", "packets", "row", "rows", "record", "records",
        "points", "views", "people", "km", "kg", "mm", "cm", "px", "pixels", "miles", "meters", "metres", "feet", "ft", "kcal",
        "mah",
    }
)  # fmt: skip
_VERSION_WORDS = frozenset({"v", "ver", "version", "release", "build", "rev", "firmware", "kernel"})
_PORT_WORDS = frozenset({"rtp", "rtcp", "udp", "tcp"})
_SECOND_WORDS = frozenset(
    {"pair", "range", "pairs", "ranges", "id", "template", "templateid", "template_id"}
)  # the word that counts stands before them
_TIME_STEMS = ("time", "date", "epoch", "stamp", "creat", "updat", "expir", "unix")
_TIME_WORDS = frozenset({"ts", "iat", "exp", "nbf"})
_TIME_ENDS = ("_at", "_ts", "_on", "At", "usec")

# Ids that nothing but chance makes of a phone number; so are the strong shapes.
_STRONG = STRONG | {"epoch", "template_id", "uuid", "typed_id", "message_id", "hex_id"}

_NO_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}


def count_digits(text: str, /) -> int:
    """Return how many digits a text has."""
    return len(text.translate(_NO_DIGITS)) if text.isascii() else sum(map(str.isdigit, text))


def _by_word(text: str, start: int, /) -> tuple[str, re.Match[str] | None]:
    """Match what the word before a number says of it."""
    if not start or text[start - 1] not in _KEY_MARKS:
        return "", None
    before = KEY.match(text[max(0, start - _WORD_BEFORE) : start][::-1])
    if before is None:
        return "", None
    marks, backwards = before.groups()
    word = backwards[::-1]
    low = word.lower()
    if low in _MONEY_WORDS:
        return "money", AMOUNT.match(text, start)
    if marks == "/" or low in _VERSION_WORDS:
        return "version", VERSION.match(text, start)
    if marks and (low in _PORT_WORDS or low.endswith(("port", "ports"))):
        return "ports", PORTS.match(text, start)
    if ":" in marks or "=" in marks:
        if (
            low in _TIME_WORDS
            or word.endswith(_TIME_ENDS)
            or any(stem in low for stem in _TIME_STEMS)
        ):
            return "epoch", EPOCH.match(text, start)
    elif low not in _SECOND_WORDS:
        return "", None
    head = text[max(0, start - _WORD_BEFORE) : start].lower()
    if low in _SECOND_WORDS and "port" in head:
        return "ports", PORTS.match(text, start)
    if "template" in head:
        return "template_id", TEMPLATE_ID.match(text, start)
    return "", None


def excused(text: str, start: int, end: int, /) -> list[tuple[int, int, str]]:
    """
    Give the parts of a run of digits that have a reason, and the name of the reason.

    Args:
        text: The whole text; what stands beside the run is looked at too.

        start: Offset of the first digit of the run.

        end: Offset after its last digit.
    """
    cuts = []
    name, word = _by_word(text, start)
    if word is not None:
        cuts.append((start, word.end(), name))
    if end - start > _LONGEST_RUN:
        run = text[start:end]
        if "." in run or "19" in run or "20" in run:
            return [*cuts, *_shapes(STRONG_SHAPES, text, start, end)]
        # What is left are dates with the word for a month before them.
        date = STRONG_SHAPES.match(text, start, end + _SHAPE_TAIL)
        return cuts if date is None else [*cuts, (*date.span(), date.lastgroup or "")]
    low, high = max(0, start - 1), end + 1
    run = text[low:high]
    dated = DATED.search(run) if "-" in run else DATED.match(text, start)
    if dated is not None or not SHAPED.isdisjoint(run):
        cuts += _shapes(SHAPES, text, start, end)
    suffix = SUFFIX.match(text, end)
    if suffix is not None:
        unit = suffix["word"].lower()
        if unit in _UNITS or unit in _MONEY_UNITS:
            cuts += _amounts(text, start, end, MEASURE if unit in _UNITS else AMOUNT)
    if run[:1].isalpha() or run[-1:].isalpha() or "-" in run:
        cuts += _ids(text, start, end)
    return cuts


def _shapes(
    pattern: re.Pattern[str], text: str, start: int, end: int, /
) -> Iterator[tuple[int, int, str]]:
    for shape in pattern.finditer(text, start, end + _SHAPE_TAIL):
        if shape.start() < end:
            yield shape.start(), shape.end(), shape.lastgroup or ""


def _ids(text: str, start: int, end: int, /) -> Iterator[tuple[int, int, str]]:
    """Give the ids that a run is a part of: the word around it is looked at, and no more."""
    head = text[max(0, start - _LONGEST_ID) : start]
    if len(head) == _LONGEST_ID and head.isalnum():  # a part of a longer word, which is none
        return
    before = ID_WORD.match(head[::-1])
    low = start - (before.end() if before is not None else 0)
    after = ID_WORD.match(text, end, end + _LONGEST_ID)
    high = after.end() if after is not None else end
    if high - low >= _SHORTEST_ID:
        for token in ID_TOKEN.finditer(text, low, high + 1):
            if token.start() < end and token.end() > start:
                yield token.start(), token.end(), token.lastgroup or ""


def _amounts(
    text: str, start: int, end: int, form: re.Pattern[str], /
) -> Iterator[tuple[int, int, str]]:
    """Give the amount at the end of a run, which has a unit behind it."""
    for group in DIGITS.finditer(text, max(start, end - _LONGEST_AMOUNT), end):
        amount = form.match(text, group.start(), end)
        if amount is not None and amount.end() == end:
            # With a mere blank before it, it may be the last groups of a number.
            if group.start() == start or ENDS_BEFORE.match(
                text[max(start, group.start() - 3) : group.start()][::-1]
            ):
                yield group.start(), end, "amount"
            return


def unexcused(text: str, start: int, end: int, /) -> list[tuple[int, int]]:
    """
    Cut what has a reason out of a run of digits.

    Returns:
        The parts that are left and have seven digits or more. A part with fewer is left alone, too, unless it could be one
        number together with what has only a weak reason: then that is not cut out.
    """
    cuts = excused(text, start, end)
    if not cuts:
        return [(start, end)]
    cuts.sort()
    left_over: list[tuple[int, int]] = []
    weak: list[tuple[int, int]] = []
    position, told = start, start - _NEAR_DATE - 1
    for left, right, name in cuts:
        if name in _STRONG or (name == "time" and left - told <= _NEAR_DATE):
            left_over += _unexcused_part(text, position, left, weak)
            position = told = max(position, right)
            weak = []
        else:
            weak.append((left, right))
    return left_over + _unexcused_part(text, position, end, weak)


def _unexcused_part(
    text: str, start: int, end: int, weak: list[tuple[int, int]], /
) -> list[tuple[int, int]]:
    """Cut what has a weak reason out of a part of a run, if what is left is no splinter of a number."""
    every = count_digits(text[start:end])
    if every < _ENOUGH:
        return []
    could_be_one = _ONE_NUMBER[0] <= every <= _ONE_NUMBER[1]
    least, splinter = (_ONE_NUMBER[0], 0) if could_be_one else (_ENOUGH, _SPLINTER)
    left_over: list[tuple[int, int]] = []
    position = start
    for left, right in [*weak, (end, end)]:
        digits = count_digits(text[position:left])
        if digits >= least:
            left_over.extend(match.span() for match in RUN.finditer(text, position, left))
        elif digits > splinter:
            return [match.span() for match in RUN.finditer(text, start, end)]
        position = max(position, right)
    return left_over
