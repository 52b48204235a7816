"""The inbox: one fold of all messages, in whatever order and however often they come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..ledgers import Account, Subject, canonical_sender
from ..phone import canonical, country
from ._consent_reasons import accepted, because
from ._entries import Entry, Kind
from ._fold import SKEW, suppressions
from ._inbound import BEGINNING, InboundMessage, InboundOutcome, Review, strictest
from ._keywords import KeywordKind, KeywordMatch, classify_keyword
from ._ledger import ConsentLedger
from ._review_queue import REVIEW_WITHIN, ReviewQueue, review_of
from ._senders import EVERYBODY, Senders, SenderScope, in_region, scope_of

__all__ = ["Inbox"]

_REPLY_WITHIN = timedelta(minutes=5)
_MARKETING = "marketing"


@attrs.frozen
class _Effect:
    """The origin and purpose of the suppression that a kind of opt-out makes."""

    origin: str
    purpose: str = ""
    review: bool = True


# By value: kinds that are not certain block marketing only, until a human has read the message.
_EFFECTS = {
    "opt_out": _Effect("keyword", review=False),
    "opt_out_likely": _Effect("likely", _MARKETING),
    "opt_out_scoped": _Effect("scoped", _MARKETING),
    "wrong_number": _Effect("wrong_number"),
}
# The channel that a narrow opt-out names; any other narrow opt-out is about all marketing.
_SCOPED_CHANNELS = {"voice": "voice", "text": "sms", "email": "email"}
_UNREAD = KeywordMatch(kind=KeywordKind.OPT_OUT_LIKELY)
_ALL_SENDERS = frozenset(["stopall", "stop all"])
_NOT_DURABLE = frozenset(["withdrawal.in_memory"])
_AGAIN = 503


class Inbox:
    """
    Hand every inbound message to this one object; it records what the person wants.

    Messages count in the order of their times. The result does not depend on the order in which
    they arrive, or on how often; of a yes and a no at the same time, the no wins.

    Args:
        ledger: Where it is recorded.

        senders: The groups of senders: an opt-out counts for the group of the number that it was
            sent to. None: for that number alone.

        classify: Reads what a text means. None: `classify_keyword`, which is told the country of
            the sender's number and what the message answers.

    Raises:
        voxvalley_privacy.ConfigurationError: If *ledger* is something else.

    Source: 47 CFR 64.1200(a)(10) and (12): any reasonable manner; one confirmation, within five
        minutes, without marketing.
    """

    def __init__(
        self,
        ledger: ConsentLedger,
        /,
        *,
        senders: Senders | None = None,
        classify: Callable[[str], KeywordMatch] | None = None,
    ) -> None:
        given: object = ledger
        if not isinstance(given, ConsentLedger):
            raise ConfigurationError("Inbox() takes a vp.ConsentLedger, not its store.")
        self.ledger = ledger
        self.senders: Senders | None = in_region(senders, ledger.region)
        self._classify = classify
        self._queue = ReviewQueue(ledger)

    def __repr__(self) -> str:
        return f"Inbox({self.ledger!r})"

    def receive(
        self, message: InboundMessage, /, *, pending_prompt: bool = False
    ) -> InboundOutcome:
        """
        Record what a message asks for.

        An opt-out is recorded whatever the store does. START ends only what earlier messages to
        that sender did; YES does so only if a question is open.

        Args:
            message: What came in.

            pending_prompt: Whether the person was asked to answer with YES.

        Raises:
            voxvalley_privacy.ConfigurationError: If *message* is something else, such as the
                payload of a vendor.
        """
        given: object = message
        if not isinstance(given, InboundMessage):
            raise ConfigurationError(
                "receive() takes what `consent.read_twilio(payload)` and its like return."
            )
        match = self._read(message, "after_prompt" if pending_prompt else message.context)
        effect = _EFFECTS.get(match.kind)
        if effect is not None:
            return self._suppress(message, match, effect)
        if match.kind is KeywordKind.OPT_IN and (pending_prompt or not match.needs_prompt):
            decision = self._lift(message)
            return InboundOutcome(match=match, decision=decision, http_status=_status(decision))
        now = self._time(message)
        nothing = Decision.allow(because("suppression.none"), evaluated_at=now)
        if match.kind is KeywordKind.HELP:
            due = now + _REPLY_WITHIN
            return InboundOutcome(match=match, decision=nothing, reply=True, reply_due=due)
        return InboundOutcome(match=KeywordMatch(kind=KeywordKind.NONE), decision=nothing)

    def reviews(self) -> tuple[Review, ...]:
        """
        Return the messages that no human has read yet, oldest first.

        In a tenant's ledger only the tenant's own; in that of the store's owner, those of all.

        Raises:
            voxvalley_privacy.StoreError: If the store cannot be read.
        """
        return self._queue.open()

    def resolve(self, position: int, /, *, stands: bool) -> Decision:
        """
        Record what a human found in a message.

        Args:
            position: That of the `Review`.

            stands: Whether it is an opt-out. If not, this one entry ends, and no other.

        Raises:
            voxvalley_privacy.ConfigurationError: If no message at *position* waits for a review.

            voxvalley_privacy.StoreError: If it was not recorded.
        """
        if not self._queue.awaits(position):
            raise ConfigurationError("There is no open review at this position.")
        now = self.ledger.now()
        answer = Entry(kind=Kind.REVIEWED, at=now, refers=position, stands=stands)
        self.ledger.books.record_review(answer)
        return Decision.allow(because("suppression.reviewed"), evaluated_at=now)

    def _read(self, message: InboundMessage, context: str) -> KeywordMatch:
        try:
            match = strictest(message, self._classify or self._classifier(message, context))
            if match.kind in _EFFECTS or self._classify is not None:
                return match
            # People also write in languages that are not those of their number's country.
            wide = strictest(message, partial(classify_keyword, context=context))
        except Exception:  # whatever a classifier raises: the person may have said no
            return _UNREAD
        if match.kind is KeywordKind.NONE or wide.kind in _EFFECTS:
            return wide
        return match

    def _classifier(self, message: InboundMessage, context: str) -> Callable[[str], KeywordMatch]:
        return partial(classify_keyword, country=self._country(message), context=context)

    def _country(self, message: InboundMessage) -> str:
        """Return the country of the sender's number; empty to read in all languages."""
        number = canonical(str(message.sender), region=self.ledger.region)
        return country(number) or "" if number else ""

    # Opt-outs

    def _suppress(
        self, message: InboundMessage, match: KeywordMatch, effect: _Effect
    ) -> InboundOutcome:
        sender, group, scope = self._address(message, match)
        entry = Entry(
            kind=Kind.SUPPRESSED,
            at=self._time(message),
            purpose=effect.purpose,
            sender=sender,
            group=group,
            channel=_SCOPED_CHANNELS.get(getattr(match, "scope", None) or "", ""),
            origin=effect.origin,
        )
        key = _key_of(message)
        decision, fresh = self._record(message.sender, entry, scope, key)
        status = _status(decision)
        for other in message.also:
            linked, _ = self._record(other, entry, scope, key)
            status = max(status, _status(linked))
            decision = _joined(decision, linked)
        # Too late for a confirmation: the message was on its way for longer than the law allows.
        in_time = self.ledger.now() <= entry.at + _REPLY_WITHIN
        reply = fresh and in_time and not effect.review
        return self._outcome(match, decision, reply=reply, review=effect.review, status=status)

    def _record(
        self, subject: Subject, entry: Entry, scope: SenderScope, key: str
    ) -> tuple[Decision, bool]:
        """Record an opt-out, and say whether it is the first: of many that try at once, one is."""
        code, kept, first = self.ledger.books.suppress(subject, entry, scope, key=key)
        unmatched = self.ledger.unmatched(subject)
        return accepted(code, kept, *unmatched), first and not unmatched

    def _outcome(
        self, match: KeywordMatch, decision: Decision, *, reply: bool, review: bool, status: int
    ) -> InboundOutcome:
        entry = decision.value
        assert isinstance(entry, Entry)
        outcome = InboundOutcome(match=match, decision=decision, http_status=status)
        if review:
            duty = _obligation("suppression.human_review", entry.at + REVIEW_WITHIN)
            return attrs.evolve(
                outcome, decision=_obliged(decision, duty), reviews=(review_of(entry),)
            )
        if not reply:
            return outcome
        due = entry.at + _REPLY_WITHIN
        return attrs.evolve(
            outcome,
            decision=_obliged(decision, _obligation("suppression.confirm", due)),
            reply=True,
            reply_due=due,
            confirms=entry.position,
        )

    def _address(
        self, message: InboundMessage, match: KeywordMatch
    ) -> tuple[str, str, SenderScope]:
        """Return the sender and group that an opt-out is about, and all their names."""
        if match.token.casefold() in _ALL_SENDERS:
            return "", "", EVERYBODY
        scope = scope_of(message.to, self.senders, region=self.ledger.region)
        if scope is None or not scope.names:
            # Nobody knows which brand the message went to: it counts for all.
            return "", "", EVERYBODY
        return *self._names(message.to), scope

    # Opt-ins

    def _lift(self, message: InboundMessage) -> Decision:
        now = self.ledger.now()
        at = self._sent(message, now)
        if at > now + SKEW:
            # A yes from the future would outlive every no until then.
            return Decision.deny(because("error.clock"), evaluated_at=now)
        if not self.ledger.knows(message.sender):
            return Decision.deny(because("subject.unknown"), evaluated_at=now)
        scope = scope_of(message.to, self.senders, region=self.ledger.region)
        if scope is None or not message.to:
            return Decision.deny(because("sender.unknown"), evaluated_at=now)
        sender, group = self._names(message.to)
        # Not past our own clock: a STOP of the next second may come without a time of its own.
        at = min(at, now)
        entry = Entry(kind=Kind.LIFTED, at=at, sender=sender, group=group, origin="keyword")
        try:
            self.ledger.books.record_once(message.sender, entry, key=_key_of(message))
            left = suppressions(self.ledger.history(message.sender), sender=scope)
        except Exception:  # whatever a store raises: nothing is lifted
            return Decision.deny(because("error.store_unavailable"), evaluated_at=now)
        if left:
            return Decision.deny(because("suppression.kept"), evaluated_at=now)
        return Decision.allow(because("suppression.lifted"), evaluated_at=now)

    def _names(self, sender: str) -> tuple[str, str]:
        """Return the spelling of a sender and the name of its group."""
        if self.senders is None:
            return canonical_sender(sender, region=self.ledger.region), ""
        return self.senders.spelling(sender), self.senders.group(sender)

    # Times

    def _time(self, message: InboundMessage) -> datetime:
        """Return when a message was sent, or now if that is to come: a no counts at once."""
        now = self.ledger.now()
        return min(self._sent(message, now), now)

    def _sent(self, message: InboundMessage, now: datetime) -> datetime:
        # A time before there were messages may be one that no store can keep.
        return now if message.at is None else max(message.at, BEGINNING)


