"""What to do with a message from a person: suppress, lift, answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError, PrivacyError
from ._consent_reasons import because
from ._entries import Entry
from ._fold import suppressions
from ._keywords import KeywordKind, KeywordMatch, classify_keyword
from ._ledger import ConsentLedger
from ._subjects import canonical_sender

__all__ = ["InboundMessage", "InboundOutcome", "handle_inbound"]

_REPLY_WITHIN = timedelta(minutes=5)


@attrs.frozen(kw_only=True)
class InboundMessage:
    """
    Hold a message that a person sent.

    Args:
        sender: Who sent it.

        to: The number or sender id it was sent to.

        text: Its whole text, joined if it came in parts.

        at: When, with a time zone.

        id: The provider's message id; a message that is delivered twice is handled once.

        signal: What the provider took it for; None if it does not say.
    """

    sender: str = attrs.field(repr=lambda _: "<hidden>")
    to: str
    text: str = attrs.field(default="", repr=lambda v: f"<{len(v)} hidden>")
    at: datetime = attrs.field()
    id: str = ""
    signal: KeywordKind | None = None

    @at.validator
    def _has_zone(self, _: object, at: datetime) -> None:
        if at.tzinfo is None:
            raise ConfigurationError("'at' must have a time zone.")


@attrs.frozen(kw_only=True)
class InboundOutcome:
    """
    Say what a message did.

    Args:
        match: What it means.

        decision: What was recorded, and what is to be done.

        reply: Whether one answer is due: the confirmation of an opt-out, or help.

        reply_due: Until when.

        confirms: What a confirmation's `Contact` names as *confirms*.
    """

    match: KeywordMatch
    decision: Decision
    reply: bool = False
    reply_due: datetime | None = None
    confirms: int = 0


def handle_inbound(
    ledger: ConsentLedger,
    message: InboundMessage,
    /,
    *,
    pending_prompt: bool = False,
    classify: Callable[[str], KeywordMatch] = classify_keyword,
) -> InboundOutcome:
    """
    Act on a message.

    An opt-out suppresses at once, whatever the store does. A likely one suppresses and asks for a human. START lifts only
    what a keyword made for that sender; YES lifts only if a question is open.

    Args:
        ledger: Where it is recorded.

        message: What came in.

        pending_prompt: Whether the person was asked to answer with YES.

        classify: Tells what a text means.

    Source: 47 CFR 64.1200(a)(12): one confirmation, within five minutes, without marketing.
    """
    match = _strictest(message, classify)
    if match.kind in {KeywordKind.OPT_OUT, KeywordKind.OPT_OUT_LIKELY}:
        return _opt_out(ledger, message, match)
    if match.kind is KeywordKind.OPT_IN and (pending_prompt or not match.needs_prompt):
        return InboundOutcome(match=match, decision=_lift(ledger, message))
    nothing = Decision.allow(because("suppression.none"), evaluated_at=message.at)
    if match.kind is KeywordKind.HELP:
        return InboundOutcome(
            match=match, decision=nothing, reply=True, reply_due=message.at + _REPLY_WITHIN
        )
    return InboundOutcome(match=KeywordMatch(kind=KeywordKind.NONE), decision=nothing)


def _strictest(message: InboundMessage, classify: Callable[[str], KeywordMatch]) -> KeywordMatch:
    own = classify(message.text)
    if message.signal is None or own.kind is KeywordKind.OPT_OUT:
        return own
    if message.signal is KeywordKind.OPT_OUT or own.kind is KeywordKind.NONE:
        return KeywordMatch(kind=message.signal, token=own.token, language=own.language)
    return own


def _opt_out(ledger: ConsentLedger, message: InboundMessage, match: KeywordMatch) -> InboundOutcome:
    likely = match.kind is KeywordKind.OPT_OUT_LIKELY
    decision, fresh = ledger.suppress_by_keyword(
        message.sender, sender=message.to, origin="likely" if likely else "keyword", key=message.id
    )
    stored = decision.value.position if isinstance(decision.value, Entry) else 0
    reply = fresh and not likely
    due = message.at + _REPLY_WITHIN
    duties = list(decision.obligations)
    if likely:
        duties.append(
            Obligation(
                code="suppression.human_review", text="A human must read this message.", due=None
            )
        )
    if reply:
        duties.append(
            Obligation(
                code="suppression.confirm", text="Send one confirmation without marketing.", due=due
            )
        )
    return InboundOutcome(
        match=match,
        decision=attrs.evolve(decision, obligations=duties),
        reply=reply,
        reply_due=due if reply else None,
        confirms=stored if reply else 0,
    )


def _lift(ledger: ConsentLedger, message: InboundMessage) -> Decision:
    try:
        ledger.lift(message.sender, sender=message.to, origin="keyword")
        left = suppressions(ledger.history(message.sender))
    except PrivacyError:
        return Decision.deny(because("error.store_unavailable"), evaluated_at=message.at)
    if any(made.sender in ("", canonical_sender(message.to)) for made in left):
        return Decision.deny(because("suppression.kept"), evaluated_at=message.at)
    return Decision.allow(because("suppression.lifted"), evaluated_at=message.at)
