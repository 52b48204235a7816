"""The book of consents: entries in and out of a store."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError, StoreUnavailable
from ..keys import KeyRing
from ..ledgers import Books, Subjects, Witness, batches, bound_key, size_of
from ..stores import Conflict, Draft, Event, EventStore, Seal
from ._entries import Entry, Kind, from_event
from ._fold import History, suppressions
from ._senders import SenderScope
from ._store_settings import KeptRegion

__all__ = ["ConsentBooks"]

_TRIES = 8
_DRAFTS_A_WRITE = 500
# What the journal may hold.
_TAKES_AWAY = frozenset([Kind.REFUSED, Kind.WITHDRAWN, Kind.SUPPRESSED, Kind.ERASED])


class ConsentBooks(Books[Entry, History]):
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
        super().__init__(
            store,
            keys=keys,
            subjects=subjects,
            journal=journal,
            kinds=_TAKES_AWAY,
            read=from_event,
            gather=History,
        )
        self._secrets = {
            key_id: keys.derive("consent.idempotency", key_id=key_id) for key_id in keys.key_ids
        }
        self._region = KeptRegion(store, keys=keys, region=subjects.region)
        if not self.was_empty:
            self._region.check()

    tenant_keys: KeyRing | None = None

    def for_tenant(self, subjects: Subjects, keys: KeyRing, /) -> Self:
        """Return the same books with the tokens of a tenant, whose ring is *keys*."""
        books = self.for_subjects(subjects)
        books.tenant_keys = keys
        return books

    def is_of_tenant(self, entry: Entry, stream: str, /) -> bool:
        """Whether an entry belongs to the tenant of these books; the owner's have everything."""
        if self.tenant_keys is None:
            return True
        return entry.tenant == self._mark(stream)

    def _mark(self, stream: str) -> str:
        """Return what shows the tenant, and nobody else, that *stream* is one of theirs."""
        if self.tenant_keys is None:
            return ""
        secret = self.tenant_keys.derive("consent.tenant", key_id=_key_id(stream))
        return hmac.digest(secret, stream.encode(), "sha256")[:16].hex()

    def append(self, *drafts: Draft, seal: Seal | None = None) -> tuple[Event, ...]:
        """Store *drafts* in one write, and before the first of all the region they rest on."""
        if drafts:
            self._region.keep(drafts[0].at)
        return super().append(*drafts, seal=seal)

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
        return from_event(self.append(self.draft(tokens[0], entry, key))[0])

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
        # Two answers of one moment are both kept: the fold counts the one that keeps the opt-out.
        answer = f"{entry.refers} {entry.stands}"
        return from_event(self.append(self.draft(event.stream, entry, answer))[0])

    def accept(self, subject: object, entry: Entry, /, *, key: str = "") -> tuple[str, Entry]:
        """Keep an entry that takes away, whatever happens; return the code that says where."""
        stream = self.subjects.tokens_of_anything(subject)[0]
        draft = self.draft(stream, entry, key or secrets.token_hex(16))
        kept = self.accept_draft(draft)
        if isinstance(kept, Event):
            return "withdrawal.recorded", from_event(kept)
        return ("withdrawal.journaled" if kept else "withdrawal.in_memory"), entry

    def accept_many(
        self, rows: Iterable[tuple[object, Entry, str]], /
    ) -> Iterator[tuple[str, Entry, bool]]:
        """Keep entries that take away, in few writes; return where each is, and if it is new."""
        for batch in batches(rows, _DRAFTS_A_WRITE):
            drafts = [self._draft_of(*row) for row in batch]
            witness = Witness(self.chain)
            with suppress(Exception):
                self.replay()
            try:
                events = self.append(*drafts, seal=witness)
            except Exception:  # one by one, then: each of them is kept
                kept = [self.accept(subject, entry, key=key) for subject, entry, key in batch]
                yield from [(code, entry, True) for code, entry in kept]
            else:
                for event in events:
                    is_new = event.mac in witness.macs
                    yield "withdrawal.recorded", from_event(event), is_new

    def _draft_of(self, subject: object, entry: Entry, key: str) -> Draft:
        return self.draft(self.subjects.tokens_of_anything(subject)[0], entry, key)

    def suppress(
        self, subject: object, entry: Entry, sender: SenderScope, /, *, key: str
    ) -> tuple[str, Entry, bool]:
        """Do as `accept`, and say whether *entry* is the first suppression for its sender."""
        streams = self.subjects.tokens_of_anything(subject)
        with suppress(Exception):  # whatever fails: suppressed all the same, below
            for _ in range(_TRIES):
                events, entries = self.read(streams)
                if any(not made.purpose for made in suppressions(entries, sender=sender)):
                    break
                witness = Witness(self.chain)
                with suppress(Conflict):
                    draft = self.draft(streams[0], entry, key)
                    draft = attrs.evolve(draft, expected=size_of(events, streams[0]))
                    (event,) = self.append(draft, seal=witness)
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
            events, entries = self.read(streams)
            decision = decide(self.with_waiting(entries, streams, self.journal.pending()))
            if not decision:
                return decision
            draft = self.draft(streams[0], entry)
            with suppress(Conflict):
                self.append(attrs.evolve(draft, expected=size_of(events, streams[0])))
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
            known_as = {form for stream in streams for form in self.bound(stream, entry.kind, key)}
            for known in self.history(subject):
                if known.key in known_as:
                    return known
        return self.record(subject, entry, key=key)

    def erase(self, subject: object, erased: Entry, holding: tuple[Entry, ...], /) -> Entry:
        """
        Store *erased* and behind it what still holds, in one write.

        Raises:
            voxvalley_privacy.StoreError: If nothing was stored.
        """
        stream = self.subjects.tokens_of_anything(subject)[0]
        drafts = [self.draft(stream, entry, secrets.token_hex(16)) for entry in (erased, *holding)]
        return from_event(self.append(*drafts)[0])

    # Drafts

    def draft(self, stream: str, entry: Entry, key: str = "", /) -> Draft:
        """Make a draft of *entry*; of those with one *key*, one is stored."""
        bound = self.bound(stream, entry.kind, key)[0] if key else ""
        if entry.kind is Kind.SUPPRESSED:
            entry = attrs.evolve(entry, tenant=self._mark(stream))
        return Draft(stream=stream, kind=entry.kind, body=entry.to_body(), at=entry.at, key=bound)

    def bound(self, stream: str, kind: str, key: str, /) -> tuple[str, str]:
        """
        Return an idempotency key as it is stored, and as earlier versions stored it.

        It may be made of a number, so that a hash without a secret would give the number to anyone
        who tries them all.
        """
        earlier = bound_key(stream, kind, key)
        secret = self._secrets[_key_id(stream)]
        return hmac.digest(secret, earlier.encode(), "sha256").hex(), earlier


def _key_id(stream: str) -> str:
    return stream.partition(".")[0]
