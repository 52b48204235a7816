"""
The texts that replace data: words in square brackets, upper case, no digits.

They survive CSV and JSON, hold nothing a finder would find, and are never trusted: a text that a
sender typed to look like one is treated like any other text, and comes out the same because there
is nothing in it to hide.
"""

from __future__ import annotations

from string import ascii_letters

from .vocabulary import DataCategory

__all__ = [
    "BUDGET",
    "BYTES",
    "CYCLE",
    "DEPTH",
    "FAULT",
    "OMIT",
    "TRUNCATED",
    "UNAVAILABLE",
    "UNPARSEABLE",
    "VENDOR_MARKS",
    "WITHHELD",
    "is_placeholder",
    "label_of",
    "object_label",
    "redacted_by_vendor",
    "shown",
    "whole",
]

WITHHELD = "[WITHHELD]"  # the caller hid the number
UNAVAILABLE = "[UNAVAILABLE]"  # the network did not know the number
FAULT = "[FAULT]"  # the library failed here; the value was dropped
DEPTH = "[DEPTH]"  # nested deeper than the budget
CYCLE = "[CYCLE]"  # a value that contains itself
BUDGET = "[BUDGET]"  # more nodes than the budget
BYTES = "[BYTES]"  # bytes that are not text
TRUNCATED = "[TRUNCATED]"  # the rest of a text longer than the budget
UNPARSEABLE = "[UNPARSEABLE]"  # a row, line or document that no parser could read


def whole(value: object, least: int, most: int, /) -> bool:
    """Whether a setting is a whole number in a range; True and False are not numbers."""
    return type(value) is int and least <= value <= most


def shown(setting: object, /) -> str:
    """Return a setting as an error may show it; only its type where it could be personal data."""
    hidden = f"<{type(setting).__name__}>"
    if not isinstance(setting, str | int | float) or len(str(setting)) > 60:
        return hidden
    text = repr(setting)
    if "@" in text or sum(map(str.isdigit, text)) >= 5:
        return hidden
    return text


class _Omit:
    """Mark a field that an action leaves out."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "OMIT"

    def __reduce__(self) -> str:
        return "OMIT"


OMIT = _Omit()

_LABELS = {category: f"[{category.value}]" for category in DataCategory}
_KNOWN = frozenset(
    {
        *_LABELS.values(),
        WITHHELD,
        UNAVAILABLE,
        FAULT,
        DEPTH,
        CYCLE,
        BUDGET,
        BYTES,
        TRUNCATED,
        UNPARSEABLE,
    }
)


def label_of(category: DataCategory, /) -> str:
    """Return the placeholder of a category: `[PHONE_NUMBER]`."""
    return _LABELS[category]


def is_placeholder(text: str, /) -> bool:
    """
    Whether a text is exactly a placeholder.

    A sender may type one: it says nothing about anyone, and treating it returns it unchanged.
    """
    return text in _KNOWN


def object_label(kind: type, /) -> str:
    """Return the label of an object: its class without digits, which could be a number."""
    name = f"{kind.__module__}.{kind.__qualname__}"[:80]
    letters = "".join(character for character in name if character in _LETTERS)
    return f"[OBJECT {letters}]"


_LETTERS = frozenset(f"{ascii_letters}._")

# The texts that vendors write in place of data.
VENDOR_MARKS = frozenset({"REDACTED", "[REDACTED]", "***Text Content Redacted***"})


def redacted_by_vendor(text: str, /) -> bool:
    """Whether a vendor wrote it in place of data, as Twilio `XXXX` and Plivo `+12025550***`."""
    if text in VENDOR_MARKS:
        return True
    if not 0 < len(text) <= 20 or not text.isascii():
        return False
    if not text.strip("Xx*"):
        return True
    return text.endswith("***") and text[:-3].removeprefix("+").isdigit()
