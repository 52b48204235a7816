"""Phone numbers: one canonical form, who withheld theirs, what is too short to be one."""

from __future__ import annotations

from ._canonical import canonical
from ._plans import calling_code, country, national_digits
from ._sentinels import is_withheld, sentinel
from ._short import is_short

__all__ = [
    "calling_code",
    "canonical",
    "country",
    "is_short",
    "is_withheld",
    "national_digits",
    "sentinel",
]
