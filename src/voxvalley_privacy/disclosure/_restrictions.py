"""Uses of a person's data that are left after a restriction or an objection."""

from __future__ import annotations

from ..decisions import Decision
from ..ledgers import body_of, fault_code
from ..vocabulary import Purpose
from ._disclosure_reasons import because
from ._request_book import RequestBook

__all__ = ["use_of"]

# What is done with restricted data: nothing but keeping, claims and the law.
_STAYS = frozenset([str(Purpose.LEGAL)])


def use_of(requests: RequestBook, subject: object, purpose: str, /) -> Decision:
    """
    Decide about one use by the book of rights, and by what the store could not take yet.

    Whatever the store does, a fault denies.
    """
    book = requests.book
    try:
        kept = requests.kept(subject)
        events = book.read(book.of_person(subject))
        bodies = [*kept, *[(event.kind, body_of(event)) for event in events]]
    except Exception as error:  # whatever the store does: the data is not used
        return Decision.deny(because(fault_code(error)))
    if purpose in _STAYS:
        return Decision.allow(because("use.allowed"))
    if any(kind == "restricted" for kind, _ in bodies):
        return Decision.deny(because("use.restricted"))
    objected = {str(body.get("purpose", "")) for kind, body in bodies if kind == "objected"}
    if any(purpose == ended or purpose.startswith(f"{ended}.") for ended in objected if ended):
        return Decision.deny(because("use.objected"))
    return Decision.allow(because("use.allowed"))
