"""What a finder is: a name, what it finds, a cheap test and a function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import attrs

from ...errors import ConfigurationError
from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import of_user
from ._analysis import faults_of

__all__ = ["Finder", "pattern_finder"]


@attrs.frozen
class Finder:
    """
    Find one kind of personal data in a text; adding one is writing a function.

    Args:
        name: What it is called in reports.

        categories: What its findings can be.

        cheap: Say fast whether *find* could find anything; it may say yes in vain, never no.

        find: Give the findings in any order; they may overlap.

        marks: Texts of which one must stand in a text before *cheap* is asked; finders that need the same share the look.
    """

    name: str
    categories: tuple[DataCategory, ...]
    cheap: Callable[[str], bool]
    find: Callable[[str], Iterable[Finding]]
    marks: str | tuple[str, ...] = ()


def pattern_finder(category: DataCategory, regex: str, /, *, name: str = "") -> Finder:
    """
    Make a finder of a regex, after a check that it takes linear time.

    Args:
        category: What it finds.

        regex: The pattern, in Python's syntax; inline flags such as `(?i)` are fine. Where it has a group named `value`, that is
            the finding.

        name: What reports call it; the category if left out.

    Raises:
        voxvalley_privacy.ConfigurationError: If the pattern does not compile, matches the empty text, or could take more
            than linear time; each fault says how to mend it.
    """
    pattern = of_user.compiled(regex)
    if pattern is None:
        raise ConfigurationError("The pattern is not a valid regular expression.")
    faults = faults_of(pattern)
    if pattern.match("") is not None:
        faults += ("it matches the empty text; make it match at least one character",)
    if faults:
        raise ConfigurationError(
            "The pattern was refused.", faults=tuple(("pattern", fault) for fault in faults)
        )
    return Finder(name or category.value, (category,), _Cheap(pattern), _Find(pattern, category))


@attrs.frozen
class _Cheap:
    pattern: re.Pattern[str]

    def __call__(self, text: str, /) -> bool:
        return self.pattern.search(text) is not None


@attrs.frozen
class _Find:
    pattern: re.Pattern[str]
    category: DataCategory

    def __call__(self, text: str, /) -> Iterator[Finding]:
        group: int | str = "value" if "value" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if match.end(group) > match.start(group):
                yield Finding(*match.span(group), self.category)
