"""Finders that users bring: what a finder is, and whether its pattern takes linear time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from re import _constants as sre  # type: ignore[attr-defined]  # the parse tree has no public name
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import attrs

from ..categories import named_category
from ..errors import ConfigurationError
from ..vocabulary import DataCategory
from .findings import Finding

__all__ = ["Finder", "compiled", "faults_of", "pattern_finder"]


def compiled(regex: str, /, *, flags: int = 0) -> re.Pattern[str] | None:
    """Compile a user's regex, or return None: the error of `re` would hold the pattern."""
    try:
        return re.compile(regex, flags)
    except (re.error, RecursionError, OverflowError):
        return None


# Whether a regex takes linear time: its parse tree first, the clock after
# --------------------------------------------------------------------------------------------------

_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_LOOKS = {sre.ASSERT, sre.ASSERT_NOT}
_REFERENCES = {sre.GROUPREF, sre.GROUPREF_EXISTS}
_SETS = {sre.NOT_LITERAL, sre.ANY, sre.IN}
_CHARACTERS = {sre.LITERAL, *_SETS}
_MANY = 1000  # a repeat of more is as good as endless
_SAMPLE = [chr(code) for code in range(128)] + ["é", "٣", "漢"]  # in place of all characters

_SLOW = (
    "it takes more than linear time on hostile text; "
    "begin it with something fixed and bound its repeats, as {1,64}"
)
_REFERS = "it refers back to a group; write out what the group can be"
_NESTED = (
    "a repeat is inside an endless repeat; "
    "bound the outer one, or make what it repeats of fixed length"
)
_ALIKE = (
    "a choice whose parts match the same character is inside an endless repeat; "
    "make the parts differ"
)
_INNER = "an endless repeat is inside a repeat; bound the inner one, as {1,64}"
_LOOKING = "a lookaround looks without end; bound its repeats, as {0,64}"
_BESIDE = (
    "two endless repeats side by side match the same character; "
    "bound one, or put something fixed between"
)

_Items = list[tuple[Any, Any]]


