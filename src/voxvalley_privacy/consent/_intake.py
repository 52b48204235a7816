"""Who is old enough, and what an activity may ask a person for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..facts import Age, Facts, load
from ._consent_reasons import because, cite, fails_closed
from ._entries import known_purpose
from ._places import layers

__all__ = ["Intake", "Person", "Supplied", "intake", "old_enough"]


@attrs.frozen(kw_only=True)
class Intake:
    """
    Name the fields of an activity.

    Args:
        mandatory: Fields without which it cannot take place.

        voluntary: Fields a person may fill in, each with a purpose of its own.
    """

    mandatory: frozenset[str] = attrs.field(default=frozenset(), converter=frozenset)
    voluntary: Mapping[str, str] = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class Supplied:
    """
    Ask whether an activity may go on with what was supplied.

    Args:
        activity: Which one.

        fields: Names of the fields that were filled in; never their values.

        purposes: What the person agreed to have voluntary fields used for.
    """

    activity: str
    fields: frozenset[str] = attrs.field(converter=frozenset, repr=lambda v: f"<{len(v)} hidden>")
    purposes: frozenset[str] = attrs.field(default=frozenset(), converter=frozenset)


@attrs.frozen
class _Intake:
    activities: Mapping[str, Intake] = attrs.field(hash=False)

    @fails_closed
    def __call__(self, supplied: Supplied, /) -> Decision:
        asked = self.activities.get(supplied.activity)
        if asked is None:
            return Decision.deny(because("intake.unknown_activity"))
        missing = sorted(asked.mandatory - supplied.fields)
        if missing:
            reason = because("intake.missing")
            return Decision.deny(
                attrs.evolve(reason, text=f"{reason.text[:-1]}: {', '.join(missing)}.")
            )
        agreed = {name for name, purpose in asked.voluntary.items() if purpose in supplied.purposes}
        strip = supplied.fields - asked.mandatory - agreed
        named = sorted(strip & asked.voluntary.keys())
        duties = [
            Obligation(code="intake.strip", text=f"Do not keep {name}: it has no purpose.")
            for name in named
        ]
        if len(named) < len(strip):
            # Names that are not configured came from outside and may be anything.
            duties.append(
                Obligation(
                    code="intake.strip_unknown", text="Do not keep fields that are not configured."
                )
            )
        kept = supplied.fields - strip
        return Decision.allow(because("intake.complete"), obligations=duties, value=kept)


def intake(activities: Mapping[str, Intake], /) -> _Intake:
    """
    Allow an activity when its mandatory fields are there; oblige to strip every field without a
    purpose.

    Args:
        activities: What each activity asks for.

    Raises:
        voxvalley_privacy.ConfigurationError: If a field name or purpose cannot stand; all faults at
            once.
    """
    faults: list[tuple[str, str]] = []
    for name, asked in activities.items():
        fields: Iterable[str] = (*sorted(asked.mandatory), *asked.voluntary)
        faults += [
            (f"{name}.{field}", "must be an identifier")
            for field in fields
            if not field.isidentifier()
        ]
        faults += [
            (f"{name}.{field}", "its purpose is unknown")
            for field, purpose in asked.voluntary.items()
            if not known_purpose(purpose)
        ]
        faults += [
            (f"{name}.{field}", "is both mandatory and voluntary")
            for field in asked.mandatory & set(asked.voluntary)
        ]
    if faults:
        raise ConfigurationError("The intake cannot be used.", faults=tuple(faults))
    return _Intake(dict(activities))


# Age

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
        # Who is born on 29 February turns a year older on 1 March: the tuple (2, 29) sorts before
        # (3, 1).
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
    Allow to engage persons who have reached the floor and every local age, on the latest calendar
    date on Earth.

    Args:
        floor: The lowest age anywhere; 16 or more.

        facts: The tables; None for those that ship with this version. An unlisted place counts as
            18.

        erase_within: How soon the data of a known child must be gone; at most 72 hours.

    Source: facts/age_limits.csv; GDPR art. 8.
    """
    if floor < 16 or not timedelta(0) < erase_within <= timedelta(hours=72):
        raise ConfigurationError("'floor' must be at least 16 and 'erase_within' at most 72 hours.")
    return _OldEnough(floor, load() if facts is None else facts, erase_within)
