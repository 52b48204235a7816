"""The rule in front of every sender: who gets which fields, written down before they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import product

import attrs

from .. import policies
from ..decisions import Decision, Obligation
from ..facts import Transfer
from ..facts import transfers as all_transfers
from ..ledgers import Book, fault_code
from ..protocols import Redact
from ..redaction import Redactor
from ..schemas import Schema
from ..vocabulary import Purpose
from ._disclosure_asks import Audit, Consents, Disclosure, Grant
from ._disclosure_book import Disclosed, accounting, is_somebody
from ._disclosure_reasons import because
from ._in_front_of_senders import InFrontOf, people_of
from ._recipient_values import ROLES, Recipient
from ._recipients import RecipientRegister
from ._secret_names import without_credentials
from ._transfer_check import Attestation, attested, check_transfer

__all__ = ["DisclosurePolicy"]

_THIRTEEN_MONTHS = timedelta(days=395)
_ON_INSTRUCTION = frozenset(["processor", "subprocessor"])
_CONTROL = _ON_INSTRUCTION | {"controller"}
_PURPOSES = frozenset(map(str, Purpose))
_KNOWN_WAYS = 1024


class DisclosurePolicy:
    """
    Decide who gets which fields, and write it down before they leave.

    Args:
        register: The recipients.

        consents: A `voxvalley_privacy.ConsentLedger`, or a rule that takes the `Disclosure`; asked
            for recipients that do not act on instruction. Without one they get nothing.

        transfers: The mechanisms; the built-in table by default.

        attestations: What people attested.

        audit: Takes every decision; if it fails, nothing leaves.

        redact: Applied to every record that leaves. Left out, it is the share policy, which gives
            no number away; a recipient that needs one, such as a carrier, needs a policy of its own
            with another redactor.

        origin: ISO code of the place the data comes from, where a disclosure names none.
    """

    def __init__(
        self,
        register: RecipientRegister,
        /,
        *,
        consents: Callable[[Disclosure], Decision] | Consents | None = None,
        transfers: tuple[Transfer, ...] | None = None,
        attestations: Iterable[Attestation] = (),
        audit: Audit | None = None,
        redact: Redact | None = None,
        origin: str = "",
    ) -> None:
        self._register = register
        self._consents = consents
        self._origin = origin
        self._transfers = all_transfers() if transfers is None else transfers
        self._attestations = tuple(attestations)
        self._audit = audit
        self._redact = _shared(register) if redact is None else redact
        self._own_redact = redact is not None
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
        if not all(map(is_somebody, (ask.about, *ask.also))):
            return Decision.deny(because("error.input"))  # nobody could be told of it
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
            consent = self._consent(ask, at)
            if not consent:
                return Decision.deny(because("consent.absent"), *consent.reasons, evaluated_at=at)
        return Decision.allow(
            because("disclosure.allowed"),
            value=Grant(fields=fields, redact=self._redact),
            evaluated_at=at,
            valid_until=None if until is None else datetime.combine(until, _MIDNIGHT, at.tzinfo),
        )

    def _consent(self, ask: Disclosure, at: datetime) -> Decision:
        if isinstance(self._consents, Consents):
            return self._consents.permits(ask.about, str(ask.purpose), recipient=ask.to, at=at)
        return self._consents(ask) if self._consents else Decision.deny()

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
        """Return the fault of any place of the recipient or of a sub-processor, at any depth."""
        chain = [recipient, *self._below(recipient, day)]
        fault = next(filter(None, (self._fault_below(ask, one, day) for one in chain[1:])), "")
        if fault or None in chain:
            return fault, None
        known = [one for one in chain if one is not None]
        ends = [one.contract.valid[1] for one in known if one.contract and one.contract.valid[1]]
        origins = dict.fromkeys([ask.origin or self._origin, *ask.also_from])
        ways = product(origins, [(one, place) for one in known for place in one.places or ("",)])
        for origin, (one, place) in ways:
            fault, end = self._checked(origin, place, one.name, one.transfer, day)
            if fault:
                return fault, None
            if end is not None:
                ends.append(end)
        return "", min(ends, default=None)

    def _below(self, recipient: Recipient, day: date) -> list[Recipient | None]:
        """Return the sub-processors of a recipient and of each of them; None for an unknown one."""
        chain: dict[str, Recipient | None] = {}
        waiting = list(recipient.subprocessors)
        while waiting:
            name = waiting.pop()
            if name != recipient.name and name not in chain:
                below = chain[name] = self._register.find(name, day)
                waiting += below.subprocessors if below else ()
        return list(chain.values())

    def _fault_below(self, ask: Disclosure, below: Recipient | None, day: date) -> str:
        """Return why a sub-processor may get nothing, by the same rules as who passes it on."""
        if below is None or below.contract is None or not below.contract.holds_on(day):
            return "recipient.contract"
        if not below.tls:
            return "transport.insecure"
        return "recipient.objected" if self._register.objected(below.name, ask.tenant) else ""

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
        people = dict.fromkeys(self._book.of_person(person) for person in (ask.about, *ask.also))
        drafts = [self._book.draft(streams, "disclosing", body) for streams in people]
        events = self._book.append(*drafts)
        return attrs.evolve(decision, value=attrs.evolve(grant, entry=events[0].position))

    # In front of a sender

    def to(
        self,
        recipient: str,
        /,
        *,
        purpose: str,
        about: str = "",
        schema: Schema | str | None = None,
        origin: str = "",
        tenant: str = "",
    ) -> InFrontOf:
        """
        Return what `vp.wrap()` puts in front of a sender: each record is decided and minimized.

        Args:
            recipient: The recipient's name on the register.

            purpose: What for.

            about: The field of the record that names the person.

            schema: The schema of the records. Its numbers name the people where *about* names no
                field, and the share policy knows its fields.

            origin: ISO code of the place the data comes from; that of the policy if left out, and
                else the country of the person's number.

            tenant: The customer whose data it is.

        Raises:
            voxvalley_privacy.ConfigurationError: If neither *about* nor *schema* says whose a
                record is.

            voxvalley_privacy.Denied: From the call, for a record that may not leave.
        """
        redact = None
        if schema is not None and not self._own_redact:
            redact = _shared(self._register, schema)
        return InFrontOf(
            decide=self,
            to=recipient,
            purpose=purpose,
            people=(about,) if about else people_of(schema),
            origin=origin or self._origin,
            tenant=tenant,
            redact=redact,
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


def _shared(register: RecipientRegister, schema: Schema | str | None = None) -> Redactor:
    """Return the share policy, in which a field that the register names is not an unknown one."""
    policy = attrs.evolve(policies.share(register.keys), unknown="scan")
    return Redactor(policy, schema=schema)


_MIDNIGHT = datetime.min.time()
