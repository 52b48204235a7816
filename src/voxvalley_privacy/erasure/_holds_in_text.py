"""Holds on people who are only named in the text of a record: it is evidence about them too."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..retention import Hold, LegalHolds
from ._people import Person
from ._targets import Record

__all__ = ["hold_in_text"]


def hold_in_text(record: Record, active: Iterable[Hold], holds: LegalHolds, /) -> Hold | None:
    """Return the first of *active* on somebody whom the text of a record names."""
    if not record.texts:
        return None
    meta = attrs.evolve(record.meta, subjects=())
    # What is not known of a record counts as covered: without people, the rest of a scope is asked.
    scoped = [hold for hold in active if hold.subjects and hold.covers(meta, frozenset())]
    return next((hold for hold in scoped if _person_of(hold, holds).names(record.texts)), None)


def _person_of(hold: Hold, holds: LegalHolds) -> Person:
    scope = hold.subjects or frozenset()
    return Person(
        is_them=lambda spelling: not scope.isdisjoint(holds.tokens([spelling[1]])),
        region=holds.region,
    )
