"""A book of account: streams of one kind in an event store, proved at every read."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from ..errors import ConfigurationError, StoreCorrupt, StoreUnavailable
from ..keys import KeyRing, spell
from ..stores import Clock, Conflict, Draft, Event, EventStore, system_clock
from ._books import chain_of
from ._proofs import Proofs
from ._subjects import Subjects

__all__ = ["Book", "Fold", "body_of", "fault_code"]

_TRIES = 16
_SALT_BYTES = 16
_S = TypeVar("_S")


class Book:
    """
    Write and read the streams of one book.

    A stream is named `<key id>.<book>.<token>`; the token is keyed, so that the store holds no
    name. Bodies carry random bytes: once scrubbed, nobody can find them again by trying.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        name: The name of the book, such as `disclosed`.

        clock: The time of what is written.

        region: The country of numbers without a country code.
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        name: str,
        clock: Clock = system_clock,
        region: str | None = None,
    ) -> None:
        if not name.isalpha():
            raise ConfigurationError("'name' of a book must be letters only.")
        self._store = store
        self._name = name
        self._clock = clock
        self._chain = chain_of(keys)
        self._parts = {
            key_id: keys.derive("ledger.part", name, key_id=key_id) for key_id in keys.key_ids
        }
        self._subjects = Subjects(keys, region=region)
        self._proofs: Proofs[Event, tuple[Event, ...]] = Proofs(
            self._chain, read=lambda event: event, gather=tuple
        )

    def __repr__(self) -> str:
        return f"Book({self._name!r}, {type(self._store).__name__})"

    def now(self) -> datetime:
        """
        Return the time by the book's clock.

        Raises:
            voxvalley_privacy.ConfigurationError: If it has no time zone.
        """
        now = self._clock()
        if now.tzinfo is None:
            raise ConfigurationError("The clock must give times with a time zone.")
        return now

    def of_person(self, subject: object, /) -> tuple[str, ...]:
        """Return the streams of a person, that of the active key first."""
        return tuple(map(self._named, self._subjects.tokens_of_anything(subject)))

    def of_part(self, part: str, /) -> tuple[str, ...]:
        """Return the streams of a tenant, data set or other part, by its name."""
        data = part.encode("utf-8", "surrogatepass")
        return tuple(
            f"{key_id}.{self._name}.{_letters(key, data)}" for key_id, key in self._parts.items()
        )

    def _named(self, token: str) -> str:
        key_id, _, letters = token.partition(".")
        return f"{key_id}.{self._name}.{letters}"

    # Reading

    def read(self, streams: tuple[str, ...], /) -> tuple[Event, ...]:
        """
        Return all events of *streams*, proved.

        Raises:
            voxvalley_privacy.StoreError: If not all of them can be read and proved.
        """
        return self._proofs.prove(streams, self._store.read(*streams))

    # Writing

    def draft(
        self,
        streams: tuple[str, ...],
        kind: str,
        body: Mapping[str, object],
        /,
        *,
        expected: int | None = None,
        key: str = "",
    ) -> Draft:
        """Ask for one event on the active key's stream; `append()` stores it."""
        salted = {**body, "salt": secrets.token_hex(_SALT_BYTES)}
        text = json.dumps(salted, sort_keys=True, default=_as_text)
        return Draft(
            stream=streams[0], kind=kind, body=text, at=self.now(), key=key, expected=expected
        )

    def append(self, *drafts: Draft) -> tuple[Event, ...]:
        """
        Store all *drafts* or none.

        Raises:
            voxvalley_privacy.StoreError: If nothing was stored, or it cannot be known.
        """
        events = self._store.append(*drafts, seal=self._chain)
        self._proofs.note(events)
        return events

    def append_and_prove(self, *drafts: Draft) -> tuple[Event, ...]:
        """
        Store all *drafts*, and read them again: what must be on record is not taken on trust.

        Raises:
            voxvalley_privacy.StoreError: If they were not stored, or are not there.
        """
        events = self.append(*drafts)
        for event in events:
            if event not in self.read((event.stream,)):
                raise StoreCorrupt("The store does not hold what it took.")
        return events

    def write(self, streams: tuple[str, ...], kind: str, body: Mapping[str, object], /) -> Event:
        """
        Store one event, whatever else is in the stream.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored, or it cannot be known.
        """
        return self.append(self.draft(streams, kind, body))[0]

    def decide_and_write(
        self,
        streams: tuple[str, ...],
        decide: Callable[[tuple[Event, ...]], tuple[str, Mapping[str, object]] | None],
        /,
    ) -> tuple[Event, ...]:
        """
        Write what *decide* makes of all events, unless somebody else wrote in between.

        Returns:
            The stored event; nothing if *decide* returned None.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored, or others wrote all the time.
        """
        for _ in range(_TRIES):
            events = self.read(streams)
            answer = decide(events)
            if answer is None:
                return ()
            own = sum(event.stream == streams[0] for event in events)
            try:
                return self.append(self.draft(streams, *answer, expected=own))
            except Conflict:
                continue
        raise StoreUnavailable("Too many others wrote to the same stream.")

    def scrub(self, streams: tuple[str, ...], /) -> None:
        """
        Forget the bodies of all events of *streams*; that they happened stays.

        Raises:
            voxvalley_privacy.StoreError: If the bodies may still be there.
        """
        for stream in streams:
            events = self._store.read(stream)
            if events:
                self._store.scrub(stream, through=events[-1].seq)
        self._proofs.forget(streams)


class Fold(Generic[_S]):
    """
    Keep the state of some streams, and fold only what is new.

    Args:
        book: Where the events are.

        streams: Which of them.

        start: Makes the state before the first event.

        step: Takes a state and an event with its body, and returns the next state.
    """

    def __init__(
        self,
        book: Book,
        streams: tuple[str, ...],
        start: Callable[[], _S],
        step: Callable[[_S, Event, dict[str, Any]], _S],
        /,
    ) -> None:
        self._book = book
        self._streams = streams
        self._start = start
        self._step = step
        # Replaced as one value, so that threads see a state with its own events.
        self._kept: tuple[tuple[Event, ...], _S] = ((), start())

    def __call__(self) -> _S:
        """
        Return the state of now.

        Raises:
            voxvalley_privacy.StoreError: If not every event can be read and proved.
        """
        events = self._book.read(self._streams)
        known, state = self._kept
        if events is known:
            return state
        fresh = events[len(known) :]
        if events[: len(known)] != known:
            fresh, state = events, self._start()
        for event in fresh:
            state = self._step(state, event, body_of(event))
        self._kept = (events, state)
        return state


def body_of(event: Event, /) -> dict[str, Any]:
    """Return the details of an event; none once they were scrubbed."""
    if event.body is None:
        return {}
    body: dict[str, Any] = json.loads(event.body)
    body.pop("salt", None)
    return body


def fault_code(error: BaseException, /) -> str:
    """Return the reason code for an error of a store or of a context."""
    if isinstance(error, StoreCorrupt):
        return "error.store_corrupt"
    if isinstance(error, OSError | TimeoutError):
        return "error.store_unavailable"
    return "error.input"


def _letters(key: bytes, data: bytes) -> str:
    return spell(hmac.digest(key, data, "sha256")[:16]).decode()


def _as_text(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    return str(value)
