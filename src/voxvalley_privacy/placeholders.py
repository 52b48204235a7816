"""
What stands where data was: words in square brackets, upper case, no digits.

They survive CSV and JSON, hold nothing a finder would find, and are never trusted: a text that a
sender typed to look like one is treated like any other text, and comes out the same because there
is nothing in it to hide.
"""

from __future__ import annotations

from .vocabulary import DataCategory

__all__ = [
    "BUDGET",
    "BYTES",
    "CHANGED",
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
FAULT = "[FAULT]"  # the library failed here; the value is gone
DEPTH = "[DEPTH]"  # nested deeper than the budget
CYCLE = "[CYCLE]"  # contains itself
BUDGET = "[BUDGET]"  # more nodes than the budget
CHANGED = "[CHANGED]"  # changed by another thread while it was read
BYTES = "[BYTES]"  # bytes that are not text
TRUNCATED = "[TRUNCATED]"  # the rest of a text longer than the budget
UNPARSEABLE = "[UNPARSEABLE]"  # a row, line or document that no parser could read


def whole(value: object, least: int, most: int, /) -> bool:
    """Tell whether a setting is a whole number in a range; True and False are none."""
    return type(value) is int and least <= value <= most


def shown(setting: object, /) -> str:
    """
    Return a setting as an error may show it: not when it could be data that came into the wrong
    place.
    """
    text = (
        repr(setting) if isinstance(setting, str | int | float) and len(str(setting)) <= 60 else ""
    )
    return (
        text
        if text and sum(c.isdigit() for c in text) < 5 and "@" not in text
        else f"<{type(setting).__name__}>"
    )


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
        CHANGED,
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
    Tell the texts that are a placeholder to the letter.

    That a sender may type one does not matter: it says nothing of anyone, and treating it gives one
    again.
    """
    return text in _KNOWN


def object_label(kind: type, /) -> str:
    """
    Name the class of a value that is not looked into, without its digits: a class name can carry a
    number.
    """
    name = f"{kind.__module__}.{kind.__qualname__}"
    return f"[OBJECT {''.join(c for c in name[:80] if c.isascii() and (c.isalpha() or c in '._'))}]"


# What vendors write in place of data.
VENDOR_MARKS = frozenset({"REDACTED", "[REDACTED]", "***Text Content Redacted***"})


def redacted_by_vendor(text: str, /) -> bool:
    """
    Tell the texts that vendors put in place of data: Twilio `XXXX`, Vonage `REDACTED`, Plivo
    `+12025550***`.
    """
    if text in VENDOR_MARKS or (0 < len(text) <= 20 and not text.strip("Xx*")):
        return True
    return (
        len(text) <= 20
        and text.endswith("***")
        and text[:-3].removeprefix("+").isdigit()
        and text.isascii()
    )
