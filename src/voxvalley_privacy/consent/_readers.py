"""Read opt-outs as the vendors deliver them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..errors import ConfigurationError
from ._inbound import InboundMessage
from ._keywords import KeywordKind

__all__ = [
    "read_plivo",
    "read_telnyx",
    "read_twilio",
    "read_vonage",
]

_SIGNALS = {
    "STOP": KeywordKind.OPT_OUT,
    "START": KeywordKind.OPT_IN,
    "HELP": KeywordKind.HELP,
    "OPTOUT": KeywordKind.OPT_OUT,
    "OPTIN": KeywordKind.OPT_IN,
}


def _signal(value: object) -> KeywordKind | None:
    return _SIGNALS.get(value.strip().upper()) if isinstance(value, str) else None


def _text(payload: Mapping[str, object], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _message(
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


def read_twilio(payload: Mapping[str, object], /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Twilio message webhook; `OptOutType` is STOP, START or HELP.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender.
    """
    signal = _signal(payload.get("OptOutType"))
    names = ("From", "To", "Body")
    sender, to, text = (_text(payload, name) for name in names)
    return _message(sender, to, text, at, _text(payload, "MessageSid"), signal)


def read_plivo(payload: Mapping[str, object], /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Plivo message webhook; `MessageIntent` is optout, optin, help or blank.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender.
    """
    signal = _signal(payload.get("MessageIntent"))
    sender, to, text = (_text(payload, name) for name in ("From", "To", "Text"))
    return _message(sender, to, text, at, _text(payload, "MessageUUID"), signal)


def read_telnyx(payload: Mapping[str, object], /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Telnyx `message.received` event, or a record of its opt-out list, in which `keyword` made the block.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender.
    """
    data = _inside(payload, "data") or payload
    message = _inside(data, "payload")
    if message is not None:
        first = _first(message.get("to"))
        sender = _text(_inside(message, "from") or {}, "phone_number")
        text = _text(message, "text")
        return _message(sender, _text(first, "phone_number"), text, at, _text(message, "id"), None)
    # In the list "from" is who may no longer send, "to" the person who said stop.
    keyword = _text(data, "keyword")
    return _message(_text(data, "to"), _text(data, "from"), keyword, at, "", KeywordKind.OPT_OUT)


def read_vonage(payload: Mapping[str, object], /, *, at: datetime | None = None) -> InboundMessage:
    """
    Read a Vonage inbound message; `keyword` is its first word.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender.
    """
    sender = _text(payload, "msisdn") or _text(payload, "from")
    text = _text(payload, "text") or _text(payload, "keyword")
    message_id = _text(payload, "messageId") or _text(payload, "message_uuid")
    number = sender if sender.startswith("+") or not sender.isdecimal() else f"+{sender}"
    return _message(
        number, _text(payload, "to"), text, at, message_id, _signal(payload.get("keyword"))
    )


def _first(items: object) -> Mapping[str, object]:
    if isinstance(items, list) and items and isinstance(items[0], Mapping):
        return items[0]
    return {}


def _inside(payload: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    value = payload.get(name)
    return value if isinstance(value, Mapping) else None
