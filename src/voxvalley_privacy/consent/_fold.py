"""What a subject's entries come to: a fold in store order, in which every doubt takes away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import attrs

from ._entries import Entry, Kind, covers

__all__ = ["SKEW", "Scope", "Standing", "standing", "suppressions"]


# By how much the clocks of machines may differ.
SKEW = timedelta(seconds=2)


def _overlaps(one: str, other: str) -> bool:
    return not one or covers(one, other) or covers(other, one)


@attrs.frozen
class Scope:
    """What is asked for."""

    purpose: str
    controller: str = ""
    category: str = ""
    recipient: str = ""


@attrs.frozen
class Standing:
    """
    What holds for a scope.

    Args:
        consent: The entry that permits, if any.

        ended: The entry that ended it, if any.

        weak: Whether there was a consent that cannot be shown.
    """

    consent: Entry | None
    ended: Entry | None
    weak: bool


# Tuples: members are found by identity, without hashing.
_ENDS = (Kind.REFUSED, Kind.WITHDRAWN, Kind.EXPIRED)
_GRANTS = (Kind.GIVEN, Kind.RECONFIRMED)


def _ends(entry: Entry, scope: Scope) -> bool:
    if entry.kind is Kind.ERASED:
        return True
    if entry.kind is Kind.CHECKED:
        return entry.answer == "yes" or entry.scrubbed
    # A withdrawal reaches parents and children: what is named too widely or narrowly must not slip by.
    return entry.kind in _ENDS and (
        _overlaps(entry.purpose, scope.purpose)
        and entry.controller in ("", scope.controller)
        and entry.category in ("", scope.category)
        and entry.recipient in ("", scope.recipient)
    )


def _grants(entry: Entry, scope: Scope) -> bool:
    return (
        not entry.scrubbed
        and covers(entry.purpose, scope.purpose)
        and (entry.controller, entry.category, entry.recipient)
        == (scope.controller, scope.category, scope.recipient)
    )


def _shows(entry: Entry) -> bool:
    return (
        entry.evidence is not None and entry.evidence.affirmative and not entry.evidence.pre_ticked
    )


def standing(entries: Iterable[Entry], scope: Scope, /) -> Standing:
    """Fold *entries*, in store order, for *scope*."""
    consent: Entry | None = None
    ended: Entry | None = None
    weak = False
    for entry in entries:
        if entry.kind not in _GRANTS:
            if _ends(entry, scope):
                consent = None
                # Of two endings the later one by time guards against old consents that arrive late.
                ended = entry if ended is None or entry.at >= ended.at else ended
        elif _grants(entry, scope):
            if not _shows(entry):
                weak = True
            elif ended is not None and entry.at <= ended.at:
                continue  # from the same instant or before: the withdrawal wins
            elif entry.kind is Kind.GIVEN or consent is not None:
                consent = entry
    return Standing(consent, ended, weak)


def suppressions(entries: Iterable[Entry], /) -> tuple[Entry, ...]:
    """Return the suppressions that hold, in store order."""
    holding: list[Entry] = []
    for entry in entries:
        if entry.kind is Kind.SUPPRESSED:
            holding.append(entry)
        elif entry.kind is Kind.LIFTED and not entry.scrubbed:
            holding = [made for made in holding if not _lifts(entry, made)]
    return tuple(holding)


def _lifts(lifted: Entry, made: Entry) -> bool:
    if made.scrubbed:
        return False
    if lifted.origin == "keyword":
        # START takes back what a keyword did for this sender, and nothing else.
        return made.origin in {"keyword", "likely"} and made.sender == lifted.sender
    return lifted.sender in ("", made.sender) and lifted.purpose in ("", made.purpose)
