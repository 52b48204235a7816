"""
Signaling: SIP messages, and the keypad events of calls.

Which key, how long, when and how many are all the same secret: a card number or a PIN.

Source: RFC 4733 section 2.3 (telephone-event), RFC 6086 (INFO packages), the bodies
application/dtmf-relay and application/dtmf of SIP INFO, AMI events DTMFBegin and DTMFEnd of
Asterisk 22, event DTMF of FreeSWITCH 1.10.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, TypeVar

from ..names import judge
from ..placeholders import FAULT, label_of
from ..reading.sip import is_sip, treated
from ..redaction import Redactor
from ..vocabulary import DataCategory
from ._border import Guard, Redact, Tally

__all__ = ["DtmfEvents", "is_dtmf", "is_sip", "redact_dtmf", "redact_sip"]

_Text = TypeVar("_Text", str, bytes)


def redact_sip(message: _Text, redact: Redactor, /) -> _Text:
    """
    Return a copy of a SIP message, treated: headers, session description, other bodies.

    The result is a SIP message with the right `Content-Length`. Whatever a message asks to keep
    private by its `Privacy` headers is shown like a value that the caller withheld. No call raises;
    a part that cannot be treated comes out as a placeholder and is counted in `redact.stats()`. A
    message in a field of a record needs no call: the redactor reads it there.

    Args:
        message: A request or response, one with its start line. Any other text comes out as
            `[UNPARSEABLE]`.

        redact: Any redactor: its policy decides, its schema does not matter.

    Returns:
        The same type as *message*.

    Source: RFC 3261, RFC 3323, RFC 3325, RFC 7044, RFC 8224; fields: the built-in schemas
    `sip.headers`, `sip.sdp`, `sip.body`.
    """
    engine = redact._engine.sip  # noqa: SLF001 # as the redactor itself reads a message in a record
    tally = engine.treater.tally
    next(tally.calls)
    try:
        redacted = treated(engine, message)
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        tally.add(tally.faults, "fault")
        redacted = FAULT
    if isinstance(message, str):
        return redacted
    return redacted.encode("utf-8", "replace")


# Keypad events ------------------------------------------------------------------------------------

_SHOWN = label_of(DataCategory.DTMF)
_KINDS = frozenset({
    "dtmf", "dtmfbegin", "dtmfend", "dtmfrelay", "telephoneevent", "applicationdtmf",
    "applicationdtmfrelay", "rtpevent",
})  # fmt: skip
_SAYS_KIND = frozenset({
    "event", "eventname", "type", "contenttype", "eventtype", "encoding", "kind", "payloadname",
})  # fmt: skip
# Beside a keypad event these say only which key it was, how long it was held and when.
_HIDDEN = frozenset({
    "digit", "digits", "signal", "key", "keys", "tone", "event", "eventcode", "eventid", "code",
    "duration", "durationms", "volume", "e", "end", "endofevent", "r", "marker", "m", "begin",
    "direction", "source", "samples", "length", "contentlength", "body",
    # These count the keys.
    "sequence", "seq", "sequencenumber", "eventsequence", "cseq", "timestamp", "ts", "rtptimestamp",
})  # fmt: skip
_TIMING = frozenset({DataCategory.TIMESTAMP, DataCategory.DURATION, DataCategory.DTMF})
_CALLS = (
    "uniqueid", "callid", "channelcalluuid", "calluuid", "linkedid", "callsid", "ssrc", "channel",
    "channelname",
)  # fmt: skip


def _folded(name: object) -> str:
    if not isinstance(name, str):
        return ""
    return "".join(filter(str.isalnum, name.lower()))


def is_dtmf(event: object, /) -> bool:
    """
    Whether *event* is a keypad event.

    The name of the event says it, its content type, a field of keypad digits, or the body of a SIP
    INFO.
    """
    if isinstance(event, str):
        return _is_info_body(event)
    if not isinstance(event, Mapping):
        return False
    return any(map(_names_dtmf, event, event.values())) or _is_rtp_event(event)


def _is_info_body(body: str) -> bool:
    if body[:256].lower().lstrip().startswith("signal="):
        return True
    key = body.strip()
    return len(key) == 1 and key in "0123456789*#ABCDabcd"


def _names_dtmf(name: object, value: object) -> bool:
    folded = _folded(name)
    if folded.startswith("dtmf"):
        return True
    return folded in _SAYS_KIND and _folded(value) in _KINDS


def _is_rtp_event(event: Mapping[Any, Any]) -> bool:
    """Whether this is an unpacked RFC 4733 payload: event 0 to 15, end bit, volume, duration."""
    names = {_folded(name) for name in event}
    if not names >= {"event", "duration"}:
        return False
    return not names.isdisjoint({"volume", "e", "end", "endofevent"})


def redact_dtmf(event: Any, redact: Redact, /) -> Any:
    """
    Return a keypad event without its key, length and times; anything else as *redact* treats it.

    One event in, one event out: their number still says how many keys were pressed. Use
    `DtmfEvents` to hide that too.

    Args:
        event: A mapping (an AMI or ESL event, a telephone-event, a webhook) or the body of a SIP
            INFO.

        redact: A `voxvalley_privacy.Redactor`.

    Returns:
        A mapping with the name of the event, the identifiers of the call, as *redact* treats them,
        and a placeholder for the keys; for a text the placeholder alone.
    """
    guard = Guard(redact)
    is_text = isinstance(event, str)
    if not is_dtmf(event):
        treat = guard.text if is_text else guard.record
        return treat(event, Tally())
    if is_text:
        return _SHOWN
    kept = {name: value for name, value in event.items() if _stays(name, value)}
    redacted = guard.record(kept, Tally())
    if not isinstance(redacted, dict):
        return {"DTMF": _SHOWN}
    return {**redacted, "DTMF": _SHOWN}


def _stays(name: object, value: object) -> bool:
    folded = _folded(name)
    if folded in _SAYS_KIND and _folded(value) in _KINDS:
        return True
    if folded in _HIDDEN or folded.startswith("dtmf"):
        return False
    if not isinstance(name, str):
        return True
    return judge((name,)).category not in _TIMING


class DtmfEvents:
    """
    Treat the events of a switch so that keys cannot be counted.

    Of each call one keypad event comes out, in the place of the first.

    Args:
        redact: A `voxvalley_privacy.Redactor`.

        most: How many calls are remembered. Once a call is forgotten, the oldest first, its next
            key shows one event more.
    """

    __slots__ = ("_lock", "_most", "_redact", "_seen")

    def __init__(self, redact: Redact, /, *, most: int = 100_000) -> None:
        self._redact = redact
        self._most = most
        self._seen: OrderedDict[object, None] = OrderedDict()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"DtmfEvents(<{len(self._seen)} calls>)"

    def __call__(self, event: Any, /) -> Any:
        """Return the event treated; None for every keypad event of a call but the first."""
        if is_dtmf(event) and self._is_known(_call_of(event)):
            return None
        return redact_dtmf(event, self._redact)

    def _is_known(self, call: object) -> bool:
        with self._lock:
            known = call in self._seen
            self._seen[call] = None
            self._seen.move_to_end(call)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
        return known


def _call_of(event: object) -> object:
    """Return the identifier of the call; all events without one count as one call."""
    if not isinstance(event, Mapping):
        return None
    named = {_folded(name): value for name, value in event.items()}
    for name in _CALLS:
        value = named.get(name)
        if isinstance(value, str | int):
            return name, value
    return None
