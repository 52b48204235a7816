"""Phone numbers, cards and every other long run of digits: a linear scanner that needs no region."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import numbers
from ._kinds import kind_of
from ._reasons import unexcused

__all__ = ["KINDS", "find_numbers", "has_run"]

KINDS = (
    DataCategory.PHONE_NUMBER,
    DataCategory.PAYMENT_CARD,
    DataCategory.IMEI,
    DataCategory.IMSI,
    DataCategory.ICCID,
    DataCategory.AADHAAR,
    DataCategory.US_SSN,
    DataCategory.LOCATION,
    DataCategory.SUBSCRIBER_ID,
)

_ENOUGH = 7  # digits that make a number
_EXTENDS = frozenset(" xX,;#eEpPDd")  # what an extension can begin with
_LONGEST = 15  # digits of a number; Source: ITU-T E.164


def has_run(text: str, /) -> bool:
    """Say whether seven digits stand close enough to be a number."""
    return numbers.RUN.search(text) is not None


def find_numbers(text: str, /) -> Iterator[Finding]:
    """Find every run of seven digits or more that has no reason to be left alone."""
    for run in numbers.RUN.finditer(text):
        for start, end in unexcused(text, run.start(), run.end()):
            if end - start < 2 * _ENOUGH or text[start:end].isdigit():
                yield _finding(text, start, end)
            else:
                for left, right in _apart(text, start, end):
                    yield _finding(text, left, right)


def _finding(text: str, start: int, end: int, /) -> Finding:
    """Widen a run of digits by its plus, its brackets and its extension, and say what it is."""
    category = kind_of(text, start, end)
    while start and text[start - 1] in "+(":
        start -= 1
    if text[end : end + 1] in _EXTENDS:
        extension = numbers.EXTENSION.match(text, end)
        if extension is not None:
            end = extension.end()
    return Finding(start, end, category)


def _apart(text: str, start: int, end: int, /) -> Iterator[tuple[int, int]]:
    """Cut a run of digits where one number ends and the next begins; every part is a finding, so nothing is lost."""
    begin, last, digits = start, start, 0
    for group in numbers.DIGITS.finditer(text, start, end):
        left, right = group.span()
        if digits and _begins(text, last, left, right, end, digits):
            yield begin, last
            begin, digits = left, 0
        digits += right - left
        last = right
    yield begin, end


def _begins(text: str, last: int, left: int, right: int, end: int, digits: int, /) -> bool:
    """Say whether a new number begins at a group of digits: behind a mark or by its own length, and long enough."""
    between = text[last:left]
    if digits < _ENOUGH and "\n" not in between:
        return False
    if right - left < _ENOUGH and numbers.NEXT_NUMBER.search(between) is None:
        return False
    rest = sum(map(str.isdigit, text[left : min(left + 4 * _ENOUGH, end)]))
    # A line end splits a number too, as long as the two parts could be one.
    return rest >= _ENOUGH and (digits >= _ENOUGH or digits + rest > _LONGEST)
