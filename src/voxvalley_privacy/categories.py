"""
The meaning of each category of data: one row a category, from `facts/categories.json`.

Every set of categories in the package is a comprehension over these rows. A category without a row
gets the closed answer in every column, and fails the build.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pkgutil import get_data
from types import MappingProxyType

import attrs

from .vocabulary import DataCategory

__all__ = [
    "CATEGORIES",
    "IDENTIFYING",
    "LISTS",
    "MEASURES",
    "METADATA",
    "NEVER_IN_PART",
    "NUMBERS",
    "PRESETS",
    "Category",
    "categories_where",
    "hidden",
    "named_category",
]

# The presets that every row has an action for, from the closest reader to the farthest.
PRESETS = ("labels", "debug", "support", "billing", "analytics", "share", "public")

_HIGHEST_RANK = 99


def _frozen(actions: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(actions))


@attrs.frozen(kw_only=True)
class Category:
    """
    One category and all that is known of it.

    Args:
        meaning: What values of it are, in a few words.

        personal: Whether they are personal data: `yes`, `yes, sensitive`, `secret`, `indirect`,
            `maybe` or `no`.

        number: Whether they are phone numbers, or addresses that hold one.

        identifies: Whether a value identifies a person, so that it is looked for in other fields.

        part: Whether a mask may show a part of a value.

        measure: Whether they are amounts, times and lengths, which identify nobody.

        list: Whether one field may hold several, with commas between them.

        shape: What a value has to look like to be shown; None where no policy shows it.

        rank: Which of two overlapping findings names both: the higher one.

        metadata: Whether a log of metadata keeps the field.

        actions: Preset -> what it does with a value.
    """

    meaning: str
    personal: str
    number: bool
    identifies: bool
    part: bool
    measure: bool
    list: bool
    shape: str | None
    rank: int
    metadata: bool
    actions: Mapping[str, str] = attrs.field(converter=_frozen)


# What holds of a category that nobody wrote a row for.
_CLOSED = Category(
    meaning="",
    personal="yes",
    number=False,
    identifies=True,
    part=False,
    measure=False,
    list=False,
    shape=None,
    rank=_HIGHEST_RANK,
    metadata=False,
    actions=dict.fromkeys(PRESETS, "drop"),
)


def _read() -> Mapping[DataCategory, Category]:
    data = get_data(__package__, "facts/categories.json")
    rows = json.loads(data) if data is not None else {}
    written = {DataCategory(name): Category(**row) for name, row in rows.items()}
    return MappingProxyType({category: written.get(category, _CLOSED) for category in DataCategory})


CATEGORIES: Mapping[DataCategory, Category] = _read()


def named_category(name: object, /) -> DataCategory | None:
    """Return a category by itself or by its name; None if there is none."""
    if isinstance(name, DataCategory):
        return name
    return DataCategory.__members__.get(name) if isinstance(name, str) else None


def categories_where(holds: Callable[[Category], bool], /) -> frozenset[DataCategory]:
    """Return the categories whose row *holds* is true of."""
    return frozenset(category for category, row in CATEGORIES.items() if holds(row))


# How much an action of the matrix hides; what is not listed hides less than a label.
_HIDING = {"drop": 3, "label": 2, "keep": 0}


def hidden(category: DataCategory, /) -> tuple[int, int, str]:
    """Return a measure of how much the policies together hide of a category, to compare two."""
    row = CATEGORIES[category]
    hides = sum(_HIDING.get(action, 1) for action in row.actions.values())
    # The name is the last word, so that the order of what is compared never is.
    return hides, row.rank, category.value


NUMBERS = categories_where(lambda row: row.number)
IDENTIFYING = categories_where(lambda row: row.identifies)
NEVER_IN_PART = categories_where(lambda row: not row.part)
MEASURES = categories_where(lambda row: row.measure)
LISTS = categories_where(lambda row: row.list)
METADATA = categories_where(lambda row: row.metadata)
