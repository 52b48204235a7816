"""What a finder is: a name, what it finds, a cheap test and a function."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from re import _constants as sre  # type: ignore[attr-defined]  # the parse tree has no public name
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..vocabulary import DataCategory
from .findings import Finding

__all__ = ["Finder", "compiled", "faults_of", "pattern_finder"]

# Patterns that users bring: compiled here, judged by the text engine before they run
# --------------------------------------------------------------------------------------------------


def compiled(regex: str, /, *, flags: int = 0) -> re.Pattern[str] | None:
    """Compile a user's regex; None if it is not one. The error of the regex module would hold the pattern."""
    try:
        return re.compile(regex, flags)
    except (re.error, RecursionError, OverflowError):
        return None


# Tell whether a user's regex takes linear time: its parse tree first, the clock after
# --------------------------------------------------------------------------------------------------

_SAMPLE = [chr(code) for code in range(128)] + ["é", "٣", "漢"]  # what stands for all characters
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_LOOKS = {sre.ASSERT, sre.ASSERT_NOT}
_MANY = 1000  # a repeat of more is as good as endless

_EXPONENTIAL = range(8, 28, 4)  # lengths at which what is exponential shows, and does not yet hang
_FIRST, _LAST = 64, 16384  # lengths of the texts that are doubled
_SLOW = 0.004  # seconds from which a time is worth comparing
_GROWTH = 2.9  # times a doubled text may take, with room for a busy machine
_TRIES = 24  # texts at most

_Items = list[tuple[Any, Any]]


def faults_of(pattern: re.Pattern[str], /) -> tuple[str, ...]:
    """Give what could make a pattern slow, each with how to mend it; none if it is fine."""
    found = list(
        dict.fromkeys(
            _faults(list(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)), pattern.flags)
        )
    )
    if not found and not _is_linear(pattern):
        found.append(
            "it takes more than linear time on hostile text; begin it with something fixed and bound its repeats, as {1,64}"
        )
    return tuple(found)


def _children(op: Any, value: Any, /) -> Iterator[_Items]:
    """Give the sequences below one node of the tree."""
    if op in _REPEATS:
        yield list(value[2])
    elif op is sre.SUBPATTERN:
        yield list(value[3])
    elif op is sre.ATOMIC_GROUP:
        yield list(value)
    elif op in _LOOKS:
        yield list(value[1])
    elif op is sre.BRANCH:
        for branch in value[1]:
            yield list(branch)


def _faults(items: _Items, flags: int, /) -> Iterator[str]:
    for op, value in items:
        if op in {sre.GROUPREF, sre.GROUPREF_EXISTS}:
            yield "it refers back to a group; spell out what the group may be"
            continue
        below = list(_children(op, value))
        if (
            op in _REPEATS
            and _endless(value)
            and any(_varies(item) for child in below for item in _flat(child))
        ):
            yield "a repeat stands inside an endless repeat; bound the outer one, or make what it repeats of fixed length"
        if (
            op in _REPEATS
            and _endless(value)
            and any(_overlaps(item, flags) for child in below for item in _flat(child))
        ):
            yield "a choice whose parts match the same character stands inside an endless repeat; make the parts differ"
        if (
            op in _REPEATS
            and value[1] > 1
            and any(_is_endless(item) for child in below for item in _flat(child))
        ):
            yield "an endless repeat stands inside a repeat; bound the inner one, as {1,64}"
        if op in _LOOKS and any(_is_endless(item) for child in below for item in _flat(child)):
            yield "a lookaround looks without end; bound its repeats, as {0,64}"
        for child in below:
            yield from _faults(child, flags)
    yield from _neighbours(items, flags)


def _flat(items: _Items, /) -> Iterator[tuple[Any, Any]]:
    for op, value in items:
        yield op, value
        for child in _children(op, value):
            yield from _flat(child)


def _endless(repeat: Any, /) -> bool:
    return bool(repeat[1] is sre.MAXREPEAT or repeat[1] > _MANY)


def _is_endless(item: tuple[Any, Any], /) -> bool:
    return item[0] in _REPEATS and _endless(item[1])


def _varies(item: tuple[Any, Any], /) -> bool:
    return item[0] in _REPEATS and item[1][0] != item[1][1]


