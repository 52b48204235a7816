"""Quiet hours and caps on attempts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

import attrs

from ..decisions import Decision, Obligation, Reason
from ..facts import Facts, QuietHours, load
from ..vocabulary import Channel
from ._consent_reasons import because, cite, fails_closed
from ._contact import Contact, MessageClass, input_fault
from ._places import Places, layers, places

__all__ = ["outside_quiet_hours", "within_caps"]

_TEXT = (Channel.SMS, Channel.MMS, Channel.RCS, Channel.WHATSAPP)
_EXEMPT = (MessageClass.EMERGENCY, MessageClass.CONFIRMATION)
_REMEMBERED = 1024
_AHEAD = 15  # days to look for the next opening: longer than any run of holidays


def _rows(facts: Facts, jurisdiction: str, channel: str) -> list[tuple[QuietHours, ...]]:
    found = [facts.quiet_hours.get(key, ()) for key in layers(jurisdiction)]
    rows = [tuple([row for row in group if channel in row.channels]) for group in found]
    return [group for group in rows if group]


@attrs.frozen
class _Hours:
    """The layers of rows that must all be open, in one jurisdiction and zone."""

    jurisdiction: str
    layers: tuple[tuple[QuietHours, ...], ...]
    zone: tzinfo
    holidays: Collection[date]

    @property
    def cited(self) -> tuple[QuietHours, ...]:
        """A row of each layer."""
        return tuple([layer[0] for layer in self.layers])

    def look(self, at: datetime) -> tuple[QuietHours | None, datetime | None]:
        """Return a row of a layer that is closed at *at*, or when the first layer closes."""
        local = at.astimezone(self.zone)
        now, weekday = local.time(), local.weekday()
        ends = []
        for layer in self.layers:
            for row in layer:
                # Half open: the last minute belongs to the night.
                if row.start <= now < row.end and weekday in row.days:
                    if not row.holidays_open and local.date() in self.holidays:
                        return row, None
                    ends.append(row.end)
                    break
            else:
                return layer[0], None
        return None, datetime.combine(local.date(), min(ends), self.zone).astimezone(UTC)

    def starts(self, at: datetime) -> Iterator[datetime]:
        """Give every instant in the coming days at which a row may open."""
        today = at.astimezone(self.zone).date()
        for day in range(_AHEAD):
            for row in {row for layer in self.layers for row in layer}:
                local = datetime.combine(today + timedelta(days=day), row.start, self.zone)
                # Twice where the clock is put back over the start.
                yield from (local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))


@attrs.define
class _Everywhere:
    """All that must be open for a contact, and the latest allow: what it said holds until the first of them closes."""

    hours: tuple[_Hours, ...]
    latest: Decision | None = None

    def known(self, at: datetime) -> Decision | None:
        """Return the latest allow, if it still holds at *at*."""
        latest = self.latest
        if (
            latest is None
            or latest.valid_until is None
            or not latest.evaluated_at <= at < latest.valid_until
        ):
            return None
        return latest


@attrs.frozen
class _Unknown:
    """What is missing for an answer, and the row that asks for it."""

    code: str
    row: QuietHours | None = None


def _reason(code: str, row: QuietHours | None, facts: Facts, at: datetime) -> Reason:
    # Made anew for each answer: a pack grows old while rules are in use.
    return because(code) if row is None else cite(code, row, facts, at)


@attrs.frozen
class _OutsideQuietHours:
    facts: Facts
    holidays: Mapping[str, Collection[date]] = attrs.field(hash=False)
    use_fallback: bool
    trust_declared: bool
    # What was found for a place and channel; bounded, and no part of the value.
    _found: dict[tuple[object, ...], _Everywhere | _Unknown] = attrs.field(
        factory=dict, eq=False, repr=False, init=False
    )

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        voice = contact.channel == Channel.VOICE
        if contact.channel not in _TEXT and not voice:
            return Decision.allow(because("quiet.not_applicable"), evaluated_at=contact.at)
        if contact.message_class in _EXEMPT:
            return Decision.allow(because("quiet.emergency"), evaluated_at=contact.at)
        key = (contact.to, contact.jurisdictions, contact.zones, voice)
        everywhere = self._found.get(key)
        if everywhere is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = places(contact, self.facts, trust_declared=self.trust_declared)
            everywhere = self._found[key] = self._everywhere(found, "voice" if voice else "sms")
        if isinstance(everywhere, _Unknown):
            return Decision.deny(
                _reason(everywhere.code, everywhere.row, self.facts, contact.at),
                evaluated_at=contact.at,
            )
        return self._weigh(contact.at, everywhere)

    def _everywhere(self, found: Places, channel: str) -> _Everywhere | _Unknown:
        if not found.jurisdictions or not found.zones:
            return _Unknown("contact.location_unknown")
        everywhere: list[_Hours] = []
        for jurisdiction in found.jurisdictions:
            groups = self._groups(jurisdiction, channel)
            if not groups:
                return _Unknown("quiet.unlisted")
            calendar = self._calendar(jurisdiction)
            strict = next((row for group in groups for row in group if not row.holidays_open), None)
            if calendar is None and strict is not None:
                return _Unknown("quiet.holidays_unknown", strict)
            everywhere += [
                _Hours(jurisdiction, groups, zone, calendar or ()) for zone in found.zones
            ]
        return _Everywhere(tuple(everywhere))

    def _groups(self, jurisdiction: str, channel: str) -> tuple[tuple[QuietHours, ...], ...]:
        groups = _rows(self.facts, jurisdiction, channel)
        if not groups and self.use_fallback:
            groups = _rows(self.facts, "*", channel)
        return tuple(groups)

    def _calendar(self, jurisdiction: str) -> Collection[date] | None:
        known = [self.holidays[key] for key in layers(jurisdiction) if key in self.holidays]
        return frozenset(day for days in known for day in days) if known else None

    def _weigh(self, at: datetime, everywhere: _Everywhere) -> Decision:
        latest = everywhere.known(at)
        if latest is not None:
            return Decision.allow(*latest.reasons, evaluated_at=at, valid_until=latest.valid_until)
        looks = [hours.look(at) for hours in everywhere.hours]
        closed = [row for row, _ in looks if row is not None]
        if closed:
            reasons = dict.fromkeys([cite("quiet.closed", row, self.facts, at) for row in closed])
            opening = _next_opening(at, everywhere.hours)
            wait = Obligation(
                code="re_evaluate", text="Ask again at the next opening.", due=opening
            )
            return Decision.deny(
                *reasons, obligations=(wait,), evaluated_at=at, valid_until=opening
            )
        cited = dict.fromkeys(
            [
                cite("quiet.open", row, self.facts, at)
                for hours in everywhere.hours
                for row in hours.cited
            ]
        )
        end = min([end for _, end in looks if end is not None])
        everywhere.latest = Decision.allow(*cited, evaluated_at=at, valid_until=end)
        return everywhere.latest


def _next_opening(at: datetime, everywhere: tuple[_Hours, ...]) -> datetime | None:
    starts = sorted({start for hours in everywhere for start in hours.starts(at) if start > at})
    return next(
        (start for start in starts if all(hours.look(start)[0] is None for hours in everywhere)),
        None,
    )


def outside_quiet_hours(
    *,
    facts: Facts | None = None,
    holidays: Mapping[str, Collection[date]] | None = None,
    use_fallback: bool = False,
    trust_declared: bool = False,
) -> _OutsideQuietHours:
    """
    Allow contact inside the hours of every jurisdiction and time zone the person may be in.

    Args:
        facts: The tables; None for those that ship with this version.

        holidays: Public holidays by jurisdiction, as "FR" or "US-LA". Where contact on holidays is not allowed and no
            calendar is given, the answer is a deny.

        use_fallback: For places without hours use the narrowest hours known, instead of denying.

        trust_declared: Believe the contact's jurisdictions and zones, and leave out where the number may be.

    Returns:
        A rule. Its deny carries the next opening, its allow the next closing.

    Source: facts/quiet_hours.csv; 47 CFR 64.1200(c)(1): the called party's local time.
    """
    return _OutsideQuietHours(
        load() if facts is None else facts, holidays or {}, use_fallback, trust_declared
    )


_Cap = tuple[int, timedelta, QuietHours | None]  # no row for a cap of the app's own


@attrs.frozen
class _WithinCaps:
    facts: Facts
    caps: tuple[tuple[int, timedelta], ...]
    _found: dict[tuple[object, ...], list[_Cap]] = attrs.field(
        factory=dict, eq=False, repr=False, init=False
    )

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        key = (contact.to, contact.jurisdictions, contact.channel)
        caps = self._found.get(key)
        if caps is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            caps = self._found[key] = self._caps(contact)
        if not caps:
            return Decision.allow(because("cap.within"), evaluated_at=contact.at)
        if contact.attempts is None or any(before.tzinfo is None for before in contact.attempts):
            return Decision.deny(because("cap.unknown"), evaluated_at=contact.at)
        reached = [
            (row, free) for count, span, row in caps if (free := _free_at(contact, count, span))
        ]
        if not reached:
            return Decision.allow(because("cap.within"), evaluated_at=contact.at)
        again = max(free for _, free in reached)
        wait = Obligation(
            code="re_evaluate", text="Ask again when an attempt is old enough.", due=again
        )
        reasons = dict.fromkeys(
            [_reason("cap.reached", row, self.facts, contact.at) for row, _ in reached]
        )
        return Decision.deny(
            *reasons, obligations=(wait,), evaluated_at=contact.at, valid_until=again
        )

    def _caps(self, contact: Contact) -> list[_Cap]:
        name = (
            "voice"
            if contact.channel == Channel.VOICE
            else "sms"
            if contact.channel in _TEXT
            else contact.channel
        )
        found = places(contact, self.facts, trust_declared=False)
        rows = {
            row
            for place in found.jurisdictions
            for group in _rows(self.facts, place, name)
            for row in group
        }
        local = [(count, span, row) for row in rows for count, span in row.caps]
        return [*local, *[(count, span, None) for count, span in self.caps]]


def _free_at(contact: Contact, count: int, span: timedelta) -> datetime | None:
    inside = sorted(before for before in contact.attempts or () if contact.at - span < before)
    return None if len(inside) < count else inside[len(inside) - count] + span


def within_caps(
    *, facts: Facts | None = None, caps: tuple[tuple[int, timedelta], ...] = ()
) -> _WithinCaps:
    """
    Allow contact while every cap on attempts leaves room: the law's where the person may be, and the app's.

    Args:
        facts: The tables; None for those that ship with this version.

        caps: More caps, as `((3, timedelta(days=1)),)`.

    Returns:
        A rule. A contact whose *attempts* are unknown is denied wherever a cap applies.
    """
    return _WithinCaps(load() if facts is None else facts, tuple(caps))
