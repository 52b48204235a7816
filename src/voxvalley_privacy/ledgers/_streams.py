"""The stream of one name in a book: read with proof, written by compare and swap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..keys import KeyRing
from ..stores import Chain, Draft, Event, EventStore
from ._books import bound_key, chain_of, salted, unsalted
from ._proofs import Proofs
from ._subjects import Account, Subjects

__all__ = ["Stream", "details_of", "of_book"]


def details_of(event: Event, /) -> dict[str, object]:
    """Return the details of *event*; none if they were scrubbed."""
    return {} if event.body is None else unsalted(event.body)


def of_book(event: Event, book: str, /) -> bool:
    """Whether *event* belongs to *book*."""
    _, _, rest = event.stream.partition(".")
    return rest.startswith(f"{book}.")


class Stream:
    """
    Read and write the events of one name in a book.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        book: The book.

        name: Whose stream, such as a tenant.
    """

    def __init__(self, store: EventStore, /, *, keys: KeyRing, book: str, name: str) -> None:
        self.store = store
        self.chain: Chain = chain_of(keys)
        self.streams: tuple[str, ...] = Subjects(keys, book=book).tokens(Account(name or "(all)"))
        self._proofs: Proofs[Event, tuple[Event, ...]] = Proofs(
            self.chain, read=lambda event: event, gather=tuple
        )

    def read(self) -> tuple[Event, ...]:
        """
        Return every event, proved.

        Raises:
            voxvalley_privacy.StoreError: If not everything can be read and proved.
        """
        return self._proofs.prove(self.streams, self.store.read(*self.streams))

    def draft(
        self, kind: str, details: Mapping[str, object], at: datetime, /, *, key: str = ""
    ) -> Draft:
        """Make a draft for this stream."""
        stream = self.streams[0]
        bound = bound_key(stream, kind, key) if key else ""
        return Draft(stream=stream, kind=kind, body=salted(details), at=at, key=bound)

    def append(self, *drafts: Draft) -> tuple[Event, ...]:
        """Store *drafts* in one write."""
        events = self.store.append(*drafts, seal=self.chain)
        self._proofs.note(events)
        return events