def _overlaps(item: tuple[Any, Any], flags: int, /) -> bool:
    """Say whether two parts of a choice match the same character, or one matches nothing."""
    if item[0] is not sre.BRANCH:
        return False
    sets = [_characters(list(branch), flags) for branch in item[1][1]]
    return sum(map(len, sets)) > len(set().union(*sets)) or not all(sets)


def _neighbours(items: _Items, flags: int, /) -> Iterator[str]:
    """Look for two endless repeats with nothing between them that both cannot match."""
    open_sets: list[set[str]] = []
    for op, value in items:
        own = _characters([(op, value)], flags)
        if op in _REPEATS and _endless(value):
            if any(own & other for other in open_sets):
                yield "two endless repeats side by side match the same character; bound one, or put something fixed between"
            if op is not sre.POSSESSIVE_REPEAT:
                open_sets.append(own)
        elif op in _REPEATS and value[0] == 0:
            continue  # may be absent: what was open stays open
        elif op not in _LOOKS and op is not sre.AT:
            open_sets = [other for other in open_sets if own and own <= other]


def _characters(items: _Items, flags: int, /) -> set[str]:
    """Give the sample characters that any part of a sequence matches."""
    found: set[str] = set()
    for op, value in _flat(items):
        if op is sre.LITERAL:
            found |= {
                char
                for char in _SAMPLE
                if ord(char) == value
                or (flags & re.IGNORECASE and char.lower() == chr(value).lower())
            }
        elif op in {sre.NOT_LITERAL, sre.ANY, sre.IN}:
            one = compiled(_one(op, value), flags=flags & ~re.VERBOSE & ~re.DEBUG)
            # A set that does not compile by itself matches, for all that is known, every character.
            found |= {char for char in _SAMPLE if one is None or one.match(char)}
    return found


def _one(op: Any, value: Any, /) -> str:
    """Write a pattern for a set of characters."""
    if op is sre.ANY:
        return "."
    if op is sre.NOT_LITERAL:
        return f"[^{re.escape(chr(value))}]"
    return f"[{''.join(_member(*member) for member in value)}]"


_CLASSES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


def _member(op: Any, value: Any, /) -> str:
    if op is sre.NEGATE:
        return "^"
    if op is sre.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return _CLASSES[value] if op is sre.CATEGORY else re.escape(chr(value))


def _is_linear(pattern: re.Pattern[str], /) -> bool:
    """Time the pattern on doubled texts."""
    flags = pattern.flags
    items = [
        sorted(_characters([item], flags))
        for item in _flat(list(_parser.parse(pattern.pattern, flags & ~re.DEBUG)))
        if item[0] in {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}
    ]
    picked = [
        next((char for char in "a1A_ .-@" if char in chars), chars[0]) for chars in items if chars
    ]
    units = dict.fromkeys([*picked, *map("".join, pairwise(picked)), "".join(picked)])
    return all(_grows_linearly(pattern, unit) for unit in list(units)[:_TRIES])


def _time(pattern: re.Pattern[str], unit: str, size: int, /) -> float:
    text = unit * (size // len(unit) + 1) + "\0"
    begin = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - begin


def _grows_linearly(pattern: re.Pattern[str], unit: str, /) -> bool:
    if any(_time(pattern, unit, size) > _SLOW for size in _EXPONENTIAL):
        return False
    size = _FIRST
    before = 0.0
    steep = 0
    while size <= _LAST:
        took = _time(pattern, unit, size)
        steep = steep + 1 if before and took / before > _GROWTH else 0
        if took > _SLOW and steep > 1:
            return False
        if took > _SLOW * 25:
            return steep == 0
        before, size = took, size * 2
    return True


# What a finder is: a name, what it finds, a cheap test and a function
# --------------------------------------------------------------------------------------------------


@attrs.frozen
class Finder:
    """
    Find one kind of personal data in a text; adding one is writing a function.

    Args:
        name: What it is called in reports.

        categories: What its findings can be.

        cheap: Say fast whether *find* could find anything; it may say yes in vain, never no.

        find: Give the findings in any order; they may overlap.

    """

    name: str
    categories: tuple[DataCategory, ...]
    cheap: Callable[[str], bool]
    find: Callable[[str], Iterable[Finding]]


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
    pattern = compiled(regex)
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
