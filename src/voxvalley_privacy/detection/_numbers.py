"""Phone numbers, cards and every other long run of digits: a linear scanner that needs no region."""

from __future__ import annotations

from ..vocabulary import DataCategory
from ._digit_runs import DIGITS, EXTENSION, NEXT_NUMBER, PLAIN, kind_of
from ._excuses import count_digits, unexcused
from .findings import Finding

__all__ = ["count_digits", "numbers_in", "plain_in"]

_ENOUGH = 7  # digits that make a number
_LONGEST = 15  # digits of a number; Source: ITU-T E.164
_LONGEST_RUN = 2048  # characters of a run in which numbers are told apart
_PHONE = DataCategory.PHONE_NUMBER
_BEGINS = frozenset("+(")  # what a number can begin with
_EXTENDS = frozenset("xX#eEpPdDдД")  # what an extension can begin with, behind two marks


def plain_in(text: str, start: int, end: int, /) -> Finding | None:
    """Find a number that is spelled so that no reason could hold for it, and stands where none could: most are."""
    plain = PLAIN.match(text, start)
    if plain is None or plain.end() != end:
        return None
    return _finding(text, start, end, None if plain.lastgroup else _PHONE)


def numbers_in(text: str, start: int, end: int, /) -> list[Finding]:
    """Find what has no reason to be left alone in a run of seven digits or more."""
    found = []
    for left, right in unexcused(text, start, end):
        if not 2 * _ENOUGH <= right - left <= _LONGEST_RUN or text[left:right].isdigit():
            found.append(_finding(text, left, right))
        else:
            found += (_finding(text, *part) for part in _apart(text, left, right))
    return found


def _finding(text: str, start: int, end: int, category: DataCategory | None = None, /) -> Finding:
    """Widen a run of digits by its plus, its brackets and its extension, and say what it is."""
    if category is None:
        category = kind_of(text, start, end)
    while start and text[start - 1] in _BEGINS:
        start -= 1
    if not _EXTENDS.isdisjoint(text[end : end + 3]):
        extension = EXTENSION.match(text, end)
        if extension is not None:
            end = extension.end()
    return Finding(start, end, category)


def _apart(text: str, start: int, end: int, /) -> list[tuple[int, int]]:
    """Cut a run of digits where one number ends and the next begins; every part is a finding, so nothing is lost."""
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
    """Say whether a new number begins at a group of digits: behind a mark or by its own length, and long enough."""
    between = text[last:left]
    if digits < _ENOUGH and "\n" not in between:
        return False
    if right - left < _ENOUGH and NEXT_NUMBER.search(between) is None:
        return False
    rest = count_digits(text[left : min(left + 4 * _ENOUGH, end)])
    # A line end splits a number too, as long as the two parts could be one.
    return rest >= _ENOUGH and (digits >= _ENOUGH or digits + rest > _LONGEST)
