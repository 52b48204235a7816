"""Where a person may be: every jurisdiction and time zone that cannot be ruled out."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from ..facts import Facts
from ..ledgers import Subject
from ..phone import calling_code, canonical, country
from ._contact import Contact

__all__ = ["Places", "home", "layers", "places"]


@attrs.frozen
class Places:
    """Candidate jurisdictions and zones; one of them empty means: unknown."""

    jurisdictions: tuple[str, ...]
    zones: tuple[tzinfo, ...]


def layers(jurisdiction: str, /) -> tuple[str, ...]:
    """Return the jurisdiction and the country it is part of: "US-CA", "US"."""
    whole = jurisdiction.partition("-")[0]
    if whole == jurisdiction:
        return (jurisdiction,)
    return jurisdiction, whole


def places(contact: Contact, facts: Facts, /, *, trust_declared: bool) -> Places:
    """
    Return where *contact* may reach the person.

    Args:
        contact: Declares places, and names a number that has some.

        facts: Knows the places of numbers.

        trust_declared: Leave the number's places out where the contact declares some.
    """
    here, zones_here = home(contact.to, facts)
    declared = contact.jurisdictions
    if trust_declared and contact.zones:
        zones = contact.zones
    elif contact.zones:
        zones = (*contact.zones, *zones_here)
    else:
        away = _elsewhere(declared, here)
        # Who is believed to be somewhere else is not at home.
        gone = trust_declared and 0 < len(away) == len(declared)
        zones = _zones_with(() if gone else zones_here, away, facts)
    jurisdictions = declared if trust_declared and declared else (*declared, *here)
    return Places(tuple(dict.fromkeys(jurisdictions)), _loaded(tuple(dict.fromkeys(zones))))


def _elsewhere(declared: tuple[str, ...], here: tuple[str, ...]) -> list[str]:
    """Return the declared places that are not the number's own."""
    # A number of no known country is where the contact says: it shares a code, whose zones are
    # known.
    if not here:
        return []
    return [place for place in declared if not _touches_any(place, here)]


def _zones_with(own: tuple[str, ...], elsewhere: list[str], facts: Facts) -> tuple[str, ...]:
    """Return the zones of the number and of other places; none if one place has none."""
    away = [_zones_of(place, facts) for place in elsewhere]
    if not all(away):
        return ()  # hours are in local time, and for one place it is not known which
    return (*own, *[zone for zones in away for zone in zones])


def _touches_any(place: str, regions: tuple[str, ...]) -> bool:
    return any(_touch(place, region) for region in regions)


def _touch(one: str, other: str) -> bool:
    return one in layers(other) or other in layers(one)


def _zones_of(jurisdiction: str, facts: Facts) -> tuple[str, ...]:
    """Return the zones of all area codes in *jurisdiction*; none outside North America."""
    inside = [place for place in facts.places.values() if _touches_any(jurisdiction, place.regions)]
    return tuple(dict.fromkeys(zone for place in inside for zone in place.zones))


@lru_cache(maxsize=256)
def _loaded(zones: tuple[str, ...]) -> tuple[tzinfo, ...]:
    try:
        return tuple([ZoneInfo(zone) for zone in zones])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ()  # one unknown zone makes the place unknown


def home(to: Subject, facts: Facts, /) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the regions and zones of a number; all numbers of an area have the same."""
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
