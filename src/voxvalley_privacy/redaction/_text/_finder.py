"""What a finder is: a name, what it finds, a cheap test and a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from ...vocabulary import DataCategory
from .._findings import Finding

__all__ = ["Finder"]


@attrs.frozen
class Finder:
    """
    Find one kind of personal data in a text; adding one is writing a function.

    Args:
        name: What it is called in reports.

        categories: What its findings can be.

        cheap: Say fast whether *find* could find anything; it may say yes in vain, never no.

        find: Give the findings in any order; they may overlap.

        within: A test that several finders share and that comes before *cheap*; it runs once for all of them.
    """

    name: str
    categories: tuple[DataCategory, ...]
    cheap: Callable[[str], bool]
    find: Callable[[str], Iterable[Finding]]
    within: Callable[[str], bool] | None = None
