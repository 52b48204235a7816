"""Erase a person: plan, execute, resume after any crash, refuse late records, replay."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import attrs

from ..decisions import Decision, Reason
from ..keys import KeyRing
from ..ledgers import Subjects, bound_key, chain_of, of_book, salted, unsalted
from ..retention import LegalHolds, RecordKind, RecordMeta, RetentionSchedule
from ..stores import Clock, Conflict, Draft, Event, EventStore, system_clock
from ._certificate import Certificate, Line, Plan, PlanLine, State
from ._fences import BOOK, Fences
from ._inventory import Inventory
from ._open_requests import sealed_subject, unsealed_subject
from ._people import Person
from ._planner import Planner, counted, is_of
from ._subject_vault import SubjectVault
from ._targets import ErasureTarget, Outcome, outcome_of

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

        vault: Its keys of the person are destroyed first.

        audit: A `voxvalley_privacy.AuditLog`; if it fails, nothing is erased.

        consents: A `voxvalley_privacy.ConsentLedger`: its details are erased, opt-outs stay.

        backups: How long a backup is kept.

        clock: The time.

        region: The country of numbers without a country code.
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
        vault: SubjectVault | None = None,
        audit: Any = None,
        consents: Any = None,
        backups: timedelta = timedelta(days=35),
        clock: Clock = system_clock,
        region: str | None = None,
    ) -> None:
        self._inventory = inventory
        self._holds = holds
        self._store = store
        self._keys = keys
        self._vault = vault
        self._audit = audit
        self._consents = consents
        self._backups = backups
        self._clock = clock
        self._people = Subjects(keys, region=region, book=BOOK)
        self._chain = chain_of(keys)
        self._fences = Fences(store, keys=keys, people=self._people)
        self._planner = Planner(
            inventory.targets,
            schedule=schedule,
            holds=holds,
            keys=keys,
            clock=clock,
            region=region,
        )
        holds.on_release.append(self.resume)

    def plan(
        self,
        subject: object,
        /,
        *,
        ticket: str,
        held_by_person: tuple[datetime | None, datetime | None] | None = None,
        minor: bool = False,
    ) -> Plan:
        """
        Return what an erasure would delete, mask and keep, and why. Nothing is changed.

        Args:
            subject: The person, in any spelling.
            ticket: The request; plans and steps of one ticket are one erasure.
            held_by_person: When the person had the number, from and until; None for no bound.
            minor: Whether the person is a minor, for whom only laws keep records.

        Raises:
            voxvalley_privacy.PrivacyError: If a store or the ledger cannot be read.
        """
        return self._planner.plan(
            subject, ticket=ticket, held_by_person=held_by_person, minor=minor
        )

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
        return self._fences.guard(target)

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
        )
        if today.digest != plan.digest:
            raise Conflict("The plan is not of today: records, holds or rules have changed.")
        receipt = self._audited(today)
        self._begin(today, receipt)
        return self._carry_out(today, receipt)

    def _audited(self, plan: Plan) -> str:
        """Record the act before it is done; without its entry nothing happens."""
        if self._audit is None:
            return ""
        reason = Reason(code="erasure.requested", text="A person asked for it.")
        receipt = self._audit.record(
            Decision.allow(reason),
            actor="erasure",
            act="person.erased",
            about=plan.person.subject,
        )
        return str(receipt.leaf.hex())

    def _begin(self, plan: Plan, receipt: str) -> None:
        details = {
            "ticket": plan.ticket,
            "minor": plan.minor,
            "between": list(plan.person.between),
            "receipt": receipt,
            "sealed": sealed_subject(self._keys, str(plan.person.subject), plan.ticket),
        }
        requested = self._draft(plan.person, "erasure.requested", plan.ticket, details)
        planned = self._draft(plan.person, "erasure.planned", plan.ticket, {"digest": plan.digest})
        since = {"since": plan.person.between[0]}
        fenced = self._draft(plan.person, "erasure.fenced", plan.ticket, since)
        self._append(requested, planned, fenced)

    def _carry_out(self, plan: Plan, receipt: str) -> Certificate:
        shredded = self._shred(plan)
        lines = [self._sweep(target, plan) for target in self._inventory.targets]
        if self._consents is not None:
            lines.append(self._erase_consents(plan))
        certificate = self._certificate(plan, tuple(lines), shredded)
        certificate = attrs.evolve(certificate, receipt=receipt)
        self._note(plan, certificate)
        return certificate

    def _shred(self, plan: Plan) -> int | None:
        """Destroy keys that no hold and no floor needs; None if some may be left."""
        if self._vault is None:
            return 0
        if plan.person.between != (None, None):
            return None  # keys of another holder of the number are not told apart
        kept = {record.meta.kind for line in plan.lines for record, _, _ in line.retained}
        kept |= {record.meta.kind for line in plan.lines for record in line.held}
        subject = str(plan.person.subject)
        try:
            with self._holds.lease() as lease:
                active = self._holds.active()
                free = [
                    kind
                    for kind in RecordKind
                    if kind not in kept
                    and self._holds.covering(RecordMeta(kind=kind, subjects=(subject,)), active)
                    is None
                ]
                self._holds.require_time(lease)
                destroyed = self._vault.shred(subject, kinds=free, ticket=plan.ticket)
        except Exception:  # whatever fails, keys may be left
            return None
        # Keys that a floor keeps are named by its store; those that a hold keeps leave it open.
        held = {*RecordKind} - {*free} - kept or any(line.held for line in plan.lines)
        return None if held else destroyed

    def _sweep(self, target: ErasureTarget, plan: Plan) -> Line:
        line = Line(store=target.name, residue=target.residue)
        try:
            with self._holds.lease() as lease:
                active = self._holds.active()
                planned = self._planner.line(target, plan.person, active, self._clock(), plan.minor)
                if planned.failed:
                    return attrs.evolve(line, failed=1, code=f"store.{planned.failed}")
                commit = partial(self._holds.require_time, lease)
                # Masked before erased: rows of files are named by their place.
                masked = outcome_of(
                    planned.mask, lambda: target.mask(planned.mask, plan.person, commit)
                )
                erased = outcome_of(
                    planned.erase, lambda: target.erase(planned.erase, plan.person, commit)
                )
        except Exception as error:  # whatever a store raises, the others are tried
            return attrs.evolve(line, failed=1, code=f"store.{type(error).__name__}")
        line = counted(line, planned, masked, erased)
        return self._verified(target, plan, planned, line)

    def _verified(self, target: ErasureTarget, plan: Plan, planned: PlanLine, line: Line) -> Line:
        try:
            left = target.verify_absent(plan.person)
            others = self._of_others(target, plan.person)
        except Exception as error:
            return attrs.evolve(line, failed=line.failed + 1, code=f"store.{type(error).__name__}")
        known = len(planned.held) + len(planned.retained) + len(planned.unknown)
        known += line.pending + line.cannot + others
        if left > known:
            return attrs.evolve(line, failed=line.failed + left - known, code="store.still_there")
        return attrs.evolve(line, verified_at=self._clock())

    def _of_others(self, target: ErasureTarget, person: Person) -> int:
        if person.between == (None, None):
            return 0
        records = target.find(person)
        return sum(is_of(record.meta.created, person.between) is False for record in records)

    def _erase_consents(self, plan: Plan) -> Line:
        line = Line(store="consents", residue="until the database reuses its dead rows")
        try:
            self._consents.erase(plan.person.subject)
        except Exception as error:
            return attrs.evolve(line, failed=1, code=f"store.{type(error).__name__}")
        return attrs.evolve(line, erased=1, verified_at=self._clock())

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

    def _note(self, plan: Plan, certificate: Certificate) -> None:
        """Record the result, close what is complete, and move the marks of stores."""
        shown = {"certificate": certificate.to_json(), "ticket": plan.ticket}
        draft = self._draft(plan.person, "erasure.result", secrets.token_hex(8), shown)
        event = self._append(draft)[0]
        for target, line in zip(self._inventory.targets, certificate.lines, strict=False):
            if not line.failed:
                target.set_mark(event.position)
        waits = any(line.retained for line in certificate.lines)
        if certificate.state is not State.OPEN and not waits:
            # What is kept after the others are scrubbed: from when on the person held the number.
            kept = {**shown, "since": plan.person.between[0]}
            done = self._draft(plan.person, "erasure.closed", plan.ticket, kept)
            closed = self._append(done)[0]
            # The sealed name of the person goes last: until now a crash could be resumed.
            self._store.scrub(closed.stream, through=closed.seq - 1)

    # Resuming

    def resume(self) -> tuple[Certificate, ...]:
        """
        Take up every erasure that is not complete; the only timer that an app needs.

        Raises:
            voxvalley_privacy.StoreError: If the ledger cannot be read.
        """
        waiting: dict[tuple[str, str], dict[str, Any]] = {}
        for event in self._store.scan():
            if not of_book(event, BOOK):
                continue
            self._chain.check(event)
            details = unsalted(event.body) if event.body is not None else {}
            if event.kind == "erasure.requested" and details:
                waiting[event.stream, str(details["ticket"])] = details
            elif event.kind == "erasure.closed":
                waiting = {key: one for key, one in waiting.items() if key[0] != event.stream}
        return tuple([self._taken_up(details) for details in waiting.values()])

    def _taken_up(self, details: Mapping[str, Any]) -> Certificate:
        ticket = str(details["ticket"])
        start, end = [datetime.fromisoformat(at) if at else None for at in details["between"]]
        plan = self.plan(
            unsealed_subject(self._keys, str(details["sealed"]), ticket),
            ticket=ticket,
            held_by_person=(start, end),
            minor=bool(details["minor"]),
        )
        receipt = str(details["receipt"])
        self._begin(plan, receipt)
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

        Raises:
            voxvalley_privacy.StoreError: If ledger, holds or the copy fail: it stays denied.
        """
        self._fences.catch_up()
        guard = self.guard(target)
        if "erasure.ledger_older" in guard.codes:
            guard.require()
        head = self._fences.newest
        with self._holds.lease(timedelta(minutes=5)) as lease:
            active = self._holds.active()
            person = Person(is_them=self._fences.is_fenced, region=self._people.region)
            line = PlanLine(store=target.name)
            for record in target.find(person):
                if self._fences.is_old(record):
                    line = self._planner.placed(
                        line, record, person, active, self._clock(), minor=False
                    )
            commit = partial(self._holds.require_time, lease)
            masked = outcome_of(line.mask, lambda: target.mask(line.mask, person, commit))
            erased = outcome_of(line.erase, lambda: target.erase(line.erase, person, commit))
        failed = (*masked.failed, *erased.failed)
        if not failed:
            target.set_mark(head)
        return Outcome(
            done=(*masked.done, *erased.done),
            pending=(*masked.pending, *erased.pending),
            failed=failed,
        )

    # How

    def _draft(self, person: Person, kind: str, key: str, details: Mapping[str, object]) -> Draft:
        stream = self._people.tokens_of_anything(person.subject)[0]
        return Draft(
            stream=stream,
            kind=kind,
            body=salted(details),
            at=self._clock(),
            key=bound_key(stream, kind, key),
        )

    def _append(self, *drafts: Draft) -> tuple[Event, ...]:
        return self._store.append(*drafts, seal=self._chain)
