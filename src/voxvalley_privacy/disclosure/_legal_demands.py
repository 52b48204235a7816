"""Compelled disclosure: a demand is read by the table of instruments, which is a ceiling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..facts import Instrument, instruments
from ..ledgers import Book, canonical_subject, fault_code
from ..protocols import Redact
from ._disclosure_asks import Audit
from ._disclosure_reasons import because
from ._recipients import RecipientRegister
from ._secret_names import is_credential

__all__ = ["Handover", "LegalDemand", "LegalDisclosurePolicy"]

_REVIEW = timedelta(hours=72)
_GAG_REVIEW = timedelta(days=90)
_DEFAULT_DAYS = 90
_STALE = timedelta(days=730)
_CONTENT = frozenset(["CONTENT", "RECORDING"])
_REACHES = frozenset(["SUBSCRIBER_INFO", "TRAFFIC_RECORDS", "LOCATION", "CONTENT", "RECORDING"])
# Mode -> why there is no answer with stored records.
_NO_RECORDS = {
    "bar": "instrument.bars",
    "preserve": "instrument.preserve",
    "intercept": "instrument.prospective",
}
_MODES = frozenset([*_NO_RECORDS, "compel", "permit"])


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    if isinstance(texts, str):
        raise ConfigurationError("Give several texts, not one.")
    return tuple(texts)


@attrs.frozen(kw_only=True)
class LegalDemand:
    """
    A demand of an authority or a party, as it came in.

    Args:
        id: The file's id.

        instrument: The key of the instrument in the table, such as `sca_warrant`.

        place: The place whose law it comes from. US-CA is not US, and DE is not EU.

        issuer: Who issued it: one kind of the table, such as `court`.

        issued: The day of issue; validity counts from it.

        served_on: ISO code of the place of the company that was served.

        verified: How the sender was checked: `portal`, `call_back` or `certificate`.

        fields: Field of the records -> what it is: `SUBSCRIBER_INFO`, `TRAFFIC_RECORDS`,
            `LOCATION`, `CONTENT` or `RECORDING`.

        subjects: The people it names.

        period: From when (inclusive) to when (exclusive) records are asked.

        received: When it came in.

        requester: Who brought it in; may not approve it.

        expires: When it ends, if it says so.

        gag: Whether an order of silence was seen.

        gag_until: Until when it holds.

        statement: For an emergency: who is in danger, and who signed it.

        counsel: Reference of counsel's answer, for rows that are disputed or weak.

        approvers: Who approved; use `approved()`.
    """

    id: str
    instrument: str
    place: str
    issuer: str
    issued: date
    served_on: str
    verified: str
    fields: Mapping[str, str] = attrs.field(converter=dict, hash=False)
    subjects: tuple[object, ...] = attrs.field(converter=tuple, repr=lambda v: f"<{len(v)} hidden>")
    period: tuple[datetime, datetime]
    received: datetime
    requester: str = ""
    expires: date | None = None
    gag: bool = False
    gag_until: datetime | None = None
    statement: str = attrs.field(default="", repr=False)
    counsel: str = ""
    approvers: tuple[str, ...] = attrs.field(default=(), converter=_texts)

    def approved(self, *, by: Iterable[str]) -> LegalDemand:
        """Return the demand with its approvers."""
        return attrs.evolve(self, approvers=_texts(by))


@attrs.frozen(kw_only=True)
class Handover:
    """Fields, people and period that may be handed over; `export()` applies them."""

    fields: frozenset[str]
    period: tuple[datetime, datetime]
    row: str
    people: frozenset[tuple[str, str]] = attrs.field(repr=lambda v: f"<{len(v)} hidden>")
    redact: Redact | None = attrs.field(default=None, repr=False)

    def export(
        self, records: Iterable[Mapping[str, Any]], /, *, about: Iterable[str], at: str
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """
        Return the records that are covered, with the covered fields, and a manifest.

        Args:
            records: The records to choose from.

            about: The fields that name the people of a record.

            at: The field with its time.
        """
        names, rows, seen = tuple(about), [], 0
        for record in records:
            seen += 1
            moment = record.get(at)
            if not isinstance(moment, datetime) or moment.tzinfo is None:
                continue
            named = {canonical_subject(record.get(name)) for name in names}
            if named & self.people and self.period[0] <= moment < self.period[1]:
                shown = record if self.redact is None else self.redact(record)
                rows.append({name: shown[name] for name in shown if name in self.fields})
        manifest = {
            "rows": len(rows),
            "rows_looked_at": seen,
            "fields": sorted(self.fields),
            "period": [moment.isoformat() for moment in self.period],
            "instrument_row": self.row,
        }
        return rows, manifest


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

        redact: Applied to the records that are handed over.
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
    ) -> None:
        rows = instruments() if table is None else table
        self._rows = {(row.place, row.instrument): row for row in rows}
        self._audit = audit
        self._people = dict(people or {})
        self._removed = frozenset(removed)
        self._redact = redact
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
            return Decision.deny(
                because(_NO_RECORDS[row.mode]), obligations=_duties_of_no(row, now)
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
            obligations=_duties(demand, row, now),
            value=handover,
            evaluated_at=now,
        )

    def _reach(self, demand: LegalDemand, row: Instrument) -> frozenset[str]:
        """Return the fields that the row reaches; never a credential, whatever it is called."""
        return frozenset(
            name
            for name, kind in demand.fields.items()
            if kind in row.reaches and kind in _REACHES and not is_credential(name)
        )

    def _faults(
        self, demand: LegalDemand, row: Instrument, reach: frozenset[str], now: datetime
    ) -> Iterable[str]:
        asks_content = bool(_CONTENT & {demand.fields[name] for name in reach})
        if not reach:
            yield "instrument.reach"
        if not _in_force(row, demand.issued):
            yield "instrument.not_in_force"
        if not demand.issued <= now.date() < _ends(demand, row):
            yield "demand.expired"
        if demand.issuer not in row.issued_by:
            yield "instrument.issuer"
        if demand.verified not in {"portal", "call_back", "certificate"}:
            yield "demand.unverified"
        if not _bounded(demand):
            yield "demand.unbounded"
        if asks_content and now.date() - row.as_of > _STALE:
            yield "instrument.stale"
        if not self._permitted_abroad(demand, row, now):
            yield "instrument.cross_border"
        if row.emergency and not demand.statement:
            yield "demand.statement"
        yield from self._faults_of_people(demand, row, asks_content)

    def _faults_of_people(
        self, demand: LegalDemand, row: Instrument, asks_content: bool
    ) -> Iterable[str]:
        approvers = {self._person(name) for name in demand.approvers if name}
        approvers -= {self._person(demand.requester), ""}
        approvers -= {self._person(name) for name in self._removed}
        alone = row.emergency and not asks_content
        if len(approvers) < (1 if alone else 2):
            yield "approval.missing"
        counsel = self._person(demand.counsel)
        doubtful = row.disputed or not row.confidence.startswith(("H", "M"))
        if doubtful and (not demand.counsel or counsel in approvers):
            yield "instrument.disputed" if row.disputed else "instrument.unverified"

    def _person(self, name: str) -> str:
        return self._people.get(name, name.strip().casefold())

    def _permitted_abroad(self, demand: LegalDemand, row: Instrument, now: datetime) -> bool:
        """Whether the place of the provider permits an answer to a demand from elsewhere."""
        if demand.place.partition("-")[0] == demand.served_on.partition("-")[0]:
            return True
        if demand.served_on == "US" and demand.instrument == "overseas_production_order":
            second = self._rows.get(("US", "foreign_cloud_order"))
            return second is not None and bool(demand.counsel) and _in_force(second, demand.issued)
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
        if _is_silent(demand, self._rows[demand.place, demand.instrument]):
            until = demand.gag_until or datetime.max.replace(tzinfo=demand.received.tzinfo)
            body["hidden_until"] = until.isoformat()
        drafts = [
            self._book.draft(self._book.of_person(subject), "disclosing", body)
            for subject in demand.subjects
        ]
        self._book.append(*drafts)


def _bounded(demand: LegalDemand) -> bool:
    start, end = demand.period
    aware = start.tzinfo is not None and end.tzinfo is not None
    named = [canonical_subject(subject) for subject in demand.subjects]
    return aware and start < end and bool(named) and None not in named


def _in_force(row: Instrument, day: date) -> bool:
    begun = row.in_force_from is None or row.in_force_from <= day
    return begun and (row.in_force_until is None or day < row.in_force_until)


def _ends(demand: LegalDemand, row: Instrument) -> date:
    """Return the day from which a demand is no longer valid."""
    ends = [demand.expires] if demand.expires else []
    if row.max_days is not None:
        ends.append(demand.issued + timedelta(days=row.max_days))
    if not ends:
        ends.append(demand.issued + timedelta(days=_DEFAULT_DAYS))
    return min(ends)


def _is_silent(demand: LegalDemand, row: Instrument) -> bool:
    return demand.gag or row.notice == "gag" or row.notice not in {"notify", "delayed", "gag"}


def _duties(demand: LegalDemand, row: Instrument, now: datetime) -> list[Obligation]:
    duties = []
    if _is_silent(demand, row) or row.notice == "delayed":
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
    return duties


def _duties_of_no(row: Instrument, now: datetime) -> list[Obligation]:
    if row.mode == "preserve":
        review = now + timedelta(days=row.max_days or _DEFAULT_DAYS)
        return [
            Obligation(code="hold.place", text="Place a hold.", due=now),
            Obligation(code="hold.review", text="Review the hold.", due=review),
        ]
    if row.mode == "bar":
        return [Obligation(code="demand.answer", text="Answer with the route between states.")]
    return []
