"""Whether the basis of a message is accepted wherever the person may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs

from ..decisions import Decision, Obligation
from ..facts import ContactBasis, Facts, load
from ._basis_names import Basis, BasisKind, kind_of_row
from ._consent_reasons import allowed, because, cite, fails_closed
from ._contact import Contact, MessageClass, family, input_fault
from ._fold import SKEW
from ._places import layers, places

__all__ = ["basis_accepted"]

_SERVICE = (MessageClass.ADMINISTRATIVE, MessageClass.CONFIRMATION, MessageClass.EMERGENCY)
_CONSENTS = (BasisKind.CONSENT, BasisKind.WRITTEN_CONSENT)
_MONTHS_OF_YEAR = 12
# Members of the European Economic Area, in which Directive 2002/58/EC is law by an act of each.
_EEA = frozenset(
    [
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE"),
        *("SI", "SK"),
    ]
)
_DIRECTIVE = "EU"
_ELECTRONIC = frozenset(["sms", "email"])  # "electronic mail" of art. 13, in its recital 40


def _later(since: datetime, months: int) -> datetime:
    """Return the same day some months later; the last of the month where that has no such day."""
    years, month = divmod(since.month - 1 + months, _MONTHS_OF_YEAR)
    for day in range(since.day, 27, -1):
        try:
            return since.replace(year=since.year + years, month=month + 1, day=day)
        except ValueError:
            continue
    return since.replace(year=since.year + years, month=month + 1)


@attrs.frozen
class _BasisAccepted:
    facts: Facts
    trust_declared: bool

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        basis, at = contact.basis, contact.at
        if basis is None:
            return Decision.deny(because("basis.absent"), evaluated_at=at)
        if basis.missing:
            return Decision.deny(because("basis.incomplete"), evaluated_at=at)
        if basis.kind is BasisKind.EMERGENCY:
            return self._by_class(contact, (MessageClass.EMERGENCY,))
        if basis.kind is BasisKind.TRANSACTIONAL:
            return self._by_class(contact, _SERVICE)
        if basis.since is not None and basis.since > at + SKEW:
            return Decision.deny(because("basis.time_unknown"), evaluated_at=at)
        return self._everywhere(contact, basis)

    def _by_class(self, contact: Contact, classes: Iterable[MessageClass]) -> Decision:
        # The class comes from a registered template: an offer does not become a service by name.
        if contact.message_class in classes:
            return allowed("basis.accepted", contact.at)
        return Decision.deny(because("basis.not_the_class"), evaluated_at=contact.at)

    def _everywhere(self, contact: Contact, basis: Basis) -> Decision:
        where = places(contact, self.facts, trust_declared=self.trust_declared).jurisdictions
        if not where:
            return Decision.deny(because("contact.location_unknown"), evaluated_at=contact.at)
        accepted: list[ContactBasis] = []
        for jurisdiction in where:
            rows = self._rows(jurisdiction, contact)
            fitting = [row for row in rows if _fits(row, basis)]
            if self._needs_writing(rows, contact, basis):
                return Decision.deny(because("basis.needs_writing"), evaluated_at=contact.at)
            if not fitting and basis.kind not in _CONSENTS:
                return Decision.deny(because("basis.not_accepted"), evaluated_at=contact.at)
            accepted += fitting
        return self._in_time(contact, basis, accepted)

    def _rows(self, jurisdiction: str, contact: Contact) -> list[ContactBasis]:
        channel = family(contact.channel)
        # A row that sources dispute would permit something: only the stricter reading counts.
        return [
            row
            for row in self._of_place(jurisdiction)
            if channel in row.channels and not row.doubtful
        ]

    def _of_place(self, jurisdiction: str) -> list[ContactBasis]:
        """Return the rows of a place, or the Directive's in a member that has none of its own."""
        named = layers(jurisdiction)
        own = self._keyed(*named)
        # Italy's own row is about e-mail only: an SMS there rests on nothing in the Directive.
        if named[-1] not in _EEA or any(map(_is_electronic, own)):
            return own
        return own + self._keyed(_DIRECTIVE)

    def _keyed(self, *keys: str) -> list[ContactBasis]:
        return [row for row in self.facts.bases if row.key in keys]

    def _needs_writing(self, rows: list[ContactBasis], contact: Contact, basis: Basis) -> bool:
        """Whether an offer needs consent in writing there, and this is another consent."""
        if basis.kind is not BasisKind.CONSENT or contact.message_class in _SERVICE:
            return False
        return any(kind_of_row(row.basis) is BasisKind.WRITTEN_CONSENT for row in rows)

    def _in_time(self, contact: Contact, basis: Basis, rows: list[ContactBasis]) -> Decision:
        at, ends = contact.at, []
        for row in rows:
            if row.months is None:
                continue
            if basis.since is None:
                return self._deny("basis.time_unknown", row, at)
            end = _later(basis.since, row.months)
            if end <= at:
                return self._deny("basis.ended", row, at)
            ends.append(end)
        conditions = dict.fromkeys(row.conditions for row in rows if row.conditions)
        reasons = dict.fromkeys(cite("basis.accepted", row, self.facts, at) for row in rows)
        return Decision.allow(
            *(reasons or [because("basis.accepted")]),
            obligations=[Obligation(code="basis.condition", text=text) for text in conditions],
            evaluated_at=at,
            valid_until=min(ends, default=None),
        )

    def _deny(self, code: str, row: ContactBasis, at: datetime) -> Decision:
        return Decision.deny(cite(code, row, self.facts, at), evaluated_at=at)


def _is_electronic(row: ContactBasis) -> bool:
    return not row.channels.isdisjoint(_ELECTRONIC)


def _fits(row: ContactBasis, basis: Basis) -> bool:
    if basis.detail:
        return row.basis == basis.detail and kind_of_row(row.basis) is basis.kind
    return kind_of_row(row.basis) is basis.kind


def basis_accepted(*, facts: Facts | None = None, trust_declared: bool = False) -> _BasisAccepted:
    """
    Allow contact on a basis that is accepted wherever the person may be, and has not run out.

    Consent is accepted everywhere, in writing where the law of a place asks that of offers. Any
    other basis needs a row for each place and channel; of several rows the shortest time counts. A
    message is transactional or an emergency by its registered template only. What the law asks
    besides comes as an obligation, `basis.condition`.

    A member of the European Economic Area without a row of its own about SMS or e-mail has that of
    the Directive; the reason cites it, as the member's own act may be stricter.

    Args:
        facts: The tables; None for those that ship with this version.

        trust_declared: Believe the contact's jurisdictions, and leave out where the number may be.

    Returns:
        A rule; give it to `may_contact` among its *rules*.

    Source: facts/contact_bases.csv; 47 CFR 64.1200(f)(9); Directive 2002/58/EC art. 13(2).
    """
    return _BasisAccepted(load() if facts is None else facts, trust_declared)
