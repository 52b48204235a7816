"""Entries in and out of a store: tokens, proofs, and a journal for what must not wait."""

from __future__ import annotations

import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import attrs

from ..errors import ConfigurationError, StoreCorrupt, StoreError, StoreUnavailable
from ..keys import KeyRing
from ..stores import Chain, Conflict, Draft, Event, EventStore, Seal
from ._entries import Entry, from_event
from ._fold import suppressions
from ._journal import Journal
from ._subjects import Subjects

__all__ = ["Books", "StorePartial", "StoreStale"]

_TRIES = 8
_REMEMBERED = 4096
_SIZES = 1 << 16


# Proof that a store returned all it was given, unchanged; remembered, so that it is proved once.


class StorePartial(StoreCorrupt):
    """The store left out events of a stream."""


class StoreStale(StoreCorrupt):
    """The store answered with fewer events than it held before."""


class Proofs:
    """
    Prove and read events.

    Args:
        chain: Checks each event.
    """

    def __init__(self, chain: Chain, /) -> None:
        self._chain = chain
        self._known: dict[tuple[str, ...], tuple[tuple[Event, ...], tuple[Entry, ...]]] = {}
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

    def prove(self, streams: tuple[str, ...], events: tuple[Event, ...], /) -> tuple[Entry, ...]:
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
        known = self._known.get(streams)
        if known is not None and (known[0] is events or known[0] == events):
            return known[1]
        sizes = dict.fromkeys(streams, 0)
        for event in events:
            seq = sizes.get(event.stream, 0) + 1
            if event.stream not in sizes or event.seq != seq:
                raise StorePartial("The store left out events of a stream.")
            sizes[event.stream] = seq
            self._chain.check(event)
        entries = tuple([from_event(event) for event in events])
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[streams] = (events, entries)
        self.note(events)
        return entries


# Entries in and out


class Books:
    """
    Write and read entries; `ConsentLedger` says what they mean.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        region: The country of numbers without a country code.

        journal: The file for what the store could not take; None for memory.
    """

    def __init__(
        self, store: EventStore, /, *, keys: KeyRing, region: str | None, journal: Path | None
    ) -> None:
        self.store = store
        self.subjects = Subjects(keys, region=region)
        self.chain = Chain(
            {key_id: keys.derive("consent.mac", key_id=key_id) for key_id in keys.key_ids}
        )
        self._journal = Journal(journal)
        self._proofs = Proofs(self.chain)
        head = store.head()
        if head is not None and head.stream.partition(".")[0] not in keys.key_ids:
            raise ConfigurationError(
                "The store was written with other keys: its opt-outs would not be found."
            )

    def history(self, subject: object, /) -> tuple[Entry, ...]:
        """Return every entry of *subject*, proved, with those that wait in the journal last."""
        streams = self.subjects.tokens(subject) or self.subjects.tokens_of_anything(subject)
        try:
            entries = self._proofs.prove(streams, self.store.read(*streams))
        except StoreStale:
            # Perhaps another thread wrote between the read and the proof: then a second look is fine.
            entries = self._proofs.prove(streams, self.store.read(*streams))
        waiting = self._journal.pending()
        return (
            (*entries, *[_waiting(draft) for draft in waiting if draft.stream in streams])
            if waiting
            else entries
        )

    def record(self, subject: object, entry: Entry, /, *, key: str = "") -> Entry:
        """
        Store an entry that may give something.

        Raises:
            voxvalley_privacy.ConfigurationError: If *subject* is no subject.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        tokens = self.subjects.tokens(subject)
        if not tokens:
            raise ConfigurationError("The subject is no phone number, e-mail address or account.")
        # What was taken away before stands before: a consent given now must not be undone by its replay.
        self.replay()
        return from_event(self._append(_draft(tokens[0], entry, key))[0])

    def accept(self, subject: object, entry: Entry, /, *, key: str = "") -> tuple[str, Entry]:
        """Keep an entry that takes away, whatever happens; return where, as a code of the catalog."""
        draft = _draft(
            self.subjects.tokens_of_anything(subject)[0], entry, key or secrets.token_hex(16)
        )
        with suppress(Exception):
            self.replay()
        try:
            return "withdrawal.recorded", from_event(self._append(draft)[0])
        except Exception:  # whatever a store raises: the person has said no
            stored = self._journal.add(draft)
        return "withdrawal.journaled" if stored else "withdrawal.in_memory", entry

    def suppress(self, subject: object, entry: Entry, /, *, key: str) -> tuple[str, Entry, bool]:
        """Do as `accept`, and tell whether *entry* is the first suppression for its sender: one of many is told so."""
        streams = self.subjects.tokens_of_anything(subject)
        with suppress(Exception):  # whatever fails: suppressed all the same, below
            for _ in range(_TRIES):
                events = self.store.read(*streams)
                held = suppressions(self._proofs.prove(streams, events))
                if any(made.sender in ("", entry.sender) for made in held):
                    break
                size = sum(event.stream == streams[0] for event in events)
                witness = _Witness(self.chain)
                with suppress(Conflict):
                    draft = attrs.evolve(_draft(streams[0], entry, key), expected=size)
                    (event,) = self._append(draft, seal=witness)
                    # With a key that is known, the store returns what another thread sealed.
                    return "withdrawal.recorded", from_event(event), event == witness.sealed
        return *self.accept(subject, entry, key=key), False

    def scrub(self, subject: object, /, *, through: int) -> None:
        """Forget the details of what stands before position *through*; of everything, if that is 0."""
        streams = self.subjects.tokens_of_anything(subject)
        for stream in streams:
            older = [
                event.seq
                for event in self.store.read(stream)
                if not through or event.position <= through
            ]
            if older:
                self.store.scrub(stream, through=older[-1])
        self._proofs.forget(streams)
        self.subjects.forget()

    def replay(self) -> int:
        """Move what waits in the journal to the store; return how much that was."""
        try:
            with self._journal.replaying() as drafts:
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
    """Seal, and remember what was sealed last."""

    chain: Chain
    sealed: Event | None = None

    def __call__(self, draft: Draft, /, *, position: int, seq: int, previous: bytes) -> Event:
        self.sealed = self.chain(draft, position=position, seq=seq, previous=previous)
        return self.sealed


def _draft(stream: str, entry: Entry, key: str) -> Draft:
    # Bound to the stream, so that an id that two streams share is never a conflict, and hashed, as it may be a number.
    bound = (
        sha256(f"{stream} {entry.kind} {key}".encode("utf-8", "surrogatepass")).hexdigest()
        if key
        else ""
    )
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
