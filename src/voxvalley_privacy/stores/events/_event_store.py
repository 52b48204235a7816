"""The contract of an event store; `voxvalley_privacy.testing.EventStoreContract` tests it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import attrs

from ...errors import ConfigurationError, StoreCorrupt, StoreError
from ...protocols import Clock

__all__ = [
    "COLUMNS",
    "Clock",
    "Conflict",
    "Draft",
    "Event",
    "EventStore",
    "FixedClock",
    "Row",
    "Seal",
    "from_micros",
    "from_row",
    "system_clock",
    "to_micros",
    "to_row",
]


class Conflict(StoreError):
    """
    The stream has grown, or the idempotency key was used for something else.

    Read again and decide anew.
    """


@attrs.frozen(kw_only=True)
class Draft:
    """
    Ask for one event to be appended.

    Args:
        stream: Whose event it is; a token, never a number.

        kind: What happened.

        body: Details as text.

        at: When it happened. Evidence only: the order of events is the order of the store.

        key: Idempotency key: an event with this key is stored once. Empty for none.

        expected: The number of events the stream must have; None for any.
    """

    stream: str
    kind: str
    body: str = ""
    at: datetime
    key: str = ""
    expected: int | None = None


@attrs.frozen(kw_only=True)
class Event:
    """
    Hold one stored event.

    Args:
        position: Its place in the whole store, from 1 without gaps.

        stream: Whose event it is.

        seq: Its place in the stream, from 1 without gaps.

        at: When it happened, in UTC.

        kind: What happened.

        body: Details; None once scrubbed.

        key: Idempotency key, or empty.

        body_mac: Proves the body.

        previous: The `mac` of the event before this one in the whole store.

        mac: Proves everything here but the body.
    """

    position: int
    stream: str
    seq: int
    at: datetime
    kind: str
    body: str | None
    key: str
    body_mac: bytes
    previous: bytes
    mac: bytes


class Seal(Protocol):
    """Turns a draft into an event that can prove itself; see `voxvalley_privacy.stores.Chain`."""

    def __call__(self, draft: Draft, /, *, position: int, seq: int, previous: bytes) -> Event:
        """Make the event that stands at *position* after the event whose mac is *previous*."""


class EventStore(Protocol):
    """
    Keeps events and never loses an acknowledged one.

    Every method answers within a second or raises `voxvalley_privacy.StoreError`; any thread may
    call it.
    """

    @property
    def path(self) -> Path | None:
        """The file it is kept in, if it is one; companion files stand beside it."""

    def append(self, *drafts: Draft, seal: Seal) -> tuple[Event, ...]:
        """
        Store all *drafts* durably, in order, or none.

        Returns:
            One event for each draft. Whoever reads after this sees them. For a key that is known:
                the stored event.

        Raises:
            voxvalley_privacy.stores.Conflict: If a draft's *expected* does not hold, or its key
                belongs to another event.

            voxvalley_privacy.StoreError: If nothing was stored, or it cannot be known.
        """

    def read(self, *streams: str) -> tuple[Event, ...]:
        """Return all events of *streams* in the order of the store: all of them, or an error."""

    def scan(self, *, after: int = 0) -> Iterator[Event]:
        """Return the events of all streams whose position is above *after*, in order."""

    def head(self) -> Event | None:
        """Return the newest event."""

    def scrub(self, stream: str, /, *, through: int) -> None:
        """
        Forget the bodies of a stream's events up to seq *through*, durably.

        Everything else stays.
        """

    def close(self) -> None:
        """Let go of files and connections; using the store again opens it again or raises."""


def system_clock() -> datetime:
    """Return now, from the machine's clock."""
    return datetime.now(UTC)


class FixedClock:
    """
    Stand still until told otherwise; for tests.

    Args:
        now: What it shows, with a time zone.
    """

    def __init__(self, now: datetime, /) -> None:
        if now.tzinfo is None:
            raise ConfigurationError("'now' must be a datetime with a time zone.")
        self.now: datetime = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta, /) -> None:
        """Move on, or back."""
        self.now += by


# Events as rows of a table
# --------------------------------------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def to_micros(at: datetime, /) -> int:
    """Return the microseconds from 1970 to *at*."""
    return (at - _EPOCH) // _MICRO


def from_micros(micros: int, /) -> datetime:
    """Undo `to_micros`."""
    return _EPOCH + micros * _MICRO


COLUMNS = ("position", "stream", "seq", "at", "kind", "body", "idem", "body_mac", "previous", "mac")
Row = tuple[int, str, int, int, str, str | None, str | None, bytes, bytes, bytes]


def to_row(event: Event, /) -> Row:
    """Lay *event* out in columns."""
    return (
        event.position,
        event.stream,
        event.seq,
        to_micros(event.at),
        event.kind,
        event.body,
        event.key or None,
        event.body_mac,
        event.previous,
        event.mac,
    )


def from_row(row: Iterable[Any], /) -> Event:
    """
    Undo `to_row`.

    Raises:
        voxvalley_privacy.StoreCorrupt: If a column cannot be what was written.
    """
    position, stream, seq, at, kind, body, key, body_mac, previous, mac = row
    try:
        return Event(
            position=position,
            stream=stream,
            seq=seq,
            at=from_micros(at),
            kind=kind,
            body=body,
            key=key or "",
            body_mac=bytes(body_mac),
            previous=bytes(previous),
            mac=bytes(mac),
        )
    except (TypeError, ValueError, OverflowError):
        pass
    raise StoreCorrupt("A row of the event table is malformed.")
