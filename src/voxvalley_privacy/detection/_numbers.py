"""Phone numbers, cards and every other long run of digits: found without a region, then named."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from ..vocabulary import DataCategory as C
from ._digit_shapes import (
    DIGITS,
    DIGITS_OF_A_NUMBER,
    LONGEST_NUMBER,
    count_digits,
    dates_in,
    ids_in,
    may_be_id,
)
from ._number_kinds import kind_of
from ._reasons import unexcused
from .findings import Finding

__all__ = [
    "BOUNDARY",
    "COMPLETE",
    "EXTENSION",
    "HAS_BOUNDARY",
    "IN_ROW",
    "KEYPAD",
    "NEXT_NUMBER",
    "OVER_MARKS",
    "PLAIN",
    "ROW",
    "SPELLED",
    "WHOLE",
    "numbers_in",
    "parts_of",
    "plain_in",
]

_PHONE = C.PHONE_NUMBER  # the most frequent by far; a look into an enumeration has its price

# A number in a plain spelling
# --------------------------------------------------------------------------------------------------

# Spellings that are no part of any reason. Behind an assignment, or glued to something, they could
# be another thing.
PLAIN = re.compile(
    r"""
    (?<![^ \n+(]) (?<![:=][ \n+(])
    (?: (?:1[ -])? (?:[0-9]{3}(?:\)[ ]?|[ -]) [0-9]{3}[ -][0-9]{4}     # 1 (415) 555-0132
                    | [0-9]{5}[ ][0-9]{6})                              # 07700 900123
      | (?<=\+)[0-9]{8,15}                                              # +14155550132
      | (?P<bare> (?!1[5-9])[0-9]{10,13} | (?!1[3-9])[0-9]{15,18}       # 4155550132, no epoch
          | [0-9]{4}(?:[ ][0-9]{4}){3} | [0-9]{4}(?:-[0-9]{4}){3} ) )  # 4111 1111 1111 1111
    (?! [0-9A-Za-z] | [\W_]{1,3}[0-9] | [-_/:.,][^\s] )
    """,
    re.VERBOSE,
)

# 415 555 0132 x17 · ext. 17 · #17
EXTENSION = re.compile(
    r"[ ,;(]{0,2}(?:x|ext\.?|extn\.?|extension|#|poste|Durchwahl|доб\.?) ?[0-9]{1,6}\)?(?![0-9])",
    re.IGNORECASE,
)
# What a phone dials after it is through: N,,082044539812#,,,,*482911# · 6505550188p4711. A comma
# ends a value of a list, too; there a # must say so.
KEYPAD = re.compile(
    r"[pPwW][0-9*#]{1,24}|(?:[,;]{1,6}[*#]?[0-9*#]{1,24}){0,5}[,;]{1,6}[0-9*]{1,24}#"
)
_BEGINS = frozenset("+(")  # how a number can begin
_DIALS = frozenset("pPwW,;")
_EXTENDS = frozenset("xX#eEpPdDдД")  # how an extension can begin, behind two marks


def plain_in(text: str, start: int, end: int, /) -> Finding | None:
    """Find a number in a spelling that no reason holds for; most are."""
    plain = PLAIN.match(text, start)
    if plain is None or plain.end() != end:
        return None
    if not plain.lastgroup:
        return _finding(text, start, end, _PHONE)
    return _finding(text, start, end) if unexcused(text, start, end) == [(start, end)] else None


def _finding(text: str, start: int, end: int, category: C | None = None, /) -> Finding:
    """Widen a run of digits by its plus, its brackets and its extension, and say what it is."""
    if category is None:
        category = kind_of(text, start, end)
    while start and text[start - 1] in _BEGINS:
        start -= 1
    if not _EXTENDS.isdisjoint(text[end : end + 3]):
        extension = EXTENSION.match(text, end)
        if extension is not None:
            end = extension.end()
    if text[end : end + 1] in _DIALS:
        dialed = KEYPAD.match(text, end)
        if dialed is not None:
            end = dialed.end()
    return Finding(start, end, category)


# Where one value ends and the next begins
# --------------------------------------------------------------------------------------------------

# Digits are not joined over these.
BOUNDARY = re.compile(
    r"""
    ["'`,;|<>\[\]{}\t=&?\\]                     # marks of syntax
    | :[\s] | [ ]:                              # a colon beside a blank
    | [ ]{2,}                                   # columns
    | [ ]?/[ ]?                                 # paths, fractions
    | \+(?=[0-9(])                              # a new number
    | \#                                        # 4185#9454; an extension is looked for again
    | (?<=[A-Za-z][0-9])\n|(?<=[A-Za-z][0-9]{2})\n|(?<=[A-Za-z][0-9]{3})\n  # SHA256 and a date
    | \((?![0-9-]{1,6}\)[ .-]?[0-9])             # a bracket that is not that of an area code
    | (?<![(-][0-9])(?<![(-][0-9]{2})(?<![(-][0-9]{3})(?<![(-][0-9]{4})(?<![(-][0-9]{5})
      \)(?![ ]?[0-9]{3}[ .-][0-9]{4}(?![0-9]))
    | \)(?![ .-]?[0-9])
    """,
    re.VERBOSE,
)
HAS_BOUNDARY = re.compile(r"[\"'`,;|<>\[\]{}\t=&?\\/+#()\n]|:\s| :|  ")

# One number although such marks are in it: all its marks are the same, and its groups are those of
# a phone number.
OVER_MARKS = re.compile(
    r"""
    (?<![0-9])(?:
      1?[2-9][0-9]{2} (?P<mark>[^\w\s]{1,3}|\t) [2-9][0-9]{2} (?P=mark) [0-9]{4}  # 202/555/0123
    | 1?[2-9][0-9]{2}/[2-9][0-9]{2}[-. ][0-9]{4}                                  # 202/555-0123
    | 1[2-9],[0-9]{2}[2-9],[0-9]{3},[0-9]{3}                                      # 12,025,550,123
    | 0[0-9]{1,5}[ ]?/[ ]?[1-9][0-9]{4,8}(?:[ -][0-9]{1,6}){0,2}                  # 0177/1234567
    | [0-9](?:[^\w]{1,3}[0-9](?![0-9])){9,}                                       # 2,0,2,5,5,5 ...
    )(?![0-9])
    """,
    re.VERBOSE,
)

# A number with its country that is complete; the digits behind it are something else.
COMPLETE = re.compile(
    r"1[ .-]?\(?[2-9][0-9]{2}\)?[ .-]?[0-9]{3}[ .-]?[0-9]{4}(?![0-9])|[2-9][0-9]{9,14}(?![0-9])"
)

Part = tuple[int, int]
_NO_PART = (sys.maxsize, sys.maxsize)  # behind every part


def parts_of(text: str, start: int, end: int, /) -> tuple[list[Finding], list[Part]]:
    """
    Cut a cluster of digits where one value ends and the next begins.

    Returns:
        What is found already, since it is one number over such a mark, and the parts to judge.
    """
    found: list[Finding] = []
    parts = [(start, end)]
    if _is_row(text, start, end):
        parts = [match.span() for match in SPELLED.finditer(text, start, end)]
    elif HAS_BOUNDARY.search(text, start, end) is not None:
        found = list(_over_marks(text, start, end))
        parts = list(_between(text, start, end, found))
    elif may_be_id(text, start, end):
        parts = _without_ids(text, start, end)
    return found, [piece for part in parts for piece in _behind_complete(text, *part)]


def _between(text: str, start: int, end: int, found: list[Finding], /) -> Iterator[Part]:
    """Give the parts between marks that end a value, around ids, dates and what is found."""
    parts = [(start, end)]
    if may_be_id(text, start, end):
        parts = _without_ids(text, start, end)
    for part in _around(parts, _told(text, start, end, found)):
        yield from _cut(text, *part)


def _told(text: str, start: int, end: int, found: list[Finding], /) -> list[Part]:
    """Return the spans that are not cut: what is found, and dates, which have such marks in them."""
    spans = [finding[:2] for finding in found]
    cluster = text[start:end]
    if "/" in cluster or ", " in cluster:
        spans += dates_in(text, start, end)
    return sorted(spans)


def _is_row(text: str, start: int, end: int, /) -> bool:
    """Say whether a cluster is a row of measures in a table."""
    if " " not in text[start:end] or end - start > _LONGEST_RUN:
        return False
    if ROW.fullmatch(text, start, end) is None:
        return False
    values = text[start:end].split(" ")
    measures = list(filter(IN_ROW.fullmatch, values))
    return len(measures) > 1 or _is_mixed(list(map(len, values)))


def _is_mixed(sizes: list[int], /) -> bool:
    """Say whether there are more values than a phone number has groups, of many sizes."""
    if len(sizes) < _MANY or sizes.count(1) < _SINGLE:
        return False
    return max(sizes) >= _SINGLE


def _without_ids(text: str, start: int, end: int, /) -> list[Part]:
    rest = []
    position = start
    for left, right, _ in ids_in(text, start, end):
        rest.append((position, left))
        position = right
    rest.append((position, end))
    return [part for part in rest if part[0] < part[1]]


def _over_marks(text: str, start: int, end: int, /) -> Iterator[Finding]:
    for match in OVER_MARKS.finditer(text, start, end):
        yield _finding(text, match.start(), match.end(), _PHONE)


def _around(parts: list[Part], spans: list[Part], /) -> Iterator[Part]:
    """Give what is left of the parts around spans; both are in order."""
    pending = iter([*spans, _NO_PART])
    left, right = next(pending)
    for start, end in parts:
        position = start
        while left < end:
            if position < right:
                yield position, left
                position = right
            left, right = next(pending)
        yield position, end


def _cut(text: str, start: int, end: int, /) -> Iterator[Part]:
    position = start
    for mark in BOUNDARY.finditer(text, start, end):
        yield from _trimmed(text, position, mark.start())
        position = mark.end()
    yield from _trimmed(text, position, end)


def _trimmed(text: str, start: int, end: int, /) -> Iterator[Part]:
    """Give a part from its first digit to its last."""
    first = DIGITS.search(text, start, end) if start < end else None
    if first is None:
        return
    while not "0" <= text[end - 1] <= "9":
        end -= 1
    yield first.start(), end


def _behind_complete(text: str, start: int, end: int, /) -> list[Part]:
    """Cut a part behind a complete number with its plus, or behind what a mask left of one."""
    if text.endswith(_MASK, 0, start):
        masked = DIGITS.match(text, start, end)
        if masked is not None and masked.end() - start <= _LEFT_BY_A_MASK:
            return list(_trimmed(text, masked.end(), end))
    if not text.endswith(_PLUS, 0, start):
        return [(start, end)]
    complete = COMPLETE.match(text, start, end)
    if complete is None or complete.end() == end:
        return [(start, end)]
    return [(start, complete.end()), *_trimmed(text, complete.end(), end)]


_PLUS = ("+", "%2B", "%2b")
_MASK = "****"
_LEFT_BY_A_MASK = 4  # digits


# The numbers of a part
# --------------------------------------------------------------------------------------------------

_LONGEST_RUN = 2048  # characters of a run in which numbers are told apart

# What is between two numbers rather than inside one: a line end, a list mark, a new plus.
NEXT_NUMBER = re.compile(r"[\n,;|&]|/ | /|\+|\) ?\(|  ")

_MANY, _SINGLE = 8, 3  # values of a row without fractions, and how many of them have one digit
# A row of measures: four values and more between blanks; two with a fraction, or two times
ROW = re.compile(r"[0-9.:/-]++(?: [0-9.:/-]++){3,}+")
IN_ROW = re.compile(r"[0-9]{1,7}\.[0-9]{1,9}|1[5-9][0-9]{8}")
WHOLE = ("ROW", "IN_ROW")  # read whole, never searched for
# A phone number in such a row
SPELLED = re.compile(
    r"(?<![^ ])(?:(?:1-)?[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}"
    r"|(?!1[5-9][0-9]{8}(?![0-9]))[0-9]{7,})(?![^ ])"
)


def numbers_in(text: str, start: int, end: int, /) -> list[Finding]:
    """Find what has no reason to be left alone in a part with seven digits or more."""
    found = []
    for left, right in unexcused(text, start, end):
        if not 2 * DIGITS_OF_A_NUMBER <= right - left <= _LONGEST_RUN or text[left:right].isdigit():
            found.append(_finding(text, left, right))
        else:
            found += (_finding(text, *part) for part in _apart(text, left, right))
    return found


def _apart(text: str, start: int, end: int, /) -> list[Part]:
    """Cut a run of digits where a number ends and another begins; every part is a finding."""
    parts = []
    begin, last, digits = start, start, 0
    for group in DIGITS.finditer(text, start, end):
        left, right = group.span()
        if digits and _begins(text, last, left, right, end, digits):
            parts.append((begin, last))
            begin, digits = left, 0
        digits += right - left
        last = right
    parts.append((begin, end))
    return parts


def _begins(text: str, last: int, left: int, right: int, end: int, digits: int, /) -> bool:
    """Say whether a new number begins at a group: behind a mark or by its length, long enough."""
    between = text[last:left]
    is_whole = digits >= DIGITS_OF_A_NUMBER
    if not is_whole and "\n" not in between:
        return False
    if right - left < DIGITS_OF_A_NUMBER and NEXT_NUMBER.search(between) is None:
        return False
    rest = count_digits(text[left : min(left + 4 * DIGITS_OF_A_NUMBER, end)])
    # A line end splits a number too, as long as the two parts could be one.
    fits = digits + rest <= LONGEST_NUMBER and not is_whole
    return rest >= DIGITS_OF_A_NUMBER and not fits
