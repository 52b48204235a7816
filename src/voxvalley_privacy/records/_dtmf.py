"""
Keypad events: which key, how long, when and how many are all the same secret, a card number or a PIN.

Source: RFC 4733 section 2.3 (telephone-event), RFC 6086 (INFO packages), the application/dtmf-relay and application/dtmf bodies of SIP INFO,
AMI events DTMFBegin and DTMFEnd of Asterisk 22, event DTMF of FreeSWITCH 1.10.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from ..names import judge
from ..placeholders import label_of
from ..vocabulary import DataCategory
from ._border import Guard, Redact, Tally

__all__ = ["DtmfEvents", "is_dtmf", "redact_dtmf"]

_SHOWN = label_of(DataCategory.DTMF)
_KINDS = frozenset(
    {
        "dtmf",
        "dtmfbegin",
        "dtmfend",
        "dtmfrelay",
        "telephoneevent",
        "applicationdtmf",
        "applicationdtmfrelay",
        "rtpevent",
    }
)
_SAYS_KIND = frozenset(
    {"event", "eventname", "type", "contenttype", "eventtype", "encoding", "kind", "payloadname"}
)
# Beside a keypad event these say nothing but which key it was, how long it was held and when.
_TELLING = frozenset(
    {
        "digit", "digits", "signal", "key", "keys", "tone", "event", "eventcode", "eventid", "code", "duration", "durationms", "volume",
        "e", "end", "endofevent", "r", "marker", "m", "begin", "direction", "source", "samples", "length", "contentlength", "body",
    }
)  # fmt: skip
_COUNTING = frozenset(
    {
        "sequence",
        "seq",
        "sequencenumber",
        "eventsequence",
        "cseq",
        "timestamp",
        "ts",
        "rtptimestamp",
    }
)
_CALLS = (
    "uniqueid",
    "callid",
    "channelcalluuid",
    "calluuid",
    "linkedid",
    "callsid",
    "ssrc",
    "channel",
    "channelname",
)


def _folded(name: object) -> str:
    return "".join(filter(str.isalnum, name.lower())) if isinstance(name, str) else ""


def is_dtmf(event: object, /) -> bool:
    """Tell keypad events: by the name of the event, its content type, a field of keypad digits, or the body of a SIP INFO."""
    if isinstance(event, str):
        head = event[:256].lower().lstrip()
        return head.startswith("signal=") or (
            len(event.strip()) == 1 and event.strip() in "0123456789*#ABCDabcd"
        )
    if not isinstance(event, Mapping):
        return False
    for name, value in event.items():
        folded = _folded(name)
        if folded.startswith("dtmf") or (folded in _SAYS_KIND and _folded(value) in _KINDS):
            return True
    names = {_folded(name) for name in event}
    # An RFC 4733 payload that somebody unpacked: event 0 to 15, end bit, volume, duration.
    return names >= {"event", "duration"} and bool(names & {"volume", "e", "end", "endofevent"})


def redact_dtmf(event: Any, redact: Redact, /) -> Any:
    """
    Return a keypad event without its key, its length and its times; anything else as *redact* treats it.

    One event in, one event out: their number still tells how many keys were pressed. Use `DtmfEvents` where that shows.

    Args:
        event: A mapping (an AMI or ESL event, a telephone-event, a webhook) or the body of a SIP INFO.

        redact: A `voxvalley_privacy.Redactor`.

    Returns:
        A mapping with the name of the event, what tells the call, as *redact* treats it, and a placeholder for the keys; for a
        text the placeholder alone.
    """
    guard = Guard(redact)
    if isinstance(event, str):
        return _SHOWN if is_dtmf(event) else guard.text(event, Tally())
    if not is_dtmf(event):
        return guard.record(event, Tally())
    kept = {name: value for name, value in event.items() if _stays(name, value)}
    treated = guard.record(kept, Tally())
    return {**treated, "DTMF": _SHOWN} if isinstance(treated, dict) else {"DTMF": _SHOWN}


def _stays(name: object, value: object) -> bool:
    folded = _folded(name)
    if folded in _SAYS_KIND and _folded(value) in _KINDS:
        return True
    if folded in _TELLING or folded in _COUNTING or folded.startswith("dtmf"):
        return False
    return not isinstance(name, str) or judge((name,)).category not in (
        DataCategory.TIMESTAMP,
        DataCategory.DURATION,
        DataCategory.DTMF,
    )


class DtmfEvents:
    """
    Treat the events of a switch so that keys cannot be counted: of each call one keypad event comes out, in place of the first.

    Args:
        redact: A `voxvalley_privacy.Redactor`.

        most: Calls that are remembered; of the one forgotten first, a later key would show one event more.
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
        """Return the event treated; None for every keypad event of a call but the first: write nothing then."""
        if is_dtmf(event):
            call = _call_of(event)
            with self._lock:
                known = call in self._seen
                self._seen[call] = None
                self._seen.move_to_end(call)
                while len(self._seen) > self._most:
                    self._seen.popitem(last=False)
            if known:
                return None
        return redact_dtmf(event, self._redact)


def _call_of(event: object) -> object:
    """Return what tells the call; events that do not say are one call."""
    if not isinstance(event, Mapping):
        return None
    named = {_folded(name): value for name, value in event.items()}
    for name in _CALLS:
        value = named.get(name)
        if isinstance(value, str | int):
            return name, value
    return None
