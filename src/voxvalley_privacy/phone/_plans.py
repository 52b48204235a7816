"""What the calling code tells of an E.164 number, without phonenumbers."""

from __future__ import annotations

from typing import NamedTuple

from . import _metadata as _load
from ._calling_codes import CALLING_CODES
from ._sentinels import DIALED_WORDS

__all__ = ["PLANS", "Plan", "calling_code", "country", "national_digits"]


class Plan(NamedTuple):
    """What is known of the numbers that share a plus and three digits."""

    code: str
    lengths: frozenset[int]  # of the whole number, with its plus
    # Starts that may hold a national prefix ("+440"), and what is no number at all; None where there are none.
    unsettled: tuple[str, ...] | None


def _plans() -> dict[str, Plan]:
    plans: dict[str, Plan] = {}
    for code, (_, lengths, _) in CALLING_CODES.items():
        whole = frozenset(1 + len(code) + int(length) for length in lengths.split())
        plans.update(dict.fromkeys(_keys(code), Plan(code, whole, None)))
    unsettled = [
        code + start for code, (_, _, starts) in CALLING_CODES.items() for start in starts.split()
    ]
    for digits in (*unsettled, *DIALED_WORDS):
        # Under a key stand only the starts that can occur there, most often none.
        for key in _keys(digits[:3]):
            plan = plans[key]
            plans[key] = plan._replace(unsettled=(*(plan.unsettled or ()), "+" + digits))
    return plans


def _keys(digits: str) -> list[str]:
    width = 3 - len(digits)
    return [f"+{digits}{rest:0{width}}" for rest in range(10**width)] if width else ["+" + digits]


# One look-up finds the plan of a number: by its first four characters.
PLANS = _plans()


def calling_code(e164: str, /) -> str | None:
    """Return the country calling code of *e164*, as "1", "44" or "971"; None if it has none."""
    plan = PLANS.get(e164[:4])
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
