"""Reasons to leave digits alone; without one, seven digits in a row are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_letters

from .._patterns import numbers, reasons

__all__ = ["count_digits", "excused", "unexcused"]

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
_STRONG = reasons.STRONG | {"epoch", "template_id", "uuid", "typed_id", "message_id", "hex_id"}

_NO_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}


def count_digits(text: str, /) -> int:
    """Return how many digits a text has."""
    return len(text.translate(_NO_DIGITS)) if text.isascii() else sum(map(str.isdigit, text))


def _by_word(text: str, start: int, /) -> tuple[str, re.Match[str] | None]:
    """Match what the word before a number says of it."""
    if not start or text[start - 1] not in _KEY_MARKS:
        return "", None
    before = reasons.KEY.match(text[max(0, start - _WORD_BEFORE) : start][::-1])
    if before is None:
        return "", None
    marks, backwards = before.groups()
    word = backwards[::-1]
    low = word.lower()
    if low in _MONEY_WORDS:
        return "money", reasons.AMOUNT.match(text, start)
    if marks == "/" or low in _VERSION_WORDS:
        return "version", reasons.VERSION.match(text, start)
    if marks and (low in _PORT_WORDS or low.endswith(("port", "ports"))):
        return "ports", reasons.PORTS.match(text, start)
    if ":" in marks or "=" in marks:
        if (
            low in _TIME_WORDS
            or word.endswith(_TIME_ENDS)
            or any(stem in low for stem in _TIME_STEMS)
        ):
            return "epoch", reasons.EPOCH.match(text, start)
    elif low not in _SECOND_WORDS:
        return "", None
    head = text[max(0, start - _WORD_BEFORE) : start].lower()
    if low in _SECOND_WORDS and "port" in head:
        return "ports", reasons.PORTS.match(text, start)
    if "template" in head:
        return "template_id", reasons.TEMPLATE_ID.match(text, start)
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
            return [*cuts, *_shapes(reasons.STRONG_SHAPES, text, start, end)]
        # What is left are dates with the word for a month before them.
        date = reasons.STRONG_SHAPES.match(text, start, end + _SHAPE_TAIL)
        return cuts if date is None else [*cuts, (*date.span(), date.lastgroup or "")]
    low, high = max(0, start - 1), end + 1
    run = text[low:high]
    dated = reasons.DATED.search(run) if "-" in run else reasons.DATED.match(text, start)
    if dated is not None or not reasons.SHAPED.isdisjoint(run):
        cuts += _shapes(reasons.SHAPES, text, start, end)
    suffix = reasons.SUFFIX.match(text, end)
    if suffix is not None:
        unit = suffix["word"].lower()
        if unit in _UNITS or unit in _MONEY_UNITS:
            cuts += _amounts(
                text, start, end, reasons.MEASURE if unit in _UNITS else reasons.AMOUNT
            )
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
    before = reasons.ID_WORD.match(head[::-1])
    low = start - (before.end() if before is not None else 0)
    after = reasons.ID_WORD.match(text, end, end + _LONGEST_ID)
    high = after.end() if after is not None else end
    if high - low >= _SHORTEST_ID:
        for token in reasons.ID_TOKEN.finditer(text, low, high + 1):
            if token.start() < end and token.end() > start:
                yield token.start(), token.end(), token.lastgroup or ""


def _amounts(
    text: str, start: int, end: int, form: re.Pattern[str], /
) -> Iterator[tuple[int, int, str]]:
    """Give the amount at the end of a run, which has a unit behind it."""
    for group in numbers.DIGITS.finditer(text, max(start, end - _LONGEST_AMOUNT), end):
        amount = form.match(text, group.start(), end)
        if amount is not None and amount.end() == end:
            # With a mere blank before it, it may be the last groups of a number.
            if group.start() == start or reasons.ENDS_BEFORE.match(
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
            left_over.extend(match.span() for match in numbers.RUN.finditer(text, position, left))
        elif digits > splinter:
            return [match.span() for match in numbers.RUN.finditer(text, start, end)]
        position = max(position, right)
    return left_over
