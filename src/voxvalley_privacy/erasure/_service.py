"""Erase a person: plan, execute, resume after any crash, refuse late records, replay."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from ..decisions import Decision, Reason
from ..errors import ConfigurationError, StoreUnavailable
from ..keys import KeyRing
from ..ledgers import Subjects, unsalted
from ..retention import LegalHolds, RetentionSchedule
from ..stores import Clock, Conflict, EventStore, system_clock
from ._certificate import Certificate, Line, Plan
from ._fences import BOOK, Fences
from ._inventory import Inventory
from ._open_requests import Docket, unsealed_subject
from ._planner import Planner
from ._replaying import Replay
from ._shredding import shred, vaults_in
from ._store_sweep import StoreSweep, told
from ._subject_vault import SubjectVault
from ._targets import ErasureTarget, Outcome

__all__ = ["ErasureService"]

_RESULTS = frozenset(["erasure.result", "erasure.closed"])


class ErasureService:
    """
    Erase people from every store of an inventory.

    Args:
        inventory: The stores.

        schedule: Its floors keep records.

        holds: Forbid destroying; if they cannot be read, everything is held.

        store: Keeps what was asked and done; never in the data's backup.

        keys: Makes tokens and seals events.

        vault: Its keys of the person are destroyed first; several vaults as a sequence.

        audit: A `voxvalley_privacy.AuditLog`; if it fails, nothing is erased.

        consents: A `voxvalley_privacy.ConsentLedger`: its details are erased, opt-outs stay.

        recipients: Returns who got data of a person, such as
            `voxvalley_privacy.DisclosurePolicy.recipients_of`; they are told by *tell*.

        tell: Tells a recipient, by its name, of the erasure of a person; raises if it cannot.

        backups: How long a backup is kept.

        clock: The time.

        region: The country of numbers without a country code.

    Raises:
        voxvalley_privacy.ConfigurationError: If only one of *recipients* and *tell* is given.
    """

    def __init__(
        self,
        inventory: Inventory,
        /,
        *,
        schedule: RetentionSchedule,
        holds: LegalHolds,
        store: EventStore,
        keys: KeyRing,
        vault: SubjectVault | Sequence[SubjectVault] | None = None,
        audit: Any = None,
        consents: Any = None,
        recipients: Callable[[object], object] | None = None,
        tell: Callable[[str, object], None] | None = None,
        backups: timedelta = timedelta(days=35),
        clock: Clock = system_clock,
        region: str | None = None,
    ) -> None:
        if (recipients is None) is not (tell is None):
            raise ConfigurationError("'recipients' and 'tell' come together.")
        self._recipients = recipients
        self._tell = tell
        self._inventory = inventory
        self._holds = holds
        self._store = store
        self._keys = keys
        self._vaults = vaults_in(vault)
        self._audit = audit
        self._consents = consents
        self._backups = backups
        self._clock = clock
        self._people = Subjects(keys, region=region, book=BOOK)
        self._fences = Fences(store, keys=keys, people=self._people)
        self._docket = Docket(
            store=store, keys=keys, people=self._people, fences=self._fences, clock=clock
        )
        self._planner = Planner(
            inventory.targets,
            schedule=schedule,
            holds=holds,
            keys=keys,
            clock=clock,
            region=region,
        )
        self._sweep = StoreSweep(planner=self._planner, holds=holds, clock=clock)
        self._replay = Replay(fences=self._fences, planner=self._planner, holds=holds, clock=clock)
        inventory.use(schedule=schedule, holds=holds)
        for target in inventory.targets:
            bind = getattr(target, "bind", None)
            if callable(bind):
                bind(self.guard)
        holds.on_release.append(self.resume)

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
        Return what an erasure would delete, mask and keep, and why. Nothing is changed.

        Args:
            subject: The person, in any spelling.
            ticket: The request; plans and steps of one ticket are one erasure.
            held_by_person: When the person had the number, from and until; None for no bound.
            minor: Whether the person is a minor, for whom only laws keep records.
            overridden: Who sets floors of policy aside, and why; those of law hold all the same.

        Raises:
            voxvalley_privacy.PrivacyError: If a store or the ledger cannot be read.
        """
        return self._planner.plan(
            subject,
            ticket=ticket,
            held_by_person=held_by_person,
            minor=minor,
            overridden=overridden,
        )

    def minor_found(self, subject: object, decision: Decision, /, *, ticket: str) -> Plan | None:
        """
        Begin the erasure of a person that the age rule found to be a child.

        From when it returns every use but those of law is denied, and `resume` erases.

        Args:
            subject: The person, in any spelling.
            decision: What `voxvalley_privacy.consent.old_enough` answered.
            ticket: The request.

        Returns:
            The plan, due in 72 hours or when *decision* says; None if it does not ask for one.

        Raises:
            voxvalley_privacy.StoreError: If it could not be recorded.
        """
        asked = [duty for duty in decision.obligations if duty.code == "minor.erase"]
        if not asked:
            return None
        plan = self.plan(subject, ticket=ticket, minor=True)
        times = [plan.due, *[duty.due for duty in asked if duty.due is not None]]
        plan = attrs.evolve(plan, due=min(times))
        self._docket.begin(plan, self._audited(plan))
        return plan

    def permits(self, subject: object, purpose: str, /, *, at: datetime | None = None) -> Decision:
        """
        Return whether data of a person that is still kept may be used.

        Of who asked to be erased only what a law keeps is left: it is there for legal purposes
        and, but for minors, for billing.

        Args:
            subject: The person, in any spelling.
            purpose: What for, one of `voxvalley_privacy.Purpose`.
            at: When the record is of; without it, it counts as one of before the erasure.
        """
        return self._fences.permits(subject, purpose, at=at)

    def fenced(self, record: object, /, *, at: datetime | None = None) -> bool:
        """
        Return whether a record belongs to a life that was erased, and must not come back in.

        Args:
            record: A record or a value.
            at: When it happened; read from the record if left out. Without a time it counts as old.
        """
        return self._fences.fenced(record, at=at)

    def guard(self, target: ErasureTarget, /) -> Decision:
        """Return whether *target* may be read: not while it is an older copy than the ledger."""
        return self._fences.guard(target, self._clock())

    # Carrying out

    def execute(self, plan: Plan, /) -> Certificate:
        """
        Carry a plan out.

        Returns:
            A certificate; OPEN where anything is held, pending, failed or not verified.

        Raises:
            voxvalley_privacy.stores.Conflict: If the plan is not what it would be now.

            voxvalley_privacy.StoreError: If the request could not be recorded: nothing was erased.
        """
        person = plan.person
        today = self.plan(
            person.subject,
            ticket=plan.ticket,
            held_by_person=person.between,
            minor=plan.minor,
            overridden=plan.overridden,
        )
        if today.digest != plan.digest:
            raise Conflict("The plan is not of today: records, holds or rules have changed.")
        receipt = self._audited(today)
        self._docket.begin(today, receipt)
        return self._carry_out(today, receipt)

    def _audited(self, plan: Plan) -> str:
        """Record the act before it is done; without its entry nothing happens."""
        if self._audit is None:
            return ""
        reason = Reason(code="erasure.requested", text="A person asked for it.")
        actor = plan.overridden[0] if plan.overridden else "erasure"
        receipt = self._audit.record(
            Decision.allow(reason),
            actor=actor,
            act="person.erased",
            about=plan.person.subject,
        )
        return str(receipt.leaf.hex())

    def _carry_out(self, plan: Plan, receipt: str) -> Certificate:
        mark = self._docket.sweeping(plan)
        shredded = shred(self._vaults, plan, holds=self._holds)
        lines = [self._sweep(target, plan, mark=mark) for target in self._inventory.steps()]
        if self._consents is not None:
            lines.append(self._erase_consents(plan))
        names: tuple[str, ...] = ()
        if self._recipients is not None and self._tell is not None:
            names, line = self._told(plan, self._recipients, self._tell)
            lines.append(line)
        certificate = self._certificate(plan, tuple(lines), shredded)
        certificate = attrs.evolve(certificate, receipt=receipt, recipients_told=names)
        try:
            self._docket.note(plan, certificate)
        except Exception as error:  # whatever the ledger raises, what was erased is said
            line = Line(store="ledger", failed=1, code=f"store.{type(error).__name__}")
            return attrs.evolve(certificate, lines=(*certificate.lines, line))
        return certificate

    def _erase_consents(self, plan: Plan) -> Line:
        line = Line(store="consents", residue="until the database reuses its dead rows")
        try:
            self._consents.erase(plan.person.subject)
        except Exception as error:
            return attrs.evolve(line, failed=1, code=f"store.{type(error).__name__}")
        return attrs.evolve(line, erased=1, verified_at=self._clock())

    def _told(
        self,
        plan: Plan,
        recipients: Callable[[object], object],
        tell: Callable[[str, object], None],
    ) -> tuple[tuple[str, ...], Line]:
        line = Line(store="recipients", residue="until they have done the same")
        try:
            names, failed = told(recipients, tell, plan.person.subject)
        except Exception as error:
            return (), attrs.evolve(line, failed=1, code=f"store.{type(error).__name__}")
        code = "recipient.not_told" if failed else ""
        return names, attrs.evolve(line, failed=failed, code=code, verified_at=self._clock())

    def _certificate(
        self, plan: Plan, lines: tuple[Line, ...], shredded: int | None
    ) -> Certificate:
        now = self._clock()
        salt = secrets.token_bytes(16)
        commitment = hmac.digest(salt, str(plan.person.subject).encode(), "sha256")
        return Certificate(
            ticket=plan.ticket,
            subject=f"{salt.hex()}.{commitment.hex()}",
            lines=lines,
            keys_destroyed=shredded,
            at=now,
            backups_clear_on=now + self._backups,
        )

    # Resuming

    def resume(self) -> tuple[Certificate, ...]:
        """
        Take up every erasure that is not complete; the only timer that an app needs.

        Raises:
            voxvalley_privacy.StoreError: If the ledger cannot be read, or an erasure could not be
                taken up; all others were.
        """
        certificates: list[Certificate] = []
        failed = 0
        for details in self._docket.waiting():
            try:
                certificates.append(self._taken_up(details))
            except Exception:  # whatever one raises, the others are taken up
                failed += 1
        if failed:
            raise StoreUnavailable(f"{failed} of the open erasures could not be taken up.")
        return tuple(certificates)

    def _taken_up(self, details: Mapping[str, Any]) -> Certificate:
        ticket = str(details["ticket"])
        start, end = [datetime.fromisoformat(at) if at else None for at in details["between"]]
        plan = self.plan(
            unsealed_subject(self._keys, str(details["sealed"]), ticket),
            ticket=ticket,
            held_by_person=(start, end),
            minor=bool(details["minor"]),
            overridden=tuple(details["overridden"]) if details.get("overridden") else None,
        )
        receipt = str(details["receipt"])
        self._docket.begin(plan, receipt)
        return self._carry_out(plan, receipt)

    def certificate(self, subject: object, /) -> str | None:
        """Return the newest certificate of a person as JSON; None if there is none."""
        newest = None
        for stream in self._people.tokens_of_anything(subject):
            for event in self._store.read(stream):
                if event.kind in _RESULTS and event.body is not None:
                    newest = str(unsalted(event.body)["certificate"])
        return newest

    def replay(self, target: ErasureTarget, /) -> Outcome:
        """
        Erase again what a restored copy brought back; twice is once.

        What a hold or a floor keeps is in `held`, and stays. A hold that comes while rows are
        erased makes `failed`, as any fault in the rows does: then the copy stays denied.

        Raises:
            voxvalley_privacy.StoreError: If ledger, holds or the copy fail: it stays denied.
        """
        return self._replay(target)
