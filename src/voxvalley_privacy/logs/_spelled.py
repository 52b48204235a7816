"""Values in a line: whatever they show of themselves, they begin no line and move no cursor."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Number
from typing import Any
from uuid import UUID

from ..reading import one_line

__all__ = ["OPEN", "SCALARS", "spelled"]

SCALARS = frozenset({str, int, float, bool, type(None)})
# Values that show all they hold.
OPEN = frozenset({Decimal, Fraction, datetime, date, time, timedelta, UUID, complex})


class _Spelled:
    """Stand for a value where a format shows it, or a part of it."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value: Any = value

    def __str__(self) -> str:
        return one_line(str(self._value))

    def __repr__(self) -> str:
        return one_line(repr(self._value))

    def __format__(self, spec: str, /) -> str:
        return one_line(format(self._value, spec))

    def __getattr__(self, name: str) -> object:
        return spelled(getattr(self._value, name))

    def __getitem__(self, key: object, /) -> object:
        return spelled(self._value[key])


def spelled(value: object, /) -> object:
    """Return what stands for *value* in a line; numbers, and what has no text of its own, stand for themselves."""
    if type(value) is str:
        return one_line(value)
    return (
        value
        if type(value) in SCALARS or type(value) in OPEN or isinstance(value, Number)
        else _Spelled(value)
    )
