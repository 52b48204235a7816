"""
Numbering plans: the plan of a calling code, and the plan that phonenumbers has.

No other file calls phonenumbers: its metadata takes 75 ms to load, and its input must be checked.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from ._address import DIALED_WORDS, LONGEST_INPUT
from ._calling_codes import CALLING_CODES

__all__ = [
    "PLANS",
    "Plan",
    "Reading",
    "calling_code",
    "country",
    "is_region",
    "national_digits",
    "read",
]


class Reading(NamedTuple):
    """How phonenumbers reads a text."""

    e164: str
    valid: bool  # the number lies in an assigned range, not only its length fits


def read(number: str, region: str | None, /) -> Reading | None:
    """
    Read digits, with or without a plus before them, as a number of *region*.

    Args:
        number: `+` and ASCII digits, or ASCII digits alone; anything else gives None.

        region: ISO 3166-1 alpha-2, in capitals; None reads only numbers with a plus.

    Returns:
        The number if its length is possible under its plan, else None.
    """
    digits = number.removeprefix("+")
    if len(number) > LONGEST_INPUT or not digits.isascii() or not digits.isdigit():
        return None
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    # A local number lacks its area code: two of them from different towns would look the same.
    length = phonenumbers.is_possible_number_with_reason(parsed)
    if length != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Reading(e164, phonenumbers.is_valid_number(parsed))


def is_region(code: str, /) -> bool:
    """Whether numbers are from a region of this name: `GB` and not `UK`."""
    return any(code in regions.split() for regions, *_ in CALLING_CODES.values())


def _region_of(e164: str, /) -> str | None:
    """Return the ISO region in whose ranges *e164* lies, or None."""
    if read(e164, None) is None:
        return None
    import phonenumbers

    return phonenumbers.region_code_for_number(phonenumbers.parse(e164))


# The plan of a calling code, without phonenumbers -------------------------------------------------


class Plan(NamedTuple):
    """The plan of the numbers that share a plus and three digits."""

    code: str
    lengths: frozenset[int]  # of the whole number, with its plus
    # Starts that may hold a national prefix ("+440") or are dialed words; None for none.
    unsettled: tuple[str, ...] | None


def _plans() -> dict[str, Plan]:
    starts = _unsettled_starts()
    plans: dict[str, Plan] = {}
    for code, (_, lengths, _) in CALLING_CODES.items():
        whole = frozenset(1 + len(code) + int(length) for length in lengths.split())
        for key in _keys(code):
            plans[key] = Plan(code, whole, tuple(starts[key]) or None)
    return plans


def _unsettled_starts() -> defaultdict[str, list[str]]:
    """Return the starts that can occur under each key, most often none."""
    starts = defaultdict(list)
    for code, (_, _, prefixes) in CALLING_CODES.items():
        for prefix in prefixes.split():
            for key in _keys((code + prefix)[:3]):
                starts[key].append(f"+{code}{prefix}")
    for word in DIALED_WORDS:
        starts[f"+{word[:3]}"].append(f"+{word}")
    return starts


def _keys(digits: str) -> list[str]:
    """Return all texts of a plus and three digits that begin with *digits*."""
    missing = 3 - len(digits)
    if not missing:
        return ["+" + digits]
    return [f"+{digits}{rest:0{missing}}" for rest in range(10**missing)]


# One look-up finds the plan of a number: by its first four characters.
PLANS = _plans()


def calling_code(e164: str, /) -> str | None:
    """Return the country calling code of *e164*, such as "1" or "971"; None if it has none."""
    plan = PLANS.get(e164[:4])
    return plan.code if plan else None


def national_digits(e164: str, /) -> str:
    """Return the digits after the calling code of *e164*; all of them if the code is unknown."""
    return e164.removeprefix("+").removeprefix(calling_code(e164) or "")


def country(e164: str, /) -> str | None:
    """
    Return the country of *e164*.

    Returns:
        The ISO 3166-1 alpha-2 code, or None for numbers of no country (+800, +882), of an unknown
        code, and of an unassigned range where countries share a code (+1, +7, +44). Shared codes
        load phonenumbers.
    """
    regions = CALLING_CODES.get(calling_code(e164) or "", ("001",))[0].split()
    region = _region_of(e164) if len(regions) > 1 else regions[0]
    return None if region == "001" else region
