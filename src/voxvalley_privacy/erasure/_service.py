"""Erase a person: plan, execute, resume after any crash, refuse late records, replay."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from ..decisions import Decision, Obligation, Reason
from ..errors import ConfigurationError, StoreError
from ..keys import KeyRing
from ..ledgers import Subjects, bound_key, canonical_subject, chain_of, of_book, salted, unsalted
from ..retention import Hold, LegalHolds, RecordKind, RecordMeta, RetentionSchedule
from ..stores import Clock, Conflict, Draft, Event, EventStore, system_clock
from ._certificate import Certificate, Line, Plan, PlanLine, State
from ._inventory import Inventory
from ._people import Person, texts_in
from ._sql_target import as_time
from ._subject_vault import SubjectVault
from ._targets import ErasureTarget, Outcome, Record

__all__ = ["ErasureService"]

_BOOK = "erasure"
_NONCE_BYTES = 12
# CLAUSES, row 37, and row 31 for children.
_DAYS = timedelta(days=30)
_HOURS_OF_MINORS = timedelta(hours=72)
_TIMES = ("start_time", "started_at", "date_sent", "date_created", "created_at", "time", "at")


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
        self._schedule = schedule
        self._holds = holds
        self._store = store
        self._keys = keys
        self._vault = vault
        self._audit = audit
        self._consents = consents
        self._backups = backups
        self._clock = clock
        self._people = Subjects(keys, region=region, book=_BOOK)
        self._chain = chain_of(keys)
        self._fences: dict[str, datetime] = {}
        self._read_to = 0
        self._newest = 0
        holds.on_release.append(self.resume)

    # Planning changes nothing

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
        Say what would go, what stays and why.

        Args:
            subject: The person, in any spelling.

            ticket: The request.

            held_by_person: When the person held the number; records of other times stay.

            minor: Whether only floors of law hold, and 72 hours are left.

        Raises:
            voxvalley_privacy.ConfigurationError: If the person cannot be matched.
        """
        spelling = canonical_subject(subject, region=self._people.region)
        if spelling is None or not ticket:
            raise ConfigurationError("A plan needs a ticket and a person who can be matched.")
        person = Person(
            is_them=lambda other: other == spelling,
            region=self._people.region,
            between=held_by_person or (None, None),
            subject=spelling[1],
        )
        now = self._clock()
        try:
            active: tuple[Hold, ...] | None = self._holds.active()
        except Exception:  # whatever a store raises: everything is held
            active = None
        lines = tuple(
            [
                self._plan_line(target, person, active, now, minor)
                for target in self._inventory.targets
            ]
        )
        return Plan(
            ticket=ticket,
            lines=lines,
            digest=self._digest(ticket, lines, active, minor),
            made_at=now,
            due=now + (_HOURS_OF_MINORS if minor else _DAYS),
            minor=minor,
            person=person,
        )

    def _plan_line(
        self,
        target: ErasureTarget,
        person: Person,
        active: tuple[Hold, ...] | None,
        now: datetime,
        minor: bool,
    ) -> PlanLine:
        try:
            records = target.find(person)
        except Exception as error:  # whatever a store raises, the others are planned
            return PlanLine(store=target.name, failed=type(error).__name__)
        line = PlanLine(store=target.name)
        for record in records:
            line = self._placed(line, record, person, active, now, minor)
        return line

    def _placed(
        self,
        line: PlanLine,
        record: Record,
        person: Person,
        active: tuple[Hold, ...] | None,
        now: datetime,
        minor: bool,
    ) -> PlanLine:
        """Return *line* with a record where it belongs."""
        whose = _is_of(record.meta.created, person.between)
        if whose is False:
            return line
        if whose is None:
            return attrs.evolve(line, unknown=(*line.unknown, record))
        if active is None or self._holds.covering(record.meta, active) is not None:
            return attrs.evolve(line, held=(*line.held, record))
        kept = self._schedule.floor(record.meta, now=now, law_only=minor)
        if kept is not None:
            rule, until = kept
            retained = (record, rule.source or rule.strength, until)
            return attrs.evolve(line, retained=(*line.retained, retained))
        if record.shared:
            return attrs.evolve(line, mask=(*line.mask, record))
        return attrs.evolve(line, erase=(*line.erase, record))

    def _digest(
        self,
        ticket: str,
        lines: Sequence[PlanLine],
        active: tuple[Hold, ...] | None,
        minor: bool,
    ) -> str:
        holds = None if active is None else sorted(hold.id for hold in active)
        facts = [ticket, minor, holds, repr(self._schedule), [line.facts() for line in lines]]
        key = self._keys.derive("erasure.digest")
        return hmac.digest(key, json.dumps(facts, default=str).encode(), "sha256").hex()

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
        self._begin(today)
        return self._carry_out(today)

    def _begin(self, plan: Plan) -> None:
        details = {
            "ticket": plan.ticket,
            "minor": plan.minor,
            "between": list(plan.person.between),
            "sealed": self._sealed(str(plan.person.subject), plan.ticket),
        }
        requested = self._draft(plan.person, "erasure.requested", plan.ticket, details)
        planned = self._draft(plan.person, "erasure.planned", plan.ticket, {"digest": plan.digest})
        fenced = self._draft(plan.person, "erasure.fenced", plan.ticket, {"ticket": plan.ticket})
        self._append(requested, planned, fenced)
        if self._audit is not None:
            reason = Reason(code="erasure.requested", text="A person asked for it.")
            self._audit.record(
                Decision.allow(reason),
                actor="erasure",
                act="person.erased",
                about=plan.person.subject,
            )

    def _carry_out(self, plan: Plan) -> Certificate:
        shredded = self._shred(plan)
        lines = [self._sweep(target, plan) for target in self._inventory.targets]
        if self._consents is not None:
            lines.append(self._erase_consents(plan))
        certificate = self._certificate(plan, tuple(lines), shredded)
        self._note(plan, certificate)
        return certificate

    def _shred(self, plan: Plan) -> int | None:
        """Destroy keys that no hold and no floor needs; None if some may be left."""
        if self._vault is None:
            return 0
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
        held = any(line.held for line in plan.lines)
        return None if len(free) < len(RecordKind) and held else destroyed

    def _sweep(self, target: ErasureTarget, plan: Plan) -> Line:
        line = Line(store=target.name, residue=target.residue)
        try:
            with self._holds.lease() as lease:
                active = self._holds.active()
                planned = self._plan_line(target, plan.person, active, self._clock(), plan.minor)
                if planned.failed:
                    return attrs.evolve(line, failed=1, code=f"store.{planned.failed}")
                commit = lambda: self._holds.require_time(lease)  # noqa: E731 - it is one question
                # Masked before erased: rows of files are named by their place.
                masked = _did(planned.mask, lambda: target.mask(planned.mask, plan.person, commit))
                erased = _did(
                    planned.erase, lambda: target.erase(planned.erase, plan.person, commit)
                )
        except Exception as error:  # whatever a store raises, the others are tried
            return attrs.evolve(line, failed=1, code=f"store.{type(error).__name__}")
        line = _counted(line, planned, masked, erased)
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
        return sum(_is_of(record.meta.created, person.between) is False for record in records)

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
        if certificate.state is State.COMPLETE:
            done = self._draft(plan.person, "erasure.closed", plan.ticket, {"ticket": plan.ticket})
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
            if not of_book(event, _BOOK):
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
            self._unsealed(str(details["sealed"]), ticket),
            ticket=ticket,
            held_by_person=(start, end),
            minor=bool(details["minor"]),
        )
        self._begin(plan)
        return self._carry_out(plan)

    def certificate(self, subject: object, /) -> str | None:
        """Return the newest certificate of a person as JSON; None if it was closed or never was."""
        newest = None
        for stream in self._people.tokens_of_anything(subject):
            for event in self._store.read(stream):
                if event.kind == "erasure.result" and event.body is not None:
                    newest = str(unsalted(event.body)["certificate"])
        return newest

    # Late records, and copies that were restored

    def fenced(self, record: object, /, *, at: datetime | None = None) -> bool:
        """
        Whether a record belongs to a life that was erased, and must not come back in.

        Args:
            record: A record or a value.

            at: When it happened; read from the record if it is left out. Without a time it counts
                as old.
        """
        try:
            self._catch_up()
        except StoreError:
            return True
        when = at or _time_of(record)
        for value in texts_in(record) or [record]:
            fence = self._fence(value)
            if fence is not None and (when is None or when <= fence):
                return True
        return False

    def _fence(self, value: object) -> datetime | None:
        tokens = self._people.tokens(value)
        times = [self._fences[token] for token in tokens if token in self._fences]
        return max(times, default=None)

    def _catch_up(self) -> None:
        for event in self._store.scan(after=self._read_to):
            if of_book(event, _BOOK):
                self._chain.check(event)
                if event.kind == "erasure.fenced":
                    self._fences[event.stream] = event.at
                if event.kind == "erasure.result":
                    self._newest = event.position
            self._read_to = event.position

    def guard(self, target: ErasureTarget, /) -> Decision:
        """Say whether *target* may be read: not while it is an older copy than the ledger."""
        try:
            self._catch_up()
            mark = target.mark()
        except Exception:  # whatever a store raises, nothing is read
            return Decision.deny(Reason(code="erasure.replay_due", text="The mark is unknown."))
        if mark > self._read_to:
            return Decision.deny(
                Reason(code="erasure.ledger_older", text="The ledger is older than the data.")
            )
        if mark < self._newest:
            return Decision.deny(
                Reason(code="erasure.replay_due", text="Erasures are not carried out here."),
                obligations=[Obligation(code="erasure.replay", text="Replay the erasures.")],
            )
        return Decision.allow(Reason(code="erasure.current", text="Every erasure is done here."))

    def replay(self, target: ErasureTarget, /) -> Outcome:
        """
        Erase again what a restored copy brought back; twice is once.

        Raises:
            voxvalley_privacy.StoreError: If ledger, holds or the copy fail: it stays denied.
        """
        self._catch_up()
        guard = self.guard(target)
        if "erasure.ledger_older" in guard.codes:
            guard.require()
        head = self._newest
        with self._holds.lease(timedelta(minutes=5)) as lease:
            active = self._holds.active()
            person = Person(is_them=self._is_fenced, region=self._people.region)
            line = PlanLine(store=target.name)
            for record in target.find(person):
                if self._is_old(record):
                    line = self._placed(line, record, person, active, self._clock(), minor=False)
            commit = lambda: self._holds.require_time(lease)  # noqa: E731 - it is one question
            masked = _did(line.mask, lambda: target.mask(line.mask, person, commit))
            erased = _did(line.erase, lambda: target.erase(line.erase, person, commit))
        failed = (*masked.failed, *erased.failed)
        if not failed:
            target.set_mark(head)
        return Outcome(
            done=(*masked.done, *erased.done),
            pending=(*masked.pending, *erased.pending),
            failed=failed,
        )

    def _is_fenced(self, spelling: tuple[str, str]) -> bool:
        return self._fence(spelling[1]) is not None

    def _is_old(self, record: Record) -> bool:
        fences = [self._fence(subject) for subject in record.meta.subjects]
        times = [fence for fence in fences if fence is not None]
        created = record.meta.created
        return created is None or not times or created <= max(times)

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

    def _sealed(self, subject: str, ticket: str) -> str:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        key_id = self._keys.active_id
        cipher = AESGCM(self._keys.derive("erasure.sealed", key_id=key_id))
        sealed = nonce + cipher.encrypt(nonce, subject.encode(), ticket.encode())
        return f"{key_id}.{base64.b64encode(sealed).decode()}"

    def _unsealed(self, sealed: str, ticket: str) -> str:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key_id, _, coded = sealed.partition(".")
        data = base64.b64decode(coded)
        cipher = AESGCM(self._keys.derive("erasure.sealed", key_id=key_id))
        return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], ticket.encode()).decode()


