"""Rules that ask the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError, KeyUnavailable, StoreCorrupt
from ..ledgers import StorePartial, StoreStale
from ..vocabulary import Purpose
from ._consent_reasons import allowed, because, fails_closed
from ._contact import NOW, Contact, MessageClass, Use, family, input_fault, needs_consent
from ._entries import Entry, Kind, covers
from ._fold import SKEW, History, standing, suppressions
from ._ledger import ConsentLedger
from ._senders import EVERYBODY, Senders, SenderScope, scope_of

__all__ = [
    "clock_fault",
    "consented",
    "fault_of",
    "not_opted_out",
    "number_current",
    "store_failed",
]

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
    judge: Callable[[Contact | Use, History], Decision],
    /,
) -> Decision:
    if isinstance(context, Contact) and context.at == NOW:
        context = attrs.evolve(context, at=ledger.now())
    fault = fault_of(ledger, context)
    if fault is not None:
        return fault
    try:
        entries = ledger.history(context.subject)
    except (
        Exception
    ) as error:  # a store may raise anything, and nothing it raises may be taken for a yes
        return store_failed(error, context)
    fault = clock_fault(context, entries)
    if fault is not None:
        return fault
    return judge(context, entries)


def fault_of(ledger: ConsentLedger, context: Contact | Use, /) -> Decision | None:
    """Deny a context that is wrong, or about nobody who can be matched; None if it is right."""
    fault = input_fault(context)
    if fault is not None:
        return Decision.deny(fault)
    if not ledger.knows(context.subject):
        return Decision.deny(because("subject.unknown"), evaluated_at=context.at)
    return None


def store_failed(error: Exception, context: Contact | Use, /) -> Decision:
    """Deny as a store failed."""
    for kind, code in _FAULTS:
        if isinstance(error, kind):
            return _deny(code, context)
    return _deny("error.store_unavailable", context)


def clock_fault(context: Contact | Use, entries: History, /) -> Decision | None:
    """Answer neither yes nor no where an entry is from the future; None if none is."""
    if entries.newest is None or entries.newest <= context.at + SKEW:
        return None
    return Decision.indeterminate(because("error.clock"), evaluated_at=context.at)


@attrs.frozen
class _Consented:
    ledger: ConsentLedger

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return _decide(self.ledger, context, self.judge)

    def judge(self, context: Contact | Use, entries: History) -> Decision:
        """Decide from *entries*."""
        scope = context.scope
        if context.message_class in _EXEMPT or not needs_consent(scope.purpose):
            return allowed("consent.not_needed", context.at)
        if covers(Purpose.SALE, scope.purpose):
            return _deny("sale.forbidden", context)
        now = standing(entries, scope)
        if now.consent is not None:
            return self._check(context, now.consent)
        if now.ended is not None:
            return _deny(_ENDED[now.ended.kind], context)
        return _deny("consent.undemonstrable" if now.weak else "consent.absent", context)

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
        if not duties and not context.notes:
            return allowed("consent.given", context.at, min(ends))
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

    Purposes that rest on the contract need no consent; a message for such a purpose must have a
    registered template.

    Source: GDPR art. 7; ISO/IEC TS 27560:2023.
    """
    return _Consented(ledger)


@attrs.frozen
class _NotOptedOut:
    ledger: ConsentLedger
    senders: Senders | None

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return _decide(self.ledger, context, self.judge)

    def judge(self, context: Contact | Use, entries: History) -> Decision:
        """Decide from *entries*."""
        sender = self._sender(context)
        if sender is None:
            return _deny("sender.unknown", context)
        ends = context.at + _LONGEST
        code = "suppression.none"
        for made in suppressions(entries, sender=sender):
            if not _reaches(made, context):
                code = "suppression.administrative"
            elif _confirms(context, made):
                code, ends = "suppression.confirmation", min(ends, made.at + _CONFIRMATION)
            else:
                return _deny(_opted_out(made), context)
        if code != "suppression.confirmation" and _took_back(context, entries):
            return _deny("suppression.opted_out", context)
        return allowed(code, context.at, ends)

    def _sender(self, context: Contact | Use) -> SenderScope | None:
        if not isinstance(context, Contact):
            return EVERYBODY
        return scope_of(context.sender, self.senders)


def _opted_out(made: Entry) -> str:
    if made.sender or made.group:
        return "suppression.sender"
    return "suppression.opted_out"


def _reaches(made: Entry, context: Contact | Use) -> bool:
    """Whether the suppression is about the purpose and channel of *context*."""
    if made.channel and isinstance(context, Contact) and made.channel != family(context.channel):
        return False
    purpose = context.scope.purpose
    return not made.purpose or covers(made.purpose, purpose) or covers(purpose, made.purpose)


def _took_back(context: Contact | Use, entries: History) -> bool:
    """Whether the person took back the consent that the context needs."""
    if not needs_consent(context.scope.purpose):
        return False
    now = standing(entries, context.scope)
    return now.consent is None and now.ended is not None and now.ended.kind is not Kind.EXPIRED


def _confirms(context: Contact | Use, made: Entry) -> bool:
    """Whether *context* is the one answer to the opt-out, in its time."""
    if not isinstance(context, Contact) or made.origin != "keyword":
        return False
    if context.message_class is not MessageClass.CONFIRMATION:
        return False
    in_time = made.at <= context.at <= made.at + _CONFIRMATION
    return in_time and 0 < context.confirms == made.position


def not_opted_out(ledger: ConsentLedger, /, *, senders: Senders | None = None) -> _NotOptedOut:
    """
    Allow contact unless the person opted out: by keyword, by hand, or by taking consent back.

    An opt-out from marketing does not stop administrative messages; a STOP to a sender stops
    everything from it, except the one confirmation within five minutes.

    Args:
        ledger: Where opt-outs are recorded.

        senders: Groups of senders: a STOP to one number of a group counts for all of them. A
            contact from a sender that no group has is denied. None: each number is a sender of its
            own.

    Source: 47 CFR 64.1200(a)(10) and (12), as of 2025-04-11; GDPR art. 21(2).
    """
    return _NotOptedOut(ledger, senders)


@attrs.frozen
class _NumberCurrent:
    ledger: ConsentLedger
    max_age: timedelta

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return _decide(self.ledger, context, self.judge)

    def judge(self, context: Contact | Use, entries: History) -> Decision:
        """Decide from *entries*."""
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
    Allow marketing only to numbers that a reassigned-numbers database lately said still belong to
    the same person.

    Args:
        ledger: Where `record_reassignment_check` put the answers.

        max_age: How long an answer holds.

    Source: 47 CFR 64.1200(m), the reassigned numbers database.
    """
    if max_age <= timedelta(0):
        raise ConfigurationError("'max_age' must be above zero.")
    return _NumberCurrent(ledger, max_age)
