"""Books of account: events in and out of a store, proved, with a journal for what must not wait."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Generic, Self, TypeVar

import attrs

from ..errors import ConfigurationError, StoreError, StoreUnavailable
from ..keys import KeyRing
from ..stores import Chain, Draft, Event, EventStore, Seal
from ._journal import Journal
from ._proofs import EntryT, HistoryT, Proofs, StoreStale
from ._subjects import Subjects

__all__ = ["Books", "Witness", "batches", "bound_key", "chain_of", "salted", "size_of", "unsalted"]

_SUBJECTS_A_READ = 500
_REPLAY_PAUSE = (
    5.0  # seconds between attempts of readers; a locked store must not slow down every read
)
_SALT = "salt"
_SALT_BYTES = 16


def chain_of(keys: KeyRing, /) -> Chain:
    """Return the one chain of a store, for every book in it."""
    return Chain(
        {key_id: keys.derive("ledger.mac", key_id=key_id) for key_id in keys.key_ids},
        older={key_id: keys.derive("consent.mac", key_id=key_id) for key_id in keys.key_ids},
    )


def salted(details: Mapping[str, object], /) -> str:
    """Write a body that cannot be guessed from its mac once it is scrubbed."""
    body = {**details, _SALT: secrets.token_hex(_SALT_BYTES)}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), default=datetime.isoformat)


def unsalted(body: str, /) -> dict[str, Any]:
    """Return the details in a body; raise ValueError if it is not one."""
    details = json.loads(body)
    if not isinstance(details, dict):
        raise ValueError("A body is an object.")  # noqa: TRY004 - as for any text of another form
    details.pop(_SALT, None)
    return details


class Books(Generic[EntryT, HistoryT]):
    """
    Write and read the events of one book in a store.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        subjects: Computes the streams of people.

        journal: The file for what the store could not take; None for memory.

        kinds: The kinds of events that the journal may hold.

        read: Makes an entry of an event.

        gather: Makes a history of entries.
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        subjects: Subjects,
        journal: Path | None,
        kinds: Collection[str],
        read: Callable[[Event], EntryT],
        gather: Callable[[Iterable[EntryT]], HistoryT],
    ) -> None:
        self.store = store
        self.subjects = subjects
        self.chain: Chain = chain_of(keys)
        use = f"{subjects.book}.journal"
        self.journal: Journal = Journal(
            journal,
            keys={key_id: keys.derive(use, key_id=key_id) for key_id in keys.key_ids},
            active=keys.active_id,
            kinds=kinds,
        )
        self._entry = read
        self._gather = gather
        self._proofs: Proofs[EntryT, HistoryT] = Proofs(self.chain, read=read, gather=gather)
        self._next_replay = 0.0
        newest = store.head()
        self.was_empty: bool = newest is None
        oldest = None if newest is None else next(store.scan())
        if not _key_ids(store, oldest, newest) <= {*keys.key_ids, *keys.destroyed_ids}:
            raise ConfigurationError(
                "The store was written with other keys: its opt-outs would not be found."
            )
        # Only a store that was begun before there were books has streams without one.
        self._has_older = oldest is not None and oldest.stream.count(".") == 1
        self.subjects.reads_older = self._has_older

    def for_subjects(self, subjects: Subjects, /) -> Self:
        """Return the same books with other tokens."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.subjects = subjects
        subjects.reads_older = self._has_older
        return other

    def with_waiting(
        self, entries: HistoryT, streams: tuple[str, ...], waiting: tuple[Draft, ...], /
    ) -> HistoryT:
        """Return *entries* with those of *waiting* that are about the same person."""
        own = [self._entry(_unstored(draft)) for draft in waiting if draft.stream in streams]
        if not own:
            return entries
        return self._gather([*entries, *own])

    # Reading

    def history(self, subject: object, /) -> HistoryT:
        """Return every entry of *subject*, proved, with those that wait in the journal last."""
        streams = self.subjects.tokens_of_anything(subject)
        entries = self.read(streams)[1]
        waiting = self.journal.pending()
        if not waiting:
            return entries
        if self._replay_while_reading():
            entries, waiting = self.read(streams)[1], self.journal.pending()
        return self.with_waiting(entries, streams, waiting)

    def histories(self, subjects: Iterable[object], /) -> Iterator[HistoryT | Exception]:
        """Return the history of each subject, or the error; one read serves hundreds of them."""
        return self.histories_of(map(self.subjects.tokens_of_anything, subjects))

    def histories_of(self, people: Iterable[tuple[str, ...]], /) -> Iterator[HistoryT | Exception]:
        """Do as `histories`, for people by their streams."""
        for batch in batches(people, _SUBJECTS_A_READ):
            yield from self._histories(batch)

    def _histories(self, batch: list[tuple[str, ...]]) -> list[HistoryT | Exception]:
        try:
            waiting = self.journal.pending()
            events = self.store.read(*dict.fromkeys(stream for group in batch for stream in group))
        except Exception as error:  # whatever a store raises, nobody of this batch is contacted
            return [error] * len(batch)
        by_stream: dict[str, list[Event]] = {}
        for event in events:
            by_stream.setdefault(event.stream, []).append(event)
        drafts: dict[str, list[Draft]] = {}
        for draft in waiting:
            drafts.setdefault(draft.stream, []).append(draft)
        return [self._proved(streams, by_stream, drafts) for streams in batch]

    def _proved(
        self,
        streams: tuple[str, ...],
        by_stream: dict[str, list[Event]],
        drafts: dict[str, list[Draft]],
    ) -> HistoryT | Exception:
        waiting = tuple([draft for stream in streams for draft in drafts.get(stream, ())])
        own = [event for stream in streams for event in by_stream.get(stream, ())]
        if len(streams) > 1:
            own.sort(key=_position)
        try:
            return self.with_waiting(self._proofs.prove(streams, tuple(own)), streams, waiting)
        except Exception as error:
            return error

    def read(self, streams: tuple[str, ...], /) -> tuple[tuple[Event, ...], HistoryT]:
        """Return the events of *streams* as the store has them, and as proved entries."""
        events = self.store.read(*streams)
        try:
            return events, self._proofs.prove(streams, events)
        except StoreStale:
            # Perhaps another thread wrote between the read and the proof: then a second look is
            # fine.
            events = self.store.read(*streams)
        return events, self._proofs.prove(streams, events)

    def _replay_while_reading(self) -> bool:
        """Replay the journal at times, for hosts that only read; say whether that went well."""
        if monotonic() < self._next_replay:
            return False
        self._next_replay = monotonic() + _REPLAY_PAUSE
        try:
            return self.replay() > 0
        except Exception:  # a store that fails: the journal is read beside it
            return False

    # Writing

    def accept_draft(self, draft: Draft, /) -> Event | bool:
        """Keep *draft*: return its event, or whether the journal has it on the disk."""
        with suppress(Exception):
            self.replay()
        try:
            return self.append(draft)[0]
        except Exception:  # whatever a store raises, it is kept
            return self.journal.add(draft)

    def scrub(self, subject: object, /, *, before: int | None) -> None:
        """Forget the details of what is before position *before*; of everything if that is None."""
        streams = self.subjects.tokens_of_anything(subject)
        for stream in streams:
            events = self.store.read(stream)
            older = [event.seq for event in events if before is None or event.position < before]
            if older:
                self.store.scrub(stream, through=older[-1])
        self._proofs.forget(streams)
        self.subjects.forget()

    def replay(self) -> int:
        """Move what waits in the journal to the store; return how much that was."""
        try:
            with self.journal.replaying() as drafts:
                if drafts:
                    self.append(*drafts)
                return len(drafts)
        except StoreError:
            raise
        except OSError as error:
            failed = error.strerror
        raise StoreUnavailable(f"The journal of withdrawals cannot be opened: {failed}.")

    def append(self, *drafts: Draft, seal: Seal | None = None) -> tuple[Event, ...]:
        """Store *drafts* in one write, and hold the store to it."""
        events = self.store.append(*drafts, seal=seal or self.chain)
        self._proofs.note(events)
        return events


@attrs.define(eq=False)
class Witness:
    """Seal, and remember what was sealed: for a known key a store returns an older event."""

    chain: Chain
    macs: set[bytes] = attrs.field(factory=set)

    def __call__(self, draft: Draft, /, *, position: int, seq: int, previous: bytes) -> Event:
        event = self.chain(draft, position=position, seq=seq, previous=previous)
        self.macs.add(event.mac)
        return event


# Keys


def _key_ids(store: EventStore, oldest: Event | None, newest: Event | None) -> set[str]:
    """
    Return the ids of the keys that the events of a store need.

    Rings are rotated forward, so that events of one key lie together: between two events of one key
    there is no look, or opening a store of millions of events would take minutes.
    """
    if oldest is None or newest is None:
        return set()
    return _ids_between(store, oldest, newest)


def _ids_between(store: EventStore, older: Event, newer: Event) -> set[str]:
    ids = {_key_id(older), _key_id(newer)}
    if len(ids) == 1 or newer.position - older.position <= 1:
        return ids
    middle = next(store.scan(after=(older.position + newer.position) // 2 - 1))
    return _ids_between(store, older, middle) | _ids_between(store, middle, newer)


def _key_id(event: Event) -> str:
    return event.stream.partition(".")[0]


_T = TypeVar("_T")


def batches(items: Iterable[_T], size: int, /) -> Iterator[list[_T]]:
    """Cut *items* into lists of *size*."""
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch


def _position(event: Event) -> int:
    return event.position


def size_of(events: Iterable[Event], stream: str, /) -> int:
    """Count the events of one stream."""
    return sum(event.stream == stream for event in events)


def bound_key(stream: str, kind: str, key: str, /) -> str:
    """Return an idempotency key that belongs to one stream and kind."""
    # Bound to the stream, so that an id that two streams share is never a conflict, and hashed, as
    # it may be a number.
    return sha256(f"{stream} {kind} {key}".encode("utf-8", "surrogatepass")).hexdigest()


def _unstored(draft: Draft) -> Event:
    return Event(
        position=0,
        stream=draft.stream,
        seq=0,
        at=draft.at,
        kind=draft.kind,
        body=draft.body,
        key=draft.key,
        body_mac=b"",
        previous=b"",
        mac=b"",
    )
