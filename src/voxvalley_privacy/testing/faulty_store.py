"""A store that fails on purpose."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import attrs

from ..errors import StoreCorrupt, StoreUnavailable
from ..stores import Draft, Event, EventStore, Seal

__all__ = ["FAULTS", "FaultyStore"]

_T = TypeVar("_T")

# The first five answer with an error, the others with events that look right.
FAULTS = (
    "unavailable",
    "corrupt",
    "os_error",
    "bug",
    "time_out",
    "stale",
    "partial",
    "empty",
    "skewed",
)


@attrs.define(eq=False)
class FaultyStore:
    """
    Stand before a store and fail from the n-th call on.

    Args:
        store: The store behind.

        fault: One of `FAULTS`: raise `StoreUnavailable`, `StoreCorrupt`, `OSError` or
            `RuntimeError`; wait and raise `TimeoutError`; read the stream without its last event;
            leave out an event that is not the last; read nothing; move the times of events a year
            on.

        after: How many calls go well first.

        wait: How long `time_out` takes.
    """

    store: EventStore
    fault: str
    after: int = 0
    wait: timedelta = timedelta(milliseconds=10)
    calls: int = 0

    @property
    def path(self) -> Path | None:
        """The file of the store behind."""
        return self.store.path

    def append(self, *drafts: Draft, seal: Seal) -> tuple[Event, ...]:
        """Fail or pass on."""
        return self._call(lambda: self.store.append(*drafts, seal=seal))

    def read(self, *streams: str) -> tuple[Event, ...]:
        """Fail, pass on, or pass on something else."""
        events = self._call(lambda: self.store.read(*streams))
        return self._spoil(events) if self._failing() else events

    def scan(self, *, after: int = 0) -> Iterator[Event]:
        """Fail or pass on."""
        return self._call(lambda: self.store.scan(after=after))

    def head(self) -> Event | None:
        """Fail or pass on."""
        return self._call(self.store.head)

    def scrub(self, stream: str, /, *, through: int) -> None:
        """Fail or pass on."""
        self._call(lambda: self.store.scrub(stream, through=through))

    def close(self) -> None:
        """Close the store behind; that never fails."""
        self.store.close()

    def _failing(self) -> bool:
        return self.calls > self.after

    def _call(self, do: Callable[[], _T]) -> _T:
        self.calls += 1
        if self._failing():
            self._fail()
        return do()

    def _fail(self) -> None:
        if self.fault == "unavailable":
            raise StoreUnavailable("The store fails on purpose.")
        if self.fault == "corrupt":
            raise StoreCorrupt("The store fails on purpose.")
        if self.fault == "os_error":
            raise OSError("The store fails on purpose.")
        if self.fault == "bug":
            raise RuntimeError("The store fails on purpose.")
        if self.fault == "time_out":
            time.sleep(self.wait.total_seconds())
            raise TimeoutError("The store fails on purpose.")

    def _spoil(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        if self.fault == "stale":
            return events[:-1]
        if self.fault == "partial":
            return events[1:]
        if self.fault == "empty":
            return ()
        if self.fault == "skewed":
            return tuple(attrs.evolve(event, at=event.at + timedelta(days=365)) for event in events)
        return events
