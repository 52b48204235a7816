"""Proof that a store returned all it was given, unchanged; each event is proved once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from ..errors import StoreCorrupt
from ..stores import Chain, Event

__all__ = ["Proofs", "StorePartial", "StoreStale"]

_REMEMBERED = 4096
_SIZES = 1 << 16

EntryT = TypeVar("EntryT")
HistoryT = TypeVar("HistoryT", bound=tuple)  # type: ignore[type-arg]  # of any entries


class StorePartial(StoreCorrupt):
    """The store left out events of a stream."""


class StoreStale(StoreCorrupt):
    """The store answered with fewer events than it held before."""


class Proofs(Generic[EntryT, HistoryT]):
    """
    Prove and read events.

    Args:
        chain: Checks each event.

        read: Makes an entry of an event.

        gather: Makes a history of entries.
    """

    def __init__(
        self,
        chain: Chain,
        /,
        *,
        read: Callable[[Event], EntryT],
        gather: Callable[[Iterable[EntryT]], HistoryT],
    ) -> None:
        self._chain = chain
        self._entry = read
        self._gather = gather
        self._nothing: tuple[tuple[Event, ...], HistoryT] = ((), gather(()))
        self._known: dict[tuple[str, ...], tuple[tuple[Event, ...], HistoryT]] = {}
        self._sizes: dict[str, int] = {}

    def note(self, events: tuple[Event, ...], /) -> None:
        """Remember how long streams are: no later answer may be shorter."""
        if len(self._sizes) >= _SIZES:
            self._sizes.clear()
        for event in events:
            self._sizes[event.stream] = max(event.seq, self._sizes.get(event.stream, 0))

    def forget(self, streams: tuple[str, ...], /) -> None:
        """Drop what was read of *streams*."""
        self._known.pop(streams, None)

    def prove(self, streams: tuple[str, ...], events: tuple[Event, ...], /) -> HistoryT:
        """
        Return *events* as entries.

        Raises:
            voxvalley_privacy.StoreCorrupt: If an event was changed or left out.
        """
        expected = 0
        for stream in streams:
            expected += self._sizes.get(stream, 0)
        if len(events) < expected:
            raise StoreStale("The store answered with fewer events than it held before.")
        known_events, known_entries = self._known.get(streams, self._nothing)
        if known_events is events or known_events == events:
            return known_entries
        _check_order(streams, events)
        # Only what was added since the last proof is proved.
        proved = len(known_events)
        if events[:proved] != known_events:
            proved, known_entries = 0, self._nothing[1]
        for event in events[proved:]:
            self._chain.check(event)
        entries = self._gather([*known_entries, *map(self._entry, events[proved:])])
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[streams] = (events, entries)
        self.note(events)
        return entries


def _check_order(streams: tuple[str, ...], events: tuple[Event, ...]) -> None:
    sizes = dict.fromkeys(streams, 0)
    for event in events:
        seq = sizes.get(event.stream, 0) + 1
        if event.stream not in sizes or event.seq != seq:
            raise StorePartial("The store left out events of a stream.")
        sizes[event.stream] = seq
