"""Consents as rules and the ledger read them: what a person agreed to, and did not take back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import attrs

from ..decisions import Decision, Obligation
from ..errors import KeyUnavailable, StoreCorrupt
from ..ledgers import StorePartial, StoreStale, Subject
from ..vocabulary import Purpose
from ._consent_reasons import allowed, because, fails_closed
from ._contact import NOW, Contact, MessageClass, Use, input_fault, needs_consent
from ._entries import Entry, Kind, Notices, covers
from ._fold import SKEW, History, standing

__all__ = [
    "LONGEST",
    "Consented",
    "LedgerReads",
    "clock_fault",
    "decided",
    "denied",
    "fault_of",
    "store_failed",
]


class LedgerReads(Protocol):
    """The part of a ledger that rules read."""

    notices: Notices | None

    def now(self) -> datetime:
        """Return the time by the ledger's clock."""

    def knows(self, subject: Any, /) -> bool:
        """Whether the person can be matched."""

    def history(self, subject: Subject, /) -> History:
        """Return everything on record about a person."""


# A decision about consent is not kept longer: the person may take it back.
LONGEST = timedelta(seconds=60)
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


def denied(code: str, context: Contact | Use) -> Decision:
    return Decision.deny(because(code), *context.notes, evaluated_at=context.at)


def decided(
    ledger: LedgerReads,
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


def fault_of(ledger: LedgerReads, context: Contact | Use, /) -> Decision | None:
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
            return denied(code, context)
    return denied("error.store_unavailable", context)


def clock_fault(context: Contact | Use, entries: History, /) -> Decision | None:
    """Answer neither yes nor no where an entry is from the future; None if none is."""
    if entries.newest is None or entries.newest <= context.at + SKEW:
        return None
    return Decision.indeterminate(because("error.clock"), evaluated_at=context.at)


@attrs.frozen
class Consented:
    ledger: LedgerReads

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return decided(self.ledger, context, self.judge)

    def judge(self, context: Contact | Use, entries: History) -> Decision:
        """Decide from *entries*."""
        scope = context.scope
        if context.message_class in _EXEMPT or not needs_consent(scope.purpose):
            return allowed("consent.not_needed", context.at)
        return self.explicit(context, entries)

    def explicit(self, context: Contact | Use, entries: History) -> Decision:
        """Decide from *entries*, for a use that needs a consent whatever its purpose."""
        scope = context.scope
        if covers(Purpose.SALE, scope.purpose):
            return denied("sale.forbidden", context)
        now = standing(entries, scope)
        if now.consent is not None:
            return self._check(context, now.consent)
        if now.ended is not None:
            return denied(_ENDED[now.ended.kind], context)
        return denied("consent.undemonstrable" if now.weak else "consent.absent", context)

    def _check(self, context: Contact | Use, consent: Entry) -> Decision:
        ends = [context.at + LONGEST]
        duties = []
        if consent.expires is not None:
            if consent.expires <= context.at:
                return denied("consent.expired", context)
            ends.append(consent.expires)
        if self.ledger.notices is not None:
            seen = self.ledger.notices.find(consent)
            if seen is None:
                return denied("notice.unknown", context)
            due = self.ledger.notices.due(seen, context.scope.purpose, context.at)
            if due is not None:
                if due <= context.at:
                    return denied("consent.reconfirm_due", context)
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
