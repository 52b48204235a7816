"""Events as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...errors import StoreCorrupt
from ._chain import from_micros, to_micros
from ._event_store import Event

__all__ = ["COLUMNS", "Row", "from_row", "to_row"]

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
