"""Quiet hours: when a person may be contacted, wherever they may be."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import product

import attrs

from ..decisions import Decision, Obligation, Reason
from ..errors import ConfigurationError
from ..facts import Facts, QuietHours, load
from ..vocabulary import Channel
from ._consent_reasons import because, cite, fails_closed
from ._contact import Contact, MessageClass, input_fault
from ._holiday_calendars import package_calendars
from ._places import home, layers, places

__all__ = ["NO_RULE", "outside_quiet_hours", "row_channel", "rows_of"]

_TEXT = (Channel.SMS, Channel.MMS, Channel.RCS, Channel.WHATSAPP)
_EXEMPT = (MessageClass.EMERGENCY, MessageClass.CONFIRMATION)
_REMEMBERED = 1024
_AHEAD = 15  # days to look for the next opening: longer than any run of holidays


def rows_of(facts: Facts, jurisdiction: str, channel: str, /) -> list[tuple[QuietHours, ...]]:
    """Return the rows of a place for a channel, one group for each layer of law."""
    groups = []
    for key in layers(jurisdiction):
        rows = [row for row in facts.quiet_hours.get(key, ()) if channel in row.channels]
        if rows:
            groups.append(tuple(rows))
    return groups


def row_channel(channel: str, /) -> str:
    """Return the name that rows have for *channel*; everything written is a text message."""
    return "sms" if channel in _TEXT else channel


def _window(layer: tuple[QuietHours, ...], local: datetime) -> QuietHours | None:
    """Return the row of a layer that is open at a local time."""
    now, weekday = local.time(), local.weekday()
    for row in layer:
        # Half open: the last minute belongs to the night.
        if row.start <= now < row.end and weekday in row.days:
            return row
    return None


@attrs.frozen(eq=False)
class _Calendar:
    """The holidays of a place and of its country; each is only asked, as some know any year."""

    calendars: tuple[Container[date], ...]

    def __contains__(self, day: date) -> bool:
        return any(day in calendar for calendar in self.calendars)


@attrs.frozen
class _Hours:
    """The layers of rows that must all be open, in one jurisdiction and zone."""

    jurisdiction: str
    layers: tuple[tuple[QuietHours, ...], ...]
    zone: tzinfo
    holidays: _Calendar
    exempt: tuple[QuietHours, ...] = ()

    @property
    def cited(self) -> tuple[QuietHours, ...]:
        """A row of each layer."""
        return tuple([layer[0] for layer in self.layers])

    def look(self, at: datetime) -> tuple[QuietHours | None, datetime | None]:
        """Return a row of a layer that is closed at *at*, or when the first layer closes."""
        local = at.astimezone(self.zone)
        today = local.date()
        ends = []
        for layer in self.layers:
            row = _window(layer, local)
            if row is None:
                return layer[0], None
            if not row.holidays_open and today in self.holidays:
                return row, None
            ends.append(row.end)
        return None, datetime.combine(today, min(ends), self.zone).astimezone(UTC)

    def starts(self, at: datetime) -> Iterator[datetime]:
        """Give every instant in the coming days at which a row may open."""
        today = at.astimezone(self.zone).date()
        openings = {row.start for layer in self.layers for row in layer}
        for day, start in product(range(_AHEAD), openings):
            local = datetime.combine(today + timedelta(days=day), start, self.zone)
            # Twice where the clock is put back over the start.
            yield from (local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))


# Without a rule for a place: deny; allow, where the app knows that there is none; or the narrowest
# hours known.
NO_RULE = ("deny", "allow", "strictest")


@attrs.define
class _Everywhere:
    """All hours that must be open for a contact, and the latest allow, while it holds."""

    hours: tuple[_Hours, ...]
    exempt: tuple[QuietHours, ...] = ()
    latest: Decision | None = None

    def known(self, at: datetime) -> Decision | None:
        """Return the latest allow, if it still holds at *at*."""
        latest = self.latest
        if latest is None or latest.valid_until is None:
            return None
        if latest.evaluated_at <= at < latest.valid_until:
            return latest
        return None


@attrs.frozen
class _Unknown:
    """The code of what is missing for an answer, and the row that asks for it."""

    code: str
    row: QuietHours | None = None


@attrs.frozen
class _OutsideQuietHours:
    facts: Facts
    holidays: Mapping[str, Container[date]] = attrs.field(hash=False)
    no_rule: str
    trust_declared: bool
    # The hours by place, channel and class; bounded, and not part of the value.
    _known: dict[tuple[object, ...], _Everywhere | _Unknown] = attrs.field(
        factory=dict, eq=False, repr=False, init=False
    )

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        at = contact.at
        if contact.channel not in _TEXT and contact.channel != Channel.VOICE:
            return Decision.allow(because("quiet.not_applicable"), evaluated_at=at)
        if contact.message_class in _EXEMPT:
            return Decision.allow(because("quiet.emergency"), evaluated_at=at)
        everywhere = self._everywhere(contact)
        if isinstance(everywhere, _Unknown):
            return Decision.deny(self._missing(everywhere, at), evaluated_at=at)
        if not everywhere.hours:
            return Decision.allow(*self._exempted(everywhere, at), evaluated_at=at)
        return self._weigh(at, everywhere)

    def _missing(self, unknown: _Unknown, at: datetime) -> Reason:
        # Made anew for each answer: a pack grows old while rules are in use.
        if unknown.row is None:
            return because(unknown.code)
        return cite(unknown.code, unknown.row, self.facts, at)

    def _exempted(self, everywhere: _Everywhere, at: datetime) -> tuple[Reason, ...]:
        rows = everywhere.exempt
        if not rows:
            return (because("quiet.no_rule_known"),)
        return tuple(dict.fromkeys(cite("quiet.exempt", row, self.facts, at) for row in rows))

    def _everywhere(self, contact: Contact) -> _Everywhere | _Unknown:
        key = (
            home(contact.to, self.facts),
            contact.jurisdictions,
            contact.zones,
            row_channel(contact.channel),
            contact.message_class,
        )
        everywhere = self._known.get(key)
        if everywhere is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            everywhere = self._known[key] = self._look_up(contact)
        return everywhere

    def _look_up(self, contact: Contact) -> _Everywhere | _Unknown:
        where = places(contact, self.facts, trust_declared=self.trust_declared)
        if not where.jurisdictions or not where.zones:
            return _Unknown("contact.location_unknown")
        hours: list[_Hours] = []
        exempt: list[QuietHours] = []
        for jurisdiction in where.jurisdictions:
            rules = self._rules(jurisdiction, contact)
            if isinstance(rules, _Unknown):
                return rules
            hours += [attrs.evolve(rules, zone=zone) for zone in where.zones if rules.layers]
            exempt += rules.exempt
        return _Everywhere(tuple(hours), tuple(exempt))

    def _rules(self, jurisdiction: str, contact: Contact) -> _Hours | _Unknown:
        groups = self._groups(jurisdiction, row_channel(contact.channel))
        if not groups and self.no_rule == "deny":
            return _Unknown("quiet.no_rule_known")
        bound, exempt = _by_class(groups, contact.message_class)
        calendar = self._calendar(jurisdiction)
        if calendar is None:
            closed = _closed_on_holidays(bound)
            if closed is not None:
                return _Unknown("quiet.holidays_unknown", closed)
        return _Hours(jurisdiction, bound, UTC, calendar or _Calendar(()), exempt)

    def _groups(self, jurisdiction: str, channel: str) -> list[tuple[QuietHours, ...]]:
        groups = rows_of(self.facts, jurisdiction, channel)
        if not groups and self.no_rule == "strictest":
            return rows_of(self.facts, "*", channel)
        return groups

    def _calendar(self, jurisdiction: str) -> _Calendar | None:
        known = [self.holidays[key] for key in layers(jurisdiction) if key in self.holidays]
        if not known:
            return None
        return _Calendar(tuple(known))

    def _weigh(self, at: datetime, everywhere: _Everywhere) -> Decision:
        latest = everywhere.known(at)
        if latest is not None and latest.evaluated_at is at:
            return latest
        if latest is not None:
            return Decision.allow(*latest.reasons, evaluated_at=at, valid_until=latest.valid_until)
        closed: list[QuietHours] = []
        cited: list[QuietHours] = []
        ends: list[datetime] = []
        for hours in everywhere.hours:
            row, end = hours.look(at)
            if row is not None:
                closed.append(row)
            if end is not None:
                ends.append(end)
            cited += hours.cited
        if closed:
            return self._closed(at, closed, everywhere.hours)
        reasons = dict.fromkeys([cite("quiet.open", row, self.facts, at) for row in cited])
        everywhere.latest = Decision.allow(*reasons, evaluated_at=at, valid_until=min(ends))
        return everywhere.latest

    def _closed(
        self, at: datetime, closed: list[QuietHours], hours: tuple[_Hours, ...]
    ) -> Decision:
        reasons = dict.fromkeys([cite("quiet.closed", row, self.facts, at) for row in closed])
        opening = _next_opening(at, hours)
        wait = Obligation(code="re_evaluate", text="Ask again at the next opening.", due=opening)
        return Decision.deny(*reasons, obligations=(wait,), evaluated_at=at, valid_until=opening)


def _closed_on_holidays(layers: Iterable[Iterable[QuietHours]]) -> QuietHours | None:
    for rows in layers:
        for row in rows:
            if not row.holidays_open:
                return row
    return None


def _by_class(
    groups: list[tuple[QuietHours, ...]], message_class: str
) -> tuple[tuple[tuple[QuietHours, ...], ...], tuple[QuietHours, ...]]:
    """Return the layers that bind a class of messages, and a row of each layer that exempts it."""
    bound, exempt = [], []
    for group in groups:
        rows = tuple([row for row in group if message_class not in row.exempt])
        if rows:
            bound.append(rows)
        else:
            exempt.append(group[0])
    return tuple(bound), tuple(exempt)


def _next_opening(at: datetime, everywhere: tuple[_Hours, ...]) -> datetime | None:
    starts: set[datetime] = set()
    for hours in everywhere:
        starts.update(hours.starts(at))
    for start in sorted(starts):
        if start > at and not any(hours.look(start)[0] for hours in everywhere):
            return start
    return None


def outside_quiet_hours(
    *,
    facts: Facts | None = None,
    holidays: Mapping[str, Container[date]] | str | None = None,
    no_rule: str = "deny",
    trust_declared: bool = False,
) -> _OutsideQuietHours:
    """
    Allow contact inside the hours of every jurisdiction and time zone the person may be in.

    A row that binds solicitation only does not hold back an administrative message; none holds back
    an emergency.

    Args:
        facts: The tables; None for those that ship with this version.

        holidays: Public holidays by jurisdiction, for example "FR" or "US-LA": sets of dates, or
            calendars that are asked whether a day is in them. `package` for those of the package
            `holidays`, which is the extra of that name. Where contact on holidays is not allowed
            and no calendar is given, the answer is a deny.

        no_rule: For places without known hours: `deny`, `allow`, or `strictest` for the narrowest
            hours known.

        trust_declared: Believe the contact's jurisdictions and zones, and leave out where the
            number may be.

    Returns:
        A rule. Its deny carries the next opening, its allow the next closing.

    Raises:
        voxvalley_privacy.ConfigurationError: If *no_rule* or *holidays* is another word, or the
            extra is not installed.

    Source: facts/quiet_hours.csv; 47 CFR 64.1200(c)(1): the called party's local time.
    """
    if no_rule not in NO_RULE:
        raise ConfigurationError("'no_rule' must be 'deny', 'allow' or 'strictest'.")
    pack = load() if facts is None else facts
    return _OutsideQuietHours(pack, _calendars(holidays), no_rule, trust_declared)


def _calendars(
    holidays: Mapping[str, Container[date]] | str | None,
) -> Mapping[str, Container[date]]:
    if holidays == "package":
        return package_calendars()
    if holidays is None:
        return {}
    if not isinstance(holidays, Mapping):
        raise ConfigurationError("'holidays' must be calendars by jurisdiction, or 'package'.")
    return holidays
