"""The books of account of a configuration: who gets data, what is held, erased and audited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from ..audit import AuditLog
from ..decisions import Decision
from ..disclosure import (
    DisclosurePolicy,
    Incidents,
    LegalDisclosurePolicy,
    RecipientRegister,
    SubjectRights,
    SupportAccess,
)
from ..erasure import ErasureService, Inventory, SweepReport, sweep
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..redaction import Redactor
from ..release import ReleaseLedger
from ..retention import LegalHolds, RetentionSchedule
from ..stores import Clock, EventStore, system_clock
from ._recipient_section import Listed
from ._stamps import StampedDisclosure, StampedErasure, StampedRegister

__all__ = ["Accounts"]

_T = TypeVar("_T")


def _built(build: Callable[..., _T], *parts: Any, **options: Any) -> _T:
    try:
        return build(*parts, **options)
    except TypeError:
        pass
    raise ConfigurationError(f"{getattr(build, '__name__', 'this')}: an option is unknown.")


@attrs.frozen(kw_only=True, eq=False)
class Accounts:
    """
    The books that a configuration keeps in one store; made by `Privacy.accounts()`.

    Args:
        store: Keeps the events of every book.

        keys: Makes tokens and seals events.

        clock: The time.

        listed: The recipients of the settings.

        redact: Applied to every record that is disclosed.

        schedule: The retention rules of the settings.

        region: Where national numbers are from.

        stamp: The hash of the configuration, which its decisions carry.
    """

    store: EventStore
    keys: KeyRing = attrs.field(repr=False)
    clock: Clock = attrs.field(default=system_clock, repr=False)
    listed: tuple[Listed, ...] = attrs.field(repr=False)
    redact: Redactor = attrs.field(repr=False)
    schedule: RetentionSchedule | None = attrs.field(repr=False)
    region: str | None
    stamp: str

    # Disclosure -----------------------------------------------------------------------------------

    def register(self) -> RecipientRegister:
        """Open the register of recipients; `enter()` writes those of the settings into it."""
        return StampedRegister(self.store, keys=self.keys, clock=self.clock, stamp=self.stamp)

    def enter(self) -> tuple[Decision, ...]:
        """
        Enter the recipients of the settings that are new or changed.

        Who is on the register and not in the settings stays there: `register().retire()` is an act
        of a person.

        Returns:
            One decision for each entry, with its duties, such as telling the customers.

        Raises:
            voxvalley_privacy.StoreError: If an entry was not stored.
        """
        register = self.register()
        on_record = {entry.recipient.name: entry for entry in register.changes()}
        today = self.clock().date()
        decisions = []
        for listed in self.listed:
            entry = on_record.get(listed.recipient.name)
            if entry is None or entry.retired or entry.recipient != listed.recipient:
                day = listed.effective or today
                decisions.append(register.put(listed.recipient, effective=day))
        return tuple(decisions)

    def disclosure(self, **options: Any) -> DisclosurePolicy:
        """
        Return the rule of disclosures: records leave redacted for the audience `share`.

        Args:
            options: More arguments of `DisclosurePolicy`, such as *consents* and *audit*.

        Raises:
            voxvalley_privacy.ConfigurationError: If an option is unknown, or decided by the
                settings.
        """
        if "redact" in options:
            raise ConfigurationError("disclosure(): the settings decide redact.")
        try:
            return StampedDisclosure(
                self.register(), redact=self.redact, stamp=self.stamp, **options
            )
        except TypeError:
            pass
        raise ConfigurationError("disclosure(): an option is unknown.")

    def demands(self, **options: Any) -> LegalDisclosurePolicy:
        """
        Return the rule of legal demands; a demand to preserve places a hold in `holds()`.

        Args:
            options: More arguments of `LegalDisclosurePolicy`, such as *audit* and *people*.

        Raises:
            voxvalley_privacy.ConfigurationError: If an option is unknown.
        """
        return _built(LegalDisclosurePolicy, self.register(), holds=self.holds(), **options)

    def support(self, **options: Any) -> SupportAccess:
        """
        Return the access of support staff.

        Args:
            options: More arguments of `SupportAccess`: *redact* of `redactor(audience="support")`,
                *audit*, *people*.

        Raises:
            voxvalley_privacy.ConfigurationError: If an option is unknown.
        """
        return _built(SupportAccess, self.store, keys=self.keys, clock=self.clock, **options)

    def rights(self, inventory: Inventory, /, **options: Any) -> SubjectRights:
        """
        Return the requests of people over the stores of the app; open ones pin their records.

        Args:
            inventory: The stores.

            options: More arguments of `SubjectRights`, such as *audit* and *withdraw*.

        Raises:
            voxvalley_privacy.ConfigurationError: If an option is unknown.
        """
        settings = {
            "register": self.register(),
            "disclosures": DisclosurePolicy(self.register()),
            "holds": self.holds(),
            "region": self.region,
        }
        return _built(SubjectRights, inventory, **{**settings, **options})

    def incidents(self) -> Incidents:
        """Open the register of incidents."""
        return Incidents(self.store, keys=self.keys, clock=self.clock)

    def releases(self) -> ReleaseLedger:
        """Open the book of releases and budgets, for `AggregateRelease`."""
        return ReleaseLedger(self.store, keys=self.keys, clock=self.clock)

    # The life of a record -------------------------------------------------------------------------

    def holds(self) -> LegalHolds:
        """Open the book of legal holds."""
        return LegalHolds(self.store, keys=self.keys, clock=self.clock, region=self.region)

    def audit_log(self, *, signer: Any, witnesses: Any = ()) -> AuditLog:
        """
        Open the audit log.

        Args:
            signer: An Ed25519 key, as of `vp.audit.generate_signer()`; it is not in the settings.

            witnesses: Callables that get every signed note.
        """
        return AuditLog(
            self.store,
            keys=self.keys,
            signer=signer,
            witnesses=witnesses,
            clock=self.clock,
            region=self.region,
        )

    def erasure(
        self, inventory: Inventory, /, *, vault: Any = None, audit: Any = None, consents: Any = None
    ) -> ErasureService:
        """
        Return the service that erases people from *inventory*, under [retention] and all holds.

        Args:
            inventory: The stores of the app.

            vault: Its keys of the person are destroyed first.

            audit: The log of `audit_log()`; if it fails, nothing is erased.

            consents: The ledger of `Privacy.ledger()`.

        Raises:
            voxvalley_privacy.ConfigurationError: If [retention] has no rule.
        """
        return StampedErasure(
            inventory,
            schedule=self._schedule(),
            holds=self.holds(),
            store=self.store,
            keys=self.keys,
            vault=vault,
            audit=audit,
            consents=consents,
            clock=self.clock,
            region=self.region,
            stamp=self.stamp,
        )

    def sweep(
        self,
        inventory: Inventory,
        /,
        *,
        audit: Any = None,
        limit: int = 1_000,
        dry_run: bool = False,
    ) -> SweepReport:
        """
        Erase what is due under [retention], one batch a store, and nothing that is held.

        Args:
            inventory: The stores of the app.

            audit: The log of `audit_log()`.

            limit: The most records of a store.

            dry_run: Whether to count only.

        Raises:
            voxvalley_privacy.ConfigurationError: If [retention] has no rule, or one that a sweep
                does not carry out.
        """
        return sweep(
            inventory,
            schedule=self._schedule(),
            holds=self.holds(),
            audit=audit,
            limit=limit,
            dry_run=dry_run,
            clock=self.clock,
        )

    def _schedule(self) -> RetentionSchedule:
        if self.schedule is None:
            raise ConfigurationError("Set at least one rule in [retention].")
        return self.schedule
