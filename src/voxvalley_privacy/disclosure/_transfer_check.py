"""Whether data may go from one place to another on one day, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..facts import Transfer

__all__ = ["EEA", "EU", "Attestation", "attested", "check_transfer"]

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"  # 27
EU = frozenset(_MEMBERS.split())
EEA = EU | {"IS", "LI", "NO"}
_YEAR = timedelta(days=365)


@attrs.frozen(kw_only=True)
class Attestation:
    """
    A person says that a condition holds.

    Args:
        about: The recipient, or the tenant for `privacy_policy`.

        that: The key of a mechanism whose conditions hold; `not:` and the key of a prohibition that
            does not apply; or `privacy_policy`.

        on: The day.

        by: Who says so.
    """

    about: str
    that: str
    on: date
    by: str = attrs.field(validator=attrs.validators.min_len(1))

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /) -> Attestation:
        """
        Build one from plain values; the day is a date or a text such as `2026-01-31`.

        Raises:
            voxvalley_privacy.ConfigurationError: If a name is unknown, missing, or of another kind.
        """
        try:
            day = table["on"]
            day = date.fromisoformat(day) if isinstance(day, str) else day
            return cls(**{**table, "on": day})
        except (TypeError, ValueError, KeyError):
            pass
        raise ConfigurationError("An attestation has 'about', 'that', 'on' and 'by'.")


def attested(
    attestations: Iterable[Attestation], about: str, that: str, day: date, within: timedelta
) -> bool:
    """Whether somebody attested it, not after *day* and not too long before."""
    return any(
        one.about == about and one.that == that and one.on <= day <= one.on + within
        for one in attestations
    )


def _areas(place: str) -> frozenset[str]:
    """Return the codes that rows may have for a place: of a country, not of a part of it."""
    country = place.partition("-")[0]
    areas = {country}
    if country in EU:
        areas.add("EU")
    if country in EEA:
        areas |= {"EEA", "EU"}
    return frozenset(areas)


def check_transfer(
    rows: tuple[Transfer, ...],
    attestations: tuple[Attestation, ...],
    *,
    origin: str,
    place: str,
    recipient: str,
    mechanism: str,
    day: date,
) -> tuple[str, date | None]:
    """
    Return the code of a fault, or an empty text, and the day from which the answer is stale.
    """
    if not _known(origin) or not _known(place):
        return "transfer.place_unknown", None
    for row in rows:
        hit = row.kind == "prohibit" and row.valid_on(day) and _covers(row, origin, place)
        if hit and not attested(attestations, recipient, f"not:{row.key}", day, _YEAR):
            return "transfer.prohibited", None
    if origin.partition("-")[0] == place.partition("-")[0]:
        return "", None
    fault = "transfer.no_mechanism"
    for row in rows:
        if row.kind != "permit" or not row.valid_on(day) or not _covers(row, origin, place):
            continue
        # A mechanism for everywhere is chosen; one for a place is there by itself.
        if row.key != mechanism and ("*" in row.destinations or row.conditions):
            continue
        if row.conditions and not attested(attestations, recipient, row.key, day, _YEAR):
            fault = "transfer.unattested"
            continue
        return "", row.valid_until
    return fault, None


def _known(place: str) -> bool:
    country = place.partition("-")[0]
    return len(country) == 2 and country.isascii() and country.isupper()


def _covers(row: Transfer, origin: str, place: str) -> bool:
    leaves = row.origin in _areas(origin)
    # Between two places of one area nothing leaves it: only a row for exactly that area counts.
    return leaves and ("*" in row.destinations or bool(row.destinations & _areas(place)))
