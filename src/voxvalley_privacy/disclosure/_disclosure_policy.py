"""The rule in front of every sender: who gets which fields, written down before they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import attrs

from ..decisions import Decision, Obligation
from ..errors import Denied
from ..facts import Transfer
from ..facts import transfers as all_transfers
from ..ledgers import Book, fault_code
from ..protocols import Redact
from ..vocabulary import Purpose
from ._disclosure_book import Disclosed, accounting
from ._disclosure_reasons import because
from ._recipients import ROLES, Recipient, RecipientRegister
from ._secret_names import without_credentials
from ._transfer_check import Attestation, attested, check_transfer

__all__ = [
    "Audit",
    "Disclosure",
    "DisclosurePolicy",
    "Grant",
]

_THIRTEEN_MONTHS = timedelta(days=395)
_ON_INSTRUCTION = frozenset(["processor", "subprocessor"])
_CONTROL = _ON_INSTRUCTION | {"controller"}
_PURPOSES = frozenset(map(str, Purpose))
_KNOWN_WAYS = 1024
_LEAST = 4  # characters that a value needs before it is looked for in others


class Audit(Protocol):
    """Where decisions are written down; `vp.AuditLog` is one."""

    def record(self, decision: Decision, /, *, actor: str, act: str, about: object) -> object:
        """Keep what was decided, or raise."""


def _names(names: Iterable[object]) -> frozenset[str]:
    return frozenset(map(str, names))


@attrs.frozen(kw_only=True)
class Disclosure:
    """
    Ask whether fields of a person may go to somebody.

    Args:
        to: The recipient's name on the register.

        purpose: What for.

        about: The person.

        fields: The fields of the record.

        origin: ISO code of the place the data comes from.

        at: When; None for now, by the register's clock.

        tenant: The customer whose data it is.

        role: In which role the sender acts: `controller`, `processor` or `subprocessor`.
    """

    to: str
    purpose: str
    about: object = attrs.field(repr=lambda _: "<hidden>")
    fields: frozenset[str] = attrs.field(converter=_names)
    origin: str = ""
    at: datetime | None = None
    tenant: str = ""
    role: str = "processor"


@attrs.frozen(kw_only=True)
class Grant:
    """The fields that may leave; `minimize()` makes the record that may be sent."""

    fields: frozenset[str]
    redact: Redact | None = attrs.field(default=None, repr=False)
    entry: int = 0

    def minimize(self, record: Mapping[str, Any], /) -> dict[str, Any]:
        """
        Return the granted fields only, redacted.

        A field whose value shows the value of one that is not granted is left out too.
        """
        shown = record if self.redact is None else self.redact(record)
        if not isinstance(shown, Mapping):
            return {}
        hidden = [
            text
            for name, value in record.items()
            if name not in self.fields and len(text := str(value)) >= _LEAST
        ]
        return {
            name: value
            for name, value in shown.items()
            if name in self.fields and not any(text in str(value) for text in hidden)
        }


class DisclosurePolicy:
    """
    Decide who gets which fields, and write it down before they leave.

    Args:
        register: The recipients.

        consents: A rule that takes the `Disclosure`; asked for recipients that do not act on
            instruction. Without one they get nothing.

        transfers: The mechanisms; the built-in table by default.

        attestations: What people attested.

        audit: Takes every decision; if it fails, nothing leaves.

        redact: Applied to every record that leaves, such as a redactor of the share policy.
    """

    def __init__(
        self,
        register: RecipientRegister,
        /,
        *,
        consents: Callable[[Disclosure], Decision] | None = None,
        transfers: tuple[Transfer, ...] | None = None,
        attestations: Iterable[Attestation] = (),
        audit: Audit | None = None,
        redact: Redact | None = None,
    ) -> None:
        self._register = register
        self._consents = consents
        self._transfers = all_transfers() if transfers is None else transfers
        self._attestations = tuple(attestations)
        self._audit = audit
        self._redact = redact
        self._ways: dict[tuple[object, ...], tuple[str, date | None]] = {}
        self._book = Book(
            register.store, keys=register.keys, name="disclosed", clock=register.clock
        )

    def __call__(self, disclosure: Disclosure, /) -> Decision:
        """Decide; an allow is on record when this returns, and its value is a `Grant`."""
        try:
            decision = self._decide(disclosure)
            if decision:
                decision = self._written(disclosure, decision)
            if self._audit is not None:
                self._audit.record(
                    decision, actor=disclosure.role, act="disclose", about=disclosure.about
                )
        except Exception as error:  # whatever stores, clocks and contexts do: nothing leaves
            return Decision.deny(because(fault_code(error)))
        return decision

    def _decide(self, ask: Disclosure) -> Decision:
        at = ask.at or self._register.clock()
        if at.tzinfo is None:
            return Decision.deny(because("error.clock"))
        day = at.date()
        recipient = self._register.find(ask.to, day)
        if recipient is None:
            return Decision.deny(because("recipient.unknown"), evaluated_at=at)
        faults = [code for code in self._faults(ask, recipient, day) if code]
        fault, until = self._transfer(ask, recipient, day)
        faults += [fault] if fault else []
        fields = without_credentials(ask.fields & recipient.fields)
        if not fields:
            faults.append("disclosure.fields")
        if faults:
            return Decision.deny(*map(because, faults), evaluated_at=at)
        if recipient.role not in _ON_INSTRUCTION:
            consent = self._consents(ask) if self._consents else Decision.deny()
            if not consent:
                return Decision.deny(because("consent.absent"), *consent.reasons, evaluated_at=at)
        return Decision.allow(
            because("disclosure.allowed"),
            value=Grant(fields=fields, redact=self._redact),
            evaluated_at=at,
            valid_until=None if until is None else datetime.combine(until, _MIDNIGHT, at.tzinfo),
        )

    def _faults(self, ask: Disclosure, recipient: Recipient, day: date) -> Iterator[str]:
        purpose = str(ask.purpose)
        if ask.role not in _CONTROL or recipient.role not in ROLES:
            yield "role.unknown"
        if purpose == Purpose.SALE:
            yield "sale.forbidden"
        elif purpose not in _PURPOSES:
            yield "purpose.unknown"
        elif purpose not in recipient.purposes:
            yield "recipient.purpose"
        if not recipient.tls:
            yield "transport.insecure"
        if recipient.contract is None or not recipient.contract.holds_on(day):
            yield "recipient.contract"
        if self._register.objected(recipient.name, ask.tenant):
            yield "recipient.objected"
        if recipient.role == "third_party":
            yield from self._faults_of_third_party(ask, recipient, day)

    def _faults_of_third_party(
        self, ask: Disclosure, recipient: Recipient, day: date
    ) -> Iterator[str]:
        if not recipient.elected_by or recipient.elected_by != ask.tenant:
            yield "recipient.not_elected"
        said = attested(self._attestations, ask.tenant, "privacy_policy", day, _THIRTEEN_MONTHS)
        if not said:
            yield "attestation.stale"

    def _transfer(
        self, ask: Disclosure, recipient: Recipient, day: date
    ) -> tuple[str, date | None]:
        """Return the fault of any place of the recipient or of one of its own sub-processors."""
        ends = []
        chain = [recipient]
        for name in recipient.subprocessors:
            below = self._register.find(name, day)
            if below is None or below.contract is None or not below.contract.holds_on(day):
                return "recipient.contract", None
            chain.append(below)
        if recipient.contract and recipient.contract.valid[1]:
            ends.append(recipient.contract.valid[1])
        for one in chain:
            for place in one.places or ("",):
                fault, end = self._checked(ask.origin, place, one.name, one.transfer, day)
                if fault:
                    return fault, None
                if end is not None:
                    ends.append(end)
        return "", min(ends, default=None)

    def _checked(
        self, origin: str, place: str, recipient: str, mechanism: str, day: date
    ) -> tuple[str, date | None]:
        """Return the answer about a way; rows and attestations of a policy never change."""
        way = (origin, place, recipient, mechanism, day)
        answer = self._ways.get(way)
        if answer is None:
            answer = check_transfer(
                self._transfers,
                self._attestations,
                origin=origin,
                place=place,
                recipient=recipient,
                mechanism=mechanism,
                day=day,
            )
            if len(self._ways) >= _KNOWN_WAYS:
                self._ways.clear()
            self._ways[way] = answer
        return answer

    def _written(self, ask: Disclosure, decision: Decision) -> Decision:
        grant = decision.value
        assert isinstance(grant, Grant)
        body = {
            "recipient": ask.to,
            "purpose": str(ask.purpose),
            "fields": sorted(grant.fields),
            "basis": "policy",
        }
        event = self._book.write(self._book.of_person(ask.about), "disclosing", body)
        return attrs.evolve(decision, value=attrs.evolve(grant, entry=event.position))

    # In front of a sender

    def to(
        self,
        recipient: str,
        /,
        *,
        purpose: str,
        about: str,
        origin: str,
        tenant: str = "",
    ) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """
        Return what `vp.wrap()` puts in front of a sender: each record is decided and minimized.

        Args:
            recipient: The recipient's name on the register.

            purpose: What for.

            about: The field of the record that names the person.

            origin: ISO code of the place the data comes from.

            tenant: The customer whose data it is.

        Raises:
            voxvalley_privacy.Denied: From the call, for a record that may not leave.
        """
        return _To(
            policy=self, to=recipient, purpose=purpose, about=about, origin=origin, tenant=tenant
        )

    def outcome(self, about: object, entry: int, outcome: str, /) -> None:
        """
        Note how a send ended: `sent` or `failed`; without a note it counts as unknown.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        body = {"entry": entry, "outcome": outcome}
        self._book.write(self._book.of_person(about), "outcome", body)

    # The book

    def accounting(self, about: object, /, *, for_person: bool = True) -> tuple[Disclosed, ...]:
        """
        Return every disclosure about a person.

        Args:
            about: The person.

            for_person: Leave out what a gag still hides from the person.

        Raises:
            voxvalley_privacy.StoreError: If the book cannot be read and proved.
        """
        return accounting(self._book, about, for_person=for_person)

    def recipients_of(self, about: object, /) -> tuple[str, ...]:
        """
        Return who got data about a person: whom to tell of a withdrawal, change or erasure.

        Raises:
            voxvalley_privacy.StoreError: If the book cannot be read and proved.
        """
        lines = self.accounting(about, for_person=False)
        told = {line.recipient for line in lines if line.basis == "policy"}
        return tuple(sorted(told))

    def tell_recipients(
        self, about: object, /, *, what: str, due: datetime
    ) -> tuple[Obligation, ...]:
        """Return the duty to tell whom `recipients_of()` names; none if there is nobody."""
        if not self.recipients_of(about):
            return ()
        text = "Tell every recipient that recipients_of() names."
        return (Obligation(code=f"recipient.tell_{what}", text=text, due=due),)


@attrs.frozen(kw_only=True, eq=False)
class _To:
    policy: DisclosurePolicy
    to: str
    purpose: str
    about: str
    origin: str
    tenant: str

    def __call__(self, record: Mapping[str, Any], /) -> dict[str, Any]:
        ask = Disclosure(
            to=self.to,
            purpose=self.purpose,
            about=record.get(self.about),
            fields=record.keys(),
            origin=self.origin,
            tenant=self.tenant,
        )
        decision = self.policy(ask)
        if not decision:
            raise Denied(decision)
        grant = decision.value
        assert isinstance(grant, Grant)
        return grant.minimize(record)

    def text(self, text: str, /) -> str:
        """Refuse a text: nobody can say whose it is."""
        raise Denied(Decision.deny(because("error.input")))


_MIDNIGHT = datetime.min.time()
