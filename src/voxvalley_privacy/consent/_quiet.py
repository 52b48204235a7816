"""Quiet hours and caps on attempts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

import attrs

from ..decisions import Decision, Obligation, Reason
from ..facts import Facts, QuietHours, load
from ..vocabulary import Channel
from ._contact import Contact, MessageClass, input_fault
from ._guard import fails_closed
from ._places import Places, layers, places
from ._reasons import because, cite

__all__ = ["outside_quiet_hours", "within_caps"]

_TEXT = {Channel.SMS, Channel.MMS, Channel.RCS, Channel.WHATSAPP}
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

    def row(self, at: datetime, layer: tuple[QuietHours, ...]) -> QuietHours | None:
        """Return the row of a layer that is open at *at*."""
        local = at.astimezone(self.zone)
        today, now = local.date(), local.time()
        for row in layer:
            # Half open: the last minute belongs to the night.
            if local.weekday() in row.days and row.start <= now < row.end:
                return row if row.holidays_open or today not in self.holidays else None
        return None

    def closed(self, at: datetime) -> QuietHours | None:
        """Return a row of a layer that is closed at *at*."""
        return next((layer[0] for layer in self.layers if self.row(at, layer) is None), None)

    def closes(self, at: datetime) -> datetime:
        """Return when the first layer closes after *at*, at which all are open."""
        local = at.astimezone(self.zone)
        ends = [row.end for layer in self.layers if (row := self.row(at, layer))]
        return local.replace(hour=min(ends).hour, minute=min(ends).minute, second=0, microsecond=0, fold=0).astimezone(
            UTC
        )

    def starts(self, at: datetime) -> Iterator[datetime]:
        """Give every instant in the coming days at which a row may open."""
        today = at.astimezone(self.zone).date()
        for day in range(_AHEAD):
            for row in {row for layer in self.layers for row in layer}:
                local = datetime.combine(today + timedelta(days=day), row.start, self.zone)
                # Twice where the clock is put back over the start.
                yield from (local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))


@attrs.frozen
class _OutsideQuietHours:
    facts: Facts
    holidays: Mapping[str, Collection[date]] = attrs.field(hash=False)
    use_fallback: bool
    trust_declared: bool

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        if contact.channel not in _TEXT and contact.channel != Channel.VOICE:
            return Decision.allow(because("quiet.not_applicable"), evaluated_at=contact.at)
        if contact.message_class in {MessageClass.EMERGENCY, MessageClass.CONFIRMATION}:
            return Decision.allow(because("quiet.emergency"), evaluated_at=contact.at)
        found = places(contact, self.facts, trust_declared=self.trust_declared)
        if not found.jurisdictions or not found.zones:
            return Decision.deny(because("contact.location_unknown"), evaluated_at=contact.at)
        return self._judge(contact, found)

    def _judge(self, contact: Contact, found: Places) -> Decision:
        everywhere: list[_Hours] = []
        for jurisdiction in found.jurisdictions:
            groups = self._groups(jurisdiction, contact.channel)
            if not groups:
                return Decision.deny(because("quiet.unlisted"), evaluated_at=contact.at)
            calendar = self._calendar(jurisdiction)
            strict = next((row for group in groups for row in group if not row.holidays_open), None)
            if calendar is None and strict is not None:
                unknown = cite("quiet.holidays_unknown", strict, self.facts, contact.at)
                return Decision.deny(unknown, evaluated_at=contact.at)
            everywhere += [_Hours(jurisdiction, groups, zone, calendar or ()) for zone in found.zones]
        return self._weigh(contact.at, everywhere)

    def _groups(self, jurisdiction: str, channel: str) -> tuple[tuple[QuietHours, ...], ...]:
        name = "voice" if channel == Channel.VOICE else "sms"
        groups = _rows(self.facts, jurisdiction, name)
        if not groups and self.use_fallback:
            groups = _rows(self.facts, "*", name)
        return tuple(groups)

    def _calendar(self, jurisdiction: str) -> Collection[date] | None:
        known = [self.holidays[key] for key in layers(jurisdiction) if key in self.holidays]
        return frozenset(day for days in known for day in days) if known else None

    def _weigh(self, at: datetime, everywhere: list[_Hours]) -> Decision:
        closed = [row for hours in everywhere if (row := hours.closed(at))]
        if closed:
            reasons = dict.fromkeys(cite("quiet.closed", row, self.facts, at) for row in closed)
            opening = _next_opening(at, everywhere)
            wait = Obligation(code="re_evaluate", text="Ask again at the next opening.", due=opening)
            return Decision.deny(*reasons, obligations=(wait,), evaluated_at=at, valid_until=opening)
        rows = dict.fromkeys(layer[0] for hours in everywhere for layer in hours.layers)
        reasons = {cite("quiet.open", row, self.facts, at): None for row in rows}
        return Decision.allow(*reasons, evaluated_at=at, valid_until=min([hours.closes(at) for hours in everywhere]))


def _next_opening(at: datetime, everywhere: list[_Hours]) -> datetime | None:
    starts = sorted({start for hours in everywhere for start in hours.starts(at) if start > at})
    return next((start for start in starts if all(hours.closed(start) is None for hours in everywhere)), None)


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
    return _OutsideQuietHours(load() if facts is None else facts, holidays or {}, use_fallback, trust_declared)


@attrs.frozen
class _WithinCaps:
    facts: Facts
    caps: tuple[tuple[int, timedelta], ...]

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        caps = [(count, span, because("cap.reached")) for count, span in self.caps]
        caps += self._local(contact)
        if not caps:
            return Decision.allow(because("cap.within"), evaluated_at=contact.at)
        if contact.attempts is None or any(before.tzinfo is None for before in contact.attempts):
            return Decision.deny(because("cap.unknown"), evaluated_at=contact.at)
        reached = [(reason, free) for count, span, reason in caps if (free := _free_at(contact, count, span))]
        if not reached:
            return Decision.allow(because("cap.within"), evaluated_at=contact.at)
        again = max(free for _, free in reached)
        wait = Obligation(code="re_evaluate", text="Ask again when an attempt is old enough.", due=again)
        reasons = dict.fromkeys(reason for reason, _ in reached)
        return Decision.deny(*reasons, obligations=(wait,), evaluated_at=contact.at, valid_until=again)

    def _local(self, contact: Contact) -> list[tuple[int, timedelta, Reason]]:
        name = "voice" if contact.channel == Channel.VOICE else "sms" if contact.channel in _TEXT else contact.channel
        found = places(contact, self.facts, trust_declared=False)
        rows = [row for place in found.jurisdictions for group in _rows(self.facts, place, name) for row in group]
        return [
            (count, span, cite("cap.reached", row, self.facts, contact.at)) for row in rows for count, span in row.caps
        ]


def _free_at(contact: Contact, count: int, span: timedelta) -> datetime | None:
    inside = sorted(before for before in contact.attempts or () if contact.at - span < before)
    return None if len(inside) < count else inside[len(inside) - count] + span


def within_caps(*, facts: Facts | None = None, caps: tuple[tuple[int, timedelta], ...] = ()) -> _WithinCaps:
    """
    Allow contact while every cap on attempts leaves room: the law's where the person may be, and the app's.

    Args:
        facts: The tables; None for those that ship with this version.

        caps: More caps, as `((3, timedelta(days=1)),)`.

    Returns:
        A rule. A contact whose *attempts* are unknown is denied wherever a cap applies.
    """
    return _WithinCaps(load() if facts is None else facts, tuple(caps))
