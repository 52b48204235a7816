"""Compelled disclosure: a demand is read by the table of instruments, which is a ceiling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..facts import Instrument, instruments
from ..ledgers import Book, canonical_subject, fault_code
from ..protocols import Redact
from ._demand_duties import DEFAULT_DAYS, STALE, duties_of_a_handover, duties_of_no, hidden_until
from ._demands import REACHES, Handover, LegalDemand
from ._disclosure_asks import Audit
from ._disclosure_reasons import because
from ._recipients import RecipientRegister
from ._secret_names import is_credential
from ._staff import Staff
from ._transfer_check import EU

__all__ = ["LegalDisclosurePolicy"]

_CONTENT = frozenset(["CONTENT", "RECORDING"])
# Mode -> why there is no answer with stored records.
_NO_RECORDS = {
    "bar": "instrument.bars",
    "preserve": "instrument.preserve",
    "intercept": "instrument.prospective",
}
_MODES = frozenset([*_NO_RECORDS, "compel", "permit"])


class PlacesHolds(Protocol):
    """Where a hold is placed; `voxvalley_privacy.LegalHolds` is one."""

    def all(self) -> tuple[Any, ...]:
        """Return every hold."""

    def place(self, *, matter: str, by: str, **scope: Any) -> Any:
        """Place a hold."""


class LegalDisclosurePolicy:
    """
    Decide what a demand can reach; its allow is on record before anything is handed over.

    It finds the ceiling of the table; it does not find that a demand is valid, and is not legal
    advice.

    Args:
        register: Whose store and keys the book is kept with.

        audit: Takes every decision; if it fails, nothing leaves.

        table: The rows; the built-in table by default.

        people: Approver -> person, for people with several accounts.

        removed: Approvers who no longer may approve.

        redact: Applied to the records that are handed over; they leave as they are without one.

        holds: A `voxvalley_privacy.LegalHolds`: a demand to preserve places a hold there. Without
            one, placing it is a duty of the decision.
    """

    def __init__(
        self,
        register: RecipientRegister,
        /,
        *,
        audit: Audit | None = None,
        table: Iterable[Instrument] | None = None,
        people: Mapping[str, str] | None = None,
        removed: Iterable[str] = (),
        redact: Redact | None = None,
        holds: PlacesHolds | None = None,
    ) -> None:
        rows = instruments() if table is None else table
        self._rows = {(row.place, row.instrument): row for row in rows}
        self._audit = audit
        self._person = Staff(people)
        self._removed = frozenset(removed)
        self._redact = redact
        self._holds = holds
        self._book = Book(
            register.store, keys=register.keys, name="disclosed", clock=register.clock
        )

    def __call__(self, demand: LegalDemand, /) -> Decision:
        """Decide; the value of an allow is a `Handover`."""
        try:
            now = self._book.now()
            decision = self._decide(demand, now)
            if decision:
                self._write(demand, decision)
            if self._audit is not None:
                self._audit.record(decision, actor=demand.requester, act="demand", about=demand.id)
        except Exception as error:  # whatever stores, clocks and demands do: nothing leaves
            return Decision.deny(because(fault_code(error)))
        return decision

    def _decide(self, demand: LegalDemand, now: datetime) -> Decision:
        row = self._rows.get((demand.place, demand.instrument))
        if row is None or row.mode not in _MODES:
            ask = Obligation(code="demand.ask_counsel", text="Ask counsel.", due=now)
            return Decision.deny(because("instrument.unknown"), obligations=[ask])
        if row.mode in _NO_RECORDS:
            held = row.mode == "preserve" and self._preserved(demand, row)
            return Decision.deny(
                because(_NO_RECORDS[row.mode]), obligations=duties_of_no(row, now, held)
            )
        reach = self._reach(demand, row)
        faults = list(self._faults(demand, row, reach, now))
        if faults:
            return Decision.deny(*map(because, faults), evaluated_at=now)
        people = frozenset(canonical_subject(subject) for subject in demand.subjects)
        handover = Handover(
            fields=reach,
            period=demand.period,
            people=frozenset(person for person in people if person is not None),
            row=row.row_hash,
            redact=self._redact,
        )
        return Decision.allow(
            because("instrument.allowed"),
            obligations=duties_of_a_handover(demand, row, now),
            value=handover,
            evaluated_at=now,
        )

    def _reach(self, demand: LegalDemand, row: Instrument) -> frozenset[str]:
        """Return the fields that the row reaches; never a credential, whatever it is called."""
        return frozenset(
            name
            for name, kind in demand.fields.items()
            if kind in row.reaches and kind in REACHES and not is_credential(name)
        )

    def _faults(
        self, demand: LegalDemand, row: Instrument, reach: frozenset[str], now: datetime
    ) -> Iterable[str]:
        asks_content = bool(_CONTENT & {demand.fields[name] for name in reach})
        if not reach:
            yield "instrument.reach"
        yield from _faults_of_days(demand, row, now)
        if demand.issuer not in row.issued_by:
            yield "instrument.issuer"
        if demand.verified not in {"portal", "call_back", "certificate"}:
            yield "demand.unverified"
        if not _bounded(demand):
            yield "demand.unbounded"
        if asks_content and now.date() - row.as_of > STALE:
            yield "instrument.stale"
        if not self._permitted_abroad(demand, row, now):
            yield "instrument.cross_border"
        if row.emergency and not demand.statement:
            yield "demand.statement"
        yield from self._faults_of_people(demand, row, asks_content)

    def _faults_of_people(
        self, demand: LegalDemand, row: Instrument, asks_content: bool
    ) -> Iterable[str]:
        approvers = {self._person(name) for name in demand.approvers}
        approvers -= {self._person(demand.requester), ""}
        approvers -= {self._person(name) for name in self._removed}
        alone = row.emergency and not asks_content
        if len(approvers) < (1 if alone else 2):
            yield "approval.missing"
        counsel = self._person(demand.counsel)
        doubtful = row.disputed or not row.confidence.startswith(("H", "M"))
        if doubtful and (not counsel or counsel in approvers):
            yield "instrument.disputed" if row.disputed else "instrument.unverified"

    def _permitted_abroad(self, demand: LegalDemand, row: Instrument, now: datetime) -> bool:
        """Whether the place of the provider permits an answer to a demand from elsewhere."""
        issued = demand.issued
        if issued is None or not demand.served_on:
            return False
        served = demand.served_on.partition("-")[0]
        if demand.place.partition("-")[0] == served:
            return True
        if demand.place == "EU":  # its regulations bind who is served in a member, but for Denmark
            return served in EU - {"DK"}
        if demand.served_on == "US" and demand.instrument == "overseas_production_order":
            second = self._rows.get(("US", "foreign_cloud_order"))
            return second is not None and bool(demand.counsel) and _in_force(second, issued)
        return False

    def _write(self, demand: LegalDemand, decision: Decision) -> None:
        handover = decision.value
        assert isinstance(handover, Handover)
        body: dict[str, object] = {
            "recipient": demand.issuer,
            "purpose": "legal",
            "fields": sorted(handover.fields),
            "basis": f"demand:{handover.row}",
        }
        until = hidden_until(demand, self._rows[demand.place, demand.instrument], self._book.now())
        if until is not None:
            body["hidden_until"] = until.isoformat()
        drafts = [
            self._book.draft(self._book.of_person(subject), "disclosing", body)
            for subject in demand.subjects
        ]
        self._book.append_and_prove(*drafts)

    def _preserved(self, demand: LegalDemand, row: Instrument) -> bool:
        """Place the hold that a demand asks for, once; return whether it is there."""
        if self._holds is None or not _bounded(demand):
            return False
        if any(hold.matter == demand.id and not hold.released for hold in self._holds.all()):
            return True
        self._holds.place(
            matter=demand.id,
            by=demand.requester or demand.issuer or "demand",
            subjects=demand.subjects,
            between=demand.period,
            review=f"P{row.max_days or DEFAULT_DAYS}D",
        )
        return True

    def form(self, demand: LegalDemand, /) -> str:
        """
        Write the approval form of a demand, in Markdown: what the table says, and what is reached.

        What an instrument needs cannot be checked here; who approves attests it.

        Raises:
            voxvalley_privacy.ConfigurationError: If the table has no row for the instrument of this
                place; it names those that it has.
        """
        row = self._rows.get((demand.place, demand.instrument))
        if row is None:
            there = sorted(name for place, name in self._rows if place == demand.place)
            known = f"use one of {', '.join(there)}." if there else "nor any other of this place."
            raise ConfigurationError(f"The table does not have this instrument; {known}")
        lines = {
            "Demand": demand.id,
            "Instrument": f"{row.name} ({row.place})",
            "Law": row.citation,
            "Needs": row.needs or "nothing that the table knows of",
            "Reaches": ", ".join(sorted(row.reaches)) or "nothing",
            "Fields": ", ".join(sorted(self._reach(demand, row))) or "none",
            "Confidence": f"{row.confidence}, as of {row.as_of.isoformat()}",
            "Disputed": "yes: counsel has to answer" if row.disputed else "no",
            "People": str(len(demand.subjects)),
        }
        table = "\n".join(f"| {name} | {text.replace('|', '/')} |" for name, text in lines.items())
        return f"| | |\n|---|---|\n{table}\n"


def _bounded(demand: LegalDemand) -> bool:
    start, end = demand.period
    aware = start.tzinfo is not None and end.tzinfo is not None
    named = [canonical_subject(subject) for subject in demand.subjects]
    return aware and start < end and bool(named) and None not in named


def _in_force(row: Instrument, day: date) -> bool:
    begun = row.in_force_from is None or row.in_force_from <= day
    return begun and (row.in_force_until is None or day < row.in_force_until)


def _faults_of_days(demand: LegalDemand, row: Instrument, now: datetime) -> Iterable[str]:
    if demand.issued is None:
        yield "demand.expired"
        return
    if not _in_force(row, demand.issued):
        yield "instrument.not_in_force"
    if not demand.issued <= now.date() < _ends(demand, row, demand.issued):
        yield "demand.expired"


def _ends(demand: LegalDemand, row: Instrument, issued: date) -> date:
    """Return the day from which a demand is no longer valid."""
    ends = [demand.expires] if demand.expires else []
    if row.max_days is not None:
        ends.append(issued + timedelta(days=row.max_days))
    if not ends:
        ends.append(issued + timedelta(days=DEFAULT_DAYS))
    return min(ends)
