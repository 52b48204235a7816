"""Erase again what a restored copy brought back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import attrs

from ..retention import LegalHolds
from ..stores import Clock
from ._certificate import PlanLine
from ._fences import Fences
from ._people import Person
from ._planner import Planner
from ._store_sweep import holds_seen
from ._targets import (
    ErasureTarget,
    HoldPlaced,
    Outcome,
    Permit,
    outcome_of,
    with_new_holds,
)

__all__ = ["Replay"]

_LEASE = timedelta(minutes=5)


@attrs.frozen(kw_only=True)
class Replay:
    """
    Carry every erasure of the ledger out in one store; twice is once.

    Args:
        fences: Say who was erased, and when.

        planner: Says what is held or kept.

        holds: Gives leases.

        clock: The time.
    """

    fences: Fences
    planner: Planner
    holds: LegalHolds
    clock: Clock

    def __call__(self, target: ErasureTarget, /) -> Outcome:
        """
        Replay; the mark of the store moves where nothing failed.

        Raises:
            voxvalley_privacy.Denied: If the ledger is older than the data.

            voxvalley_privacy.StoreError: If ledger, holds or the copy fail.
        """
        self.fences.catch_up()
        guard = self.fences.guard(target, self.clock())
        if "erasure.ledger_older" in guard.codes:
            guard.require()
        head = self.fences.newest(self.clock())
        try:
            line, masked, erased = with_new_holds(partial(self._under_lease, target))
        except HoldPlaced:
            # Nothing was erased: another replay finds what is left.
            return Outcome(failed=(target.name,), code="hold.placed")
        failed = (*masked.failed, *erased.failed)
        if not failed:
            target.set_mark(head)
        return Outcome(
            done=(*masked.done, *erased.done),
            pending=(*masked.pending, *erased.pending),
            cannot=(*masked.cannot, *erased.cannot),
            failed=failed,
            held=tuple([record.id for record in line.kept]),
            due=max(filter(None, [masked.due, erased.due]), default=None),
            residue_until=max(
                filter(None, [masked.residue_until, erased.residue_until]), default=None
            ),
            code=erased.code or masked.code,
        )

    def _under_lease(self, target: ErasureTarget) -> tuple[PlanLine, Outcome, Outcome]:
        joined = target.hold_support == "transaction"
        with self.holds.lease(_LEASE, joined=joined) as lease:
            seen = holds_seen(target)
            permit = Permit(partial(self.holds.require_time, lease), holds_seen=seen)
            return self._erased(target, permit)

    def _erased(self, target: ErasureTarget, permit: Permit) -> tuple[PlanLine, Outcome, Outcome]:
        active = self.holds.active()
        person = Person(is_them=self.fences.is_fenced, region=self.fences.region)
        line = PlanLine(store=target.name)
        for record in filter(self.fences.is_old, target.find(person)):
            law_only = self.fences.is_law_only(record)
            line = self.planner.placed(
                line, record, person, active, self.clock(), law_only=law_only
            )
        masked = outcome_of(line.mask, lambda: target.mask(line.mask, person, permit))
        erased = outcome_of(line.erase, lambda: target.erase(line.erase, person, permit))
        return line, masked, erased
