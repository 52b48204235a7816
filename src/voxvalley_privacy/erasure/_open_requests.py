"""Requests in the ledger: begun, taken up, closed; whose they are is sealed until then."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..keys import KeyRing
from ..ledgers import Subjects, bound_key, chain_of, of_book, salted, unsalted
from ..stores import Clock, Draft, Event, EventStore
from ._certificate import Certificate, Plan, State
from ._fences import BOOK, Fences

__all__ = ["Docket", "sealed_subject", "unsealed_subject", "wait_for"]

_NONCE_BYTES = 12
Waiting = dict[str, dict[str, dict[str, Any]]]


@attrs.frozen(kw_only=True)
class Docket:
    """
    Write what was asked and done, and read what is open.

    Args:
        store: Keeps the events.

        keys: Seal events, and the person of a request.

        people: Computes the streams of people.

        fences: Know every life that was erased.

        clock: The time.
    """

    store: EventStore
    keys: KeyRing
    people: Subjects
    fences: Fences
    clock: Clock

    def begin(self, plan: Plan, receipt: str, /) -> None:
        """Record a request and its fence; nothing is added where it waits already."""
        details = {
            "ticket": plan.ticket,
            "minor": plan.minor,
            "overridden": plan.overridden,
            "between": list(plan.person.between),
            "receipt": receipt,
            "sealed": sealed_subject(self.keys, str(plan.person.subject), plan.ticket),
        }
        since, until = plan.person.between
        life = {"since": since, "until": until, "minor": plan.minor, "law_only": plan.law_only}
        stream, name = self._place(plan)
        self._append(
            self._draft(stream, "erasure.requested", name, details),
            self._draft(stream, "erasure.planned", name, {"digest": plan.digest}),
            self._draft(stream, "erasure.fenced", name, life),
        )

    def sweeping(self, plan: Plan, /) -> int:
        """Record that a sweep begins; return the mark of a store where it succeeds."""
        stream, _ = self._place(plan)
        draft = self._draft(stream, "erasure.sweeping", secrets.token_hex(8), {})
        started = self._append(draft)[0]
        self.fences.catch_up()
        return self.fences.mark_after(started.stream, started.position)

    def note(self, plan: Plan, certificate: Certificate, /) -> None:
        """Record the result, and close what is complete."""
        stream, name = self._place(plan)
        shown = {"certificate": certificate.to_json(), "ticket": plan.ticket}
        self._append(self._draft(stream, "erasure.result", secrets.token_hex(8), shown))
        waits = any(line.retained for line in certificate.lines)
        if certificate.state is State.OPEN or waits:
            return
        self.fences.catch_up()
        # What is kept after the others are scrubbed: the lives that are over.
        kept = {**shown, **self.fences.lives_in(stream)}
        closed = self._append(self._draft(stream, "erasure.closed", name, kept))[0]
        waiting: Waiting = {}
        for event in self.store.read(stream):
            wait_for(event, waiting)
        # The sealed name of the person goes last: until now a crash could be resumed.
        if not waiting.get(stream):
            self.store.scrub(closed.stream, through=closed.seq - 1)

    def waiting(self) -> list[dict[str, Any]]:
        """
        Return every request that is open.

        Raises:
            voxvalley_privacy.StoreError: If the ledger cannot be read.
        """
        chain = chain_of(self.keys)
        waiting: Waiting = {}
        for event in self.store.scan():
            if of_book(event, BOOK):
                chain.check(event)
                wait_for(event, waiting)
        return [details for own in waiting.values() for details in own.values()]

    def _place(self, plan: Plan) -> tuple[str, str]:
        """
        Return the stream of a request and the name of its steps.

        A request stays where it began when keys rotate; a ticket that comes again after it was
        closed is another erasure.
        """
        streams = self.people.tokens_of_anything(plan.person.subject)
        new = ""
        for stream in streams:
            keys = {event.key for event in self.store.read(stream)}
            name = _unclosed(stream, plan.ticket, keys)
            if bound_key(stream, "erasure.requested", name) in keys:
                return stream, name
            new = new or name
        return streams[0], new

    def _draft(self, stream: str, kind: str, key: str, details: Mapping[str, object]) -> Draft:
        return Draft(
            stream=stream,
            kind=kind,
            body=salted(details),
            at=self.clock(),
            key=bound_key(stream, kind, key),
        )

    def _append(self, *drafts: Draft) -> tuple[Event, ...]:
        return self.store.append(*drafts, seal=chain_of(self.keys))


def _unclosed(stream: str, ticket: str, keys: Iterable[str]) -> str:
    """Return the name of the first erasure of a ticket that is not closed."""
    number, name = 1, ticket
    while bound_key(stream, "erasure.closed", name) in keys:
        number += 1
        name = f"{ticket} ({number})"
    return name


def sealed_subject(keys: KeyRing, subject: str, ticket: str, /) -> str:
    """Return a text that only the key ring opens, and only for the same ticket."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    key_id = keys.active_id
    cipher = AESGCM(keys.derive("erasure.sealed", key_id=key_id))
    sealed = nonce + cipher.encrypt(nonce, subject.encode(), ticket.encode())
    return f"{key_id}.{base64.b64encode(sealed).decode()}"


def unsealed_subject(keys: KeyRing, sealed: str, ticket: str, /) -> str:
    """Return the person again."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key_id, _, coded = sealed.partition(".")
    data = base64.b64decode(coded)
    cipher = AESGCM(keys.derive("erasure.sealed", key_id=key_id))
    return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], ticket.encode()).decode()


def wait_for(event: Event, waiting: Waiting, /) -> None:
    """Take one event into account: requests wait, by person and ticket, until they are closed."""
    own = waiting.setdefault(event.stream, {})
    if event.kind == "erasure.closed":
        # Where its body is scrubbed, nothing waited any more.
        closed = [*own] if event.body is None else [str(unsalted(event.body)["ticket"])]
        for ticket in closed:
            own.pop(ticket, None)
    elif event.kind == "erasure.requested" and event.body is not None:
        details = unsalted(event.body)
        own[str(details["ticket"])] = details
