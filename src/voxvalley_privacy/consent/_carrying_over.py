"""Carry a ledger over to a successor: nothing gets wider, and every no goes along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import attrs

from ..ledgers import Subject
from ._entries import Entry, Kind
from ._fold import as_reviewed
from ._ledger import ConsentLedger

__all__ = ["CarryReport", "Takeover", "carry_over"]

_YES = frozenset([Kind.GIVEN, Kind.RECONFIRMED, Kind.REQUESTED])
# What says no, ends something, or was only done; it goes along whatever becomes of the policy.
_LEFT_OUT = frozenset([Kind.REVIEWED])


class Takeover(Protocol):
    """A change of the controller; `voxvalley_privacy.ControllerSuccession` is one."""

    @property
    def old(self) -> str:
        """The controller of before."""

    @property
    def new(self) -> str:
        """The controller from then on."""

    @property
    def keeps_policy(self) -> bool:
        """Whether the successor keeps the policy."""


@attrs.frozen(kw_only=True)
class CarryReport:
    """
    How much went over.

    Args:
        carried: Entries that are in the successor's ledger now.

        frozen: Consents that did not go over, as the policy is not kept.

        unmatched: People who cannot be matched.
    """

    carried: int = 0
    frozen: int = 0
    unmatched: int = 0


def carry_over(
    ledger: ConsentLedger, subjects: Iterable[Subject], /, *, to: ConsentLedger, takeover: Takeover
) -> CarryReport:
    """
    Write what is on record about people into a successor's ledger, under the successor's keys.

    A consent goes over only if the policy is kept, for the purpose and recipients that it names;
    withdrawals and opt-outs always go over. The ledger holds tokens only, so that the app has to
    name its people. Twice is once.

    Args:
        ledger: That of before.

        subjects: The people, those who opted out included.

        to: The successor's, in a store of its own or with keys of its own.

        takeover: The succession.

    Raises:
        voxvalley_privacy.StoreError: If somebody could not be carried over; do it again then.
    """
    ledger.replay()
    carried = frozen = unmatched = 0
    for subject in subjects:
        if not (ledger.knows(subject) and to.knows(subject)):
            unmatched += 1
            continue
        entries = ledger.history(subject)
        for entry, answered in zip(entries, as_reviewed(entries), strict=True):
            if answered is None or answered.kind in _LEFT_OUT:
                continue
            if answered.kind in _YES and (answered.scrubbed or not takeover.keeps_policy):
                frozen += 1
                continue
            key = f"succession {takeover.old} {takeover.new} {entry.position}"
            to.books.record_once(subject, _of_successor(answered, takeover), key=key)
            carried += 1
    return CarryReport(carried=carried, frozen=frozen, unmatched=unmatched)


def _of_successor(entry: Entry, takeover: Takeover) -> Entry:
    """Return an entry for the new controller; what names somebody else stays as it is."""
    owner = takeover.new if entry.controller == takeover.old else entry.controller
    return attrs.evolve(entry, controller=owner, position=0, refers=0)
