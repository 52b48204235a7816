"""Is this person old enough?"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..facts import Age, Facts, load
from ._consent_reasons import because, cite
from ._fails_closed import fails_closed
from ._places import layers

__all__ = ["Person", "old_enough"]

_LAST_ON_EARTH = timezone(timedelta(hours=-12))


@attrs.frozen(kw_only=True)
class Person:
    """
    Ask whether somebody may be engaged.

    Args:
        at: When, with a time zone.

        birth_date: Their birth date, if known.

        estimated_years: The low end of an estimate, if that is all there is.

        jurisdictions: Every place they may be in, as "FR"; empty for unknown.

        known_child: Whether they are known to be a child.
    """

    at: datetime
    birth_date: date | None = attrs.field(default=None, repr=lambda _: "<hidden>")
    estimated_years: int | None = attrs.field(default=None, repr=lambda _: "<hidden>")
    jurisdictions: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    known_child: bool = False

    def years(self) -> int | None:
        """Return their age where the day begins last; None if it is not known."""
        if self.birth_date is None:
            return self.estimated_years
        today = self.at.astimezone(_LAST_ON_EARTH).date()
        born = self.birth_date
        # Who is born on 29 February turns a year older on 1 March: the tuple (2, 29) sorts before (3, 1).
        had_birthday = (today.month, today.day) >= (born.month, born.day)
        return today.year - born.year - (not had_birthday)


@attrs.frozen
class _OldEnough:
    floor: int
    facts: Facts
    erase_within: timedelta

    @fails_closed
    def __call__(self, person: Person, /) -> Decision:
        if person.at.tzinfo is None:
            return Decision.deny(because("error.clock"))
        if person.known_child:
            return Decision.deny(
                because("age.known_child"),
                obligations=self._remedy(person.at),
                evaluated_at=person.at,
            )
        row = self._row(person)
        years = person.years()
        if years is None or years < 0:
            return Decision.deny(
                cite("age.unknown", row, self.facts, person.at), evaluated_at=person.at
            )
        if years < max(self.floor, row.years):
            return Decision.deny(
                cite("age.below_floor", row, self.facts, person.at), evaluated_at=person.at
            )
        return Decision.allow(
            cite("age.old_enough", row, self.facts, person.at), evaluated_at=person.at
        )

    def _row(self, person: Person) -> Age:
        rows = []
        for jurisdiction in person.jurisdictions or ("*",):
            known = [self.facts.ages[key] for key in layers(jurisdiction) if key in self.facts.ages]
            rows += known or [self.facts.ages["*"]]
        return max(rows, key=lambda row: row.years)

    def _remedy(self, at: datetime) -> tuple[Obligation, ...]:
        return (
            Obligation(code="minor.terminate_account", text="Close the account.", due=at),
            Obligation(code="minor.stop_marketing", text="Send no marketing.", due=at),
            Obligation(
                code="minor.erase",
                text="Erase what is not kept by law.",
                due=at + self.erase_within,
            ),
        )


def old_enough(
    *, floor: int = 16, facts: Facts | None = None, erase_within: timedelta = timedelta(hours=72)
) -> _OldEnough:
    """
    Allow to engage persons who have reached the floor and every local age, on the latest calendar date on Earth.

    Args:
        floor: The lowest age anywhere; 16 or more.

        facts: The tables; None for those that ship with this version. An unlisted place counts as 18.

        erase_within: How soon the data of a known child must be gone; at most 72 hours.

    Source: facts/age_limits.csv; GDPR art. 8.
    """
    if floor < 16 or not timedelta(0) < erase_within <= timedelta(hours=72):
        raise ConfigurationError("'floor' must be at least 16 and 'erase_within' at most 72 hours.")
    return _OldEnough(floor, load() if facts is None else facts, erase_within)
