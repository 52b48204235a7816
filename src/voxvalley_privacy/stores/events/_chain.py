"""
Events that prove themselves.

Each carries a keyed mac over its fields and the mac of the event before it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from struct import Struct
from typing import NoReturn

from ...errors import NotPicklable, StoreCorrupt
from ._event_store import Draft, Event, from_micros, to_micros

__all__ = ["GENESIS", "Chain"]

GENESIS = bytes(32)
_length = Struct(">I").pack


class Chain:
    """
    Seal events and check them.

    A stream names its key before its first dot, so older keys still check what they sealed.

    Args:
        keys: Mac keys of 32 bytes by key id.

        older: Mac keys by key id that earlier versions sealed with: they only check.
    """

    __slots__ = ("_macs", "_older")

    def __init__(
        self, keys: Mapping[str, bytes], /, *, older: Mapping[str, bytes] | None = None
    ) -> None:
        # Keyed once: copying a keyed state costs half of keying it.
        self._macs = {key_id: hmac.new(key, digestmod="sha256") for key_id, key in keys.items()}
        self._older = Chain(older) if older else None

    def __reduce__(self) -> NoReturn:
        raise NotPicklable("A chain holds key bytes; make it anew from the key ring.")

    def __call__(self, draft: Draft, /, *, position: int, seq: int, previous: bytes) -> Event:
        body_mac = self._mac(draft.stream, "body", draft.stream, draft.body)
        at = to_micros(draft.at)
        mac = self._row_mac(
            position, draft.stream, seq, at, draft.kind, draft.key, body_mac, previous
        )
        return Event(
            position=position,
            stream=draft.stream,
            seq=seq,
            at=from_micros(at),
            kind=draft.kind,
            body=draft.body,
            key=draft.key,
            body_mac=body_mac,
            previous=previous,
            mac=mac,
        )

    def check(self, event: Event, /) -> None:
        """
        Check that *event* is as it was sealed; a scrubbed body is not a fault.

        Raises:
            voxvalley_privacy.StoreCorrupt: If it is not, or if its key is unknown.
        """
        if self.proves(event):
            return
        if self._older is not None and self._older.proves(event):
            return
        raise StoreCorrupt(f"The event at position {event.position} is not what was written.")

    def proves(self, event: Event, /) -> bool:
        """Whether *event* is as it was sealed; a scrubbed body is not a fault."""
        at = to_micros(event.at)
        sealed = self._row_mac(
            event.position,
            event.stream,
            event.seq,
            at,
            event.kind,
            event.key,
            event.body_mac,
            event.previous,
        )
        whole = hmac.compare_digest(sealed, event.mac)
        if event.body is not None:
            whole &= hmac.compare_digest(
                self._mac(event.stream, "body", event.stream, event.body), event.body_mac
            )
        return whole

    def verify(
        self, events: Iterable[Event], /, *, anchor: tuple[int, bytes] | None = None
    ) -> tuple[int, bytes]:
        """
        Check a whole store: every event, no gap, no swap, no second branch.

        Args:
            events: All events from the first: the result of `EventStore.scan`.

            anchor: A position and mac noted outside the store; without it a cut tail cannot be
                seen.

        Returns:
            The newest position and mac: note them outside the store.

        Raises:
            voxvalley_privacy.StoreCorrupt: At the first fault.
        """
        position, previous = 0, GENESIS
        sizes: dict[str, int] = {}
        anchored = anchor is None or anchor == (0, GENESIS)
        for event in events:
            position += 1
            sizes[event.stream] = seq = sizes.get(event.stream, 0) + 1
            if (event.position, event.seq, event.previous) != (position, seq, previous):
                raise StoreCorrupt(
                    f"The event at position {position} does not follow the one before it."
                )
            self.check(event)
            previous = event.mac
            anchored |= anchor == (position, previous)
        if not anchored:
            raise StoreCorrupt(
                "The anchored event is not in the store: its tail was cut, or a copy restored."
            )
        return position, previous

    def _row_mac(
        self,
        position: int,
        stream: str,
        seq: int,
        at: int,
        kind: str,
        key: str,
        body_mac: bytes,
        previous: bytes,
    ) -> bytes:
        return self._mac(
            stream, "row", str(position), stream, str(seq), str(at), kind, key, body_mac, previous
        )

    def _mac(self, stream: str, *parts: str | bytes) -> bytes:
        keyed = self._macs.get(stream.partition(".")[0])
        if keyed is None:
            raise StoreCorrupt("An event names a key that is not in the key ring.")
        mac = keyed.copy()
        # Lengths first: ("ab", "c") must not be ("a", "bc").
        coded = [
            part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            for part in parts
        ]
        mac.update(b"".join([_length(len(part)) + part for part in coded]))
        return mac.digest()
