"""Requests of a person: access, portability, change, restriction, objection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..ledgers import Book, canonical_subject, fault_code
from ..placeholders import label_of
from ..protocols import Redact
from ..vocabulary import DataCategory
from ._disclosure_asks import Audit
from ._disclosure_policy import DisclosurePolicy
from ._disclosure_reasons import because
from ._exports import (
    Bundle,
    ExportSource,
    SubjectRequest,
    csv_text,
    json_line,
    without_others,
)
from ._recipients import RecipientRegister
from ._request_terms import term_of
from ._secret_names import is_credential

__all__ = ["SubjectRights"]

_KINDS = frozenset(["access", "rectify", "erase", "port", "object", "restrict"])
_METHODS = frozenset(["account", "second_factor", "otp_sms", "otp_call"])
_NUMBER_ONLY = frozenset(["otp_sms", "otp_call"])
_NOT_REASSIGNED = timedelta(days=45)


class SubjectRights:
    """
    Answer what a person asks.

    Args:
        sources: Every store with records of people.

        register: The recipients, and the store and keys for the book of requests.

        disclosures: The policy whose book says who got data.

        withdraw: Takes a person and a purpose for an objection, such as `ledger.withdraw`.

        audit: Takes every answer; if it fails, nothing is handed over.

        redact: Applied to every record before the fields are chosen; None for none.

        region: The country of numbers without a country code.
    """

    def __init__(
        self,
        sources: Iterable[ExportSource],
        /,
        *,
        register: RecipientRegister,
        disclosures: DisclosurePolicy | None = None,
        withdraw: Callable[[Any, str], object] | None = None,
        audit: Audit | None = None,
        redact: Redact | None = None,
        region: str | None = None,
    ) -> None:
        self._sources = tuple(sources)
        if len({source.name for source in self._sources}) != len(self._sources):
            raise ConfigurationError("Two sources of an export have the same name.")
        self._book = Book(
            register.store, keys=register.keys, name="rights", clock=register.clock, region=region
        )
        self._register = register
        self._disclosures = disclosures
        self._withdraw = withdraw
        self._audit = audit
        self._redact = redact
        self._region = region
        self.unstored: list[SubjectRequest] = []

    def open(
        self, subject: object, kind: str, /, *, received: datetime, place: str
    ) -> tuple[SubjectRequest, tuple[Obligation, ...]]:
        """
        Record a request; it is accepted even while the store fails, and then is in *unstored*.

        Args:
            subject: Who asks.

            kind: `access`, `port`, `rectify`, `erase`, `restrict` or `object`.

            received: When it came in.

            place: ISO code of where the person is.

        Raises:
            voxvalley_privacy.ConfigurationError: If the kind is unknown, or a time has no zone.
        """
        if kind not in _KINDS or received.tzinfo is None:
            raise ConfigurationError("A request has a known kind and a time with a zone.")
        due, row = term_of(kind, place, received)
        request = SubjectRequest(
            id="", kind=kind, place=place, received=received, due=due, subject=subject
        )
        try:
            event = self._book.write(
                self._book.of_person(subject), "opened", {"kind": kind, "due": due}
            )
            request = attrs.evolve(request, id=f"R{event.position}")
        except OSError:  # the person has asked, whatever the store does
            request = attrs.evolve(request, id=f"U{len(self.unstored) + 1}")
            self.unstored.append(request)
        text = f"Answer the request, by {row.law}."
        if sum(map(str.isdigit, text)) > 5:
            text = "Answer the request."
        return request, (Obligation(code="request.answer", text=text, due=due),)

    def verify(
        self, request: SubjectRequest, /, *, method: str, held_since: datetime | None = None
    ) -> SubjectRequest:
        """
        Return the request with the time that may be answered for.

        Args:
            request: The request.

            method: `account`, `second_factor`, `otp_sms` or `otp_call`. A code proves who has the
                number today, not who had it last year.

            held_since: Since when the person is known to hold the number; without it a number alone
                is answered for the last 45 days, in which no number is given to another.

        Raises:
            voxvalley_privacy.Denied: If the method is unknown.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        if method not in _METHODS:
            Decision.deny(because("request.unverified")).require()
        now = self._book.now()
        start = held_since
        if start is None:
            oldest = datetime(1970, 1, 1, tzinfo=now.tzinfo)
            start = now - _NOT_REASSIGNED if method in _NUMBER_ONLY else oldest
        self._book.write(self._book.of_person(request.subject), "verified", {"method": method})
        return attrs.evolve(request, window=(start, now), method=method)

    # Answers

    def access(self, request: SubjectRequest, /, *, partial: bool = False) -> Decision:
        """
        Decide, and return everything on record about the person as a `Bundle`.

        Args:
            request: A verified request for access or portability.

            partial: Whether an export without the stores that fail will do.
        """
        if not request.verified:
            return Decision.deny(because("request.unverified"))
        if request.kind not in {"access", "port"}:
            return Decision.deny(because("request.kind"))
        try:
            bundle = self._bundle(request)
            if bundle.state == "PARTIAL" and not partial:
                return Decision.deny(because("export.incomplete"))
            code = "export.complete" if bundle.state == "COMPLETE" else "export.partial"
            decision = Decision.allow(because(code), value=bundle)
            self._book.write(
                self._book.of_person(request.subject), "answered", {"state": bundle.state}
            )
            if self._audit is not None:
                self._audit.record(decision, actor="subject", act="export", about=request.subject)
        except Exception as error:  # whatever stores do: nothing is handed over
            return Decision.deny(because(fault_code(error)))
        return decision

    def rectify(self, request: SubjectRequest, changes: Mapping[str, Any], /) -> Decision:
        """Change fields of the person's own data; history gets a note instead."""
        if not request.verified:
            return Decision.deny(because("request.unverified"))
        if request.kind != "rectify":
            return Decision.deny(because("request.kind"))
        try:
            streams = self._book.of_person(request.subject)
            self._book.write(streams, "rectifying", {"fields": sorted(changes)})
            changed = self._change(request, changes)
            self._book.write(streams, "rectified", {"stores": changed})
        except Exception as error:  # it may be half done: the first entry says so
            return Decision.deny(because(fault_code(error)))
        if not changed:
            return Decision.deny(because("request.kind"))
        return Decision.allow(
            because("request.done"),
            obligations=self._tell(request, "change"),
            value=tuple(changed),
        )

    def _change(self, request: SubjectRequest, changes: Mapping[str, Any]) -> list[str]:
        changed = []
        for source in self._sources:
            mine = {
                name: value
                for name, value in changes.items()
                if source.fields.get(name) == "own" and not is_credential(name)
            }
            if source.rectify is not None and mine:
                source.rectify(request.subject, mine)
                changed.append(source.name)
        return changed

    def restrict(self, request: SubjectRequest, /) -> Decision:
        """Record that the person's data may be kept and not used; accepted always."""
        return self._accept(request, "restricted", {})

    def object(self, request: SubjectRequest, purpose: str, /) -> Decision:
        """Record an objection, and take consent for the purpose back; accepted always."""
        decision = self._accept(request, "objected", {"purpose": str(purpose)})
        if self._withdraw is not None:
            self._withdraw(request.subject, purpose)
        return decision

    def _accept(self, request: SubjectRequest, kind: str, body: Mapping[str, Any]) -> Decision:
        try:
            self._book.write(self._book.of_person(request.subject), kind, body)
        except OSError:
            self.unstored.append(request)
            late = Obligation(code="request.store", text="Store the request when the store works.")
            return Decision.allow(because("request.done"), obligations=[late])
        return Decision.allow(because("request.done"), obligations=self._tell(request, kind))

    def _tell(self, request: SubjectRequest, what: str) -> tuple[Obligation, ...]:
        if self._disclosures is None:
            return ()
        due = self._book.now()
        return self._disclosures.tell_recipients(request.subject, what=what, due=due)

    # The export

    def _bundle(self, request: SubjectRequest) -> Bundle:
        files: dict[str, str] = {}
        stores = []
        for source in self._sources:
            rows, line = self._rows(source, request)
            stores.append(line)
            files[f"{source.name}.jsonl"] = "".join(json_line(row) + "\n" for row in rows)
            files[f"{source.name}.csv"] = csv_text(rows)
        state: Literal["COMPLETE", "PARTIAL"] = "COMPLETE"
        if any(line["state"] != "COMPLETE" for line in stores):
            state = "PARTIAL"
        manifest = {
            "state": state,
            "stores": stores,
            "recipients": self._recipients(request),
            "verified_by": request.method,
            "window": [at.isoformat() for at in request.window or ()],
        }
        files["manifest.json"] = json.dumps(manifest, sort_keys=True, default=str)
        return Bundle(files=files, manifest=manifest, state=state)

    def _recipients(self, request: SubjectRequest) -> list[dict[str, Any]]:
        if self._disclosures is None:
            return []
        return [
            {"recipient": line.recipient, "purpose": line.purpose, "fields": list(line.fields)}
            for line in self._disclosures.accounting(request.subject)
        ]

    def _rows(
        self, source: ExportSource, request: SubjectRequest
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        omitted: dict[str, str] = {}
        rows: list[dict[str, Any]] = []
        state, outside = "COMPLETE", 0
        try:
            before = source.count(request.subject)
            records = list(source.find(request.subject))
            for record in records:
                if self._in_window(source, record, request):
                    rows.append(self._row(source, record, request, omitted))
                else:
                    outside += 1
            if not before == len(records) == source.count(request.subject):
                state = "PARTIAL"
        except Exception:  # one store that fails does not stop the others; the manifest says so
            rows, state = [], "FAILED"
        line = {
            "name": source.name,
            "state": state,
            "rows": len(rows),
            "outside_the_time_held": outside,
            "omitted": dict(sorted(omitted.items())),
            "purposes": list(source.purposes),
            "retention": source.retention,
        }
        return rows, line

    def _in_window(
        self, source: ExportSource, record: Mapping[str, Any], request: SubjectRequest
    ) -> bool:
        assert request.window is not None
        if not source.time_field:
            # Without a time nobody knows whose it was: only an account is answered.
            return request.method not in _NUMBER_ONLY
        at = record.get(source.time_field)
        if isinstance(at, str):
            at = datetime.fromisoformat(at)
        if not isinstance(at, datetime) or at.tzinfo is None:
            return request.method not in _NUMBER_ONLY
        return request.window[0] <= at <= request.window[1]

    def _row(
        self,
        source: ExportSource,
        record: Mapping[str, Any],
        request: SubjectRequest,
        omitted: dict[str, str],
    ) -> dict[str, Any]:
        me = canonical_subject(request.subject, region=self._region)
        shown = record if self._redact is None else self._redact(record)
        row: dict[str, Any] = {}
        others: list[str] = []
        for name, value in record.items():
            use = source.fields.get(name)
            if name == source.recording and name:
                omitted[name] = "all legs are on one track"
            elif use is None or is_credential(name):
                omitted[name] = "not on the list of fields"
                others.append(str(value))
            elif use != "party" or canonical_subject(value, region=self._region) == me:
                row[name] = value if use == "party" else shown.get(name)
            else:
                row[name] = label_of(DataCategory.PARTY_NUMBER)
                others.append(str(value))
        return without_others(row, others, omitted)
