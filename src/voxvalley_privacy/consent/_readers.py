"""Read inbound messages and opt-outs as the vendors deliver them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ..errors import ConfigurationError
from ._inbound import InboundMessage
from ._keywords import KeywordKind

__all__ = ["read_plivo", "read_telnyx", "read_twilio", "read_vonage"]

_Payload = Mapping[str, object]
_SIGNALS = {
    "STOP": KeywordKind.OPT_OUT,
    "START": KeywordKind.OPT_IN,
    "HELP": KeywordKind.HELP,
    "OPTOUT": KeywordKind.OPT_OUT,
    "OPTIN": KeywordKind.OPT_IN,
}
# Reports about a message of ours come to the same webhooks; read as inbound, their sender would be
# one of our numbers.
_INBOUND = frozenset(["", "received", "receiving", "inbound", "in", "webhook", "message.received"])
_DIRECTIONS = (
    "Direction",
    "direction",
    "MessageDirection",
    "message_direction",
    "MessageStatus",
    "SmsStatus",
    "Status",
    "status",
)


def read_twilio(payload: _Payload, /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Twilio message webhook; `OptOutType` is STOP, START or HELP.

    Args:
        payload: The form or the message resource.

        at: When it was sent, where the payload does not say; None for now.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender, or is about an outbound
            message.
    """
    _refuse_outbound(payload)
    return _message(
        sender=_text(payload, "From", "from"),
        to=_text(payload, "To", "to"),
        text=_text(payload, "Body", "body"),
        at=_time(payload, "DateSent", "date_sent", "DateCreated", "date_created") or at,
        message_id=_text(payload, "MessageSid", "SmsSid", "sid"),
        signal=_signal(payload.get("OptOutType")),
    )


def read_plivo(payload: _Payload, /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Plivo message webhook; `MessageIntent` is optout, optin, help or blank.

    Args:
        payload: The form.

        at: When it was sent, where the payload does not say; None for now.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender, or is about an outbound
            message.
    """
    _refuse_outbound(payload)
    return _message(
        sender=_text(payload, "From", "from_number"),
        to=_text(payload, "To", "to_number"),
        text=_text(payload, "Text"),
        at=_time(payload, "MessageTime", "message_time") or at,
        message_id=_text(payload, "MessageUUID", "message_uuid"),
        signal=_signal(payload.get("MessageIntent")),
    )


def read_telnyx(payload: _Payload, /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Telnyx `message.received` event, or a record of its opt-out list, in which `keyword` made
    the block.

    Args:
        payload: The event or the record.

        at: When it was sent, where the payload does not say; None for now.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender, or is about an outbound
            message.
    """
    data = _inside(payload, "data") or payload
    message = _inside(data, "payload")
    if message is None:
        return _telnyx_opt_out(data, at)
    _refuse_outbound(message)
    if _text(data, "event_type") not in _INBOUND:
        raise ConfigurationError("The payload is not an inbound message.")
    return _message(
        sender=_text(_inside(message, "from") or {}, "phone_number"),
        to=_text(_first(message.get("to")), "phone_number"),
        text=_text(message, "text"),
        at=_time(message, "received_at") or _time(data, "occurred_at") or at,
        message_id=_text(message, "id"),
        signal=None,
    )


def _telnyx_opt_out(record: _Payload, at: datetime | None) -> InboundMessage:
    # In the list "from" is who may no longer send, "to" the person who said stop.
    return _message(
        sender=_text(record, "to"),
        to=_text(record, "from"),
        text=_text(record, "keyword"),
        at=_time(record, "created_at") or at,
        message_id="",
        signal=KeywordKind.OPT_OUT,
    )


def read_vonage(payload: _Payload, /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Vonage inbound message; its `keyword` is the first word, of which STOP counts.

    Args:
        payload: The message.

        at: When it was sent, where the payload does not say; None for now.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender, or is about an outbound
            message.
    """
    _refuse_outbound(payload)
    sender = _text(payload, "msisdn", "from")
    # "Start of next week" begins with a keyword, and gives nothing; a no is heard all the same.
    signal = _signal(payload.get("keyword"))
    stops = signal is KeywordKind.OPT_OUT
    return _message(
        sender=f"+{sender}" if sender.isdecimal() else sender,
        to=_text(payload, "to"),
        text=_text(payload, "text", "keyword"),
        at=_time(payload, "message-timestamp", "timestamp") or at,
        message_id=_text(payload, "messageId", "message_uuid"),
        signal=signal if stops else None,
    )


# Parts of payloads


def _message(
    *,
    sender: str,
    to: str,
    text: str,
    at: datetime | None,
    message_id: str,
    signal: KeywordKind | None,
) -> InboundMessage:
    if not sender:
        raise ConfigurationError("The payload names nobody who sent it.")
    return InboundMessage(sender=sender, to=to, text=text, at=at, id=message_id, signal=signal)


def _refuse_outbound(payload: object) -> None:
    if not isinstance(payload, Mapping):
        raise ConfigurationError(
            "The payload must be a mapping: the fields of the form, such as `await request.form()`,"
            " or the JSON of the body, not its bytes."
        )
    for name in _DIRECTIONS:
        if _text(payload, name).casefold() not in _INBOUND:
            raise ConfigurationError("The payload is not an inbound message.")


def _signal(value: object) -> KeywordKind | None:
    if not isinstance(value, str):
        return None
    return _SIGNALS.get(value.strip().upper())


def _text(payload: _Payload, *names: str) -> str:
    """Return the first of the named fields that holds a text."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, str) and value:
            return value
        # A payload that went through JSON or a table has its numbers as numbers.
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def _time(payload: _Payload, *names: str) -> datetime | None:
    """Return the time in the first of the fields; the vendors write UTC where they name no zone."""
    text = _text(payload, *names)
    if not text:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = parse(text)
        except (ValueError, TypeError):
            continue
        if at.tzinfo is None:
            return at.replace(tzinfo=UTC)
        return at
    return None


def _first(items: object) -> _Payload:
    if isinstance(items, list) and items and isinstance(items[0], Mapping):
        return items[0]
    return {}


def _inside(payload: _Payload, name: str) -> _Payload | None:
    value = payload.get(name)
    return value if isinstance(value, Mapping) else None
