"""
The shapes that rooms know of each other: shapes that any object may have. Nothing here does
anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from typing import Any, Protocol, TypeAlias, runtime_checkable

from .vocabulary import DataCategory

__all__ = ["Action", "Clock", "Counts", "KnownParts", "Redact", "Treats"]

# What is done to a value of a category. Returning `OMIT` leaves the field out.
Action: TypeAlias = Callable[[object, DataCategory], object]


@runtime_checkable
class Redact(Protocol):
    """Treats records and texts; `voxvalley_privacy.Redactor` does."""

    def __call__(self, record: Any, /) -> Any:
        """Return a treated copy of *record*."""

    def text(self, text: str, /) -> str:
        """Return *text* treated."""


class Clock(Protocol):
    """Tells the time, always with a zone."""

    def __call__(self) -> datetime:
        """Return now."""


class Counts(Protocol):
    """Counts what was done, by name, without values."""

    calls: count[int]
    treated: dict[str, count[int]]
    faults: dict[str, count[int]]

    def add(self, table: dict[str, count[int]], name: str, /) -> None:
        """Add one to *name* in one of the tables."""


class Treats(Protocol):
    """Carries out a policy on single values, for readers that take a text apart by themselves."""

    @property
    def actions(self) -> Mapping[DataCategory, Action]:
        """The action of each category."""

    @property
    def limit(self) -> int:
        """How many characters of a text are read."""

    @property
    def shows_text(self) -> bool:
        """Whether a text that nobody described is shown."""

    @property
    def tally(self) -> Counts:
        """Counts of what was done."""

    def typed(self, text: str, category: DataCategory, /) -> tuple[object, Any]:
        """Return the treated value, and the part of it to look for in other fields, or None."""

    def text(self, text: str, /) -> str:
        """Return a text with everything that is found in it treated."""

    def part(self, text: str, category: DataCategory, /) -> str:
        """Treat a piece of a longer text."""


class KnownParts(Protocol):
    """The personal parts that were taken out of a record, to be found again in its other texts."""

    def sweep(self, text: str, treater: Any, /) -> str:
        """Return a kept text without the known parts."""

    def scan(self, text: str, treater: Any, /) -> str:
        """Return an unknown text with known parts and everything else personal treated."""
