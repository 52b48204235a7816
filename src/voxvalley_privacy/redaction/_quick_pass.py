"""
One loop for the records that come most: flat ones, in which no field holds a value of another.

Every text is looked up in the memo of its field. What takes more (a container, a text to be read,
a value that another field may hold, too) is left to the walk, which begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..placeholders import OMIT
from ._field_plan import LARGE, Entry, FieldPlan
from ._plan import Shape, Table
from ._propagation import LOOK

__all__ = ["quick_pass", "quick_values"]

_PLAIN = frozenset({str, int, float, bool, type(None)})
_NUMBERS = frozenset({int, float})
_WITHOUT_TEXT = frozenset({bool, type(None)})


def quick_pass(record: dict[Any, Any], table: Table, nodes: int, /) -> dict[Any, Any] | None:
    """
    Return the treated copy of a flat record; None when the walk has to look at it.

    Args:
        record: What comes in; it is read once, in one step.
        table: What its fields are.
        nodes: How many fields the budget permits.
    """
    copy = dict.copy(record)
    shape = table.shapes.get(tuple(copy))
    if shape is None or not shape.quick or len(copy) > nodes:
        return None
    redacted = quick_values(copy, shape)
    if redacted is None:
        return None
    if shape.drops:
        return {key: value for key, value in zip(copy, redacted) if value is not OMIT}  # noqa: B905
    return dict(zip(copy, redacted))  # noqa: B905


def quick_values(
    record: dict[Any, Any], shape: Shape, /, beside: str = ""
) -> tuple[Any, ...] | None:
    """
    Return what becomes of each value, OMIT of those that go; None when the walk has to look.

    *beside* is the readable form of a text that is shown with the record.
    """
    values = record.values()
    kinds = set(map(type, values))
    if not kinds <= _PLAIN:
        return None
    # A keyword of zip() costs as much as two fields.
    entries: list[Any] = [look_up(value) for look_up, value in zip(shape.lookups, values)]  # noqa: B905
    if None in entries and not _completed(entries, shape, list(values)):
        return None
    redacted, _, marks, shown = zip(*entries)  # noqa: B905
    if _look_again("\0".join((beside, *shown)), marks):
        return None
    for step in shape.steps if kinds.isdisjoint(_WITHOUT_TEXT) else _counted(shape, [*values]):
        step()
    return redacted


def _look_again(text: str, marks: Iterable[tuple[str, ...]]) -> bool:
    """Whether a field may show what another one hides."""
    for some in filter(None, marks):
        for mark in some:
            if mark in text:
                return True
    return LOOK in text


def _completed(entries: list[Any], shape: Shape, values: list[Any]) -> bool:
    """Fill in the entries that no memo has; whether all could be."""
    at = -1
    for _ in range(entries.count(None)):
        at = entries.index(None, at + 1)
        value = values[at]
        if shape.numbers[at] and type(value) in _NUMBERS and -LARGE <= value <= LARGE:
            entries[at] = (value, None, (), "")
        else:
            entries[at] = _asked(shape.fields[at], value)
        if entries[at] is None:
            return False
    return True


def _asked(field: FieldPlan, value: object) -> Entry | None:
    try:
        return field.quick(value)
    except Exception:  # the walk counts it, and shows less of this field only
        return None


def _counted(shape: Shape, values: list[Any]) -> Iterable[Callable[[], int]]:
    """Return what counts the texts of a record in which some values are none."""
    texts = [at for at in shape.counted if type(values[at]) is str]
    return [shape.fields[at].treated.__next__ for at in texts]
