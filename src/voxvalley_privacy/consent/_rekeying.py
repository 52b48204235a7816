"""Move what is on record to the active key, so that an older key can be destroyed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import attrs

from ..errors import StoreUnavailable
from ..ledgers import Subject, size_of
from ..stores import Conflict, Event
from ._entries import Entry, Kind
from ._fold import as_reviewed, root_of
from ._ledger import ConsentLedger

__all__ = ["RekeyReport", "rekey"]

_TRIES = 8
# An erased consent permits nothing, and an erased no counts for everything.
_ERASED_AWAY = frozenset(
    [Kind.GIVEN, Kind.RECONFIRMED, Kind.REQUESTED, Kind.LIFTED, Kind.CHECKED, Kind.ATTEMPTED]
)


@attrs.frozen(kw_only=True)
class RekeyReport:
    """
    How many people were moved.

    Args:
        moved: Those whose entries are now under the active key too.

        current: Those with nothing to move.

        unmatched: Those who cannot be matched.
    """

    moved: int = 0
    current: int = 0
    unmatched: int = 0


def rekey(ledger: ConsentLedger, subjects: Iterable[Subject], /) -> RekeyReport:
    """
    Write what is on record about people under the active key of the ring.

    The store holds tokens only, so that the app has to name its people: all of them, those who
    opted out included. Do it when every process writes with the active key, and destroy the older
    key afterward. Twice is once; what an older process wrote meanwhile is moved by the next time.

    Args:
        ledger: With a ring that has the older keys and the active one.

        subjects: The people.

    Returns:
        A report.

    Raises:
        voxvalley_privacy.StoreError: If somebody could not be moved: do not destroy a key then.
    """
    ledger.replay()
    moved = current = unmatched = 0
    for subject in subjects:
        if not ledger.knows(subject):
            unmatched += 1
        elif _move(ledger, subject):
            moved += 1
        else:
            current += 1
    return RekeyReport(moved=moved, current=current, unmatched=unmatched)


def _move(ledger: ConsentLedger, subject: Subject) -> bool:
    books = ledger.books
    streams = books.subjects.tokens_of_anything(subject)
    active = streams[0]
    for _ in range(_TRIES):
        events, entries = books.read(streams)
        older = [event.position for event in events if event.stream != active]
        if not older:
            return False
        marks = books.bound(active, "rekey", f"{older[-1]}")
        if any(event.key in marks for event in events):
            return False
        drafts = [books.draft(active, entry) for entry in _copies(events, entries, active)]
        # The last of them says up to where the older entries are there.
        drafts[-1] = attrs.evolve(drafts[-1], key=marks[0])
        drafts[0] = attrs.evolve(drafts[0], expected=size_of(events, active))
        with suppress(Conflict):
            books.append(*drafts)
            return True
    raise StoreUnavailable("Too many others wrote about the same person.")


def _is_worth_copying(entry: Entry) -> bool:
    if entry.kind is Kind.REVIEWED:
        return False
    return not entry.scrubbed or entry.kind not in _ERASED_AWAY


def _copy_of(entry: Entry) -> Entry:
    # A review to come of the copy is one of the first, which stands beside it.
    if entry.kind is not Kind.SUPPRESSED:
        return entry
    return attrs.evolve(entry, refers=root_of(entry))


def _copies(events: tuple[Event, ...], entries: Iterable[Entry], active: str) -> list[Entry]:
    """
    Return the whole history once more, in its order; that folds to what it folded to before.

    Only the older entries would not do: an old no would come behind the lift that ended it.
    """
    entries, copied = tuple(entries), []
    for event, entry, answered in zip(events, entries, as_reviewed(entries), strict=True):
        if event.stream == active and entry.kind is Kind.ATTEMPTED:
            continue  # an attempt counts as often as it is there
        if answered is not None and _is_worth_copying(answered):
            copied.append(_copy_of(answered))
    if copied:
        return copied
    # Nothing but what a review ended: its answer is kept. Or what was erased: that ends consents.
    answers = [entry for entry in entries if entry.kind is Kind.REVIEWED and not entry.scrubbed]
    return answers[-1:] or [Entry(kind=Kind.ERASED, at=events[-1].at)]
