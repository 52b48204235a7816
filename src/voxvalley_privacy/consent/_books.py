"""Entries in and out of a store: tokens, proofs, and a journal for what must not wait."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TypeVar

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError, StoreError, StoreUnavailable
from ..keys import KeyRing
from ..stores import Chain, Conflict, Draft, Event, EventStore, Seal
from ._entries import Entry, from_event
from ._fold import History, suppressions
from ._journal import Journal
from ._proofs import Proofs, StoreStale
from ._senders import SenderScope
from ._subjects import Subjects

__all__ = ["Books"]

_TRIES = 8
_SUBJECTS_A_READ = 500
_DRAFTS_A_WRITE = 500
_REPLAY_PAUSE = (
    5.0  # seconds between attempts of readers; a locked store must not slow down every read
)


class Books:
    """
    Write and read entries; `ConsentLedger` says what they mean.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        subjects: Computes tokens.

        journal: The file for what the store could not take; None for memory.
    """

    def __init__(
        self, store: EventStore, /, *, keys: KeyRing, subjects: Subjects, journal: Path | None
    ) -> None:
        self.store = store
        self.subjects = subjects
        self.chain: Chain = Chain(
            {key_id: keys.derive("consent.mac", key_id=key_id) for key_id in keys.key_ids}
        )
        self.journal: Journal = Journal(
            journal,
            keys={key_id: keys.derive("consent.journal", key_id=key_id) for key_id in keys.key_ids},
            active=keys.active_id,
        )
        self._proofs = Proofs(self.chain)
        self._next_replay = 0.0
        if not _key_ids(store) <= {*keys.key_ids, *keys.destroyed_ids}:
            raise ConfigurationError(
                "The store was written with other keys: its opt-outs would not be found."
            )

    def for_subjects(self, subjects: Subjects, /) -> Books:
        """Return the same books with other tokens."""
        other = object.__new__(Books)
        other.__dict__.update(self.__dict__)
        other.subjects = subjects
        return other

    # Reading

    def history(self, subject: object, /) -> History:
        """Return every entry of *subject*, proved, with those that wait in the journal last."""
        streams = self.subjects.tokens_of_anything(subject)
        entries = self._read(streams)[1]
        waiting = self.journal.pending()
        if not waiting:
            return entries
        if self._replay_while_reading():
            entries, waiting = self._read(streams)[1], self.journal.pending()
        return _with_waiting(entries, streams, waiting)

    def histories(self, subjects: Iterable[object], /) -> Iterator[History | Exception]:
        """Return the history of each subject, or the error; one read serves hundreds of them."""
        for batch in _batches(subjects, _SUBJECTS_A_READ):
            yield from self._histories([self.subjects.tokens_of_anything(one) for one in batch])

    def _histories(self, batch: list[tuple[str, ...]]) -> list[History | Exception]:
        try:
            waiting = self.journal.pending()
            events = self.store.read(*dict.fromkeys(stream for group in batch for stream in group))
        except Exception as error:  # whatever a store raises, nobody of this batch is contacted
            return [error] * len(batch)
        by_stream: dict[str, list[Event]] = {}
        for event in events:
            by_stream.setdefault(event.stream, []).append(event)
        return [self._proved(streams, by_stream, waiting) for streams in batch]

    def _proved(
        self,
        streams: tuple[str, ...],
        by_stream: dict[str, list[Event]],
        waiting: tuple[Draft, ...],
    ) -> History | Exception:
        own = [event for stream in streams for event in by_stream.get(stream, ())]
        if len(streams) > 1:
            own.sort(key=_position)
        try:
            return _with_waiting(self._proofs.prove(streams, tuple(own)), streams, waiting)
        except Exception as error:
            return error

    def _read(self, streams: tuple[str, ...]) -> tuple[tuple[Event, ...], History]:
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

    def record(self, subject: object, entry: Entry, /, *, key: str = "") -> Entry:
        """
        Store an entry that may give something.

        Raises:
            voxvalley_privacy.ConfigurationError: If *subject* cannot be matched.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        tokens = self.subjects.tokens(subject)
        if not tokens:
            raise ConfigurationError(
                "The subject is not a phone number, e-mail address or account."
            )
        # A withdrawal that came before is stored before: its replay must not undo a consent of now.
        self.replay()
        return from_event(self._append(_draft(tokens[0], entry, key))[0])

    def record_review(self, entry: Entry, /) -> Entry:
        """
        Store the answer of a person about the entry at `entry.refers`.

        Raises:
            voxvalley_privacy.StoreError: If there is no such entry, or the answer was not stored.
        """
        event = next(self.store.scan(after=entry.refers - 1), None)
        if event is None or event.position != entry.refers:
            raise StoreUnavailable("There is no entry at this position.")
        self.chain.check(event)
        return from_event(self._append(_draft(event.stream, entry, f"{entry.refers}"))[0])

    def accept(self, subject: object, entry: Entry, /, *, key: str = "") -> tuple[str, Entry]:
        """Keep an entry that takes away, whatever happens; return the code that says where."""
        stream = self.subjects.tokens_of_anything(subject)[0]
        draft = _draft(stream, entry, key or secrets.token_hex(16))
        with suppress(Exception):
            self.replay()
        try:
            return "withdrawal.recorded", from_event(self._append(draft)[0])
        except Exception:  # whatever a store raises: the person has said no
            stored = self.journal.add(draft)
        if stored:
            return "withdrawal.journaled", entry
        return "withdrawal.in_memory", entry

    def accept_many(
        self, rows: Iterable[tuple[object, Entry, str]], /
    ) -> Iterator[tuple[str, Entry, bool]]:
        """Keep entries that take away, in few writes; return where each is, and if it is new."""
        for batch in _batches(rows, _DRAFTS_A_WRITE):
            drafts = [self._draft_of(*row) for row in batch]
            witness = _Witness(self.chain)
            with suppress(Exception):
                self.replay()
            try:
                events = self._append(*drafts, seal=witness)
            except Exception:  # one by one, then: each of them is kept
                kept = [self.accept(subject, entry, key=key) for subject, entry, key in batch]
                yield from [(code, entry, True) for code, entry in kept]
            else:
                for event in events:
                    is_new = event.mac in witness.macs
                    yield "withdrawal.recorded", from_event(event), is_new

    def _draft_of(self, subject: object, entry: Entry, key: str) -> Draft:
        return _draft(self.subjects.tokens_of_anything(subject)[0], entry, key)

    def suppress(
        self, subject: object, entry: Entry, sender: SenderScope, /, *, key: str
    ) -> tuple[str, Entry, bool]:
        """Do as `accept`, and say whether *entry* is the first suppression for its sender."""
        streams = self.subjects.tokens_of_anything(subject)
        with suppress(Exception):  # whatever fails: suppressed all the same, below
            for _ in range(_TRIES):
                events, entries = self._read(streams)
                if any(not made.purpose for made in suppressions(entries, sender=sender)):
                    break
                witness = _Witness(self.chain)
                with suppress(Conflict):
                    draft = _draft(streams[0], entry, key)
                    draft = attrs.evolve(draft, expected=_size(events, streams[0]))
                    (event,) = self._append(draft, seal=witness)
                    # With a key that is known, the store returns what another thread sealed.
                    return "withdrawal.recorded", from_event(event), event.mac in witness.macs
        return *self.accept(subject, entry, key=key), False

    def attempt(
        self, subject: object, decide: Callable[[History], Decision], entry: Entry, /
    ) -> Decision:
        """
        Decide once more and record the attempt in one step: what comes between the two is seen.

        Raises:
            voxvalley_privacy.StoreError: If the attempt was not recorded.
        """
        streams = self.subjects.tokens_of_anything(subject)
        for _ in range(_TRIES):
            events, entries = self._read(streams)
            decision = decide(_with_waiting(entries, streams, self.journal.pending()))
            if not decision:
                return decision
            draft = _draft(streams[0], entry, "")
            with suppress(Conflict):
                self._append(attrs.evolve(draft, expected=_size(events, streams[0])))
                return decision
        raise StoreUnavailable("Too many others wrote about the same person.")

    def record_once(self, subject: object, entry: Entry, /, *, key: str) -> Entry:
        """
        Do as `record`, once for each *key*, under whatever key of the ring that was.

        Raises:
            voxvalley_privacy.ConfigurationError: If *subject* cannot be matched.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        if key:
            streams = self.subjects.tokens_of_anything(subject)
            bound = {_bound(stream, entry.kind, key) for stream in streams}
            for known in self.history(subject):
                if known.key in bound:
                    return known
        return self.record(subject, entry, key=key)

    def erase(self, subject: object, erased: Entry, holding: tuple[Entry, ...], /) -> Entry:
        """
        Store *erased* and behind it what still holds, in one write.

        Raises:
            voxvalley_privacy.StoreError: If nothing was stored.
        """
        stream = self.subjects.tokens_of_anything(subject)[0]
        drafts = [_draft(stream, entry, secrets.token_hex(16)) for entry in (erased, *holding)]
        return from_event(self._append(*drafts)[0])

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
                    self._append(*drafts)
                return len(drafts)
        except StoreError:
            raise
        except OSError as error:
            failed = error.strerror
        raise StoreUnavailable(f"The journal of withdrawals cannot be opened: {failed}.")

    def _append(self, *drafts: Draft, seal: Seal | None = None) -> tuple[Event, ...]:
        events = self.store.append(*drafts, seal=seal or self.chain)
        self._proofs.note(events)
        return events


@attrs.define(eq=False)
class _Witness:
    """Seal, and remember what was sealed: for a known key a store returns an older event."""

    chain: Chain
    macs: set[bytes] = attrs.field(factory=set)

    def __call__(self, draft: Draft, /, *, position: int, seq: int, previous: bytes) -> Event:
        event = self.chain(draft, position=position, seq=seq, previous=previous)
        self.macs.add(event.mac)
        return event


# Keys


def _key_ids(store: EventStore) -> set[str]:
    """
    Return the ids of the keys that the events of a store need.

    Rings are rotated forward, so that events of one key lie together: between two events of one key
    there is no look, or opening a store of millions of events would take minutes.
    """
    newest = store.head()
    if newest is None:
        return set()
    return _ids_between(store, next(store.scan()), newest)


def _ids_between(store: EventStore, older: Event, newer: Event) -> set[str]:
    ids = {_key_id(older), _key_id(newer)}
    if len(ids) == 1 or newer.position - older.position <= 1:
        return ids
    middle = next(store.scan(after=(older.position + newer.position) // 2 - 1))
    return _ids_between(store, older, middle) | _ids_between(store, middle, newer)


def _key_id(event: Event) -> str:
    return event.stream.partition(".")[0]


_T = TypeVar("_T")


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch


def _position(event: Event) -> int:
    return event.position


def _size(events: tuple[Event, ...], stream: str) -> int:
    return sum(event.stream == stream for event in events)


def _with_waiting(
    entries: History, streams: tuple[str, ...], waiting: tuple[Draft, ...]
) -> History:
    own = [_waiting(draft) for draft in waiting if draft.stream in streams]
    if not own:
        return entries
    return History([*entries, *own])


def _bound(stream: str, kind: str, key: str) -> str:
    # Bound to the stream, so that an id that two streams share is never a conflict, and hashed, as
    # it may be a number.
    return sha256(f"{stream} {kind} {key}".encode("utf-8", "surrogatepass")).hexdigest()


def _draft(stream: str, entry: Entry, key: str) -> Draft:
    bound = _bound(stream, entry.kind, key) if key else ""
    return Draft(stream=stream, kind=entry.kind, body=entry.to_body(), at=entry.at, key=bound)


def _waiting(draft: Draft) -> Entry:
    unstored = Event(
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
    return from_event(unstored)
