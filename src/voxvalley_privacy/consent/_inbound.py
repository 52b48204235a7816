"""A message from a person, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ..ledgers import Account, Subject
from ._keywords import KeywordKind, KeywordMatch

__all__ = ["BEGINNING", "InboundMessage", "InboundOutcome", "Review", "strictest"]


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # no message is older


def _as_text(value: object) -> str:
    # A payload that went through a table has its numbers as ints.
    return "" if value is None else str(value)


def _or_empty(text: str | None) -> str:
    return "" if text is None else text


def _names(also: Iterable[Subject] | Subject | None) -> tuple[Subject, ...]:
    # The letters of one address would each be a person, and the address would be nobody's.
    if isinstance(also, str | int | float | Decimal | Account):
        return (also,)
    return () if also is None else tuple(also)


def _signal(signal: KeywordKind | None) -> KeywordKind | None:
    if signal is None:
        return None
    try:
        return KeywordKind(signal)
    except ValueError:
        pass
    raise ConfigurationError("'signal' must be a KeywordKind or None.")


def _size(text: object) -> str:
    return f"<{len(text)} hidden>" if isinstance(text, str) else "<hidden>"


@attrs.frozen(kw_only=True)
class InboundMessage:
    """
    A message that a person sent, or another way in which they said what they want.

    Args:
        sender: Who sent it: a number, an e-mail address or an `Account`.

        to: The number, sender id or group of senders it was sent to; empty if it is about all of
            them.

        text: Its whole text, joined if it came in parts.

        at: When it was sent, with a time zone; None for now. Messages count in this order, whenever
            they arrive.

        id: The provider's message id; a message that is delivered twice is handled once.

        signal: What the provider took it for, or what a web form or an agent's note says; None for
            the text alone.

        also: Other numbers, addresses and accounts of the same person: an opt-out is recorded for
            each of them.

        context: What the message answers, as for `classify_keyword`: with `booking_bot`, CANCEL
            alone is about the booking.
    """

    sender: Subject = attrs.field(repr=lambda _: "<hidden>")
    to: str = attrs.field(default="", converter=_as_text)
    text: str = attrs.field(default="", converter=_or_empty, repr=_size)
    at: datetime | None = attrs.field(default=None)
    id: str = attrs.field(default="", converter=_as_text)
    signal: KeywordKind | None = attrs.field(default=None, converter=_signal)
    also: tuple[Subject, ...] = attrs.field(
        default=(), converter=_names, repr=lambda v: f"<{len(v)} hidden>"
    )
    context: str = ""

    @at.validator
    def _has_zone(self, _: object, at: datetime | None) -> None:
        if at is not None and at.tzinfo is None:
            raise ConfigurationError("'at' must have a time zone.")


@attrs.frozen(kw_only=True)
class Review:
    """
    A message that a human must read.

    Args:
        position: What `Inbox.resolve` takes; 0 while the entry is in the journal only.

        why: `likely`, `scoped` or `wrong_number`.

        at: When the message was sent.

        due: By when it must be read: the person may have said no, or may miss what they want.

        token: The token of the person in the store; it holds no number.
    """

    position: int
    why: str
    at: datetime
    due: datetime
    token: str = ""


@attrs.frozen(kw_only=True)
class InboundOutcome:
    """
    The effect of a message.

    Args:
        match: How the message was read.

        decision: What was recorded, and what is to be done.

        reply: Whether one answer is due: the confirmation of an opt-out, or help.

        reply_due: Until when.

        confirms: The value for *confirms* of the confirmation's `Contact`.

        reviews: What a human must read.

        http_status: The answer to the provider: 200, or 503 where nothing durable was recorded, so
            that the provider delivers the message again.
    """

    match: KeywordMatch
    decision: Decision
    reply: bool = False
    reply_due: datetime | None = None
    confirms: int = 0
    reviews: tuple[Review, ...] = ()
    http_status: int = 200


# What says no, from the strictest on.
_REFUSALS = (
    KeywordKind.OPT_OUT,
    KeywordKind.WRONG_NUMBER,
    KeywordKind.OPT_OUT_LIKELY,
    KeywordKind.OPT_OUT_SCOPED,
)


def strictest(message: InboundMessage, classify: Callable[[str], KeywordMatch], /) -> KeywordMatch:
    """Return the stricter of what the text says and what the provider took it for."""
    own = classify(message.text)
    signal = message.signal
    refusal = next((kind for kind in _REFUSALS if kind in (own.kind, signal)), None)
    if signal is None or refusal is own.kind:
        return own
    if refusal is None and own.kind is not KeywordKind.NONE:
        return own
    return KeywordMatch(kind=signal, token=own.token, language=own.language)
