"""Events in memory: for tests, and for apps that keep consent elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import attrs

from ._append import Batch
from ._event_store import Draft, Event, Seal

__all__ = ["MemoryEventStore", "memory"]


class MemoryEventStore:
    """Keep events until the process ends; forked children go their own ways."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: list[Event] = []
        # A stream's events are a tuple that is replaced, never changed: whoever reads needs no
        # lock.
        self._streams: dict[str, tuple[Event, ...]] = {}
        self._keys: dict[str, Event] = {}

    @property
    def path(self) -> Path | None:
        """There is none."""
        return None

    def append(self, *drafts: Draft, seal: Seal) -> tuple[Event, ...]:
        """Store all *drafts* or none; see `EventStore.append`."""
        with self._lock:
            batch = Batch.after(
                self.head(), size=lambda stream: len(self.read(stream)), keyed=self._keys.get
            )
            stored = batch.add(drafts, seal)
            self._events += batch.events
            for event in batch.events:
                self._streams[event.stream] = (*self._streams.get(event.stream, ()), event)
                if event.key:
                    self._keys[event.key] = event
        return stored

    def read(self, *streams: str) -> tuple[Event, ...]:
        """Return all events of *streams* in the order of the store."""
        if len(streams) == 1:
            return self._streams.get(streams[0], ())
        events = [
            event for stream in dict.fromkeys(streams) for event in self._streams.get(stream, ())
        ]
        return tuple(sorted(events, key=_position))

    def scan(self, *, after: int = 0) -> Iterator[Event]:
        """Return the events above *after*."""
        return iter(self._events[after:])

    def head(self) -> Event | None:
        """Return the newest event."""
        return self._events[-1] if self._events else None

    def scrub(self, stream: str, /, *, through: int) -> None:
        """Forget bodies up to seq *through*."""
        with self._lock:
            kept = self._streams.get(stream, ())
            scrubbed = tuple(
                attrs.evolve(event, body=None) if event.seq <= through else event for event in kept
            )
            for event in scrubbed:
                self._events[event.position - 1] = event
                if event.key:
                    self._keys[event.key] = event
            self._streams[stream] = scrubbed

    def close(self) -> None:
        """Do nothing: memory has nothing to let go of."""


def _position(event: Event) -> int:
    return event.position


def memory() -> MemoryEventStore:
    """Make an event store that lives as long as the process."""
    return MemoryEventStore()
