"""Phone numbers: one canonical form, withheld and missing numbers, short numbers."""

from __future__ import annotations

from ._address import is_withheld, sentinel
from ._canonical import canonical, is_short, one_person
from ._metadata import calling_code, country, is_region, national_digits

__all__ = [
    "calling_code",
    "canonical",
    "country",
    "is_region",
    "is_short",
    "is_withheld",
    "national_digits",
    "one_person",
    "sentinel",
]
