"""What the calling code tells of an E.164 number, without phonenumbers."""

from __future__ import annotations

from typing import NamedTuple

from . import _load
from ._calling_codes import CALLING_CODES
from ._sentinels import DIALED_WORDS

__all__ = ["PLANS", "Plan", "calling_code", "country", "national_digits"]


class Plan(NamedTuple):
    """What is known of the numbers whose first three digits are the same."""

    code: str
    lengths: frozenset[int]  # of the whole number, with its plus
    unsettled: tuple[str, ...]  # starts that may hold a national prefix ("+440"), and what is no number at all


def _plans() -> dict[str, Plan]:
    plans = {}
    no_numbers = tuple("+" + digits for digits in DIALED_WORDS)
    for code, (_, lengths, starts) in CALLING_CODES.items():
        whole = frozenset(1 + len(code) + int(length) for length in lengths.split())
        unsettled = (*(f"+{code}{start}" for start in starts.split()), *no_numbers)
        # Under every key that the code opens stand only the starts that can occur there, most often none.
        width = 3 - len(code)
        for rest in range(10**width):
            key = f"{code}{rest:0{width}}" if width else code
            start = "+" + key
            plans[key] = Plan(code, whole, tuple(s for s in unsettled if s.startswith(start) or start.startswith(s)))
    return plans


# By the first three digits, so that finding a number's plan takes one look-up.
PLANS = _plans()


def calling_code(e164: str, /) -> str | None:
    """Return the country calling code of *e164*, as "1", "44" or "971"; None if it has none."""
    plan = PLANS.get(e164[1:4]) if e164.startswith("+") else None
    return plan.code if plan else None


def national_digits(e164: str, /) -> str:
    """Return what follows the calling code of *e164*; all its digits if the code is unknown."""
    return e164.removeprefix("+").removeprefix(calling_code(e164) or "")


def country(e164: str, /) -> str | None:
    """
    Tell the country of *e164*.

    Returns:
        The ISO 3166-1 alpha-2 code, or None for numbers of no country (+800, +882), of an unknown code, and of
        an unassigned range where countries share a code (+1, +7, +44). Shared codes load phonenumbers.
    """
    regions = CALLING_CODES.get(calling_code(e164) or "", ("001",))[0].split()
    region = _load.region_of(e164) if len(regions) > 1 else regions[0]
    return None if region == "001" else region
