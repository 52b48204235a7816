"""Erase a person from one store under a lease, and look again whether they are gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import attrs

from ..retention import Hold, LegalHolds
from ..stores import Clock
from ._certificate import Line, Plan, PlanLine
from ._people import Person
from ._planner import Planner, counted, is_of
from ._targets import ErasureTarget, Outcome, Permit, outcome_of, with_new_holds

__all__ = ["StoreSweep", "holds_seen", "told"]

_LEASE = timedelta(seconds=30)


def holds_seen(target: ErasureTarget, /) -> int | None:
    """Return how many holds the database of a target knows; None if it knows of none."""
    ask = getattr(target, "holds_seen", None)
    return ask() if callable(ask) else None


@attrs.frozen(kw_only=True)
class StoreSweep:
    """
    Carry a plan out in one store; whatever the store raises makes its line open.

    Args:
        planner: Sorts the records anew, under the lease.

        holds: Gives leases.

        clock: The time.
    """

    planner: Planner
    holds: LegalHolds
    clock: Clock

    def __call__(self, target: ErasureTarget, plan: Plan, /, *, mark: int) -> Line:
        """Return what became of the store; *mark* is kept in it where that succeeds."""
        line = Line(store=target.name, residue=target.residue)
        try:
            before = target.mark()
            planned, masked, erased = with_new_holds(partial(self._erased, target, plan, mark))
        except Exception as error:  # whatever a store raises, the others are tried
            return attrs.evolve(line, failed=1, code=f"store.{type(error).__name__}")
        if planned.failed:
            return attrs.evolve(line, failed=1, code=f"store.{planned.failed}")
        line = self._verified(target, plan, planned, counted(line, planned, masked, erased))
        return self._marked(target, line, before=before, mark=mark)

    def _erased(
        self, target: ErasureTarget, plan: Plan, mark: int
    ) -> tuple[PlanLine, Outcome, Outcome]:
        with self.holds.lease(_LEASE, joined=target.hold_support == "transaction") as lease:
            # The mirror is asked before the holds: one that comes in between is asked for twice.
            seen = holds_seen(target)
            active: tuple[Hold, ...] = self.holds.active()
            planned = self.planner.line(
                target, plan.person, active, self.clock(), law_only=plan.law_only
            )
            if planned.failed:
                return planned, Outcome(), Outcome()
            check = partial(self.holds.require_time, lease)
            # Masked before erased: rows of files are named by their place.
            last = Permit(check, mark=mark, holds_seen=seen)
            first = attrs.evolve(last, mark=None) if planned.erase else last
            masked = outcome_of(planned.mask, lambda: target.mask(planned.mask, plan.person, first))
            erased = outcome_of(
                planned.erase, lambda: target.erase(planned.erase, plan.person, last)
            )
        return planned, masked, erased

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
        return attrs.evolve(line, verified_at=self.clock())

    def _marked(self, target: ErasureTarget, line: Line, *, before: int, mark: int) -> Line:
        """Let the mark of a store say no more than what is done in it."""
        wanted = before if line.failed else mark
        try:
            if target.mark() != wanted:
                target.set_mark(wanted)
        except Exception as error:
            return attrs.evolve(line, failed=line.failed + 1, code=f"store.{type(error).__name__}")
        return line

    def _of_others(self, target: ErasureTarget, person: Person) -> int:
        if person.between == (None, None):
            return 0
        records = target.find(person)
        return sum(is_of(record.meta.created, person.between) is False for record in records)


def told(
    recipients: Callable[[object], object], tell: Callable[[str, object], None], subject: object, /
) -> tuple[tuple[str, ...], int]:
    """Tell every recipient of an erasure; return who was told, and how many could not be."""
    names = recipients(subject)
    assert isinstance(names, tuple)
    done = tuple([name for name in names if _is_told(tell, name, subject)])
    return done, len(names) - len(done)


def _is_told(tell: Callable[[str, object], None], name: str, subject: object) -> bool:
    try:
        tell(name, subject)
    except Exception:  # whatever it raises, the others are told
        return False
    return True
