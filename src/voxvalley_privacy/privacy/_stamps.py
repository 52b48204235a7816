"""Rules whose decisions name the configuration that they were made under."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from ..caching import CachePolicy, Request, Response
from ..consent import ConsentLedger, Contact, MayContact, Permit
from ..decisions import Decision
from ..disclosure import Disclosure, DisclosurePolicy, RecipientRegister
from ..errors import Denied
from ..logs import LogPolicy
from ..retention import RecordMeta, RetentionSchedule
from ..vocabulary import LogKind

__all__ = [
    "Stamped",
    "StampedContact",
    "StampedDisclosure",
    "StampedLogs",
    "stamped_cache",
    "stamped_schedule",
]


@attrs.frozen
class Stamped:
    """A rule whose decisions name the configuration that they were made under."""

    rule: Callable[..., Decision]
    policy: str

    def __call__(self, context: Any, /) -> Decision:
        return attrs.evolve(self.rule(context), policy=self.policy)


@attrs.define(eq=False)
class StampedPermit(Permit):
    """A permit whose answers name the configuration, those that refuse too."""

    stamp: str = attrs.field(default="", kw_only=True)

    def use(self) -> Decision:
        try:
            return Permit.use(self)
        except Denied as error:
            denied = error
        raise _stamped_denial(denied, self.stamp)


def _stamped_denial(denied: Denied, stamp: str) -> Denied:
    decision = denied.decision
    if isinstance(decision, Decision):
        decision = attrs.evolve(decision, policy=stamp)
    return Denied(decision)


@attrs.frozen
class StampedContact(Stamped):
    """`may_contact()`, with its methods."""

    @property
    def _may(self) -> MayContact:
        rule: Any = self.rule
        may: MayContact = rule
        return may

    @property
    def ledger(self) -> ConsentLedger:
        """The ledger that the rule reads."""
        return self._may.ledger

    def many(self, contacts: Iterable[Contact], /) -> Iterator[Decision]:
        """Decide about several contacts, in their order."""
        for decision in self._may.many(contacts):
            yield attrs.evolve(decision, policy=self.policy)

    def attempt(self, contact: Contact, /) -> Decision:
        """Decide about a contact that is about to take place, and record it if it is allowed."""
        return attrs.evolve(self._may.attempt(contact), policy=self.policy)

    def permit(self, contact: Contact, /) -> Permit:
        """
        Return the permit of a contact; it is asked again when it is used.

        Raises:
            voxvalley_privacy.Denied: If the contact is not allowed.
        """
        try:
            permit = self._may.permit(contact)
        except Denied as error:
            denied = error
        else:
            asked_again: Any = self  # its answers are stamped, and it has what a permit needs
            return StampedPermit(
                asked_again,
                contact,
                attrs.evolve(permit.decision, policy=self.policy),
                permit.issued,
                permit.expires,
                stamp=self.policy,
            )
        raise _stamped_denial(denied, self.policy)


class StampedDisclosure(DisclosurePolicy):
    """A rule of disclosures whose decisions name the configuration."""

    def __init__(self, register: RecipientRegister, /, *, stamp: str, **options: Any) -> None:
        super().__init__(register, **options)
        self._stamp = stamp

    def __call__(self, disclosure: Disclosure, /) -> Decision:
        return attrs.evolve(super().__call__(disclosure), policy=self._stamp)


@attrs.frozen(eq=False)
class StampedLogs(LogPolicy):
    """A log policy whose decisions name the configuration."""

    stamp: str = attrs.field(default="", kw_only=True)

    def decide(self, kind: LogKind, /, *, cached: Decision | None = None) -> Decision:
        return attrs.evolve(LogPolicy.decide(self, kind, cached=cached), policy=self.stamp)


@attrs.frozen
class StampedCache(CachePolicy):
    """A cache policy whose decisions name the configuration."""

    stamp: str = attrs.field(default="", kw_only=True)

    def __call__(self, request: Request, response: Response, /) -> Decision:
        return attrs.evolve(CachePolicy.__call__(self, request, response), policy=self.stamp)


@attrs.frozen
class StampedSchedule(RetentionSchedule):
    """A retention schedule whose decisions name the configuration."""

    stamp: str = attrs.field(default="", kw_only=True)

    def __call__(self, meta: RecordMeta, /, *, now: datetime | None = None) -> Decision:
        return attrs.evolve(RetentionSchedule.__call__(self, meta, now=now), policy=self.stamp)


def stamped_schedule(schedule: RetentionSchedule | None, stamp: str) -> RetentionSchedule | None:
    """Return a schedule of the same rules, with the stamp."""
    return schedule and StampedSchedule(schedule.rules, stamp=stamp)


def stamped_cache(policy: CachePolicy, stamp: str) -> CachePolicy:
    """Return a cache policy of the same settings, with the stamp."""
    fields = [field.name for field in attrs.fields(CachePolicy) if field.init]
    settings = {name: getattr(policy, name) for name in fields if name != "lifetimes"}
    return StampedCache(dict(policy.lifetimes), stamp=stamp, **settings)
