"""Fold a subject's entries into what holds now; every doubt takes away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import attrs

from ._entries import Entry, Kind, covers
from ._senders import SenderScope

__all__ = [
    "BY_MESSAGE",
    "SKEW",
    "History",
    "Scope",
    "Standing",
    "as_reviewed",
    "root_of",
    "standing",
    "suppressions",
]


# By how much the clocks of machines may differ.
SKEW = timedelta(seconds=2)
# Origins of what a message did; START takes these back.
BY_MESSAGE = frozenset(["confirmed", "keyword", "likely", "scoped", "wrong_number"])


class History(tuple[Entry, ...]):  # noqa: SLOT001 - it keeps what was folded
    """
    Every entry of a subject in store order; what was folded from them is folded once.

    Args:
        entries: The entries.
    """

    folds: dict[object, object]  # results by what was asked for
    attempts: tuple[Entry, ...]  # the recorded attempts to contact the person
    newest: datetime | None  # the latest time of any entry

    def __init__(self, entries: Iterable[Entry] = (), /) -> None:
        self.folds = {}
        self.attempts = tuple([entry for entry in self if entry.kind is Kind.ATTEMPTED])
        self.newest = max([entry.at for entry in self], default=None)


# Consent


@attrs.frozen(cache_hash=True)
class Scope:
    """The consent that is asked for."""

    purpose: str
    controller: str = ""
    category: str = ""
    recipient: str = ""


@attrs.frozen
class Standing:
    """
    The state of one scope.

    Args:
        consent: The entry that permits, if any.

        ended: The entry that ended it, if any.

        weak: Whether there was a consent that cannot be shown.
    """

    consent: Entry | None = None
    ended: Entry | None = None
    weak: bool = False


# Tuples: members are found by identity, without hashing.
_ENDS = (Kind.REFUSED, Kind.WITHDRAWN, Kind.EXPIRED)
_GRANTS = (Kind.GIVEN, Kind.RECONFIRMED)


def _overlaps(one: str, other: str) -> bool:
    return not one or covers(one, other) or covers(other, one)


def _ends(entry: Entry, scope: Scope) -> bool:
    if entry.kind is Kind.ERASED:
        return True
    if entry.kind is Kind.CHECKED:
        return entry.answer == "yes" or entry.scrubbed
    if entry.kind not in _ENDS:
        return False
    # A withdrawal reaches parents and children: what is named too widely or narrowly must not slip
    # by.
    if not _overlaps(entry.purpose, scope.purpose):
        return False
    named = (entry.controller, entry.category, entry.recipient)
    asked = (scope.controller, scope.category, scope.recipient)
    return all(name in ("", other) for name, other in zip(named, asked, strict=True))


def _grants(entry: Entry, scope: Scope) -> bool:
    if entry.scrubbed or not covers(entry.purpose, scope.purpose):
        return False
    named = (entry.controller, entry.category, entry.recipient)
    return named == (scope.controller, scope.category, scope.recipient)


def _shows(entry: Entry) -> bool:
    """Whether the consent can be shown: the person did something to give it."""
    evidence = entry.evidence
    return evidence is not None and evidence.affirmative and not evidence.pre_ticked


def standing(entries: Iterable[Entry], scope: Scope, /) -> Standing:
    """Fold *entries*, in store order, for *scope*."""
    if not isinstance(entries, History):
        return _standing(entries, scope)
    known = entries.folds.get(scope)
    if not isinstance(known, Standing):
        known = entries.folds[scope] = _standing(entries, scope)
    return known


def _standing(entries: Iterable[Entry], scope: Scope) -> Standing:
    now = Standing()
    for entry in entries:
        if entry.kind in _GRANTS:
            now = _after_grant(now, entry, scope)
        elif _ends(entry, scope):
            # Of two endings the later one by time guards against old consents that arrive late.
            later = now.ended is None or entry.at >= now.ended.at
            now = Standing(None, entry if later else now.ended, now.weak)
    return now


def _after_grant(now: Standing, entry: Entry, scope: Scope) -> Standing:
    if not _grants(entry, scope):
        return now
    if not _shows(entry):
        return Standing(now.consent, now.ended, weak=True)
    if now.ended is not None and entry.at <= now.ended.at:
        return now  # from the same instant or before: the withdrawal wins
    if entry.kind is Kind.RECONFIRMED and now.consent is None:
        return now
    return Standing(entry, now.ended, now.weak)


# Suppressions


def root_of(entry: Entry, /) -> int:
    """Return the position of the suppression that *entry* is a copy of; its own if it is none."""
    return entry.refers or entry.position


@attrs.define
class _Holding:
    """The suppressions that hold so far, and what came in that may end some of them."""

    made: list[Entry] = attrs.field(factory=list)
    starts: list[Entry] = attrs.field(factory=list)
    roots: dict[int, int] = attrs.field(factory=dict)
    reviews: dict[int, bool] = attrs.field(factory=dict)
    reassigned: Entry | None = None
    of_former_holder: list[Entry] = attrs.field(factory=list)

    def add(self, entry: Entry) -> None:
        """Take in the next entry, in store order."""
        step = _STEPS.get(entry.kind)
        if step is not None:
            step(self, entry)

    def suppress(self, entry: Entry) -> None:
        self.made.append(entry)
        self.roots[entry.position] = root_of(entry)

    def lift(self, entry: Entry) -> None:
        if entry.scrubbed:
            return
        if entry.origin == "keyword":
            self.starts.append(entry)
        else:
            self.made = [made for made in self.made if not _lifts(entry, made)]

    def review(self, entry: Entry) -> None:
        if not entry.scrubbed:
            # Of two answers about one entry, the one that keeps it counts.
            root = self.roots.get(entry.refers, entry.refers)
            self.reviews[root] = self.reviews.get(root, False) or entry.stands

    def erase(self, entry: Entry) -> None:
        if entry.carried:
            self.made.clear()  # what held then is written anew behind this entry
            self.starts.clear()

    def check(self, entry: Entry) -> None:
        if entry.answer == "yes":
            self.reassigned = entry
            self.of_former_holder = list(self.made)

    def give(self, entry: Entry) -> None:
        # The new holder of a number said yes: the former holder's no is not theirs.
        if self.reassigned is None or entry.at <= self.reassigned.at:
            return
        if not entry.scrubbed and _shows(entry):
            self._begin_anew()

    def _begin_anew(self) -> None:
        former = set(map(id, self.of_former_holder))
        self.made = [made for made in self.made if id(made) not in former]
        self.reassigned = None


_STEPS = {
    Kind.SUPPRESSED: _Holding.suppress,
    Kind.LIFTED: _Holding.lift,
    Kind.REVIEWED: _Holding.review,
    Kind.ERASED: _Holding.erase,
    Kind.CHECKED: _Holding.check,
    Kind.GIVEN: _Holding.give,
}


def suppressions(
    entries: Iterable[Entry], /, *, sender: SenderScope | None = None
) -> tuple[Entry, ...]:
    """
    Return the suppressions that hold, in store order.

    Messages count in the order of their own times, whenever they were delivered: a START ends what
    a message did before it, and of two at one time the no wins. Everything else counts in store
    order.

    Args:
        entries: Everything about one subject.

        sender: Leave out what is about other senders only; None for all of them.
    """
    if not isinstance(entries, History):
        return _suppressions(entries, sender)
    asked = ("suppressions", sender)
    known = entries.folds.get(asked)
    if not isinstance(known, tuple):
        known = entries.folds[asked] = _suppressions(entries, sender)
    return known


def _suppressions(entries: Iterable[Entry], sender: SenderScope | None) -> tuple[Entry, ...]:
    entries = tuple(entries)
    # Most people never said no, and only a suppression holds.
    if not any(entry.kind is Kind.SUPPRESSED for entry in entries):
        return ()
    holding = _Holding()
    for entry in entries:
        holding.add(entry)
    return tuple(_standing_of(holding, sender))


def _standing_of(holding: _Holding, sender: SenderScope | None) -> Iterator[Entry]:
    for made in holding.made:
        entry = _reviewed(made, holding.reviews)
        if entry is None or not _is_about(entry, sender):
            continue
        if not any(_starts_again(start, entry, sender) for start in holding.starts):
            yield entry


def _reviewed(made: Entry, reviews: Mapping[int, bool]) -> Entry | None:
    """Return a suppression as it stands after its review; None if the review ended it."""
    stands = reviews.get(root_of(made))
    if stands is None:
        return made
    if not stands:
        return None
    # A likely no that is a no stops everything, as STOP does.
    purpose = "" if made.origin == "likely" else made.purpose
    return attrs.evolve(made, purpose=purpose, origin="confirmed")


def as_reviewed(entries: Iterable[Entry], /) -> list[Entry | None]:
    """Return each entry as it stands after its review; None for one that a review ended."""
    entries, holding = tuple(entries), _Holding()
    for entry in entries:
        if entry.kind in (Kind.SUPPRESSED, Kind.REVIEWED):
            holding.add(entry)
    return [
        _reviewed(entry, holding.reviews) if entry.kind is Kind.SUPPRESSED else entry
        for entry in entries
    ]


def _is_about(made: Entry, sender: SenderScope | None) -> bool:
    if sender is None or made.scrubbed:
        return True
    return sender.includes(made.sender, made.group)


def _starts_again(start: Entry, made: Entry, sender: SenderScope | None) -> bool:
    """Whether START ends *made*: what an earlier message did, for the same sender."""
    if made.scrubbed or made.origin not in BY_MESSAGE:
        return False
    if made.at >= start.at:
        return False
    if sender is not None and sender.names:
        return sender.includes(start.sender, start.group)
    if made.group or start.group:
        return made.group == start.group
    return made.sender == start.sender


def _lifts(lifted: Entry, made: Entry) -> bool:
    if made.scrubbed:
        return False
    if lifted.sender not in ("", made.sender, made.group):
        return False
    return lifted.purpose in ("", made.purpose)
