"""Planning: what would go from every store, what stays and why. Nothing is changed."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import attrs

from ..errors import ConfigurationError
from ..keys import KeyRing
from ..ledgers import canonical_subject
from ..retention import Hold, LegalHolds, RetentionSchedule
from ..stores import Clock
from ._certificate import Line, Plan, PlanLine
from ._holds_in_text import hold_in_text
from ._people import Person
from ._targets import ErasureTarget, Outcome, Record

__all__ = ["Planner", "counted", "is_of"]

# CLAUSES, row 37, and row 31 for children.
_DAYS = timedelta(days=30)
_OPEN = (None, None)
_HOURS_OF_MINORS = timedelta(hours=72)


class Planner:
    """
    Sort the records of a person.

    Args:
        targets: The stores.

        schedule: Its floors keep records.

        holds: Forbid destroying.

        keys: Make digests.

        clock: The time.

        region: The country of numbers without a country code.
    """

    def __init__(
        self,
        targets: Sequence[ErasureTarget],
        /,
        *,
        schedule: RetentionSchedule,
        holds: LegalHolds,
        keys: KeyRing,
        clock: Clock,
        region: str | None,
    ) -> None:
        self._targets = targets
        self._schedule = schedule
        self._holds = holds
        self._keys = keys
        self._clock = clock
        self._region = region

    def plan(
        self,
        subject: object,
        /,
        *,
        ticket: str,
        held_by_person: tuple[datetime | None, datetime | None] | None = None,
        minor: bool = False,
        overridden: tuple[str, str] | None = None,
    ) -> Plan:
        """
        Say what would go, what stays and why.

        Args:
            subject: The person, in any spelling.

            ticket: The request.

            held_by_person: When the person held the number; records of other times stay.

            minor: Whether only floors of law hold, and 72 hours are left.

            overridden: Who sets floors of policy aside, and why.

        Raises:
            voxvalley_privacy.ConfigurationError: If the person cannot be matched, or
                *held_by_person* ends before it begins.
        """
        spelling = canonical_subject(subject, region=self._region)
        # Stores are searched for numbers and addresses: an account would be found nowhere.
        if spelling is None or spelling[0] == "account" or not ticket:
            raise ConfigurationError("A plan needs a ticket, and a phone number or e-mail address.")
        between = _window(held_by_person)
        person = Person(
            is_them=lambda other: other == spelling,
            region=self._region,
            between=between,
            subject=spelling[1],
            aliases=frozenset(self._holds.pseudonyms(spelling[1])),
        )
        if overridden is not None and not all(overridden):
            raise ConfigurationError("Floors of policy are set aside by a name, with a reason.")
        law_only = minor or overridden is not None
        now = self._clock()
        try:
            active: tuple[Hold, ...] | None = self._holds.active()
        except Exception:  # whatever a store raises: everything is held
            active = None
        sort = partial(self.line, person=person, active=active, now=now, law_only=law_only)
        lines = tuple(map(sort, self._targets))
        return Plan(
            ticket=ticket,
            lines=lines,
            digest=self._digest([ticket, minor, overridden], lines, active),
            made_at=now,
            due=now + (_HOURS_OF_MINORS if minor else _DAYS),
            minor=minor,
            overridden=overridden,
            person=person,
        )

    def line(
        self,
        target: ErasureTarget,
        /,
        person: Person,
        active: tuple[Hold, ...] | None,
        now: datetime,
        law_only: bool,
    ) -> PlanLine:
        """Sort the records of one store."""
        try:
            records = target.find(person)
        except Exception as error:  # whatever a store raises, the others are planned
            return PlanLine(store=target.name, failed=type(error).__name__)
        line = PlanLine(store=target.name)
        for record in records:
            line = self.placed(line, record, person, active, now, law_only=law_only)
        return line

    def placed(
        self,
        line: PlanLine,
        record: Record,
        person: Person,
        active: tuple[Hold, ...] | None,
        now: datetime,
        *,
        law_only: bool,
    ) -> PlanLine:
        """Return *line* with a record where it belongs."""
        whose = is_of(record.meta.created, person.between)
        if whose is False:
            return line
        if whose is None:
            return attrs.evolve(line, unknown=(*line.unknown, record))
        if active is None:
            return attrs.evolve(line, held=(*line.held, record))
        hold = self._hold_of(record, person, active)
        if hold is not None:
            return attrs.evolve(
                line, held=(*line.held, record), gagged=line.gagged + int(hold.gagged)
            )
        kept = self._schedule.floor(record.meta, now=now, law_only=law_only)
        if kept is not None:
            rule, until = kept
            retained = (record, rule.source or rule.strength, until)
            return attrs.evolve(line, retained=(*line.retained, retained))
        if record.shared:
            return attrs.evolve(line, mask=(*line.mask, record))
        return attrs.evolve(line, erase=(*line.erase, record))

    def _hold_of(self, record: Record, person: Person, active: tuple[Hold, ...]) -> Hold | None:
        # Also a record of somebody else that names the person is evidence about them.
        people = record.meta.subjects
        if people and person.subject is not None:
            people = (*people, str(person.subject))
        meta = attrs.evolve(record.meta, subjects=people)
        hold = self._holds.covering(meta, active)
        return hold or hold_in_text(record, active, self._holds)

    def _digest(
        self,
        asked: list[object],
        lines: Sequence[PlanLine],
        active: tuple[Hold, ...] | None,
    ) -> str:
        holds = None if active is None else sorted(hold.id for hold in active)
        facts = [asked, holds, repr(self._schedule), [line.facts() for line in lines]]
        key = self._keys.derive("erasure.digest")
        return hmac.digest(key, json.dumps(facts, default=str).encode(), "sha256").hex()


def _window(
    held: tuple[datetime | None, datetime | None] | None,
) -> tuple[datetime | None, datetime | None]:
    """Return when a person held a number, in UTC where no zone is said."""
    start, end = [at if at is None or at.tzinfo else at.replace(tzinfo=UTC) for at in held or _OPEN]
    if start is not None and end is not None and not start < end:
        raise ConfigurationError("'held_by_person' must end after it begins.")
    return start, end


def is_of(
    created: datetime | None, between: tuple[datetime | None, datetime | None]
) -> bool | None:
    """Whether a record is of the time in which the person held the number; None if unknown."""
    if between == (None, None):
        return True
    if created is None:
        return None
    start, end = between
    is_before = start is not None and created < start
    is_after = end is not None and created >= end
    return not is_before and not is_after


def counted(line: Line, planned: PlanLine, masked: Outcome, erased: Outcome) -> Line:
    by_source: dict[str, tuple[int, datetime | None]] = {}
    for _, source, until in planned.retained:
        number, latest = by_source.get(source, (0, until))
        if latest is None or until is None:
            by_source[source] = (number + 1, None)
        else:
            by_source[source] = (number + 1, max(latest, until))
    return attrs.evolve(
        line,
        erased=len(erased.done),
        masked=len(masked.done),
        held=len(planned.held),
        gagged=planned.gagged,
        retained=tuple([(source, *counts) for source, counts in sorted(by_source.items())]),
        pending=len(masked.pending) + len(erased.pending),
        pending_due=masked.due or erased.due,
        residue_until=max(filter(None, [masked.residue_until, erased.residue_until]), default=None),
        cannot=len(masked.cannot) + len(erased.cannot),
        failed=len(masked.failed) + len(erased.failed) + len(planned.unknown),
        code=erased.code or masked.code or ("record.time_unknown" if planned.unknown else ""),
    )
