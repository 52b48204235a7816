"""Digits at the edge of a part: a number cut in two by a message part, a line or a chunk."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import numbers
from ._finder import Finder

__all__ = ["EDGE_FINDER"]


def _has_edge(text: str, /) -> bool:
    return (
        numbers.FIRST_DIGITS.match(text) is not None
        or numbers.LAST_DIGITS.match(text[::-1]) is not None
    )


def _find_edges(text: str, /) -> Iterator[Finding]:
    """Find three digits or more that touch an edge of the text."""
    first = numbers.FIRST_DIGITS.match(text)
    if first is not None:
        yield Finding(0, first.end(), DataCategory.PHONE_NUMBER)
    last = numbers.LAST_DIGITS.match(text[::-1])
    if last is not None:
        yield Finding(len(text) - last.end(), len(text), DataCategory.PHONE_NUMBER)


# Not among the default finders: a whole text may begin with a year. It is for texts that are known to be parts.
EDGE_FINDER = Finder("edge", (DataCategory.PHONE_NUMBER,), _has_edge, _find_edges)
