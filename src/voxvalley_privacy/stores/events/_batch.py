"""What every store does with drafts before it writes: number, chain, compare and swap, spot repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from ._chain import GENESIS
from ._event_store import Conflict, Draft, Event, Seal

__all__ = ["Batch"]


@attrs.define
class Batch:
    """
    Plan what one transaction will insert; nothing else may write meanwhile.

    Args:
        position: The newest position in the store.

        previous: The mac of the newest event.

        size: Counts the events of a stream in the store.

        keyed: Finds the event with an idempotency key in the store.
    """

    position: int
    previous: bytes
    size: Callable[[str], int]
    keyed: Callable[[str], Event | None]
    events: list[Event] = attrs.field(factory=list)
    _sizes: dict[str, int] = attrs.field(factory=dict)
    _keys: dict[str, Event] = attrs.field(factory=dict)

    @classmethod
    def after(
        cls, head: Event | None, *, size: Callable[[str], int], keyed: Callable[[str], Event | None]
    ) -> Batch:
        """Start behind *head*."""
        return cls(head.position if head else 0, head.mac if head else GENESIS, size, keyed)

    def add(self, drafts: Sequence[Draft], seal: Seal, /) -> tuple[Event, ...]:
        """
        Plan all *drafts* or none.

        Raises:
            voxvalley_privacy.stores.Conflict: As `EventStore.append`; what was planned before stays.
        """
        mark = len(self.events)
        try:
            return tuple([self._plan(draft, seal) for draft in drafts])
        except BaseException:
            self._undo(mark)
            raise

    def _plan(self, draft: Draft, seal: Seal) -> Event:
        if draft.key and (known := self._keys.get(draft.key) or self.keyed(draft.key)):
            if (known.stream, known.kind) != (draft.stream, draft.kind):
                raise Conflict("The idempotency key belongs to another event.")
            return known
        size = self._sizes[draft.stream] if draft.stream in self._sizes else self.size(draft.stream)
        if draft.expected is not None and draft.expected != size:
            raise Conflict(f"The stream has {size} events, not {draft.expected}.")
        event = seal(draft, position=self.position + 1, seq=size + 1, previous=self.previous)
        self.position, self.previous = event.position, event.mac
        self._sizes[draft.stream] = event.seq
        if draft.key:
            self._keys[draft.key] = event
        self.events.append(event)
        return event

    def _undo(self, mark: int) -> None:
        while len(self.events) > mark:
            event = self.events.pop()
            self.position, self.previous = event.position - 1, event.previous
            self._sizes[event.stream] = event.seq - 1
            self._keys.pop(event.key, None)
