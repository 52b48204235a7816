"""What a finder found: where it stands and what it is, never what it says."""

from __future__ import annotations

from typing import NamedTuple

from ..vocabulary import DataCategory

__all__ = ["Finding"]


class Finding(NamedTuple):
    """
    Say where personal data stands in a text, and what it is; the text itself is not kept.

    Args:
        start: Offset of the first character in the original text.

        end: Offset after the last one.

        category: What it is.
    """

    start: int
    end: int
    category: DataCategory

    def __repr__(self) -> str:
        return f"Finding({self.start}, {self.end}, {self.category.value})"
