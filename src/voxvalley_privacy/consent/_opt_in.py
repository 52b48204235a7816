"""Rules that ask the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError, KeyUnavailable, StoreCorrupt
from ..vocabulary import Purpose
from ._books import StorePartial, StoreStale
from ._consent_reasons import because, fails_closed
from ._contact import Contact, MessageClass, Use, input_fault, needs_consent
from ._entries import Entry, Kind, covers
from ._fold import SKEW, standing, suppressions
from ._ledger import ConsentLedger
from ._subjects import canonical_sender

__all__ = ["consented", "not_opted_out", "number_current"]

# A decision about consent is not kept longer: the person may take it back.
_LONGEST = timedelta(seconds=60)
_CONFIRMATION = timedelta(minutes=5)
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (StorePartial, "error.store_partial"),
    (StoreStale, "error.store_stale"),
    (StoreCorrupt, "error.store_corrupt"),
    (KeyUnavailable, "error.key"),
)
_ENDED = {
    Kind.WITHDRAWN: "consent.withdrawn",
    Kind.REFUSED: "consent.refused",
    Kind.EXPIRED: "consent.expired",
    Kind.ERASED: "consent.erased",
    Kind.CHECKED: "number.reassigned",
}


_EXEMPT = (MessageClass.EMERGENCY, MessageClass.CONFIRMATION)


def _deny(code: str, context: Contact | Use) -> Decision:
    return Decision.deny(because(code), *context.notes, evaluated_at=context.at)


def _decide(
    ledger: ConsentLedger,
    context: Contact | Use,
    judge: Callable[[Contact | Use, tuple[Entry, ...]], Decision],
    /,
) -> Decision:
    fault = input_fault(context)
    if fault is not None:
        return Decision.deny(fault)
    if not ledger.knows(context.subject):
        return Decision.deny(because("subject.unknown"), evaluated_at=context.at)
    try:
        entries = ledger.history(context.subject)
    except (
        Exception
    ) as error:  # a store may raise anything, and nothing it raises may be taken for a yes
        code = next(
            (code for kind, code in _FAULTS if isinstance(error, kind)), "error.store_unavailable"
        )
        return _deny(code, context)
    latest = context.at + SKEW
    for entry in entries:
        if entry.at > latest:
            return Decision.indeterminate(because("error.clock"), evaluated_at=context.at)
    return judge(context, entries)


@attrs.frozen
class _Consented:
    ledger: ConsentLedger

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return _decide(self.ledger, context, self._judge)

    def _judge(self, context: Contact | Use, entries: tuple[Entry, ...]) -> Decision:
        scope = context.scope
        if context.message_class in _EXEMPT or not needs_consent(scope.purpose):
            return Decision.allow(because("consent.not_needed"), evaluated_at=context.at)
        if covers(Purpose.SALE, scope.purpose):
            return _deny("sale.forbidden", context)
        found = standing(entries, scope)
        if found.consent is None:
            weak = "consent.undemonstrable" if found.weak else "consent.absent"
            return _deny(weak if found.ended is None else _ENDED[found.ended.kind], context)
        return self._check(context, found.consent)

    def _check(self, context: Contact | Use, consent: Entry) -> Decision:
        ends = [context.at + _LONGEST]
        duties = []
        if consent.expires is not None:
            if consent.expires <= context.at:
                return _deny("consent.expired", context)
            ends.append(consent.expires)
        if self.ledger.notices is not None:
            seen = self.ledger.notices.find(consent)
            if seen is None:
                return _deny("notice.unknown", context)
            due = self.ledger.notices.due(seen, context.scope.purpose, context.at)
            if due is not None:
                if due <= context.at:
                    return _deny("consent.reconfirm_due", context)
                ends.append(due)
                duties.append(
                    Obligation(code="consent.reconfirm", text="Ask the person to confirm.", due=due)
                )
        return Decision.allow(
            because("consent.given"),
            *context.notes,
            obligations=duties,
            evaluated_at=context.at,
            valid_until=min(ends),
        )


def consented(ledger: ConsentLedger, /) -> _Consented:
    """
    Allow what the person consented to and did not take back; no consent allows a sale.

    Purposes that rest on the contract need no consent; a message for such a purpose must have a registered template.

    Source: GDPR art. 7; ISO/IEC TS 27560:2023.
    """
    return _Consented(ledger)


@attrs.frozen
class _NotOptedOut:
    ledger: ConsentLedger

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return _decide(self.ledger, context, self._judge)

    def _judge(self, context: Contact | Use, entries: tuple[Entry, ...]) -> Decision:
        scope = context.scope
        sender = canonical_sender(context.sender) if isinstance(context, Contact) else ""
        ends = context.at + _LONGEST
        code = "suppression.none"
        for made in suppressions(entries):
            if sender and made.sender and made.sender != sender:
                continue
            if made.purpose and not (
                covers(made.purpose, scope.purpose) or covers(scope.purpose, made.purpose)
            ):
                code = "suppression.administrative"
                continue
            if not _confirms(context, made):
                return _deny(
                    "suppression.sender" if made.sender else "suppression.opted_out", context
                )
            code, ends = "suppression.confirmation", min(ends, made.at + _CONFIRMATION)
        ended = standing(entries, scope)
        withdrawn = (
            ended.consent is None
            and ended.ended is not None
            and ended.ended.kind is not Kind.EXPIRED
        )
        if withdrawn and needs_consent(scope.purpose) and code != "suppression.confirmation":
            return _deny("suppression.opted_out", context)
        return Decision.allow(because(code), evaluated_at=context.at, valid_until=ends)


def _confirms(context: Contact | Use, made: Entry) -> bool:
    return (
        isinstance(context, Contact)
        and context.message_class is MessageClass.CONFIRMATION
        and made.origin in {"keyword", "likely"}
        and 0 < context.confirms == made.position
        and made.at <= context.at <= made.at + _CONFIRMATION
    )


def not_opted_out(ledger: ConsentLedger, /) -> _NotOptedOut:
    """
    Allow contact unless the person opted out: by keyword, by hand, or by taking consent back.

    An opt-out from marketing does not stop administrative messages; a STOP to a sender stops everything from it, except
    the one confirmation within five minutes.

    Source: 47 CFR 64.1200(a)(10) and (12), as of 2025-04-11; GDPR art. 21(2).
    """
    return _NotOptedOut(ledger)


@attrs.frozen
class _NumberCurrent:
    ledger: ConsentLedger
    max_age: timedelta

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return _decide(self.ledger, context, self._judge)

    def _judge(self, context: Contact | Use, entries: tuple[Entry, ...]) -> Decision:
        if not covers("marketing", context.scope.purpose):
            return Decision.allow(because("number.current"), evaluated_at=context.at)
        checks = [entry for entry in entries if entry.kind is Kind.CHECKED]
        if not checks or checks[-1].answer != "no":
            return _deny("number.check_due", context)
        ends: datetime = checks[-1].at + self.max_age
        if ends <= context.at:
            return _deny("number.check_due", context)
        return Decision.allow(because("number.current"), evaluated_at=context.at, valid_until=ends)


def number_current(
    ledger: ConsentLedger, /, *, max_age: timedelta = timedelta(days=45)
) -> _NumberCurrent:
    """
    Allow marketing only to numbers that a reassigned-numbers database lately said still belong to the same person.

    Args:
        ledger: Where `record_reassignment_check` put the answers.

        max_age: How long an answer holds.

    Source: 47 CFR 64.1200(m), the reassigned numbers database.
    """
    if max_age <= timedelta(0):
        raise ConfigurationError("'max_age' must be above zero.")
    return _NumberCurrent(ledger, max_age)
