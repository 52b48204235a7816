"""
Actions whose output looks like the records that vendors redact.

A number in Plivo's style leaves a thousand candidates: fewer than `vp.mask()` allows. Use these to
match such records, not to protect.

Source: the vendors' documentation of redacted records: Plivo (`+12025550***`, `***Text Content
Redacted***`), Twilio (`XXXX`), Vonage (`REDACTED`).
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
        if not isinstance(value, str) or category not in NUMBERS:
            return label_of(category)
        number = canonical(value)
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
    """
    Say whether a vendor redacted *text*.

    It is then one of the vendor's fixed texts, or a number with three asterisks at the end.
    """
    return redacted_by_vendor(text)