def faults_of(pattern: re.Pattern[str], /) -> tuple[str, ...]:
    """Return why a pattern could be slow, each with the mend; nothing if it is fine."""
    tree = list(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    faults = tuple(dict.fromkeys(_faults(tree, pattern.flags)))
    if faults:
        return faults
    return () if _is_linear(pattern) else (_SLOW,)


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
    """Give the faults of a sequence and of everything below it."""
    for op, value in items:
        if op in _REFERENCES:
            yield _REFERS
            continue
        yield from _faults_of_node(op, value, flags)
        for child in _children(op, value):
            yield from _faults(child, flags)
    yield from _neighbours(items, flags)


def _faults_of_node(op: Any, value: Any, flags: int, /) -> Iterator[str]:
    """Give the faults of one node with everything inside it."""
    nodes = [node for child in _children(op, value) for node in _flat(child)]
    holds_endless = any(map(_is_endless, nodes))
    if op in _LOOKS and holds_endless:
        yield _LOOKING
    if op not in _REPEATS:
        return
    if _endless(value):
        yield from _faults_inside_endless(nodes, flags)
    if value[1] > 1 and holds_endless:
        yield _INNER


def _faults_inside_endless(nodes: _Items, flags: int, /) -> Iterator[str]:
    if any(map(_varies, nodes)):
        yield _NESTED
    if any(_overlaps(node, flags) for node in nodes):
        yield _ALIKE


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
        if _is_endless((op, value)):
            if any(map(own.intersection, open_sets)):
                yield _BESIDE
            open_sets += _left_open(op, own)
        elif _closes(op, value):
            open_sets = list(filter(own.issubset, open_sets)) if own else []


def _left_open(op: Any, own: set[str], /) -> list[set[str]]:
    """Return the set that a repeat may give back; a possessive one gives nothing back."""
    return [] if op is sre.POSSESSIVE_REPEAT else [own]


def _closes(op: Any, value: Any, /) -> bool:
    """Say whether a node must match something: what can be absent leaves open what was open."""
    if op in _REPEATS:
        return bool(value[0])
    return op not in _LOOKS and op is not sre.AT


def _characters(items: _Items, flags: int, /) -> set[str]:
    """Return the sample characters that any part of a sequence matches."""
    matched: set[str] = set()
    for op, value in _flat(items):
        if op is sre.LITERAL:
            matched |= _of_literal(chr(value), flags)
        elif op in _SETS:
            matched |= _of_set(op, value, flags)
    return matched


def _of_literal(literal: str, flags: int, /) -> set[str]:
    if flags & re.IGNORECASE:
        return {char for char in _SAMPLE if char.lower() == literal.lower()}
    return {literal}.intersection(_SAMPLE)


def _of_set(op: Any, value: Any, flags: int, /) -> set[str]:
    pattern = compiled(_written(op, value), flags=flags & ~re.VERBOSE & ~re.DEBUG)
    # A set that does not compile by itself matches, for all that is known, every character.
    if pattern is None:
        return set(_SAMPLE)
    return set(filter(pattern.match, _SAMPLE))


def _written(op: Any, value: Any, /) -> str:
    """Write a pattern for a set of characters."""
    if op is sre.ANY:
        return "."
    if op is sre.NOT_LITERAL:
        return f"[^{re.escape(chr(value))}]"
    members = [_member(*member) for member in value]
    return f"[{''.join(members)}]"


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


_EXPONENTIAL = range(8, 28, 4)  # lengths at which what is exponential shows, and does not yet hang
_FIRST, _LAST = 64, 16384  # lengths of the texts that are doubled
_WORTH = 0.004  # seconds from which a time is worth comparing
_ENOUGH = 25 * _WORTH  # seconds from which no longer text is tried
_GROWTH = 2.9  # times a doubled text can take, with room for a busy machine
_TRIES = 24  # texts at most
_LIKELY = "a1A_ .-@"  # characters that texts are made of first


def _is_linear(pattern: re.Pattern[str], /) -> bool:
    """Time the pattern on doubled texts made of the characters that it looks for."""
    flags = pattern.flags
    tree = list(_parser.parse(pattern.pattern, flags & ~re.DEBUG))
    sets = [_characters([node], flags) for node in _flat(tree) if node[0] in _CHARACTERS]
    picked = [_typical(chars) for chars in sets if chars]
    units = dict.fromkeys([*picked, *map("".join, pairwise(picked)), "".join(picked)])
    return all(_grows_linearly(pattern, unit) for unit in list(units)[:_TRIES])


def _typical(chars: set[str], /) -> str:
    likely = [char for char in _LIKELY if char in chars]
    return likely[0] if likely else min(chars)


def _time(pattern: re.Pattern[str], unit: str, size: int, /) -> float:
    text = unit * (size // len(unit) + 1) + "\0"
    begin = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - begin


def _grows_linearly(pattern: re.Pattern[str], unit: str, /) -> bool:
    if any(_time(pattern, unit, size) > _WORTH for size in _EXPONENTIAL):
        return False
    size = _FIRST
    before = 0.0
    steep = 0
    while size <= _LAST:
        took = _time(pattern, unit, size)
        is_steep = bool(before) and took / before > _GROWTH
        steep = steep + 1 if is_steep else 0
        if took > _WORTH and steep > 1:
            return False
        if took > _ENOUGH:
            return not steep
        before = took
        size *= 2
    return True


# A finder: a name, its categories, a cheap test and a function
# --------------------------------------------------------------------------------------------------


@attrs.frozen
class Finder:
    """
    Find one kind of personal data in a text; adding one is writing a function.

    Args:
        name: Its name in reports.

        categories: The categories that its findings can have.

        cheap: Says fast whether *find* could find anything; it can say yes in vain, never no.

        find: Returns the findings in any order; they can overlap.
    """

    name: str
    categories: tuple[DataCategory, ...]
    cheap: Callable[[str], bool]
    find: Callable[[str], Iterable[Finding]]


def pattern_finder(category: DataCategory | str, regex: str, /, *, name: str = "") -> Finder:
    """
    Make a finder of a regex, after a check that it takes linear time.

    Args:
        category: The category of its findings, or its name.

        regex: The pattern, in Python's syntax; inline flags such as `(?i)` are fine. Where it has a
            group named `value`, that is the finding.

        name: Its name in reports; the category if left out.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such category, or the pattern does
            not compile, matches the empty text, or could take more than linear time; each fault
            says how to mend it.
    """
    known = named_category(category)
    if known is None:
        raise ConfigurationError("The category must be a vp.DataCategory or the name of one.")
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
    return Finder(name or known.value, (known,), _Cheap(pattern), _Find(pattern, known))


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
