"""Caps on attempts: how often a person may be contacted in a span of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import attrs

from ..decisions import Decision, Obligation, Reason
from ..errors import ConfigurationError
from ..facts import Facts, QuietHours, load
from ._consent_reasons import allowed, because, cite, fails_closed
from ._contact import Contact, MessageClass, family, input_fault
from ._fold import History
from ._places import home, places
from ._quiet import row_channel, rows_of
from ._senders import SenderScope

__all__ = ["Attempt", "attempts_of", "within_caps"]

_REMEMBERED = 1024
# Nobody counts these, and no cap holds them back.
_NOT_COUNTED = frozenset([MessageClass.EMERGENCY, MessageClass.CONFIRMATION])


@attrs.frozen
class Attempt:
    """An earlier contact: when, and the class of its message; empty if that is not known."""

    at: datetime
    message_class: str = ""


def _has_zone(attempt: Attempt) -> bool:
    return attempt.at.tzinfo is not None


def attempts_of(entries: History, channel: str, sender: SenderScope, /) -> list[Attempt]:
    """Return the recorded attempts through *channel* by *sender*; an erased one may be any."""
    asked = family(channel)
    return [
        Attempt(entry.at, entry.message_class)
        for entry in entries.attempts
        if entry.channel in ("", asked) and sender.includes(entry.sender, entry.group)
    ]


@attrs.frozen
class _Cap:
    """A number of attempts in a span of time, by a row of the tables or by the app."""

    count: int
    span: timedelta
    row: QuietHours | None = None

    def binds(self, message_class: str) -> bool:
        """Whether messages of this class are held back, and counted."""
        if self.row is None:
            return message_class not in _NOT_COUNTED
        return message_class not in self.row.exempt

    def free_at(self, at: datetime, attempts: list[Attempt]) -> datetime | None:
        """Return when there is room again; None if there is room at *at*."""
        counted = sorted(attempt.at for attempt in attempts if self.binds(attempt.message_class))
        inside = [before for before in counted if at - self.span < before]
        if len(inside) < self.count:
            return None
        return inside[-self.count] + self.span


@attrs.frozen
class _WithinCaps:
    facts: Facts
    caps: tuple[tuple[int, timedelta], ...]
    _known: dict[tuple[object, ...], list[_Cap]] = attrs.field(
        factory=dict, eq=False, repr=False, init=False
    )

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        return self.judge(contact, _declared(contact))

    def judge(self, contact: Contact, attempts: list[Attempt] | None) -> Decision:
        """Decide from *attempts*; None if they are not known."""
        at = contact.at
        if attempts == [] and self._lets_one_through:
            return allowed("cap.within", at)  # whatever the caps are
        kind = contact.message_class
        caps = [cap for cap in self._caps(contact) if cap.binds(kind)]
        if not caps:
            return allowed("cap.within", at)
        if attempts is None or not all(map(_has_zone, attempts)):
            return Decision.deny(because("cap.unknown"), evaluated_at=at)
        return self._weigh(at, caps, attempts)

    def _weigh(self, at: datetime, caps: list[_Cap], attempts: list[Attempt]) -> Decision:
        reached = {}
        for cap in caps:
            again = cap.free_at(at, attempts)
            if again is not None:
                reached[cap] = again
        if not reached:
            return allowed("cap.within", at)
        return self._reached(at, reached)

    @property
    def _lets_one_through(self) -> bool:
        return all(count > 0 for count, _ in self.caps)

    def _reached(self, at: datetime, reached: dict[_Cap, datetime]) -> Decision:
        again = max(reached.values())
        text = "Ask again when an attempt is old enough."
        wait = Obligation(code="re_evaluate", text=text, due=again)
        reasons = dict.fromkeys(self._reason(cap, at) for cap in reached)
        return Decision.deny(*reasons, obligations=(wait,), evaluated_at=at, valid_until=again)

    def _reason(self, cap: _Cap, at: datetime) -> Reason:
        if cap.row is None:
            return because("cap.reached")
        return cite("cap.reached", cap.row, self.facts, at)

    def _caps(self, contact: Contact) -> list[_Cap]:
        key = (home(contact.to, self.facts), contact.jurisdictions, contact.channel)
        caps = self._known.get(key)
        if caps is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            caps = self._known[key] = self._look_up(contact)
        return caps

    def _look_up(self, contact: Contact) -> list[_Cap]:
        caps: dict[_Cap, None] = {}
        for row in self._rows(contact):
            caps.update((_Cap(count, span, row), None) for count, span in row.caps)
        caps.update((_Cap(count, span), None) for count, span in self.caps)
        return list(caps)

    def _rows(self, contact: Contact) -> Iterator[QuietHours]:
        channel = row_channel(contact.channel)
        where = places(contact, self.facts, trust_declared=False)
        for jurisdiction in where.jurisdictions:
            for group in rows_of(self.facts, jurisdiction, channel):
                yield from group


def _declared(contact: Contact) -> list[Attempt] | None:
    """Return the attempts that the app knows of."""
    if contact.attempts is None:
        return None
    return [Attempt(before) for before in contact.attempts]


def within_caps(
    *, facts: Facts | None = None, caps: tuple[tuple[int, timedelta], ...] = ()
) -> _WithinCaps:
    """
    Allow contact while every cap on attempts leaves room: the law's where the person may be, and
    the app's.

    A cap on solicitation neither holds back nor counts administrative messages; no cap counts
    emergencies.

    Args:
        facts: The tables; None for those that ship with this version.

        caps: More caps, for example `((3, timedelta(days=1)),)`.

    Returns:
        A rule. A contact whose *attempts* are unknown is denied wherever a cap applies;
        `may_contact` takes them from the ledger.

    Raises:
        voxvalley_privacy.ConfigurationError: If a cap is not a count from 1 on and a span of time.
    """
    own = tuple(caps)
    if not all(map(_is_cap, own)):
        raise ConfigurationError("'caps' must be counts from 1 on, each with a span of time.")
    return _WithinCaps(load() if facts is None else facts, own)


def _is_cap(cap: object) -> bool:
    match cap:
        case (int(count), timedelta() as span):
            return count >= 1 and span > timedelta(0)
    return False
