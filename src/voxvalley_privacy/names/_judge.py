"""Judge a field by its name and the names above it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import attrs

from ._lexicon import Lexicon, lexicon
from ._name_rules import RULES
from ._parsed_name import Name
from ._splitting import LONGEST_NAME, words_of
from ._value_shapes import VALUE_DECIDES
from ._verdict import NOTHING, Verdict

__all__ = ["judge", "judge_by_words"]

_DEEPEST = 6  # names above a field that are looked at
_MISSING = object()


def judge(path: tuple[str, ...], /, value: object = _MISSING) -> Verdict:
    """
    Say what a field holds, by the words of its name and of the names above it.

    Args:
        path: The names from the root of the record to the field; a flat key is a path of one.

        value: The field's value, where it is known. One that cannot be what the name says empties
            the verdict.

    Returns:
        A verdict. Its category is None when no word of the name is known, or the value disagrees.
    """
    verdict = _judged(path)
    if value is _MISSING or not verdict.personal:
        return verdict
    if verdict.agrees(value):
        return verdict
    return Verdict(words=verdict.words, rule="the value is not of that shape")


@lru_cache(maxsize=8192)
def _judged(path: tuple[str, ...]) -> Verdict:
    names = [name for name in path[-_DEEPEST:] if len(name) <= LONGEST_NAME]
    steps = [words for name in names for step in name.split(".") if (words := words_of(step))]
    if not path or len(path[-1]) > LONGEST_NAME or not steps:
        return NOTHING
    own = _of(steps, lexicon())
    if own.category is not None or len(steps) == 1:
        return own
    return _inherited(steps)


def judge_by_words(steps: Sequence[tuple[str, ...]], /) -> Verdict:
    """Judge a name by the words alone, without what record schemas say of whole names."""
    return _of(steps, lexicon()._replace(names={}, heads=frozenset()))


def _of(steps: Sequence[tuple[str, ...]], known: Lexicon) -> Verdict:
    name = Name.of(steps, known)
    for rule in RULES:
        verdict = rule(name)
        if verdict is not None:
            return attrs.evolve(verdict, needs_value=verdict.category in VALUE_DECIDES)
    return NOTHING


def _inherited(steps: Sequence[tuple[str, ...]]) -> Verdict:
    """Judge texts of a field of which nothing is known by the record around it."""
    for depth in range(len(steps) - 1, 0, -1):
        above = _of(steps[:depth], lexicon())
        if above.personal:
            return attrs.evolve(above, rule="name of the record around it", inherited=True)
        if above.category is not None:
            break
    return NOTHING
