"""Reasons to leave digits alone; without one, seven digits in a row are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from . import _technical as technical
from ._digit_shapes import (
    AMOUNT_FORM,
    DIGITS,
    DIGITS_OF_A_NUMBER,
    LONG_PORT,
    LONGEST_NUMBER,
    PORT,
    RUN,
    SHAPES,
    STRONG,
    STRONG_SHAPES,
    TAIL,
    Cut,
    count_digits,
    ids_in,
    may_be_id,
    may_be_shaped,
    shapes_in,
)

__all__ = [
    "AMOUNT",
    "COUNT",
    "ENDS_BEFORE",
    "EPOCH",
    "FIRST_OF_PAIR",
    "ID_VALUE",
    "MEASURE",
    "NAMED",
    "PORTS",
    "REACHING",
    "SHORT_STAMP",
    "SIZE",
    "SUFFIX",
    "TEMPLATE_ID",
    "VERSION",
    "Excuse",
    "excuse_of_name",
    "unexcused",
]

# Words beside digits, and what they may excuse
# --------------------------------------------------------------------------------------------------

# The word or sign behind a number: 1500000 ms · 1 500 000 EUR
SUFFIX = re.compile(r" ?(?P<word>[$€£¥₹₽₩₪₫₱₦₴₺฿¢]|[%元円]|[KMG](?![^\W_])|[^\W\d_]{1,10})")

# The name before a number, read backwards from it: the `ts` of `ts=1764000000`, the Rs of
# `Rs. 1500000`, the Chrome of `Chrome/1.0`, the thread.id of `"thread.id": 1404`
NAMED = re.compile(
    r"(?P<marks>(?:[\"']b(?=[:=(\[ ]))?[ :=\"'.#/()\[\]<>-]{0,6})(?P<name>[\w.-]{0,40}[^\W\d])"
)

# The packets before the bytes in `tx=10532/1684800`
FIRST_OF_PAIR = re.compile(r"(?<==)[0-9.]{1,20}/\Z")

# A sentence with one of these is about reaching somebody.
REACHING = re.compile(r"\b(?:call|dial|mob|mobile|phone|reach|ring|tel|text|txt)\b", re.IGNORECASE)

# What is, read backwards, between an amount and the number before it
ENDS_BEFORE = re.compile(r" [,/] ?| ?[;|&]|  |\n")

AMOUNT = re.compile(rf"-?{AMOUNT_FORM}{TAIL}")
MEASURE = re.compile(rf"[0-9]{{1,9}}(?:\.[0-9]{{1,20}})?(?![0-9])|{AMOUNT_FORM}")
SIZE = re.compile(r"(?!0[0-9])[0-9]{1,20}(?:\.[0-9]{1,9})?(?![0-9])")
COUNT = re.compile(r"(?!0[0-9])[0-9]{1,9}(?:\.[0-9]{1,20})?(?![0-9]|[-.][0-9])")
# Ten to fourteen digits are as long as a phone number.
ID_VALUE = re.compile(r"(?:[0-9]{1,9}|[0-9]{15,20})(?![0-9]|[-.][0-9])")
# Seconds since 1970 and their parts, and since year 0 as Erlang counts
EPOCH = re.compile(
    r"(?:1[0-9]{9}(?:[0-9]{3}|[0-9]{6}|[0-9]{9})?|6[34][0-9]{9})(?:\.[0-9]{1,9})?"
    r"(?![0-9]|[-.,/][0-9])"
)
# 2611150100 · 260301101112 of a delivery receipt
SHORT_STAMP = re.compile(
    r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:2[0-3]|[01][0-9])[0-5][0-9](?:[0-5][0-9])?(?![0-9])"
)
PORTS = re.compile(
    # 10000-20000 · 5060, 5061, 8080 · 10000 20000; groups of three and four between blanks or
    # dashes are a number
    rf"{PORT}(?: ?[-:/] ?{PORT}|(?:, ?{PORT}){{1,7}}|(?: {LONG_PORT}){{1,7}})(?![\W_]?[0-9])"
)
TEMPLATE_ID = re.compile(r"[0-9]{19}(?![0-9])")
VERSION = re.compile(
    r"[0-9]{1,4}\.[0-9]{1,2}(?:[.-](?:[0-9]{1,2}|[1-9][0-9]{2,5})){0,2}(?![0-9]|[.-][0-9])"
)

_KEY_MARKS = frozenset(" :=\"'.#/([])<>-_")  # what is between a number and the name before it
_NAME_BEFORE = 48  # how far back the name before a number is looked for
_DATE_TAIL = 32  # how far a date can reach behind the run it begins in
_CARDS, _CARD_BEGINS = frozenset((15, 16)), "3456"  # digits of a card under the name of an id
_LONGEST_RUN = 2048  # past it only dates and addresses are cut out: a wall of digits takes no time
_LONGEST_AMOUNT = 24  # characters of 999,999,999.99


# Ids that nothing but chance makes of a phone number
_STRONG_REASONS = STRONG | frozenset(
    ("epoch", "hex_id", "hex_word", "message_id", "random_id", "template_id", "typed_id", "uuid")
)


# What the name before a number says
# --------------------------------------------------------------------------------------------------


def _by_name(text: str, start: int, /) -> Iterator[Cut]:
    """Give the part of a number that the name before it excuses."""
    last = text[start - 1 : start]
    if last not in _KEY_MARKS and not last.isalpha():
        return
    head = FIRST_OF_PAIR.sub("", text[max(0, start - _NAME_BEFORE) : start])
    before = NAMED.match(head[::-1])
    reason = None if before is None else _reason_of(before["name"][::-1], before["marks"], head)
    if reason is None:
        return
    name, form = reason
    value = form.match(text, start)
    if value is not None and not _may_be_card(name, value[0]):
        yield start, value.end(), name


def _may_be_card(name: str, digits: str, /) -> bool:
    return name == "id" and len(digits) in _CARDS and digits[0] in _CARD_BEGINS


_Reason = tuple[str, re.Pattern[str]]  # its name, and the form that the value must have


def _table(*rows: tuple[str, re.Pattern[str], frozenset[str]]) -> dict[str, _Reason]:
    """Return the reason of each word; where two rows have it, that of the first."""
    return {word: (reason, form) for reason, form, words in reversed(rows) for word in words}


_TIME = re.compile(f"{EPOCH.pattern}|{SHORT_STAMP.pattern}|{COUNT.pattern}")

# Of `name=` and `"name":` the last word is what the value is.
_ASSIGNED = _table(
    ("ports", PORTS, technical.PORTS),
    ("size", SIZE, technical.SIZES),
    ("epoch", _TIME, technical.TIMES),
    ("money", AMOUNT, technical.MONEY_WORDS),
    ("count", COUNT, technical.COUNTS | technical.VERSION_WORDS),
)
# Right before a number: `size 62060005`, `transaction 187837885`, `Rs. 1500000`
_PROSE = _table(
    ("money", AMOUNT, technical.MONEY_WORDS),
    ("version", VERSION, technical.VERSION_WORDS),
    ("ports", PORTS, technical.PORTS),
    ("size", SIZE, technical.PROSE_SIZES),
    ("count", COUNT, technical.PROSE_COUNTS),
    ("id", ID_VALUE, technical.PROSE_IDS),
    ("epoch", EPOCH, technical.PROSE_TIMES),
)


def _reason_of(name: str, marks: str, head: str, /) -> _Reason | None:
    """Return the reason that a name before a number gives."""
    if marks == "/":  # Chrome/119.0.6045.123
        return "version", VERSION
    words = technical.words_of_name(name) or [""]
    last = words[-1]
    second = _of_second_word(last, head.lower())
    if second is not None:
        return second
    if marks and last.endswith(_PORT_ENDS):
        return "ports", PORTS
    if _ASSIGNMENT.isdisjoint(marks) and name[-1] not in _ASSIGNMENT:
        return _of_prose(name, last, head)
    return _ASSIGNED.get(last) or _of_name(words, name.lower())


# Words that are no names of people, with a capital or without
_WITH_CAPITAL = technical.MONEY_WORDS | technical.VERSION_WORDS | technical.PROSE_SIZES
_ASSIGNMENT = frozenset(":=-_")  # between or at the end of a name, before its value


def _of_prose(name: str, word: str, head: str, /) -> _Reason | None:
    """Return the reason of a word of a sentence; in one about calling, it can be a name."""
    if word in _WITH_CAPITAL:
        return _PROSE.get(word)
    if name.istitle() or REACHING.search(head) is not None:  # call Max 5550132
        return None
    return _PROSE.get(word)


_PORT_ENDS = ("port", "ports")


class Excuse(NamedTuple):
    """A reason that a name gives to leave the digits of its value alone."""

    reason: str
    form: re.Pattern[str]  # that the value must have

    def fits(self, value: str, /) -> bool:
        """Whether a value has the form."""
        if self.form.fullmatch(value) is None:
            return False
        return not _may_be_card(self.reason, value)


def excuse_of_name(name: str, /) -> Excuse | None:
    """
    Return the reason that a name gives to leave the digits of its value alone; None for no reason.

    Args:
        name: The name, such as `used_size`, `thread.id` or `Event-Sequence`.
    """
    reason = _reason_of(name, "=", name) if name else None
    return None if reason is None else Excuse(*reason)


def _of_second_word(word: str, head: str, /) -> _Reason | None:
    """Return the reason of the word before another: `port range`, `template id`."""
    if word not in technical.SECOND_WORDS:
        return None
    if "port" in head:
        return "ports", PORTS
    return ("template_id", TEMPLATE_ID) if "template" in head else None


def _of_name(words: list[str], low: str, /) -> _Reason | None:
    """Return the reason of a name by one of its words or stems."""
    if "monotonic" in words:
        return "size", SIZE
    if any(stem in low for stem in technical.TIME_STEMS):
        return "epoch", _TIME
    if words[-1] in technical.IDS and technical.PERSONAL.isdisjoint(words):
        return "id", ID_VALUE
    return None


# All reasons of one run
# --------------------------------------------------------------------------------------------------


def _excused(text: str, start: int, end: int, /) -> list[Cut]:
    """Give the parts of a run of digits that have a reason, and the name of the reason."""
    cuts = list(_by_name(text, start))
    if cuts and cuts[0][1] >= end:
        return cuts
    if end - start > _LONGEST_RUN:
        return cuts + _of_wall(text, start, end)
    if may_be_shaped(text, start, end):
        cuts += shapes_in(SHAPES, text, start, end)
    cuts += _by_unit(text, start, end)
    if may_be_id(text, start, end):
        cuts += ids_in(text, start, end)
    return cuts


def _of_wall(text: str, start: int, end: int, /) -> list[Cut]:
    run = text[start:end]
    if "." in run or "19" in run or "20" in run:
        return list(shapes_in(STRONG_SHAPES, text, start, end))
    # What is left are dates with the word for a month before them.
    date = STRONG_SHAPES.match(text, start, end + _DATE_TAIL)
    return [] if date is None else [(*date.span(), date.lastgroup or "")]


def _by_unit(text: str, start: int, end: int, /) -> Iterator[Cut]:
    """Give the amount at the end of a run, which has a unit behind it."""
    suffix = SUFFIX.match(text, end)
    form = (
        None if suffix is None else _form_of_unit(suffix[0], text[suffix.end() : suffix.end() + 1])
    )
    if form is None:
        return
    for group in DIGITS.finditer(text, max(start, end - _LONGEST_AMOUNT), end):
        amount = form.match(text, group.start(), end)
        if amount is None or amount.end() != end:
            continue
        # With a mere blank before it, it may be the last groups of a number.
        between = text[max(start, group.start() - 3) : group.start()][::-1]
        if group.start() == start or ENDS_BEFORE.match(between):
            yield group.start(), end, "amount"
        return


def _form_of_unit(unit: str, behind: str, /) -> re.Pattern[str] | None:
    """Return the form of a number with this unit, which has a blank before it or is glued to it."""
    if unit in technical.GLUED_UNITS:
        return MEASURE
    word = unit.strip().lower()
    # "5550132 b there", "5550132 used to be hers": in a list of measures a mark ends the value.
    if word in technical.LISTED_UNITS:
        is_unit = behind in _LIST_MARKS if unit[0] == " " else len(word) == 1
        return MEASURE if is_unit else None
    return _UNITS.get(word)


_LIST_MARKS = frozenset(",;)]|")
_UNITS = (
    dict.fromkeys(technical.MONEY_UNITS, AMOUNT)
    | dict.fromkeys(technical.UNITS, MEASURE)
    | dict.fromkeys(technical.SIZE_UNITS, SIZE)
)


# What has no reason
# --------------------------------------------------------------------------------------------------

_SPLINTER = 4  # digits that a weak reason may leave over beside it
_NEAR_DATE = 2  # characters between a date and its time
_SHORTEST_WHOLE = 10  # digits of a run that could be one number: a weak reason must cover all of it


def unexcused(text: str, start: int, end: int, /) -> list[tuple[int, int]]:
    """
    Cut everything that has a reason out of a run of digits.

    Returns:
        The parts that are left and have seven digits or more. A part with fewer is left alone, too,
        unless it could be one number together with something that has only a weak reason: then
        that is not cut out.
    """
    cuts = _excused(text, start, end)
    if not cuts:
        return [(start, end)]
    cuts.sort()
    rest: list[tuple[int, int]] = []
    weak: list[tuple[int, int]] = []
    position, dated = start, start - _NEAR_DATE - 1
    for left, right, name in cuts:
        if name in _STRONG_REASONS or (name == "time" and left - dated <= _NEAR_DATE):
            rest += _unexcused_part(text, position, left, weak)
            position = dated = max(position, right)
            weak = []
        else:
            weak.append((left, right))
    return rest + _unexcused_part(text, position, end, weak)


def _unexcused_part(
    text: str, start: int, end: int, weak: list[tuple[int, int]], /
) -> list[tuple[int, int]]:
    """Cut what has a weak reason out of a part, if what is left is no splinter of a number."""
    every = count_digits(text[start:end])
    if every < DIGITS_OF_A_NUMBER:
        return []
    least, splinter = DIGITS_OF_A_NUMBER, _SPLINTER
    if _SHORTEST_WHOLE <= every <= LONGEST_NUMBER:
        least, splinter = _SHORTEST_WHOLE, 0
    rest: list[tuple[int, int]] = []
    position = start
    for left, right in [*weak, (end, end)]:
        digits = count_digits(text[position:left])
        if digits >= least:
            rest.extend(match.span() for match in RUN.finditer(text, position, left))
        elif digits > splinter:
            return [match.span() for match in RUN.finditer(text, start, end)]
        position = max(position, right)
    return rest
