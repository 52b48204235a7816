"""Where a person may be: every jurisdiction and time zone that cannot be ruled out."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from ..facts import Facts
from ..phone import calling_code, canonical, country
from ._contact import Contact
from ._subjects import Subject

__all__ = ["Places", "layers", "places"]


@attrs.frozen
class Places:
    """Candidate jurisdictions and zones; one of them empty means: unknown."""

    jurisdictions: tuple[str, ...]
    zones: tuple[tzinfo, ...]


def layers(jurisdiction: str, /) -> tuple[str, ...]:
    """Return the jurisdiction and the country it is part of: "US-CA", "US"."""
    whole = jurisdiction.partition("-")[0]
    return (jurisdiction,) if whole == jurisdiction else (jurisdiction, whole)


def places(contact: Contact, facts: Facts, /, *, trust_declared: bool) -> Places:
    """
    Return where *contact* may reach the person.

    Args:
        contact: Declares places, and names a number that has some.

        facts: Knows the places of numbers.

        trust_declared: Leave the number's places out where the contact declares some.
    """
    jurisdictions, zones = contact.jurisdictions, contact.zones
    of_number = _of_number(contact.to, facts)
    if not (trust_declared and jurisdictions):
        jurisdictions = (*jurisdictions, *of_number[0])
    if not (trust_declared and zones):
        zones = (*zones, *of_number[1])
    return Places(tuple(dict.fromkeys(jurisdictions)), _loaded(tuple(dict.fromkeys(zones))))


@lru_cache(maxsize=256)
def _loaded(zones: tuple[str, ...]) -> tuple[tzinfo, ...]:
    try:
        return tuple([ZoneInfo(zone) for zone in zones])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ()  # one unknown zone makes the place unknown


def _of_number(to: Subject, facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    number = canonical(to) if isinstance(to, str) else None
    if number is None:
        return (), ()
    code = calling_code(number)
    if code is None:
        return (), ()
    # North America shares one code; its area codes tell the place.
    place = facts.places.get(number[1:5] if code == "1" else code)
    if place is None:
        return (), ()
    region = place.regions or tuple(filter(None, (country(number),)))
    return region, place.zones
