"""Rules whose decisions name the configuration that they were made under."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

import attrs

from ..caching import CachePolicy, Request, Response
from ..consent import ConsentLedger, Contact, MayContact, Permit
from ..decisions import Decision
from ..disclosure import Disclosure, DisclosurePolicy, Recipient, RecipientRegister
from ..erasure import ErasureService, ErasureTarget, Inventory
from ..errors import Denied
from ..logs import LogPolicy
from ..retention import RecordMeta, RetentionSchedule
from ..stores import EventStore
from ..vocabulary import LogKind

__all__ = [
    "Stamped",
    "StampedDisclosure",
    "StampedErasure",
    "StampedLedger",
    "StampedLogs",
    "StampedRegister",
    "stamped_cache",
    "stamped_contact",
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


@attrs.frozen(eq=False)
class StampedContact(MayContact):
    """`may_contact()` whose decisions and permits name the configuration."""

    stamp: str = attrs.field(default="", kw_only=True)

    def __call__(self, contact: Contact, /) -> Decision:
        return attrs.evolve(MayContact.__call__(self, contact), policy=self.stamp)

    def many(self, contacts: Iterable[Contact], /) -> Iterator[Decision]:
        for decision in MayContact.many(self, contacts):
            yield attrs.evolve(decision, policy=self.stamp)

    def attempt(self, contact: Contact, /) -> Decision:
        return attrs.evolve(MayContact.attempt(self, contact), policy=self.stamp)

    def permit(self, contact: Contact, /) -> Permit:
        permit = MayContact.permit(self, contact)  # which asks this rule, and keeps its decision
        return StampedPermit(
            self, contact, permit.decision, permit.issued, permit.expires, stamp=self.stamp
        )


def stamped_contact(rule: MayContact, stamp: str) -> StampedContact:
    """Return the same rule, with the stamp."""
    fields = attrs.fields(MayContact)
    settings: dict[str, Any] = {str(each.alias): getattr(rule, each.name) for each in fields}
    return StampedContact(**settings, stamp=stamp)


# Books --------------------------------------------------------------------------------------------


class StampedLedger(ConsentLedger):
    """A ledger of consents whose decisions name the configuration."""

    def __init__(self, store: EventStore, /, *, stamp: str, **options: Any) -> None:
        super().__init__(store, **options)
        self._stamp = stamp

    def for_tenant(self, name: str, /) -> ConsentLedger:
        ledger = super().for_tenant(name)
        ledger.__class__ = StampedLedger  # its fields are those of this one, with the stamp
        return ledger

    def refuse(self, subject: Any, purpose: str | None = None, /, **scope: str) -> Decision:
        return attrs.evolve(super().refuse(subject, purpose, **scope), policy=self._stamp)

    def withdraw(self, subject: Any, purpose: str | None = None, /, **scope: str) -> Decision:
        return attrs.evolve(super().withdraw(subject, purpose, **scope), policy=self._stamp)

    def erase(self, subject: Any, /) -> Decision:
        return attrs.evolve(super().erase(subject), policy=self._stamp)


class StampedRegister(RecipientRegister):
    """A register of recipients whose decisions name the configuration."""

    def __init__(self, store: EventStore, /, *, stamp: str, **options: Any) -> None:
        super().__init__(store, **options)
        self._stamp = stamp

    def put(self, recipient: Recipient, /, **when: Any) -> Decision:
        return attrs.evolve(super().put(recipient, **when), policy=self._stamp)

    def retire(self, name: str, /, *, effective: date) -> Decision:
        return attrs.evolve(super().retire(name, effective=effective), policy=self._stamp)

    def object_to(self, name: str, /, *, tenant: str) -> Decision:
        return attrs.evolve(super().object_to(name, tenant=tenant), policy=self._stamp)


class StampedErasure(ErasureService):
    """A service of erasure whose decisions name the configuration."""

    def __init__(self, inventory: Inventory, /, *, stamp: str, **options: Any) -> None:
        super().__init__(inventory, **options)
        self._stamp = stamp

    def permits(self, subject: object, purpose: str, /, *, at: datetime | None = None) -> Decision:
        return attrs.evolve(super().permits(subject, purpose, at=at), policy=self._stamp)

    def guard(self, target: ErasureTarget, /) -> Decision:
        return attrs.evolve(super().guard(target), policy=self._stamp)


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
