"""The closed catalog of reasons, and the last net under every rule; a page of the docs is made from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import lru_cache, wraps
from typing import TypeVar

import attrs

from ..decisions import Decision, Obligation, Reason
from ..facts import Fact, Facts
from ._entries import Entry

__all__ = ["CATALOG", "accepted", "allowed", "because", "cite", "fails_closed"]

_S = TypeVar("_S")
_C = TypeVar("_C")

_GDPR7 = "GDPR art. 7"
_TEXTS = {
    # Consent
    "consent.given": ("The person consented to this purpose and did not take it back.", _GDPR7),
    "consent.absent": ("No consent to this purpose is on record.", _GDPR7),
    "consent.withdrawn": ("The person took the consent back; it has not been given again since.", "GDPR art. 7(3)"),
    "consent.refused": ("The person refused.", _GDPR7),
    "consent.expired": ("The consent is past its end.", _GDPR7),
    "consent.erased": ("The person's consents were erased.", "GDPR art. 17"),
    "consent.undemonstrable": ("The consent on record was not an affirmative act, so it cannot be shown.", "GDPR art. 7(1)"),
    "consent.reconfirm_due": ("The notice changed materially and the consent was not confirmed since.", ""),
    "consent.not_needed": ("This purpose rests on the contract or a legal duty, not on consent.", "GDPR art. 6(1)"),
    "notice.unknown": ("The consent names a notice or version that is not registered.", ""),
    "number.reassigned": ("The number was given to another person after the consent.", "47 CFR 64.1200(m)"),
    "number.current": ("The number was checked for reassignment lately enough.", "47 CFR 64.1200(m)"),
    "number.check_due": ("The number was not checked for reassignment lately enough.", "47 CFR 64.1200(m)"),
    "import.cannot_raise": ("An import cannot bring back a consent that was taken back.", ""),
    "import.recorded": ("The row was recorded.", ""),
    "import.repeated": ("The row was recorded before.", ""),
    "import.malformed": ("A column subject, purpose, status or at of the row is missing, or says nothing that is known.", ""),
    # Withdrawal and suppression
    "withdrawal.recorded": ("The withdrawal is stored and holds from now on.", "GDPR art. 7(3)"),
    "withdrawal.journaled": ("The store failed; the withdrawal is in the local journal, holds here, and will be replayed.", ""),
    "withdrawal.in_memory": ("Store and journal failed; the withdrawal holds in this process only, until it is replayed.", ""),
    "withdrawal.unmatched": (
        "The subject cannot be matched to a number, e-mail address or account, so nobody is protected yet.", ""
    ),
    "withdrawal.widened": ("The purpose is unknown, so the withdrawal was taken for all purposes.", ""),
    "sender.unknown": ("The sender is in no group of senders.", ""),
    "suppression.reviewed": ("A person read the message; the answer is recorded.", ""),
    "suppression.none": ("The person did not opt out.", ""),
    "suppression.opted_out": ("The person opted out.", "47 CFR 64.1200; GDPR art. 21(2)"),
    "suppression.sender": ("The person stopped messages from this sender; carriers block them whatever they say.", ""),
    "suppression.confirmation": ("One confirmation of an opt-out may be sent within five minutes.", "47 CFR 64.1200(a)(12)"),
    "suppression.administrative": ("The opt-out is from marketing; this message is administrative.", ""),
    "suppression.lifted": ("The suppression was lifted.", ""),
    "suppression.kept": ("The suppression was not made by a keyword for this sender, so it stays.", ""),
    # Message class
    "message.promotional": ("Without a registered administrative template the message counts as promotional.", ""),
    # Bases
    "basis.accepted": ("The basis is accepted wherever the person may be.", ""),
    "basis.absent": ("The contact names no basis.", ""),
    "basis.incomplete": ("A part of the basis cannot be shown.", ""),
    "basis.not_accepted": ("The basis is not known to be accepted for this channel where the person may be.", ""),
    "basis.needs_writing": ("An offer needs consent in writing where the person may be.", ""),
    "basis.not_the_class": ("The registered template of the message is not of the class that the basis is for.", ""),
    "basis.time_unknown": ("The basis ends after some months, and it is not known from when they count.", ""),
    "basis.ended": ("The months of the basis are over.", ""),
    # Quiet hours and attempts
    "quiet.open": ("It is inside the allowed hours everywhere the person may be.", ""),
    "quiet.closed": ("It is outside the allowed hours where the person may be.", ""),
    "quiet.no_rule_known": ("No hours are known for this place and channel; that does not mean that there are none.", ""),
    "quiet.exempt": ("The hours that are known there do not bind messages of this class.", ""),
    "quiet.holidays_unknown": ("Contact on holidays is not allowed there, and no holiday calendar was given.", ""),
    "quiet.not_applicable": ("This channel has no quiet hours.", ""),
    "quiet.emergency": ("Emergency messages ignore quiet hours.", ""),
    "contact.location_unknown": ("It is not known where the person may be.", ""),
    "cap.within": ("The number of attempts is within every cap.", ""),
    "cap.reached": ("A cap on attempts is reached.", ""),
    "cap.unknown": ("A cap applies and the earlier attempts are not known.", ""),
    # Registries and permits
    "registry.absent": ("The number is not in the registry.", ""),
    "registry.cleared": ("The register clears the number.", ""),
    "registry.exempt": ("The registry does not bind this message.", ""),
    "registry.listed": ("The number is in a registry of people who want no such messages.", ""),
    "registry.not_cleared": ("The register does not clear the number.", ""),
    "registry.stale": ("The copy of the registry is older than its rules allow.", ""),
    "permit.expired": ("The permit is past its time: ask for a new one.", ""),
    "permit.used": ("The permit was used before: each contact needs its own.", ""),
    "contact.too_old": ("The time of the contact is past: ask again with the present time.", ""),
    # Recording
    "recording.one_party": ("One party's consent is enough everywhere on this call.", ""),
    "recording.announced": ("Every party heard the whole announcement.", ""),
    "recording.consented": ("Every party consented to the recording.", ""),
    "recording.refused": ("A party refused the recording.", ""),
    "recording.announcement_missing": ("A party did not hear the whole announcement.", ""),
    "recording.consent_missing": ("A party did not consent to the recording.", ""),
    "recording.jurisdiction_unknown": ("A party's jurisdiction is unknown, so all must consent.", ""),
    "recording.no_parties": ("A recording needs at least one party.", ""),
    # Age
    "age.old_enough": ("The person is old enough everywhere on Earth.", ""),
    "age.below_floor": ("The person is, or may be, below the lowest age.", ""),
    "age.unknown": ("The person's age is not known.", ""),
    "age.known_child": ("The person is known to be a child.", ""),
    # Tracking
    "tracking.necessary": ("The technology is strictly necessary for what the person asked for.", "ePrivacy Directive art. 5(3)"),
    "tracking.unknown": ("The technology or purpose is not known.", ""),
    "tracking.no_subject": ("Consent is needed, and it is not known whose.", "ePrivacy Directive art. 5(3)"),
    "gpc.opt_out": ("The browser sends Sec-GPC: 1, an opt-out from sale, sharing and advertising.", "Global Privacy Control"),
    "gpc.malformed": ("The browser sends Sec-GPC with another value than 1; it is taken as an opt-out.", "Global Privacy Control"),
    "gpc.overridden": ("A later opt-in, confirmed in the face of the signal, beats Sec-GPC.", "Global Privacy Control"),
    "tcf.version": ("The TCF string is older than version 2.3 and names no disclosed vendors.", "IAB TCF 2.3"),
    # Sale and intake
    "sale.forbidden": ("Personal data is never sold; no consent can allow it.", ""),
    "sale.not_a_sale": ("The purpose is not a sale.", ""),
    "intake.complete": ("Everything the activity needs was supplied.", ""),
    "intake.missing": ("Mandatory information is missing.", ""),
    "intake.unknown_activity": ("The activity is not configured.", ""),
    # Input
    "purpose.unknown": ("The purpose is not one this library knows.", ""),
    "channel.unknown": ("The channel is not one this library knows.", ""),
    "subject.unknown": ("The subject is not a number, e-mail address or account.", ""),
    # Errors
    "error.clock": ("A time has no zone, or the clock went back.", ""),
    "error.store_unavailable": ("The store cannot be reached, is locked, full or read-only.", ""),
    "error.store_corrupt": ("The store does not hold what was written.", ""),
    "error.store_partial": ("The store left events out.", ""),
    "error.store_stale": ("The store answered with less than it held before.", ""),
    "error.key": ("A key that an event names is not in the key ring.", ""),
    "error.input": ("The context is not of the right kind.", ""),
}  # fmt: skip

CATALOG = {
    code: Reason(code=code, text=text, citation=citation)
    for code, (text, citation) in _TEXTS.items()
}


def because(code: str, /) -> Reason:
    """Return the reason of the catalog."""
    return CATALOG[code]


@lru_cache(maxsize=4096)
def _cited(code: str, row: Fact, *, stale: bool) -> Reason:
    reason = CATALOG[code]
    text = (
        f"{reason.text[:-1]} ({row.key})."
        if row.key != "*"
        else f"{reason.text[:-1]} (unlisted place)."
    )
    if row.doubtful:
        text += " Sources disagree or are weak: the stricter reading was taken."
    if stale:
        text += " The table is past its age."
    return attrs.evolve(
        reason,
        text=text,
        citation=row.citation,
        as_of=row.as_of.isoformat(),
        confidence=row.confidence,
        disputed=row.disputed,
    )


def cite(code: str, row: Fact, facts: Facts, at: datetime, /) -> Reason:
    """Return the reason of the catalog with the row it rests on."""
    return _cited(code, row, stale=facts.is_stale(at.date()))


def allowed(code: str, at: datetime, until: datetime | None = None, /) -> Decision:
    """Allow for the reason *code*; of many people at one time, all get the same object."""
    return _allowed(code, at, at.tzinfo, until)


@lru_cache(maxsize=256)
def _allowed(code: str, at: datetime, _: tzinfo | None, until: datetime | None) -> Decision:
    # Times that are equal in two zones are told apart, as an answer names the zone it was asked in.
    return Decision.allow(because(code), evaluated_at=at, valid_until=until)


def fails_closed(decide: Callable[[_S, _C], Decision], /) -> Callable[[_S, _C], Decision]:
    """Answer a deny where *decide* would raise: a context of the wrong kind must not stop the app, nor pass."""

    @wraps(decide)
    def call(self: _S, context: _C, /) -> Decision:
        try:
            return decide(self, context)
        except Exception:  # whatever a hostile or mistaken context raises
            return Decision.deny(because("error.input"))

    return call


_DUTIES = {
    "withdrawal.journaled": ("withdrawal.replay", "Call replay() until the store takes it."),
    "withdrawal.in_memory": ("withdrawal.replay", "Call replay() until the store takes it."),
    "withdrawal.unmatched": ("withdrawal.match", "Find out who this is, and record it for them."),
}


def accepted(code: str, entry: Entry, *more: Reason) -> Decision:
    """Say where an entry that takes away is kept, and what is to be done."""
    at = entry.at
    reasons = (because(code), *more)
    tell = Obligation(
        code="withdrawal.tell_recipients", text="Tell everyone who got the data.", due=at
    )
    duties = [
        Obligation(code=name, text=text, due=at)
        for name, text in (_DUTIES[reason.code] for reason in reasons if reason.code in _DUTIES)
    ]
    return Decision.allow(*reasons, obligations=(tell, *duties), value=entry, evaluated_at=at)
