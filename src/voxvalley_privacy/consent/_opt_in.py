"""Rules that ask the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ._consent_reasons import allowed, because, fails_closed
from ._consented import LONGEST, Consented, decided, denied
from ._contact import Contact, MessageClass, Use, family, needs_consent
from ._entries import Entry, Kind, covers, known_purpose
from ._fold import History, standing, suppressions
from ._ledger import ConsentLedger
from ._senders import EVERYBODY, Senders, SenderScope, in_region, scope_of

__all__ = ["consented", "not_opted_out", "number_current"]

# How long a confirmation of an opt-out may follow it.
_CONFIRMATION = timedelta(minutes=5)


def consented(ledger: ConsentLedger, /) -> Consented:
    """
    Allow what the person consented to and did not take back; no consent allows a sale.

    Purposes that rest on the contract need no consent; a message for such a purpose must have a
    registered template.

    Source: GDPR art. 7; ISO/IEC TS 27560:2023.
    """
    return Consented(ledger)


@attrs.frozen
class _NotOptedOut:
    ledger: ConsentLedger
    senders: Senders | None

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return decided(self.ledger, context, self.judge)

    def judge(self, context: Contact | Use, entries: History) -> Decision:
        """Decide from *entries*."""
        sender = self._sender(context)
        if sender is None:
            return denied("sender.unknown", context)
        ends = context.at + LONGEST
        code = "suppression.none"
        for made in suppressions(entries, sender=sender):
            if not _reaches(made, context):
                code = "suppression.administrative"
            elif _confirms(context, made):
                code, ends = "suppression.confirmation", min(ends, made.at + _CONFIRMATION)
            else:
                return denied(_opted_out(made), context)
        if code != "suppression.confirmation" and _took_back(context, entries):
            return denied("suppression.opted_out", context)
        return allowed(code, context.at, ends)

    def _sender(self, context: Contact | Use) -> SenderScope | None:
        if not isinstance(context, Contact):
            return EVERYBODY
        return scope_of(context.sender, self.senders, region=self.ledger.region)


def _opted_out(made: Entry) -> str:
    if made.sender or made.group:
        return "suppression.sender"
    return "suppression.opted_out"


def _reaches(made: Entry, context: Contact | Use) -> bool:
    """Whether the suppression is about the purpose and channel of *context*."""
    if made.channel and isinstance(context, Contact) and made.channel != family(context.channel):
        return False
    if not known_purpose(made.purpose):
        return True  # everything, or what nobody knows: an earlier version took any word
    purpose = context.scope.purpose
    return covers(made.purpose, purpose) or covers(purpose, made.purpose)


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
    return _NotOptedOut(ledger, in_region(senders, ledger.region))


@attrs.frozen
class _NumberCurrent:
    ledger: ConsentLedger
    max_age: timedelta

    @fails_closed
    def __call__(self, context: Contact | Use, /) -> Decision:
        return decided(self.ledger, context, self.judge)

    def judge(self, context: Contact | Use, entries: History) -> Decision:
        """Decide from *entries*."""
        if not covers("marketing", context.scope.purpose):
            return Decision.allow(because("number.current"), evaluated_at=context.at)
        checks = [entry for entry in entries if entry.kind is Kind.CHECKED]
        if not checks or checks[-1].answer != "no":
            return denied("number.check_due", context)
        ends: datetime = checks[-1].at + self.max_age
        if ends <= context.at:
            return denied("number.check_due", context)
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
