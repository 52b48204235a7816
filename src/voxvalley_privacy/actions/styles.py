"""
Actions whose output looks like what vendors write, so that it matches what teams already see.

A number in Plivo's style leaves a thousand candidates: fewer than `vp.mask()` allows. Use these to match, not to protect.

Source: the vendors' documentation of redacted records: Plivo (`+12025550***`, `***Text Content Redacted***`), Twilio (`XXXX`),
Vonage (`REDACTED`).
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..categories import NUMBERS
from ..phone import canonical
from ..placeholders import label_of, redacted_by_vendor
from ..vocabulary import DataCategory
from ._plain import Action, Exposure, label

__all__ = [
    "PLIVO_TEXT",
    "TWILIO",
    "VONAGE",
    "is_redacted",
    "plivo_number",
    "plivo_text",
    "twilio",
    "vonage",
]

PLIVO_TEXT = "***Text Content Redacted***"
TWILIO = "XXXX"
VONAGE = "REDACTED"


@attrs.frozen
class _PlivoNumber:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        number = canonical(value) if isinstance(value, str) and category in NUMBERS else None
        return label_of(category) if number is None else self.of_number(number, category)

    def of_number(self, number: str, category: DataCategory, /) -> object:
        """Return a number in canonical form without its last three digits."""
        return number[:-3] + "***"

    def __repr__(self) -> str:
        return "styles.plivo_number"


plivo_number: Action = _PlivoNumber()
plivo_text: Action = label(PLIVO_TEXT)
twilio: Action = label(TWILIO)
vonage: Action = label(VONAGE)


def is_redacted(text: str, /) -> bool:
    """Tell whether a vendor redacted *text*: one of its fixed texts, or a number with three asterisks at the end."""
    return redacted_by_vendor(text)
