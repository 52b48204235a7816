"""Rules whose decisions name the configuration that they were made under."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from ..caching import CachePolicy, Request, Response
from ..consent import Contact, Permit
from ..decisions import Decision
from ..logs import LogPolicy
from ..retention import RecordMeta, RetentionSchedule
from ..vocabulary import LogKind

__all__ = ["Stamped", "StampedContact", "StampedLogs", "stamped_cache", "stamped_schedule"]


@attrs.frozen
class Stamped:
    """A rule whose decisions name the configuration that they were made under."""

    rule: Callable[..., Decision]
    policy: str

    def __call__(self, context: Any, /) -> Decision:
        return attrs.evolve(self.rule(context), policy=self.policy)


@attrs.frozen
class StampedContact(Stamped):
    """`may_contact()`, with its methods."""

    def many(self, contacts: Iterable[Contact], /) -> Iterator[Decision]:
        """Decide about several contacts, in their order."""
        rule: Any = self.rule
        for decision in rule.many(contacts):
            yield attrs.evolve(decision, policy=self.policy)

    def permit(self, contact: Contact, /) -> Permit:
        """Return the permit of a contact; it is asked again when it is used."""
        rule: Any = self.rule
        permit: Permit = rule.permit(contact)
        return permit


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
