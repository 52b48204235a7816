"""Findings: where personal data is in a text, and its category, never the text."""

from __future__ import annotations

from typing import NamedTuple

from ..vocabulary import DataCategory

__all__ = ["Finding"]


class Finding(NamedTuple):
    """
    Say where personal data is in a text, and its category; the text itself is not kept.

    Args:
        start: Offset of the first character in the original text.

        end: Offset after the last one.

        category: Its category.
    """

    start: int
    end: int
    category: DataCategory

    def __repr__(self) -> str:
        return f"Finding({self.start}, {self.end}, {self.category.value})"
