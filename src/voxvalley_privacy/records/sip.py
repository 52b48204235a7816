"""SIP messages: redact a request or a response, its headers, its session description and its other bodies."""

from __future__ import annotations

from typing import TypeVar

from ..placeholders import FAULT
from ..reading.sip import is_sip, treated
from ..redaction import Redactor

__all__ = ["is_sip", "redact_sip"]

_Text = TypeVar("_Text", str, bytes)


def redact_sip(message: _Text, redact: Redactor, /) -> _Text:
    """
    Return a copy of a SIP message with the personal data in it treated: headers, session description, other bodies.

    What comes out is a SIP message again, with its `Content-Length` right. What a message asks to be private by its `Privacy`
    headers is shown like what the caller withheld. No call raises; what cannot be treated comes out as a placeholder, and is
    counted in `redact.stats()`. A message in a field of a record needs no call: the redactor reads it there.

    Args:
        message: A request or response, one with its start line. A text that is none comes out as `[UNPARSEABLE]`.

        redact: Any redactor: its policy decides, its schema does not matter.

    Returns:
        The same type as *message*.

    Source: RFC 3261, RFC 3323, RFC 3325, RFC 7044, RFC 8224; fields: the built-in schemas `sip.headers`, `sip.sdp`, `sip.body`.
    """
    engine = redact._engine.sip  # noqa: SLF001 # as the redactor itself reads a message in a record
    tally = engine.treater.tally
    next(tally.calls)
    try:
        made = treated(engine, message)
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        tally.add(tally.faults, "fault")
        made = FAULT
    if isinstance(message, str):
        return made
    return made.encode("utf-8", "replace")
