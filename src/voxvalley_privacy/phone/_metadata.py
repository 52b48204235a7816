"""The only place that calls phonenumbers: its metadata costs 75 ms, and it must see guarded input only."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LONGEST_INPUT", "Reading", "read", "region_of"]

# Source: FAULTS, first rule 1 and B9-141: longer hostile input takes exponential time.
LONGEST_INPUT = 64


class Reading(NamedTuple):
    """How phonenumbers reads a text."""

    e164: str
    valid: bool  # the number lies in an assigned range, not only its length fits


def read(number: str, region: str | None, /) -> Reading | None:
    """
    Read digits, with or without a plus before them, as a number of *region*.

    Args:
        number: `+` and ASCII digits, or ASCII digits alone; anything else is refused.

        region: ISO 3166-1 alpha-2, in capitals; None reads only what has a plus.

    Returns:
        The number if its length is possible under its plan, else None.
    """
    digits = number.removeprefix("+")
    if len(number) > LONGEST_INPUT or not (digits.isascii() and digits.isdigit()):
        return None
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    # A local number lacks its area code: two of them from different towns would look the same.
    if (
        phonenumbers.is_possible_number_with_reason(parsed)
        != phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Reading(e164, phonenumbers.is_valid_number(parsed))


def region_of(e164: str, /) -> str | None:
    """Return the ISO region in whose ranges *e164* lies, or None."""
    if read(e164, None) is None:
        return None
    import phonenumbers

    return phonenumbers.region_code_for_number(phonenumbers.parse(e164))
