"""The sweep by age: erase or pseudonymize what is due, but for what is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import attrs

from ..decisions import Decision, Reason
from ..errors import ConfigurationError
from ..retention import Disposition, Hold, LegalHolds, RetentionSchedule
from ..stores import Clock, system_clock
from ._holds_in_text import hold_in_text
from ._inventory import Inventory
from ._people import Pseudonyms
from ._store_sweep import holds_seen
from ._targets import (
    ErasureTarget,
    HoldPlaced,
    Outcome,
    Permit,
    Record,
    with_new_holds,
)

__all__ = ["SweepReport", "sweep", "verify"]

_LEASE = timedelta(seconds=30)
# When a row of which no rule can say anything is looked at again.
_LATER = timedelta(days=1)
_DESTROYS = frozenset([Disposition.ERASE, Disposition.PSEUDONYMIZE])
# Erased last: rows of files are named by their place.
_ACTS = {Disposition.PSEUDONYMIZE: "records.pseudonymized", Disposition.ERASE: "records.erased"}


@attrs.frozen(kw_only=True)
class SweepReport:
    """
    Count what one batch of a sweep did.

    Args:
        erased: Records that were due and are gone; in a dry run, that would be.

        pseudonymized: Records whose people were replaced by pseudonyms; likewise.

        held: Records that were due and are held, or of people whose request waits.

        restricted: Records for which no rule can say anything.

        failed: Stores that failed, with their reason.

        oldest_overdue: The time of the oldest record that is due and still there.
    """

    erased: int = 0
    pseudonymized: int = 0
    held: int = 0
    restricted: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    oldest_overdue: datetime | None = None

    def failing(self, store: str, code: str, /) -> SweepReport:
        """Return this report with a store that failed."""
        return attrs.evolve(self, failed=(*self.failed, (store, code)))

    def with_overdue(self, records: Iterable[Record], /) -> SweepReport:
        """Return this report with records that are due and still there."""
        times = [record.meta.created for record in records if record.meta.created is not None]
        known = [*times, *filter(None, [self.oldest_overdue])]
        return attrs.evolve(self, oldest_overdue=min(known, default=None))


@attrs.define(kw_only=True)
class _Batch:
    """The records of one store, as a sweep sorts them."""

    due: dict[Disposition, list[Record]] = attrs.field(factory=lambda: {d: [] for d in _ACTS})
    held: list[Record] = attrs.field(factory=list)
    left: list[Record] = attrs.field(factory=list)
    restricted: int = 0
    later: list[tuple[str, datetime]] = attrs.field(factory=list)

    @property
    def size(self) -> int:
        """How many records will be changed."""
        return sum(map(len, self.due.values()))


@attrs.frozen(kw_only=True)
class _Sweep:
    """One sweep over the stores of an inventory."""

    schedule: RetentionSchedule
    holds: LegalHolds
    audit: Any
    limit: int
    dry_run: bool
    pinned: frozenset[str]
    clock: Clock

    def __call__(self, target: ErasureTarget, report: SweepReport, /) -> SweepReport:
        joined = target.hold_support == "transaction"
        with self.holds.lease(_LEASE, joined=joined) as lease:
            # The mirror is asked before the holds: one that comes in between stops the delete.
            seen = holds_seen(target)
            batch = self._found(target, self.holds.active())
            permit = Permit(partial(self.holds.require_time, lease), holds_seen=seen)
            outcomes = {act: self._done(target, act, batch, permit) for act in _ACTS}
        if not self.dry_run:
            _look_again(target, self.schedule, batch.later)
        report = attrs.evolve(
            report,
            erased=report.erased + len(outcomes[Disposition.ERASE].done),
            pseudonymized=report.pseudonymized + len(outcomes[Disposition.PSEUDONYMIZE].done),
            held=report.held + len(batch.held),
            restricted=report.restricted + batch.restricted,
        )
        for outcome in outcomes.values():
            if outcome.failed or outcome.cannot:
                report = report.failing(target.name, outcome.code or "record.failed")
        done = {own_id for outcome in outcomes.values() for own_id in outcome.done}
        due = [record for records in batch.due.values() for record in records]
        kept = [record for record in due if record.id not in done]
        return report.with_overdue([*batch.held, *batch.left, *kept])

    def _found(self, target: ErasureTarget, active: tuple[Hold, ...]) -> _Batch:
        now = self.clock()
        batch = _Batch()
        names = self._pseudonyms
        for record in _looked_at(target, self.schedule, now):
            act = self._act(record, now, names)
            if act not in _DESTROYS:
                batch.restricted += act is Disposition.RESTRICT
                batch.later.append((record.id, self._look_again_at(record, now, names)))
            elif self._is_kept(record, active):
                batch.held.append(record)
            elif batch.size < self.limit:
                batch.due[act].append(record)
            else:
                batch.left.append(record)
                if _has_due_column(target):
                    break  # the rest is as due, and the next batch finds it
        return batch

    @property
    def _pseudonyms(self) -> Pseudonyms:
        return Pseudonyms(of_person=self._pseudonym, region=self.holds.region)

    def _pseudonym(self, person: object) -> str:
        return self.holds.pseudonyms(person)[0]

    def _act(self, record: Record, now: datetime, names: Pseudonyms) -> Disposition:
        act = self.schedule(record.meta, now=now).value
        assert isinstance(act, Disposition)
        if act is Disposition.PSEUDONYMIZE and not names.needed(record.meta.subjects):
            return Disposition.KEEP  # done by an earlier sweep
        return act

    def _look_again_at(self, record: Record, now: datetime, names: Pseudonyms) -> datetime:
        only_erase = not names.needed(record.meta.subjects)
        due = self.schedule.due(record.meta, only_erase=only_erase)
        return due if due is not None and due > now else now + _LATER

    def is_overdue(self, record: Record, now: datetime, active: tuple[Hold, ...], /) -> bool:
        """Whether a record is due and not held."""
        act = self._act(record, now, self._pseudonyms)
        return act in _DESTROYS and not self._is_kept(record, active)

    def _is_kept(self, record: Record, active: tuple[Hold, ...]) -> bool:
        if self.holds.covering(record.meta, active) is not None:
            return True
        if hold_in_text(record, active, self.holds) is not None:
            return True
        return not self.pinned.isdisjoint(self.holds.tokens(record.meta.subjects))

    def _done(
        self, target: ErasureTarget, act: Disposition, batch: _Batch, permit: Permit
    ) -> Outcome:
        records = batch.due[act]
        ids = tuple([record.id for record in records])
        if self.dry_run or not records:
            return Outcome(done=ids)
        if act is Disposition.ERASE:
            self._audited(act)
            return target.erase(records, None, permit)
        change = getattr(target, "pseudonymize", None)
        if change is None:
            return Outcome(cannot=ids, code="target.cannot_pseudonymize")
        self._audited(act)
        outcome = change(records, self._pseudonyms, permit)
        assert isinstance(outcome, Outcome)
        return outcome

    def _audited(self, act: Disposition) -> None:
        if self.audit is not None:
            reason = Reason(code="retention.due", text="The ceiling of a rule is over.")
            self.audit.record(Decision.allow(reason), actor="sweep", act=_ACTS[act])


def sweep(
    inventory: Inventory,
    /,
    *,
    schedule: RetentionSchedule,
    holds: LegalHolds,
    audit: Any = None,
    limit: int = 1_000,
    dry_run: bool = False,
    pinned: frozenset[str] = frozenset(),
    clock: Clock = system_clock,
) -> SweepReport:
    """
    Erase what is due, or pseudonymize it where the rule says so, one batch a store.

    Args:
        inventory: The stores.

        schedule: Says what is due.

        holds: Forbid it; if they cannot be read, nothing is erased.

        audit: A `voxvalley_privacy.AuditLog` that is told before each batch; if it fails, nothing
            is erased.

        limit: The most records of a store that are changed.

        dry_run: Whether to count only.

        pinned: Tokens, as of `holds.tokens()`, of people whose requests wait for an answer.

        clock: The time.

    Returns:
        Counts. A store that cannot pseudonymize is in `failed`, and its records stay as they are.

    Raises:
        voxvalley_privacy.ConfigurationError: If *limit* is not above zero.
    """
    if limit < 1:
        raise ConfigurationError("'limit' must be at least 1.")
    inventory.use(schedule=schedule, holds=holds)
    one_store = _Sweep(
        schedule=schedule,
        holds=holds,
        audit=audit,
        limit=limit,
        dry_run=dry_run,
        pinned=pinned,
        clock=clock,
    )
    report = SweepReport()
    for target in inventory.steps():
        try:
            report = with_new_holds(partial(one_store, target, report))
        except HoldPlaced:
            report = report.failing(target.name, "hold.placed")
        except Exception as error:  # whatever a store raises, the others are swept
            report = report.failing(target.name, type(error).__name__)
    return report


def _has_due_column(target: ErasureTarget) -> bool:
    return bool(getattr(getattr(target, "columns", None), "due", ""))


def _looked_at(
    target: ErasureTarget, schedule: RetentionSchedule, now: datetime
) -> Iterator[Record]:
    ask = getattr(target, "looked_at", None)
    if ask is None:
        return target.every()
    records: Iterator[Record] = ask(schedule, now)
    return records


def _look_again(
    target: ErasureTarget, schedule: RetentionSchedule, later: list[tuple[str, datetime]]
) -> None:
    note = getattr(target, "look_again", None)
    if note is not None:
        note(schedule, later)


def verify(
    inventory: Inventory,
    /,
    *,
    schedule: RetentionSchedule | None = None,
    holds: LegalHolds | None = None,
    now: datetime | None = None,
    clock: Clock = system_clock,
) -> dict[str, int]:
    """
    Return, by an independent scan, how many records of each store are due and not held.

    Args:
        inventory: The stores.

        schedule: Says what is due; that of the last sweep or service if left out.

        holds: Forbid it; likewise.

        now: The time to count for; that of *clock* if left out.

        clock: The time.

    Raises:
        voxvalley_privacy.ConfigurationError: If no schedule and holds are known.
    """
    schedule, holds = schedule or inventory.schedule, holds or inventory.holds
    if schedule is None or holds is None:
        raise ConfigurationError("verify() needs 'schedule' and 'holds' where nothing was swept.")
    scan = _Sweep(
        schedule=schedule,
        holds=holds,
        audit=None,
        limit=1,
        dry_run=True,
        pinned=frozenset(),
        clock=clock,
    )
    at = now or clock()
    active = holds.active()
    overdue = {
        target.name: sum(scan.is_overdue(record, at, active) for record in target.every())
        for target in inventory.targets
    }
    return {name: number for name, number in overdue.items() if number}
