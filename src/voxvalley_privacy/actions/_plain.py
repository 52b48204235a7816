"""
The plain actions of a policy: keep, drop, label, mask, country, scan and parse.

An action is any callable `action(value, category) -> replacement`. Returning `OMIT` leaves the
field out. `scan` and `parse` are actions too, but they treat the parts of a value by the rest of
the policy, so the plan carries them out.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

import attrs

from ..categories import NEVER_IN_PART, NUMBERS
from ..errors import ConfigurationError
from ..phone import calling_code, canonical
from ..phone import country as country_of
from ..placeholders import OMIT, label_of, shown, whole
from ..protocols import Action
from ..vocabulary import DataCategory

__all__ = [
    "Action",
    "Drop",
    "Exposure",
    "Keep",
    "Label",
    "LooksThrough",
    "Parse",
    "Scan",
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
        return label_of(category) if self.text is None else self.text

    def __repr__(self) -> str:
        return "label()" if self.text is None else f"label({self.text!r})"


@attrs.frozen
class LooksThrough:
    """The actions that treat the parts of a value by the rest of the policy."""

    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        # Outside a plan there is no policy to treat the parts by, so nothing comes through.
        return label_of(category)


@attrs.frozen
class Scan(LooksThrough):
    def __repr__(self) -> str:
        return "scan"


@attrs.frozen
class Parse(LooksThrough):
    def __repr__(self) -> str:
        return "parse"


_COUNTRY_CODE = 2  # letters; Source: ISO 3166-1, alpha-2


@attrs.frozen
class _Country:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        if not isinstance(value, str):
            return label_of(category)
        text = value.strip()
        if len(text) == _COUNTRY_CODE and text.isascii() and text.isalpha():
            return text.upper()
        number = canonical(text) if category in NUMBERS else None
        code = None if number is None else country_of(number)
        return code or label_of(category)

    def __repr__(self) -> str:
        return "country"


_FEWEST_CELLS, _MOST_CELLS = 7, 17  # digits and asterisks of a number that was masked before
_HIDDEN = 4  # digits that are always hidden: 10,000 numbers fit
_LONGEST_CODE = 3  # digits of a calling code; Source: ITU-T E.164


@attrs.frozen
class _Mask:
    keep_last: int
    keep_country: bool

    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        text = value if isinstance(value, str) else str(value)
        if category in NUMBERS:
            number = canonical(text)
            if number is not None:
                return self.of_number(number, category)
            # A login, a short code or an extension is too short to show any part of.
            return self._local(text) or label_of(category)
        if category in NEVER_IN_PART:
            return label_of(category)
        visible = min(self.keep_last, (len(text) - _HIDDEN) // 2)
        if visible <= 0:
            return label_of(category)
        return "*" * (len(text) - visible) + text[-visible:]

    def of_number(self, number: str, category: DataCategory, /) -> object:
        """Mask a number that is in canonical form."""
        code = calling_code(number) if self.keep_country else None
        code = code or ""
        return f"+{code}{self._covered(number[1 + len(code) :], len(code))}"

    def _local(self, text: str) -> str | None:
        """Mask a national number, or a number of which a vendor or this action masked a part."""
        cells = "".join(filter("0123456789*".__contains__, text))
        if not _FEWEST_CELLS <= len(cells) <= _MOST_CELLS or len(cells) * 2 < len(text):
            return None
        if any(map(str.isalpha, text)):
            return None
        if text[0] != "+":
            return self._covered(cells, 0)
        code = _code_before_mask(cells) if self.keep_country else ""
        return f"+{code}{self._covered(cells[len(code) :], len(code))}"

    def _covered(self, digits: str, code: int) -> str:
        # Never more than half of all digits, and never fewer than 10,000 numbers that fit.
        half = (len(digits) + code) // 2 - code
        visible = min(self.keep_last, half, len(digits) - _HIDDEN)
        if visible <= 0:
            return "*" * len(digits)
        return "*" * (len(digits) - visible) + digits[-visible:]

    def __repr__(self) -> str:
        country = "" if self.keep_country else ", keep_country=False"
        return f"mask(keep_last={self.keep_last}{country})"


def _code_before_mask(cells: str, /) -> str:
    """Return the calling code that is whole before the first asterisk; empty if there is none."""
    head = cells.partition("*")[0]
    for size in range(1, _LONGEST_CODE + 1):
        code = head[:size]
        if calling_code("+" + code.ljust(_LONGEST_CODE, "0")) == code:
            return code
    return ""


def exposure(action: Action, /) -> Exposure:
    """Return how much *action* lets through; an action that does not say so counts as `ALL`."""
    declared = getattr(action, "exposure", Exposure.ALL)
    return declared if isinstance(declared, Exposure) else Exposure.ALL


keep: Action = Keep()
drop: Action = Drop()
scan: Action = Scan()
parse: Action = Parse()
country: Action = _Country()


def label(text: str | None = None, /) -> Action:
    """
    Replace a value by a fixed text.

    Args:
        text: The text; without it the category in brackets, such as `[CONTENT]`.

    Raises:
        voxvalley_privacy.ConfigurationError: If *text* holds a digit: finders downstream would take
            it for data.
    """
    if text is not None and any(c.isdigit() for c in text):
        raise ConfigurationError(
            "label(): the text must hold no digit, or it looks like data again."
        )
    return Label(text)


def mask(*, keep_last: int = 2, keep_country: bool = True) -> Action:
    """
    Show the calling code and the last digits of a number, and nothing of other values.

    Names, bodies, e-mail addresses and credentials come out as a label. Never more than half of the
    digits are shown, and never so many that fewer than 10,000 numbers fit.

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
