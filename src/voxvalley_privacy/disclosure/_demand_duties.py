"""Duties that a decision about a demand leaves: tell, stay silent, review, hold, answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..decisions import Obligation
from ..facts import Instrument
from ._demands import LegalDemand

__all__ = ["DEFAULT_DAYS", "STALE", "duties_of_a_handover", "duties_of_no", "hidden_until"]

DEFAULT_DAYS = 90  # how long a demand or a hold lasts, where neither it nor the row says
STALE = timedelta(days=730)
_REVIEW = timedelta(hours=72)
_GAG_REVIEW = timedelta(days=90)
# Where a court has to ratify what was handed over in an emergency, and within how many days.
_RATIFIED = {"DE": 3, "GB": 3, "IT": 2, "IN": 7}


def is_silent(demand: LegalDemand, row: Instrument) -> bool:
    """Whether the person is not told yet; the row's silence beats what the demand says."""
    if demand.gag or demand.gag_until is not None:
        return True
    return row.notice == "gag" or row.notice not in {"notify", "delayed", "gag"}


def hidden_until(demand: LegalDemand, row: Instrument, now: datetime) -> datetime | None:
    """
    Return until when a handover is not in what the person is shown; None if it is at once.

    Where notice is delayed, the person is not told before the authority was asked.
    """
    if demand.gag_until is not None:
        return demand.gag_until
    if is_silent(demand, row):
        return datetime.max.replace(tzinfo=now.tzinfo)
    return now + _GAG_REVIEW if row.notice == "delayed" else None


def duties_of_a_handover(demand: LegalDemand, row: Instrument, now: datetime) -> list[Obligation]:
    """Return what an allow leaves to do."""
    duties = []
    if is_silent(demand, row) or row.notice == "delayed":
        if demand.gag_until is not None:
            duties.append(
                Obligation(code="demand.notify", text="Tell the person.", due=demand.gag_until)
            )
        else:
            duties.append(
                Obligation(
                    code="demand.ask_silence",
                    text="Ask the authority whether silence is still needed.",
                    due=now + _GAG_REVIEW,
                )
            )
    else:
        duties.append(Obligation(code="demand.notify", text="Tell the person.", due=now))
    if row.emergency:
        duties.append(
            Obligation(code="demand.review", text="Review the emergency.", due=now + _REVIEW)
        )
        duties += _ratification(row, now)
    if now.date() - row.as_of > STALE:
        duties.append(Obligation(code="demand.attest_row", text="Look the row up again.", due=now))
    return duties


def _ratification(row: Instrument, now: datetime) -> list[Obligation]:
    days = _RATIFIED.get(row.place)
    if days is None:
        return []
    due = now + timedelta(days=days)
    return [
        Obligation(
            code="demand.ask_ratification",
            text="Ask for the ratification; mark the disclosure if none comes.",
            due=due,
        )
    ]


def duties_of_no(row: Instrument, now: datetime, held: bool) -> list[Obligation]:
    """Return what is to do where no record is handed over."""
    if row.mode == "preserve":
        review = now + timedelta(days=row.max_days or DEFAULT_DAYS)
        look = Obligation(code="hold.review", text="Review the hold.", due=review)
        return (
            [look] if held else [Obligation(code="hold.place", text="Place a hold.", due=now), look]
        )
    if row.mode == "bar":
        return [Obligation(code="demand.answer", text="Answer with the route between states.")]
    return []
