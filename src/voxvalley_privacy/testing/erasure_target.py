"""The laws that every store of an erasure must keep: subclass `ErasureTargetContract`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ..erasure import ErasureTarget, HoldPlaced, Inventory, Permit, Person, Record
from ..errors import StoreUnavailable
from ..ledgers import canonical_subject

__all__ = ["ErasureTargetContract", "person_of"]

_ANA = "+14155550132"
_BRUNO = "+14155550199"


def person_of(subject: str, /, *, region: str | None = "US") -> Person:
    """Return the person to look for."""
    spelling = canonical_subject(subject, region=region)
    return Person(
        is_them=lambda other: other == spelling,
        region=region,
        subject=spelling[1] if spelling else subject,
    )


def _go_on() -> None:
    """Let a delete be committed."""


def _stop() -> None:
    raise StoreUnavailable("The lease of this delete is over.")


class _Killed(BaseException):
    """The process ends here."""


def _kill() -> None:
    raise _Killed


def _own(records: Sequence[Record]) -> list[Record]:
    """Return the records that are about nobody else."""
    return [record for record in records if not record.shared]


class ErasureTargetContract:
    """
    Test a target of erasures.

    Subclass it in a test file, name the class `Test...` and define `make`.
    """

    # False where a record about two people goes with either, such as a recording of both legs.
    keeps_shared = True

    def make(self) -> ErasureTarget:
        """
        Return a store with four records.

        One of +14155550132 alone, one of +14155550199 alone, one of both, and one of the latter
        that names the former, as 415.555.0132, in a text.
        """
        raise NotImplementedError

    @pytest.fixture
    def target(self) -> ErasureTarget:
        """Make a store."""
        return self.make()

    def test_it_says_what_stays_behind(self, target: ErasureTarget) -> None:
        """A target names itself, and where what it deleted may still be."""
        assert target.name
        assert target.residue
        assert target.hold_support in {"lease", "transaction"}
        Inventory([target])

    def test_l6_a_copy_that_no_service_knows_is_not_read(self, target: ErasureTarget) -> None:
        """A store answers whether it may be read; without a ledger it may not."""
        guard = getattr(target, "guard", None)
        if guard is not None:
            assert not guard()

    def test_l2_nothing_is_deleted_after_a_hold_came(self, target: ErasureTarget) -> None:
        """A store that asks its own database about holds keeps what a new hold may cover."""
        database: Any = target
        assert (target.hold_support == "transaction") is hasattr(database, "mirror_hold")
        if target.hold_support == "lease":
            return
        ana = person_of(_ANA)
        found = _own(target.find(ana))
        permit = Permit(_go_on, holds_seen=database.holds_seen())
        assert database.mirror_hold("a-hold")
        with pytest.raises(HoldPlaced):
            target.erase(found, ana, permit)
        assert len(found) == len(_own(target.find(ana)))

    def test_l8_a_kill_before_the_commit_leaves_every_record(self, target: ErasureTarget) -> None:
        """A process that ends in the line before the commit has deleted nothing."""
        ana = person_of(_ANA)
        before = [record.id for record in target.find(ana)]
        with pytest.raises(_Killed):
            target.erase(_own(target.find(ana)), ana, _kill)
        assert before == [record.id for record in target.find(ana)]

    def test_finding_changes_nothing(self, target: ErasureTarget) -> None:
        """A plan finds the same records twice, and leaves all."""
        before = target.count()
        first = [record.id for record in target.find(person_of(_ANA))]
        assert len(first) == 3
        assert first == [record.id for record in target.find(person_of("(415) 555-0132"))]
        assert before == target.count()

    def test_l5_the_other_keeps_their_records(self, target: ErasureTarget) -> None:
        """Erasing one leaves every record of the other, without the one."""
        ana, bruno = person_of(_ANA), person_of(_BRUNO)
        theirs = len(target.find(bruno))
        found = target.find(ana)
        target.mask([record for record in found if record.shared], ana, _go_on)
        target.erase(_own(target.find(ana)), ana, _go_on)
        assert target.verify_absent(ana) == 0
        if not self.keeps_shared:
            theirs = 1
        assert theirs == len(target.find(bruno))

    def test_l8_twice_is_once(self, target: ErasureTarget) -> None:
        """An erasure that is repeated after a crash does nothing more."""
        ana = person_of(_ANA)
        target.erase(_own(target.find(ana)), ana, _go_on)
        left = target.count()
        assert _own(target.find(ana)) == []
        target.erase([], ana, _go_on)
        assert left == target.count()

    def test_l2_nothing_is_deleted_when_the_lease_is_over(self, target: ErasureTarget) -> None:
        """A fault in the line before the commit leaves every record."""
        ana = person_of(_ANA)
        before = [record.id for record in target.find(ana)]
        for act in (target.erase, target.mask):
            with pytest.raises(StoreUnavailable):
                act(target.find(ana), ana, _stop)
        assert before == [record.id for record in target.find(ana)]

    def test_l6_the_mark_is_kept(self, target: ErasureTarget) -> None:
        """A store says up to which erasure it is clean."""
        assert target.mark() == 0
        target.set_mark(7)
        assert target.mark() == 7
