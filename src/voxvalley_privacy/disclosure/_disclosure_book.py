"""The book of disclosures: who got which fields of a person, and when."""

from __future__ import annotations

from datetime import datetime

import attrs

from ..ledgers import Book, body_of, canonical_subject

__all__ = ["Disclosed", "accounting", "is_somebody"]


@attrs.frozen(kw_only=True)
class Disclosed:
    """One line of the book of disclosures; *outcome* is `unknown` until the sender came back."""

    recipient: str
    purpose: str
    fields: tuple[str, ...]
    at: datetime
    outcome: str
    basis: str
    hidden_until: datetime | None = None


def is_somebody(person: object, /) -> bool:
    """Whether a person has a number, an address or an id, by which a book keeps people apart."""
    if isinstance(person, str | int) and not isinstance(person, bool) and str(person).strip():
        return True
    return canonical_subject(person) is not None


def accounting(book: Book, about: object, /, *, for_person: bool) -> tuple[Disclosed, ...]:
    """Return every line of a book of disclosures about a person."""
    now = book.now()
    if not is_somebody(about):
        return ()  # what names nobody has one stream for all
    lines: dict[int, Disclosed] = {}
    for event in book.read(book.of_person(about)):
        body = body_of(event)
        if event.kind == "outcome":
            if body.get("entry") in lines:
                lines[body["entry"]] = attrs.evolve(lines[body["entry"]], outcome=body["outcome"])
            continue
        until = body.get("hidden_until")
        lines[event.position] = Disclosed(
            recipient=body.get("recipient", ""),
            purpose=body.get("purpose", ""),
            fields=tuple(body.get("fields", ())),
            at=event.at,
            outcome="unknown",
            basis=body.get("basis", ""),
            hidden_until=datetime.fromisoformat(until) if until else None,
        )
    hidden = for_person
    return tuple(
        line
        for line in lines.values()
        if not (hidden and line.hidden_until is not None and now < line.hidden_until)
    )
