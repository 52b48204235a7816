"""The book of requests: what was asked, how far it came, and whose records it pins."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from ..ledgers import Book, Fold
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
    """

    id: str
    kind: str
    place: str
    due: datetime
    state: str = "RECEIVED"
    pins: frozenset[str] = attrs.field(default=frozenset(), repr=False)


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

    def open(
        self, subject: object, *, kind: str, place: str, due: datetime, pins: Iterable[str]
    ) -> str:
        """Write a new request, and return its id."""
        request_id = f"R{secrets.token_hex(6)}"
        body = {"kind": kind, "place": place, "due": due, "pins": sorted(pins)}
        self.step(subject, request_id, "opened", body)
        return request_id

    def step(
        self, subject: object, request_id: str, kind: str, body: Mapping[str, object] | None = None
    ) -> None:
        """Write a step of a request."""
        details = {**(body or {}), "id": request_id}
        both = [self.book.of_person(subject)]
        if kind in _STATES:
            both.append(self._list)
        drafts = [self.book.draft(streams, kind, details) for streams in both]
        if kind == "answered":  # nothing is handed over that is not on record
            self.book.append_and_prove(*drafts)
        else:
            self.book.append(*drafts)

    def requests(self) -> dict[str, OpenRequest]:
        """Return every request by id."""
        return self._fold()

    def waiting(self) -> tuple[OpenRequest, ...]:
        """Return the requests that wait for an answer, the first due first."""
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
    if known is None:
        return requests
    due = datetime.fromisoformat(body["due"]) if "due" in body else known.due
    changed = attrs.evolve(known, state=_STATES[event.kind], due=due)
    return {**requests, request_id: changed}
