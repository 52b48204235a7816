"""The parts of a log line as one record: what one of them calls personal goes from the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from ..names import judge
from ..placeholders import label_of
from ..redaction import Redactor
from ..vocabulary import DataCategory
from ._border import Guard, Tally
from ._line_columns import LineColumns

__all__ = ["LineParts", "is_name"]

_MOST_SHAPES = 20_000

# The name of a field, with at most a few digits: `ml1_midx1_packets`.
_KEY = re.compile(r"[A-Za-z_\-]{1,20}(?:\d[A-Za-z_\-]{1,20}){0,2}\d?")
# Read whole, never searched for.
WHOLE = frozenset({"_KEY"})


def is_name(field: str, /) -> bool:
    """Whether a key in a line is the name of a field, and cannot be a number itself."""
    return _KEY.fullmatch(field) is not None


@attrs.define(eq=False)
class LineParts:
    """Treat the parts of lines; *categories* are those of the parts that a format names."""

    guard: Guard
    categories: Mapping[str, DataCategory]
    columns: LineColumns | None = None
    _are_names: dict[tuple[str, ...], bool] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, guard: Guard, categories: Mapping[str, DataCategory]) -> LineParts:
        """Return what treats the parts of one format's lines."""
        redact = guard.redact
        columns = LineColumns(redact) if isinstance(redact, Redactor) else None
        return cls(guard, categories, columns)

    def __call__(
        self, fields: tuple[str, ...], values: tuple[str, ...], tally: Tally, /
    ) -> list[tuple[str, str]]:
        """Return the names and values that come out; a label in the place of what is dropped."""
        treated = self._by_fields(fields, values, tally) if self._named(fields) else None
        if treated is None:
            treated = self.guard.pairs(list(zip(fields, values, strict=True)), tally)
        return [
            (name, self._label(field) if value is None else str(value))
            for field, (name, value) in zip(fields, treated, strict=True)
        ]

    def _named(self, fields: tuple[str, ...]) -> bool:
        """Whether the names are different, and none of them can be a number itself."""
        known = self._are_names.get(fields)
        if known is None:
            known = len(set(fields)) == len(fields) and all(
                field in self.categories or is_name(field) for field in fields
            )
            if len(self._are_names) >= _MOST_SHAPES:
                self._are_names.clear()
            self._are_names[fields] = known
        return known

    def _by_fields(
        self, fields: tuple[str, ...], values: tuple[str, ...], tally: Tally
    ) -> list[tuple[str, Any]] | None:
        """Return the parts treated, one by one where that comes to the same as a record of them."""
        treated = None if self.columns is None else self.columns(fields, values)
        if treated is not None:
            return treated
        record = self.guard.fields(dict(zip(fields, values, strict=True)), tally)
        return None if record is None else [(field, record.get(field)) for field in fields]

    def _label(self, field: str) -> str:
        """Return what is shown of a part that a policy drops: the frame of the line stays."""
        category = self.categories.get(field) or judge((field,)).category
        return label_of(category or DataCategory.UNKNOWN)
