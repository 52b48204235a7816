"""Read opt-outs as the vendors deliver them, and write them as Twilio takes them in bulk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypedDict

from ..errors import ConfigurationError
from ._contact import Use
from ._entries import Kind
from ._fold import Scope, standing, suppressions
from ._inbound import InboundMessage
from ._keywords import KeywordKind
from ._ledger import ConsentLedger
from ._opt_in import consented

__all__ = [
    "TwilioConsent",
    "read_plivo",
    "read_telnyx",
    "read_twilio",
    "read_vonage",
    "twilio_bulk_consents",
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
    sender: str, to: str, text: str, at: datetime, message_id: str, signal: KeywordKind | None
) -> InboundMessage:
    if not sender:
        raise ConfigurationError("The payload names nobody who sent it.")
    return InboundMessage(sender=sender, to=to, text=text, at=at, id=message_id, signal=signal)


def read_twilio(payload: Mapping[str, object], /, *, at: datetime) -> InboundMessage:
    """
    Read a Twilio message webhook; `OptOutType` is STOP, START or HELP.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender.
    """
    signal = _signal(payload.get("OptOutType"))
    names = ("From", "To", "Body")
    sender, to, text = (_text(payload, name) for name in names)
    return _message(sender, to, text, at, _text(payload, "MessageSid"), signal)


def read_plivo(payload: Mapping[str, object], /, *, at: datetime) -> InboundMessage:
    """
    Read a Plivo message webhook; `MessageIntent` is optout, optin, help or blank.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender.
    """
    signal = _signal(payload.get("MessageIntent"))
    sender, to, text = (_text(payload, name) for name in ("From", "To", "Text"))
    return _message(sender, to, text, at, _text(payload, "MessageUUID"), signal)


def read_telnyx(payload: Mapping[str, object], /, *, at: datetime) -> InboundMessage:
    """
    Read a Telnyx `message.received` event, or a record of its opt-out list, in which `keyword` made the block.

    Raises:
        voxvalley_privacy.ConfigurationError: If it names no sender.
    """
    data = _inside(payload, "data") or payload
    message = _inside(data, "payload")
    if message is not None:
        to = message.get("to")
        first = to[0] if isinstance(to, list) and to and isinstance(to[0], Mapping) else {}
        sender = _text(_inside(message, "from") or {}, "phone_number")
        text = _text(message, "text")
        return _message(sender, _text(first, "phone_number"), text, at, _text(message, "id"), None)
    # In the list "from" is who may no longer send, "to" the person who said stop.
    keyword = _text(data, "keyword")
    return _message(_text(data, "to"), _text(data, "from"), keyword, at, "", KeywordKind.OPT_OUT)


def read_vonage(payload: Mapping[str, object], /, *, at: datetime) -> InboundMessage:
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


def _inside(payload: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    value = payload.get(name)
    return value if isinstance(value, Mapping) else None


class TwilioConsent(TypedDict):
    """One item of Twilio's bulk consent request."""

    contact_id: str
    correlation_id: str
    sender_id: str
    status: str
    source: str
    date_of_consent: str


_BATCH = 25  # Twilio takes no more in one request


def twilio_bulk_consents(
    ledger: ConsentLedger, numbers: Iterable[str], /, *, sender_id: str, purpose: str
) -> Iterator[tuple[TwilioConsent, ...]]:
    """
    Tell Twilio who consented and who opted out, in requests of 25 items. The items hold the numbers themselves.

    Args:
        ledger: Knows the state; people of whom it knows nothing are left out, and those whose consent holds no more.

        numbers: The app's own list, in E.164: the ledger has no numbers to give.

        sender_id: The messaging service or number.

        purpose: Which consent counts.

    Raises:
        voxvalley_privacy.StoreError: If the state of any of them cannot be read.

    Source: Twilio, Bulk Upsert Consents (pilot), as of 2026-11-23.
    """
    batch: list[TwilioConsent] = []
    for number in numbers:
        item = _item(ledger, number, sender_id, purpose)
        if item is not None:
            batch.append(item)
        if len(batch) == _BATCH:
            yield tuple(batch)
            batch.clear()
    if batch:
        yield tuple(batch)


def _item(ledger: ConsentLedger, number: str, sender_id: str, purpose: str) -> TwilioConsent | None:
    entries = ledger.history(number)
    stopped = suppressions(entries)
    found = standing(entries, Scope(purpose))
    if stopped:
        status, source, entry = (
            "opt-out",
            "opt-out-message" if stopped[-1].origin == "keyword" else "others",
            stopped[-1],
        )
    elif found.consent is not None:
        if not consented(ledger)(Use(of=number, purpose=purpose, at=ledger.now())):
            return None  # past its end, or to be confirmed: neither in nor out
        web = found.consent.evidence is not None and found.consent.evidence.method == "web_form"
        status, source, entry = "opt-in", "website" if web else "others", found.consent
    elif found.ended is not None and found.ended.kind is not Kind.EXPIRED:
        status, source, entry = "opt-out", "others", found.ended
    else:
        return None
    return TwilioConsent(
        contact_id=number,
        correlation_id=uuid.uuid4().hex,
        sender_id=sender_id,
        status=status,
        source=source,
        date_of_consent=entry.at.isoformat(),
    )