def _did(records: Sequence[Record], act: Any) -> Outcome:
    if not records:
        return Outcome()
    outcome = act()
    assert isinstance(outcome, Outcome)
    return outcome


def _counted(line: Line, planned: PlanLine, masked: Outcome, erased: Outcome) -> Line:
    by_source: dict[str, tuple[int, datetime | None]] = {}
    for _, source, until in planned.retained:
        number, latest = by_source.get(source, (0, until))
        if latest is None or until is None:
            by_source[source] = (number + 1, None)
        else:
            by_source[source] = (number + 1, max(latest, until))
    return attrs.evolve(
        line,
        erased=len(erased.done),
        masked=len(masked.done),
        held=len(planned.held),
        retained=tuple([(source, *counts) for source, counts in sorted(by_source.items())]),
        pending=len(masked.pending) + len(erased.pending),
        pending_due=masked.due or erased.due,
        cannot=len(masked.cannot) + len(erased.cannot),
        failed=len(masked.failed) + len(erased.failed) + len(planned.unknown),
        code=erased.code or masked.code or ("record.time_unknown" if planned.unknown else ""),
    )


def _is_of(
    created: datetime | None, between: tuple[datetime | None, datetime | None]
) -> bool | None:
    """Whether a record is of the time in which the person held the number; None if unknown."""
    start, end = between
    if start is None and end is None:
        return True
    if created is None:
        return None
    return (start is None or start <= created) and (end is None or created < end)


def _time_of(record: object) -> datetime | None:
    if not isinstance(record, Mapping):
        return None
    times = [as_time(record.get(name)) for name in _TIMES]
    return next((at for at in times if at is not None), None)
