"""Requests of a person: access, portability, change, restriction, objection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from .. import policies
from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..facts import RequestDeadline
from ..ledgers import Book, fault_code
from ..protocols import Redact
from ..redaction import Redactor
from ._bundles import Bundles
from ._disclosure_asks import Audit
from ._disclosure_policy import DisclosurePolicy
from ._disclosure_reasons import because
from ._export_rows import NUMBER_ONLY
from ._exports import ExportSource, OffersSources, SubjectRequest, TokensOfPeople
from ._recipients import RecipientRegister
from ._request_book import OpenRequest, RequestBook
from ._request_terms import after, term_of
from ._restrictions import use_of
from ._secret_names import is_credential

__all__ = ["SubjectRights"]

_KINDS = frozenset(["access", "rectify", "erase", "port", "object", "restrict"])
_METHODS = frozenset(["account", "second_factor", "otp_sms", "otp_call"])
_NOT_REASSIGNED = timedelta(days=45)


class SubjectRights:
    """
    Answer what a person asks.

    Args:
        sources: Every store with records of people: a `voxvalley_privacy.Inventory`, or each
            as an `ExportSource`.

        register: The recipients, and the store and keys for the book of requests.

        disclosures: The policy whose book says who got data.

        withdraw: Takes a person and a purpose for an objection, such as `ledger.withdraw`.

        audit: Takes every answer; if it fails, nothing is handed over.

        redact: Finds in the person's own texts what is of somebody else; that is replaced, and
            named in the manifest. The built-in finders if left out.

        holds: A `voxvalley_privacy.LegalHolds`: with it, an open request pins the person's records
            against sweeps; give `pinned()` to `sweep()`.

        region: The country of numbers without a country code.
    """

    def __init__(
        self,
        sources: OffersSources | Iterable[ExportSource],
        /,
        *,
        register: RecipientRegister,
        disclosures: DisclosurePolicy | None = None,
        withdraw: Callable[[Any, str], object] | None = None,
        audit: Audit | None = None,
        redact: Redact | None = None,
        holds: TokensOfPeople | None = None,
        region: str | None = None,
    ) -> None:
        if isinstance(sources, OffersSources):
            sources = sources.export_sources(region=region)
        self._sources = tuple(sources)
        if len({source.name for source in self._sources}) != len(self._sources):
            raise ConfigurationError("Two sources of an export have the same name.")
        self._book = Book(
            register.store, keys=register.keys, name="rights", clock=register.clock, region=region
        )
        self._requests = RequestBook(self._book)
        self._disclosures = disclosures
        self._withdraw = withdraw
        self._audit = audit
        self._bundles = Bundles(
            self._sources,
            register=register,
            disclosures=disclosures,
            redact=Redactor(policies.labels()) if redact is None else redact,
            region=region,
        )
        self._holds = holds
        self._accepted: dict[str, SubjectRequest] = {}

    def open(
        self, subject: object, kind: str, /, *, received: datetime, place: str
    ) -> SubjectRequest:
        """
        Record a request; it is accepted even while the store fails.

        It then is in *unstored*, and is stored before the next step that the store takes.

        Args:
            subject: Who asks.

            kind: `access`, `port`, `rectify`, `erase`, `restrict` or `object`.

            received: When it came in.

            place: ISO code of where the person is.

        Returns:
            The request, with the duty to answer it and its due time.

        Raises:
            voxvalley_privacy.ConfigurationError: If the kind is unknown, or a time has no zone.
        """
        if kind not in _KINDS or received.tzinfo is None:
            kinds = ", ".join(sorted(_KINDS))
            raise ConfigurationError(f"A request has one kind of {kinds}, and a time with a zone.")
        due, row = term_of(kind, place, received)
        text = f"Answer the request, by {row.law}."
        if sum(map(str.isdigit, text)) > 5:
            text = "Answer the request."
        request = SubjectRequest(
            id="",
            kind=kind,
            place=place,
            received=received,
            due=due,
            subject=subject,
            obligations=(Obligation(code="request.answer", text=text, due=due),),
        )
        pins = self._holds.tokens([subject]) if self._holds else frozenset()
        request_id, stored = self._requests.open(
            subject, kind=kind, place=place, due=due, pins=pins
        )
        request = attrs.evolve(request, id=request_id)
        if not stored:
            self._accepted[request_id] = request
        return request

    def acknowledge(self, request: SubjectRequest, /) -> SubjectRequest:
        """
        Record that the person was told that the request came in.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        return self._moved(request, "acknowledged", "ACKNOWLEDGED")

    def pause(self, request: SubjectRequest, /, *, reason: str) -> SubjectRequest:
        """
        Record that the request waits for the person, such as for a proof; the term goes on.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        return self._moved(request, "paused", "PAUSED", reason=reason)

    def refuse(self, request: SubjectRequest, /, *, reason: str) -> SubjectRequest:
        """
        Record a refusal, and the duty to say why and where to complain.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        tell = Obligation(
            code="request.tell_refusal",
            text="Tell the person why, and where to complain.",
            due=request.due,
        )
        refused = self._moved(request, "refused", "REFUSED", reason=reason)
        return attrs.evolve(refused, obligations=(tell,))

    def extend(self, request: SubjectRequest, /, *, reason: str) -> Decision:
        """
        Extend the term by what the table has for the place; the value is the request.

        The person has to be told within the first term, so that it is denied after that.
        """
        _, row = term_of(request.kind, request.place, request.received)
        try:
            known = self._requests.open_one(request.subject, request.id)
            fault = self._no_extension(known, row)
            if known is None or fault:
                return Decision.deny(because(fault))
            due = after(known.due, row.extension, row.extension_unit)
            tell = Obligation(
                code="request.tell_extension", text="Tell the person why.", due=known.due
            )
            moved = self._moved(request, "extended", "EXTENDED", reason=reason, due=due)
        except Exception as error:  # the first term holds
            return Decision.deny(because(fault_code(error)))
        extended = attrs.evolve(moved, due=due)
        return Decision.allow(because("request.extended"), obligations=[tell], value=extended)

    def _no_extension(self, known: OpenRequest | None, row: RequestDeadline) -> str:
        """Return why a term cannot be extended, by the book and not by what was passed in."""
        if known is None:
            return "request.unknown"
        if not row.extension or known.extended:
            return "request.no_extension"
        return "request.late" if self._book.now() > known.due else ""

    def _moved(
        self, request: SubjectRequest, kind: str, state: str, **body: object
    ) -> SubjectRequest:
        self._requests.step(request.subject, request.id, kind, body)
        return attrs.evolve(request, state=state)

    @property
    def unstored(self) -> tuple[SubjectRequest, ...]:
        """Requests with a step that the store did not take yet; one for each step, in order."""
        return tuple(self._accepted[request_id] for request_id in self._requests.kept_ids())

    def waiting(self) -> tuple[OpenRequest, ...]:
        """
        Return the requests that wait for an answer, the first due first; they name nobody.

        Raises:
            voxvalley_privacy.StoreError: If the book cannot be read and proved.
        """
        return self._requests.waiting()

    def pinned(self) -> frozenset[str]:
        """
        Return the tokens whose records a sweep has to leave: `sweep(..., pinned=rights.pinned())`.

        Raises:
            voxvalley_privacy.StoreError: If the book cannot be read and proved.
        """
        return self._requests.pinned()

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
            start = now - _NOT_REASSIGNED if method in NUMBER_ONLY else oldest
        verified = self._moved(request, "verified", "VERIFIED", method=method)
        return attrs.evolve(verified, window=(start, now), method=method)

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
            if self._requests.open_one(request.subject, request.id) is None:
                return Decision.deny(because("request.unknown"))
            bundle = self._bundles.of(request)
            if bundle.state == "PARTIAL" and not partial:
                return Decision.deny(because("export.incomplete"))
            code = "export.complete" if bundle.state == "COMPLETE" else "export.partial"
            decision = Decision.allow(because(code), value=bundle)
            if self._audit is not None:
                self._audit.record(decision, actor="subject", act="export", about=request.subject)
            # Last: a request that was not answered goes on to wait.
            self._moved(request, "answered", "ANSWERED", bundle=bundle.state)
        except Exception as error:  # whatever stores do: nothing is handed over
            return Decision.deny(because(fault_code(error)))
        return decision

    def may_use(self, subject: object, purpose: str, /) -> Decision:
        """
        Decide whether a person's data may be used for a purpose, after what they asked.

        Restricted data is kept and not used, but for legal claims; an objection ends a purpose and
        its children.
        """
        return use_of(self._requests, subject, str(purpose))

    def rectify(self, request: SubjectRequest, changes: Mapping[str, Any], /) -> Decision:
        """
        Change fields of the person's own data; history gets a note instead.

        A field that no store can change is a duty of the decision, and the request goes on to wait.
        """
        if not request.verified:
            return Decision.deny(because("request.unverified"))
        if request.kind != "rectify":
            return Decision.deny(because("request.kind"))
        try:
            if self._requests.open_one(request.subject, request.id) is None:
                return Decision.deny(because("request.unknown"))
            self._step(request, "rectifying", {"fields": sorted(changes)})
            changed, left = self._change(request, changes)
            self._step(request, "rectified", {"stores": changed})
            if changed and not left:
                self._moved(request, "answered", "ANSWERED")
        except Exception as error:  # it may be half done: the first entry says so
            return Decision.deny(because(fault_code(error)))
        if not changed:
            return Decision.deny(because("request.kind"))
        return Decision.allow(
            because("request.done"),
            obligations=(*left, *self._tell(request, "change")),
            value=tuple(changed),
        )

    def _change(
        self, request: SubjectRequest, changes: Mapping[str, Any]
    ) -> tuple[list[str], list[Obligation]]:
        """Return the stores with a change, and the duty for fields that none of them took."""
        changed = []
        left = set(changes)
        for source in self._sources:
            mine = {
                name: value
                for name, value in changes.items()
                if source.fields.get(name) == "own" and not is_credential(name)
            }
            change = source.rectify or source.annotate
            if change is not None and mine:
                change(request.subject, mine)
                changed.append(source.name)
                left -= set(mine)
        text = "Answer for the fields that no store could change."
        return changed, [Obligation(code="request.change_left", text=text, due=request.due)][
            : len(left)
        ]

    def restrict(self, request: SubjectRequest, /) -> Decision:
        """Record that the person's data may be kept and not used; accepted always."""
        return self._accept(request, "restricted", {})

    def object(self, request: SubjectRequest, purpose: str, /) -> Decision:
        """Record an objection, and take consent for the purpose back; accepted always."""
        decision = self._accept(request, "objected", {"purpose": str(purpose)})
        try:
            if self._withdraw is not None:
                self._withdraw(request.subject, purpose)
        except Exception:  # the objection stands by itself
            late = Obligation(
                code="request.withdraw", text="Take the consent back when its store works."
            )
            return attrs.evolve(decision, obligations=(*decision.obligations, late))
        return decision

    def _accept(self, request: SubjectRequest, kind: str, body: Mapping[str, Any]) -> Decision:
        if not self._requests.accept(request.subject, request.id, kind, body):
            self._accepted[request.id] = request
            late = Obligation(code="request.store", text="Store the request when the store works.")
            return Decision.allow(because("request.done"), obligations=[late])
        return Decision.allow(because("request.done"), obligations=self._tell(request, kind))

    def _step(self, request: SubjectRequest, kind: str, body: Mapping[str, Any]) -> None:
        self._requests.step(request.subject, request.id, kind, body)

    def _tell(self, request: SubjectRequest, what: str) -> tuple[Obligation, ...]:
        if self._disclosures is None:
            return ()
        due = self._book.now()
        try:
            person = self._bundles.spelled(request.subject)
            return self._disclosures.tell_recipients(person, what=what, due=due)
        except Exception:  # who they are has to be looked up again
            text = "Look up who got data, and tell them."
            return (Obligation(code=f"recipient.tell_{what}", text=text, due=due),)