def _status(decision: Decision) -> int:
    """Return 503 where the provider should deliver the message again."""
    codes = decision.codes
    failed = any(code.startswith("error.") for code in codes)
    if failed or not _NOT_DURABLE.isdisjoint(codes):
        return _AGAIN
    return 200


def _key_of(message: InboundMessage) -> str:
    """Return a key that a message shares with its repeats; empty if there is none."""
    if message.id:
        return message.id
    if message.at is None:
        return ""
    sender = message.sender.id if isinstance(message.sender, Account) else message.sender
    parts = f"{message.at.isoformat()} {message.to} {sender} {message.text}"
    return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


_DUTIES = {
    "suppression.human_review": "A human must read this message.",
    "suppression.confirm": "Send one confirmation without marketing.",
}


def _obligation(code: str, due: datetime) -> Obligation:
    return Obligation(code=code, text=_DUTIES[code], due=due)


def _joined(decision: Decision, linked: Decision) -> Decision:
    """Return *decision* with what else is to be said about another name of the person."""
    reasons = [reason for reason in linked.reasons if reason.code not in decision.codes]
    known = {duty.code for duty in decision.obligations}
    duties = [duty for duty in linked.obligations if duty.code not in known]
    return attrs.evolve(
        decision,
        reasons=(*decision.reasons, *reasons),
        obligations=(*decision.obligations, *duties),
    )


def _obliged(decision: Decision, duty: Obligation) -> Decision:
    return attrs.evolve(decision, obligations=(*decision.obligations, duty))
