"""Redact whole SIP messages."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from ...redaction import Redactor
from ...redaction._placeholders import BUDGET, FAULT, TRUNCATED, UNPARSEABLE, WITHHELD, label_of
from ...redaction._policy import Policy
from ...redaction._treat import Treater
from ...vocabulary import DataCategory as C
from ._addresses import uri
from ._bodies import Body, body
from ._engine import Engine
from ._headers import header, key_of, method, name_of
from ._message import Message, Start, body_of_length, octets, parse, write
from ._privacy import asked
from ._run import REDACTED, REDACTED_HOST, Run

__all__ = ["redact_sip"]

_Text = TypeVar("_Text", str, bytes)

# What describes a body is written anew, as the body may be another.
_OF_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-transfer-encoding"})


def redact_sip(message: _Text, redact: Redactor, /) -> _Text:
    """
    Return a copy of a SIP message with the personal data in it treated: headers, session description, other bodies.

    What comes out is a SIP message again, with its `Content-Length` right. What a message asks to be private by its `Privacy`
    headers is shown like what the caller withheld. No call raises; what cannot be treated comes out as a placeholder, and is
    counted in `redact.stats()`.

    Args:
        message: A request or response, one with its start line. A text that is none comes out as `[UNPARSEABLE]`.

        redact: Any redactor: its policy decides, its schema does not matter.

    Returns:
        The same type as *message*.

    Source: RFC 3261, RFC 3323, RFC 3325, RFC 7044, RFC 8224; fields: the built-in schemas `sip.headers`, `sip.sdp`, `sip.body`.
    """
    treater = redact._engine.treater  # noqa: SLF001 - floors of one house; it has no public name
    next(treater.tally.calls)
    try:
        made = _treated(message, _engine(treater, redact.policy), redact.policy.budget.text)
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        treater.tally.add(treater.tally.faults, "fault")
        made = FAULT
    if isinstance(message, str):
        return made
    return made.encode("utf-8", "replace")


def _treated(given: str | bytes, engine: Engine, limit: int) -> str:
    # One more than the budget shows that there is more; the rest is not even read.
    whole = str.__getitem__(given, slice(limit + 1)) if isinstance(given, str) else bytes(given[: limit + 1])
    text = whole if isinstance(whole, str) else whole.decode("utf-8", "replace")
    over = len(whole) > limit
    message = parse(text)
    if message is None:
        return _given_up(engine, "unparseable", UNPARSEABLE)
    if over and not message.body:
        return _given_up(engine, "truncated", TRUNCATED, message)
    if len(message.fields) > engine.nodes:
        return _given_up(engine, "budget", BUDGET, message)
    try:
        return _in_passes(engine, message, over=over)
    except Exception:  # as in redact_sip(); what kind of message it was still shows
        return _given_up(engine, "fault", FAULT, message)


def _in_passes(engine: Engine, message: Message, *, over: bool) -> str:
    """Treat a message; once more where its texts may hold what its headers call personal."""
    run = Run(engine)
    made = _message(run, message, engine.depth, over=over)
    again = run.again()
    return made if again is None else _message(again, message, engine.depth, over=over)


@lru_cache(maxsize=32)
def _engine(treater: Treater, policy: Policy) -> Engine:
    # Each redactor has a treater of its own, so equal redactors count apart.
    return Engine(policy, treater)


def _message(run: Run, message: Message, depth: int, *, over: bool = False) -> str:
    """Return one message, or a fragment of one, as the policy shows it."""
    given = [(key_of(name), name, value) for name, value in message.fields]
    wishes = asked([value for key, _, value in given if key == "privacy"], label_of(C.CONSENT_SIGNAL))
    if wishes.refused:
        run.fault("refused")
        return _placeholder(message, WITHHELD)
    outer = run.honor(wishes, "to" if message.start.code else "from")
    try:
        about: dict[str, str] = {}
        fields: list[tuple[str, str]] = []
        for key, name, value in given:
            if key in _OF_BODY:
                about.setdefault(key, value)
            elif (made := header(run, key, value)) is not None:
                fields.append((name_of(run, key, name), made))
        inner = _body(run, message, about, depth, over=over)
        if inner.type:
            fields.append(("Content-Type", inner.type))
        fields.append(("Content-Length", str(octets(inner.text))))
        return write(Message(_start(run, message.start), fields, inner.text, message.newline))
    finally:
        run.honor(*outer)


def _body(run: Run, message: Message, about: dict[str, str], depth: int, *, over: bool) -> Body:
    if over:
        run.fault("truncated")
        return Body(TRUNCATED, "text/plain")
    text = body_of_length(message.body, about.get("content-length", ""))
    return body(run, about, text, message.newline, depth, _fragment)


def _fragment(run: Run, text: str, depth: int) -> str:
    """Return a message inside a message; it may lack a start line."""
    message = parse(text, fragment=True)
    return UNPARSEABLE if message is None else _message(run, message, depth)


def _start(run: Run, start: Start) -> Start:
    if start.method:
        return start._replace(method=method(start.method), uri=run.remembered("uri", start.uri, _uri) or "")
    return start._replace(reason=run.text(start.reason) or "") if start.reason else start


def _uri(run: Run, kind: str, text: str) -> str:
    return uri(run, text)


def _given_up(engine: Engine, reason: str, label: str, message: Message | None = None) -> str:
    engine.treater.tally.add(engine.treater.tally.faults, reason)
    return label if message is None else _placeholder(message, label)


def _placeholder(message: Message, label: str) -> str:
    """Return a message of the same kind with nothing of the given one but its method or code, and *label* as its body."""
    start = message.start
    name = method(start.method) if start.method else "UNKNOWN"
    address = f"sip:{REDACTED}@{REDACTED_HOST}"
    fields = [
        ("Via", f"SIP/2.0/UDP {REDACTED_HOST};branch=z9hG4bK{REDACTED}"),
        ("From", f"<{address}>;tag={REDACTED}"),
        ("To", f"<{address}>"),
        ("Call-ID", REDACTED),
        ("CSeq", f"0 {name}"),
        ("Max-Forwards", "70"),
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(label))),
    ]
    neutral = Start(method=name, uri=address) if start.method else Start(code=start.code)
    return write(Message(neutral, fields, label, message.newline))
