"""When an answer is due: terms of the table, in calendar months where the law counts them so."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

from ..facts import RequestDeadline, request_deadlines
from ._transfer_check import EEA

__all__ = ["after", "term_of"]

# What apps ask for, in the words of the table.
_WORDS = {
    "access": {"access", "know"},
    "rectify": {"rectify", "correct"},
    "erase": {"erase", "delete", "cancel"},
    "port": {"port"},
    "object": {"object", "oppose", "opt_out"},
    "restrict": {"restrict", "suspend"},
}


def after(start: datetime, amount: int, unit: str, /) -> datetime:
    """
    Return the end of a term.

    Business days count as days: the answer is due too early at times, and never too late.
    """
    if unit == "months":
        months = start.year * 12 + start.month - 1 + amount
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        return start.replace(year=year, month=month + 1, day=min(start.day, last))
    if unit == "hours":
        return start + timedelta(hours=amount)
    return start + timedelta(days=amount)


def term_of(kind: str, place: str, at: datetime, /) -> tuple[datetime, RequestDeadline]:
    """Return when an answer is due, by the shortest term that the table has for the place."""
    words = _WORDS.get(kind, {kind})
    rows = [row for row in request_deadlines() if row.requests & words and _in_force(row, at)]
    candidates = [row for row in rows if row.place in _places(place)]
    candidates = candidates or [row for row in rows if row.place == "*"]
    if not candidates:
        raise KeyError("request_deadlines")
    # A term of 0 has no number in the law: it is due at once.
    terms = [(after(at, row.amount, row.unit), row) for row in candidates]
    return min(terms, key=lambda term: term[0])


def _places(place: str) -> frozenset[str]:
    country = place.partition("-")[0]
    return frozenset([place, *(["EU"] if country in EEA else [])])


def _in_force(row: RequestDeadline, at: datetime) -> bool:
    day = at.date()
    return row.in_force_from <= day and (row.in_force_until is None or day < row.in_force_until)
