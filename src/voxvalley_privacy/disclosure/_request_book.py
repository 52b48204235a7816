"""The book of requests: what was asked, how far it came, and whose records it pins."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

import attrs

from ..errors import StoreUnavailable
from ..ledgers import Book, Fold, body_of
from ..stores import Event

__all__ = ["OpenRequest", "RequestBook"]

_CLOSED = frozenset(["ANSWERED", "REFUSED"])
_STATES = {
    "opened": "RECEIVED",
    "acknowledged": "ACKNOWLEDGED",
    "verified": "VERIFIED",
    "paused": "PAUSED",
    "extended": "EXTENDED",
    "answered": "ANSWERED",
    "refused": "REFUSED",
}


@attrs.frozen(kw_only=True)
class OpenRequest:
    """
    A request as the book has it; it names nobody.

    Args:
        id: Its id.

        kind: What was asked.

        place: Where the person is.

        due: When an answer is due.

        state: How far it came.

        pins: Tokens of a `voxvalley_privacy.LegalHolds` for the person.

        extended: Whether its term was extended.
    """

    id: str
    kind: str
    place: str
    due: datetime
    state: str = "RECEIVED"
    pins: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    extended: bool = False


class RequestBook:
    """
    Write each step of a request to the stream of its person, and to the list of all requests.

    Args:
        book: The book of rights.
    """

    def __init__(self, book: Book, /) -> None:
        self.book = book
        self._list = book.of_part("requests")
        self._fold: Fold[dict[str, OpenRequest]] = Fold(book, self._list, dict, _step)
        # What the store could not take, in the order it came.
        self._kept: list[tuple[object, str, str, Mapping[str, object]]] = []
        self._lock = Lock()

    def open(
        self, subject: object, *, kind: str, place: str, due: datetime, pins: Iterable[str]
    ) -> tuple[str, bool]:
        """Write a new request; return its id, and whether the store took it."""
        request_id = f"R{secrets.token_hex(6)}"
        body = {"kind": kind, "place": place, "due": due, "pins": sorted(pins)}
        return request_id, self.accept(subject, request_id, "opened", body)

    def accept(
        self, subject: object, request_id: str, kind: str, body: Mapping[str, object]
    ) -> bool:
        """Write a step; keep what the store does not take, and return whether it did."""
        try:
            self.step(subject, request_id, kind, body)
        except Exception:  # the person has asked, whatever the store does
            with self._lock:
                self._kept.append((subject, request_id, kind, body))
            return False
        return True

    def settle(self) -> bool:
        """Store what was kept, each request in its order; return whether nothing is left."""
        stuck: set[str] = set()
        with self._lock:
            for step in tuple(self._kept):
                if step[1] in stuck:
                    continue
                try:
                    self._write(*step)
                    self._kept.remove(step)
                except StoreUnavailable:  # it takes nothing: the next would wait for nothing too
                    break
                except Exception:  # one request that cannot be stored does not stop the others
                    stuck.add(step[1])
            return not self._kept

    def kept(self, subject: object, /) -> list[tuple[str, Mapping[str, object]]]:
        """Return the kind and body of what is kept of a person."""
        streams = self.book.of_person(subject)
        with self._lock:
            kept = list(self._kept)
        return [(kind, body) for who, _, kind, body in kept if self.book.of_person(who) == streams]

    def step(
        self, subject: object, request_id: str, kind: str, body: Mapping[str, object] | None = None
    ) -> None:
        """Write a step of a request, behind what was kept."""
        if not self.settle() and request_id in self.kept_ids():
            raise StoreUnavailable("The store does not take what came before.")
        self._write(subject, request_id, kind, body or {})

    def _write(
        self, subject: object, request_id: str, kind: str, body: Mapping[str, object]
    ) -> None:
        details = {**body, "id": request_id}
        both = [self.book.of_person(subject)]
        if kind in _STATES:
            both.append(self._list)
        drafts = [self.book.draft(streams, kind, details) for streams in both]
        if kind == "answered":  # nothing is handed over that is not on record
            self.book.append_and_prove(*drafts)
        else:
            self.book.append(*drafts)

    def kept_ids(self) -> tuple[str, ...]:
        """Return the request of each step that is kept."""
        with self._lock:
            return tuple(request_id for _, request_id, _, _ in self._kept)

    def open_one(self, subject: object, request_id: str, /) -> OpenRequest | None:
        """Return a request that this person made and that waits; None if there is no such one."""
        self.settle()
        events = self.book.read(self.book.of_person(subject))
        own = {body_of(event).get("id") for event in events if event.kind == "opened"}
        known = self._fold().get(request_id) if request_id in own else None
        return None if known is None or known.state in _CLOSED else known

    def waiting(self) -> tuple[OpenRequest, ...]:
        """Return the requests that wait for an answer, the first due first."""
        self.settle()
        waiting = [one for one in self._fold().values() if one.state not in _CLOSED]
        return tuple(sorted(waiting, key=lambda one: (one.due, one.id)))

    def pinned(self) -> frozenset[str]:
        """Return the tokens of people whose requests wait, up to the day an answer is due."""
        now = self.book.now()
        return frozenset(pin for one in self.waiting() if now <= one.due for pin in one.pins)


def _step(
    requests: dict[str, OpenRequest], event: Event, body: dict[str, Any]
) -> dict[str, OpenRequest]:
    request_id = body.get("id", "")
    if event.kind == "opened":
        request = OpenRequest(
            id=request_id,
            kind=body["kind"],
            place=body["place"],
            due=datetime.fromisoformat(body["due"]),
            pins=frozenset(body["pins"]),
        )
        return {**requests, request_id: request}
    known = requests.get(request_id)
    if known is None or known.state in _CLOSED:
        return requests
    due = datetime.fromisoformat(body["due"]) if "due" in body else known.due
    extended = known.extended or event.kind == "extended"
    changed = attrs.evolve(known, state=_STATES[event.kind], due=due, extended=extended)
    return {**requests, request_id: changed}
