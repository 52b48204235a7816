"""May I contact this person: every rule in one read, asked again before the send."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from threading import Lock

import attrs

from ..decisions import Decision, Rule, all_of
from ..errors import ConfigurationError
from ..facts import Facts
from ..ledgers import canonical_sender
from ..phone import canonical
from ._caps import Attempt, attempts_of, within_caps
from ._consent_reasons import because, fails_closed
from ._consented import clock_fault, fault_of, store_failed
from ._contact import NOW, Contact, family
from ._entries import Entry, Kind
from ._fold import SKEW, History
from ._ledger import ConsentLedger
from ._opt_in import consented, not_opted_out
from ._pending import Pending, in_chunks
from ._quiet import outside_quiet_hours
from ._registries import Registry
from ._senders import EVERYBODY, Senders, in_region, scope_of
from ._tracking import never_sold

__all__ = ["MayContact", "Permit", "may_contact"]

_LONGEST = timedelta(seconds=60)
_CONTACTS_A_READ = 500
_FRESH = timedelta(seconds=20)  # an answer from older entries would end before it is used


@attrs.frozen(eq=False)
class _Asked:
    """A contact, and everything on record about the person."""

    contact: Contact
    entries: History


@attrs.frozen(eq=False)
class MayContact:
    """The rule that `may_contact` makes."""

    ledger: ConsentLedger
    senders: Senders | None
    _rules: Rule[_Asked] = attrs.field(repr=False)

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        contact = self._timed(contact)
        fault = self._fault(contact)
        if fault is not None:
            return fault
        try:
            entries = self.ledger.history(contact.to)
        except Exception as error:  # whatever a store raises is not a yes
            return store_failed(error, contact)
        return self._judge(contact, entries)

    def many(self, contacts: Iterable[Contact], /) -> Iterator[Decision]:
        """
        Ask about many contacts with one read for hundreds of them.

        Args:
            contacts: In any number; they are taken as the answers are.

        Returns:
            One decision for each contact, in their order. Each holds for a minute at most.
        """
        waiting = iter(contacts)
        while batch := list(islice(waiting, _CONTACTS_A_READ)):
            while batch:
                read_at, answered = self.ledger.now(), 0
                for decision in self._answers(batch, read_at):
                    yield decision
                    answered += 1
                    # An app that sends in between is slow: the others are read anew.
                    if self.ledger.now() - read_at > _FRESH:
                        break
                batch = batch[answered:]

    def _answers(self, batch: list[Contact], now: datetime) -> Iterator[Decision]:
        subjects = [contact.to if _is_contact(contact) else None for contact in batch]
        # All of them at one time: then answers that are the same are made once.
        timed = [_at_time(contact, now) for contact in batch]
        histories = self.ledger.books.histories(subjects)
        return map(self._answer, zip(timed, histories, strict=True))

    @fails_closed
    def _answer(self, pair: tuple[Contact, History | Exception], /) -> Decision:
        contact, entries = pair
        fault = self._fault(contact)
        if fault is not None:
            return fault
        if isinstance(entries, Exception):
            return store_failed(entries, contact)
        return self._judge(contact, entries)

    def permit(self, contact: Contact, /) -> Permit:
        """
        Return a permit for one contact, to be used in the line before the send.

        Raises:
            voxvalley_privacy.Denied: If the contact is not allowed.
        """
        decision = self(contact)
        now = self.ledger.now()
        decision.require(at=now)
        ends = now + _LONGEST
        if decision.valid_until is not None:
            ends = min(ends, decision.valid_until)
        return Permit(self, contact, decision, now, ends)

    def ask_async(self, contact: Contact, /) -> Pending[Decision]:
        """Do as a call does, without holding up the event loop; await it."""
        return Pending(lambda: self(contact))

    def many_async(self, contacts: Iterable[Contact], /) -> AsyncIterator[Decision]:
        """Do as `many` does, without holding up the event loop: `async for` goes through it."""
        return in_chunks(self.many(contacts))

    def permit_async(self, contact: Contact, /) -> Pending[Permit]:
        """Do as `permit` does, without holding up the event loop; await it."""
        return Pending(lambda: self.permit(contact))

    @fails_closed
    def attempt(self, contact: Contact, /) -> Decision:
        """Decide about a contact that is about to take place, and record it if it is allowed."""
        contact = attrs.evolve(contact, at=self.ledger.now())
        fault = self._fault(contact)
        if fault is not None:
            return fault
        try:
            return self.ledger.books.attempt(
                contact.to, lambda entries: self._judge(contact, entries), self._entry(contact)
            )
        except Exception as error:  # not recorded, so not sent: caps would not know of it
            return store_failed(error, contact)

    def _timed(self, contact: Contact) -> Contact:
        return _at_time(contact, self.ledger.now())

    def _fault(self, contact: Contact) -> Decision | None:
        fault = fault_of(self.ledger, contact)
        if fault is None and contact.at < self.ledger.now() - _LONGEST:
            return Decision.deny(because("contact.too_old"), evaluated_at=contact.at)
        return fault

    def _judge(self, contact: Contact, entries: History) -> Decision:
        fault = clock_fault(contact, entries)
        if fault is not None:
            return fault
        return self._rules(_Asked(_in_full(contact, self.ledger.region), entries))

    def _entry(self, contact: Contact) -> Entry:
        sender, group = canonical_sender(contact.sender, region=self.ledger.region), ""
        if self.senders is not None:
            sender, group = self.senders.spelling(sender), self.senders.group(sender)
        return Entry(
            kind=Kind.ATTEMPTED,
            at=contact.at,
            purpose=contact.purpose,
            sender=sender,
            group=group,
            channel=family(contact.channel),
            message_class=contact.message_class,
        )


def _is_contact(given: object) -> bool:
    return isinstance(given, Contact)


def _at_time(contact: Contact, now: datetime) -> Contact:
    """Return *contact* with a time; what is no contact at all as it is, to be denied."""
    given: object = contact
    if isinstance(given, Contact) and given.at == NOW:
        return attrs.evolve(given, at=now)
    return contact


def _in_full(contact: Contact, region: str | None) -> Contact:
    """Return *contact* with the country of its number, as the ledger knows it: hours need it."""
    number: object = contact.to
    if region is None or not isinstance(number, str) or number.startswith("+"):
        return contact
    spelled = canonical(number, region=region)
    return contact if spelled is None else attrs.evolve(contact, to=spelled)


@attrs.define(eq=False)
class Permit:
    """
    One contact that is allowed for a minute at most; made by `may_contact(...).permit`.

    Args:
        contact: Whom, from whom, through what, and with which message.

        decision: Why it was allowed.

        issued: When.

        expires: From then on it is refused.
    """

    _may: MayContact = attrs.field(repr=False)
    contact: Contact
    decision: Decision = attrs.field(repr=False)
    issued: datetime
    expires: datetime
    _used: bool = attrs.field(default=False, init=False)
    _lock: Lock = attrs.field(factory=Lock, init=False, repr=False)

    def use(self) -> Decision:
        """
        Ask again, record the attempt, and return the answer; send in the next line.

        Raises:
            voxvalley_privacy.Denied: If the permit is past its time or was used, the person said no
                meanwhile, a cap is reached, or the attempt could not be recorded.
        """
        with self._lock:
            code, self._used = self._fault(), True
        if code is not None:
            Decision.deny(because(code)).require()
        decision = self._may.attempt(self.contact)
        return decision.require(at=self._may.ledger.now())

    def use_async(self) -> Pending[Decision]:
        """Do as `use` does, without holding up the event loop; await it."""
        return Pending(self.use)

    def _fault(self) -> str | None:
        now = self._may.ledger.now()
        if self._used:
            return "permit.used"
        if now >= self.expires:
            return "permit.expired"
        if now < self.issued - SKEW:
            return "error.clock"
        return None


# The rules


def may_contact(
    ledger: ConsentLedger,
    /,
    *,
    senders: Senders | None = None,
    registries: Iterable[Registry] = (),
    rules: Iterable[Rule[Contact]] = (),
    caps: tuple[tuple[int, timedelta], ...] = (),
    facts: Facts | None = None,
    holidays: Mapping[str, Container[date]] | str | None = None,
    no_rule: str = "deny",
    trust_declared: bool = False,
) -> MayContact:
    """
    Join consent, opt-outs, hours, caps, registries and the ban on sale in one rule that reads the
    ledger once.

    Args:
        ledger: Knows consents, opt-outs and attempts.

        senders: The groups of senders.

        registries: For example `registry_file("US", ...)`.

        rules: More rules about the contact.

        caps: Caps of the app's own, for example `((3, timedelta(days=1)),)`.

        facts: The tables; None for those that ship with this version.

        holidays: See `outside_quiet_hours`.

        no_rule: See `outside_quiet_hours`.

        trust_declared: See `outside_quiet_hours`.

    Returns:
        A rule. It denies a contact whose time is more than a minute past.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is wrong, or a rule cannot be called.
    """
    given: object = ledger
    if not isinstance(given, ConsentLedger):
        raise ConfigurationError("may_contact() takes a vp.ConsentLedger, not its store.")
    senders = in_region(senders, ledger.region)
    consent, opt_outs = consented(ledger), not_opted_out(ledger, senders=senders)
    limits = within_caps(facts=facts, caps=caps)
    hours = outside_quiet_hours(
        facts=facts, holidays=holidays, no_rule=no_rule, trust_declared=trust_declared
    )

    def asks_limits(asked: _Asked) -> Decision:
        return limits.judge(asked.contact, _attempts(asked, senders, ledger.region))

    of_contact: list[Rule[Contact]] = [hours, never_sold(), *registries, *rules]
    if not all(map(callable, of_contact)):
        raise ConfigurationError("'registries' and 'rules' must be rules: callables of a contact.")
    return MayContact(
        ledger,
        senders,
        all_of(
            lambda asked: consent.judge(asked.contact, asked.entries),
            lambda asked: opt_outs.judge(asked.contact, asked.entries),
            asks_limits,
            *[_about_contact(rule) for rule in of_contact],
        ),
    )


def _about_contact(rule: Rule[Contact]) -> Callable[[_Asked], Decision]:
    return lambda asked: rule(asked.contact)


def _attempts(asked: _Asked, senders: Senders | None, region: str | None) -> list[Attempt]:
    """Return the attempts on record and those that the app names."""
    contact = asked.contact
    if not asked.entries.attempts and not contact.attempts:
        return []
    sender = scope_of(contact.sender, senders, region=region) or EVERYBODY
    recorded = attempts_of(asked.entries, contact.channel, sender)
    return [*recorded, *[Attempt(before) for before in contact.attempts or ()]]
