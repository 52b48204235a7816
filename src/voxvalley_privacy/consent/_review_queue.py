"""The queue of opt-outs that a person has to look at."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

import attrs

from ..ledgers import of_book
from ._entries import Entry, Kind, from_event
from ._fold import BY_MESSAGE, root_of
from ._inbound import Review
from ._ledger import ConsentLedger

__all__ = ["REVIEW_WITHIN", "ReviewQueue", "review_of"]

# Both for opt-outs that are only likely and for what they may have blocked by mistake.
REVIEW_WITHIN = timedelta(days=1)
_REVIEWED = BY_MESSAGE - {"keyword", "confirmed"}


def review_of(entry: Entry, token: str = "") -> Review:
    """Return the review that an entry waits for."""
    return Review(
        position=entry.position,
        why=entry.origin,
        at=entry.at,
        due=entry.at + REVIEW_WITHIN,
        token=token,
    )


@attrs.define(eq=False)
class ReviewQueue:
    """Open reviews of all people; read from the store once, then only what was added."""

    ledger: ConsentLedger
    position: int = 0
    waiting: dict[int, Review] = attrs.field(factory=dict)  # by the first of an entry's copies
    roots: dict[int, int] = attrs.field(factory=dict)
    lock: Lock = attrs.field(factory=Lock)

    def open(self) -> tuple[Review, ...]:
        """Return the open reviews in the order of the store."""
        with self.lock:
            for event in self.ledger.books.store.scan(after=self.position):
                # Other books may be in the same store; streams from before there were books have
                # one dot.
                if event.stream.count(".") == 1 or of_book(event, "consent"):
                    self._take_own(from_event(event), event.stream)
                self.position = event.position
            return tuple(self.waiting.values())

    def awaits(self, position: int) -> bool:
        """Whether the entry at *position* is open."""
        self.open()
        return self.roots.get(position, position) in self.waiting

    def _forget(self, token: str) -> None:
        for root, review in tuple(self.waiting.items()):
            if review.token == token:
                del self.waiting[root]

    def _take_own(self, entry: Entry, token: str) -> None:
        # What another tenant's people said is neither shown nor decided here.
        if entry.kind is not Kind.SUPPRESSED or self.ledger.books.is_of_tenant(entry, token):
            self.take(entry, token)

    def take(self, entry: Entry, token: str) -> None:
        """Take in the next event."""
        if entry.kind is Kind.REVIEWED:
            self.waiting.pop(self.roots.get(entry.refers, entry.refers), None)
        elif entry.kind is Kind.ERASED:
            # Opt-outs that still hold are written anew behind the erasure, with other positions.
            self._forget(token)
        elif entry.kind is Kind.SUPPRESSED and entry.origin in _REVIEWED:
            root = self.roots[entry.position] = root_of(entry)
            self.waiting[root] = review_of(entry, token)
