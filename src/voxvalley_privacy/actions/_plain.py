"""
The plain actions: what a policy does with a value of a category.

An action is any callable `action(value, category) -> replacement`. Returning `OMIT` leaves the field out. `scan` and `parse`
are actions too, but they treat the parts of a value by the rest of the policy, so the plan carries them out.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

import attrs

from ..categories import NEVER_IN_PART, NUMBERS
from ..errors import ConfigurationError
from ..phone import calling_code, canonical
from ..phone import country as country_of
from ..placeholders import OMIT, label_of, shown, whole
from ..protocols import Action
from ..vocabulary import DataCategory

if TYPE_CHECKING:
    pass

__all__ = [
    "Action",
    "Exposure",
    "country",
    "drop",
    "exposure",
    "keep",
    "label",
    "mask",
    "parse",
    "scan",
]


class Exposure(IntEnum):
    """How much of a value an action lets through, from nothing to all of it."""

    NOTHING = 0
    TOKEN = 1
    PART = 2
    REVERSIBLE = 3
    ALL = 4


@attrs.frozen
class Keep:
    exposure: ClassVar[Exposure] = Exposure.ALL

    def __call__(self, value: object, category: DataCategory, /) -> object:
        return value

    def __repr__(self) -> str:
        return "keep"


@attrs.frozen
class Drop:
    exposure: ClassVar[Exposure] = Exposure.NOTHING

    def __call__(self, value: object, category: DataCategory, /) -> object:
        return OMIT

    def __repr__(self) -> str:
        return "drop"


@attrs.frozen
class Label:
    text: str | None

    exposure: ClassVar[Exposure] = Exposure.NOTHING

    def __call__(self, value: object, category: DataCategory, /) -> object:
        return self.text if self.text is not None else label_of(category)

    def __repr__(self) -> str:
        return "label()" if self.text is None else f"label({self.text!r})"


@attrs.frozen
class Scan:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        # Outside a plan there is no policy to treat the parts by, so nothing comes through.
        return label_of(category)

    def __repr__(self) -> str:
        return "scan"


@attrs.frozen
class Parse(Scan):
    def __repr__(self) -> str:
        return "parse"


@attrs.frozen
class _Country:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        text = value.strip() if isinstance(value, str) else ""
        if len(text) == 2 and text.isascii() and text.isalpha():
            return text.upper()
        number = canonical(text) if category in NUMBERS else None
        return (number and country_of(number)) or label_of(category)

    def __repr__(self) -> str:
        return "country"


@attrs.frozen
class _Mask:
    keep_last: int
    keep_country: bool

    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        text = value if isinstance(value, str) else str(value)
        if category in NUMBERS:
            number = canonical(text)
            # A login, a short code or an extension is too short to show any part of.
            return (
                (self._local(text) or label_of(category))
                if number is None
                else self.of_number(number, category)
            )
        if category in NEVER_IN_PART:
            return label_of(category)
        shown = min(self.keep_last, (len(text) - 4) // 2)
        return "*" * (len(text) - shown) + text[-shown:] if shown > 0 else label_of(category)

    def of_number(self, number: str, category: DataCategory, /) -> object:
        """Mask a number that is in canonical form."""
        code = (calling_code(number) or "") if self.keep_country else ""
        return f"+{code}{self._covered(number[1 + len(code) :], len(code))}"

    def _local(self, text: str) -> str | None:
        """Mask a national number, or a number of which a vendor or this action masked a part."""
        cells = "".join(c for c in text if c in "0123456789*")
        if (
            not 7 <= len(cells) <= 17
            or len(cells) * 2 < len(text)
            or any(c.isalpha() for c in text)
        ):
            return None
        code = ""
        if text[0] == "+" and self.keep_country:
            # A calling code shows whole before a mask; where it does not, none is shown.
            head = cells.partition("*")[0]
            code = next(
                (
                    head[:n]
                    for n in (1, 2, 3)
                    if calling_code("+" + head[:n].ljust(3, "0")) == head[:n]
                ),
                "",
            )
        return ("+" if text[0] == "+" else "") + code + self._covered(cells[len(code) :], len(code))

    def _covered(self, digits: str, code: int) -> str:
        # Never more than half of all digits, and never fewer than 10,000 numbers that fit.
        shown = min(self.keep_last, (len(digits) + code) // 2 - code, len(digits) - 4)
        return "*" * (len(digits) - shown) + digits[-shown:] if shown > 0 else "*" * len(digits)

    def __repr__(self) -> str:
        country = "" if self.keep_country else ", keep_country=False"
        return f"mask(keep_last={self.keep_last}{country})"


def exposure(action: Action, /) -> Exposure:
    """Return how much *action* lets through; an action that does not say so counts as `ALL`."""
    found = getattr(action, "exposure", Exposure.ALL)
    return found if isinstance(found, Exposure) else Exposure.ALL


keep: Action = Keep()
drop: Action = Drop()
scan: Action = Scan()
parse: Action = Parse()
country: Action = _Country()


def label(text: str | None = None, /) -> Action:
    """
    Replace a value by a fixed text.

    Args:
        text: The text; without it the category in brackets, as `[CONTENT]`.

    Raises:
        voxvalley_privacy.ConfigurationError: If *text* holds a digit: finders downstream would take it for data.
    """
    if text is not None and any(c.isdigit() for c in text):
        raise ConfigurationError(
            "label(): the text must hold no digit, or it looks like data again."
        )
    return Label(text)


def mask(*, keep_last: int = 2, keep_country: bool = True) -> Action:
    """
    Show the calling code and the last digits of a number, and nothing of what has no such parts.

    Names, bodies, e-mail addresses and credentials come out as a label. Never more than half of the digits are shown, and
    never so many that fewer than 10,000 numbers fit.

    Args:
        keep_last: How many last digits or characters show. 0 to 5.

        keep_country: Whether the calling code shows.

    Raises:
        voxvalley_privacy.ConfigurationError: If *keep_last* is out of range.

    """
    if not whole(keep_last, 0, 5):
        raise ConfigurationError(
            f"mask(): 'keep_last' must be 0 to 5 (got {shown(keep_last)}); "
            "six of ten digits leave fewer than 10,000 candidates."
        )
    return _Mask(keep_last, keep_country)
