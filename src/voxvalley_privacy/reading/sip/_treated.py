"""Treat whole SIP messages."""

from __future__ import annotations

from ...placeholders import BUDGET, FAULT, TRUNCATED, UNPARSEABLE, WITHHELD, label_of
from ...protocols import KnownParts
from ...vocabulary import DataCategory as C
from ._bodies import Body, body, session
from ._header_fields import header, key_of, method, name_of
from ._privacy import asked
from ._run import REDACTED, REDACTED_HOST, Engine, Run
from ._sip_message import Message, Start, body_of_length, octets, parse, write
from ._uris import uri

__all__ = ["in_record", "session_in_record", "treated"]

# What describes a body is written anew, as the body may be another.
_OF_BODY = frozenset(
    {"content-type", "content-length", "content-encoding", "content-transfer-encoding"}
)


def treated(engine: Engine, given: str | bytes, /) -> str:
    """
    Treat a message for itself: once more where its texts may hold what its headers call personal.
    """
    run = Run(engine)
    redacted = _in_pass(run, given)
    again = run.again()
    if again is None:
        return redacted
    return _in_pass(again, given)


def in_record(engine: Engine, text: str, known: KnownParts | None, /) -> tuple[str, Run]:
    """
    Treat a message that stands in a field of a record.

    Args:
        engine: As the policy wants it.

        text: The message.

        known: What the fields of the record call personal; None in the first pass over it.

    Returns:
        The treated message, and the pass: what it leaves to look for, and to look in, in the rest
        of the record.
    """
    run = Run(engine, known)
    made = _in_pass(run, text)
    if run.floods():
        made = _in_pass(Run(engine, flooded=True), text)
    return made, run


def session_in_record(engine: Engine, text: str, known: KnownParts | None, /) -> tuple[str, Run]:
    """Treat a session description in a field of a record, as `in_record()` does a message."""
    run = Run(engine, known)
    newline = "\r\n" if "\r\n" in text else "\n"
    return session(run, text, newline), run


def _in_pass(run: Run, given: str | bytes) -> str:
    engine, limit = run.engine, run.engine.treater.limit
    text, over = _within(given, limit)
    message = parse(text)
    if message is None:
        return _given_up(run, "unparseable", UNPARSEABLE)
    if over and not message.body:
        return _given_up(run, "truncated", TRUNCATED, message)
    if len(message.fields) > engine.nodes:
        return _given_up(run, "budget", BUDGET, message)
    try:
        return _message(run, message, engine.depth, over=over)
    except Exception:  # a fault gives less, never raw; what kind of message it was still shows
        return _given_up(run, "fault", FAULT, message)


def _within(given: str | bytes, limit: int) -> tuple[str, bool]:
    """Return what may be read of a message, and whether there is more."""
    # One more than the budget shows that there is more; the rest is not even read.
    if isinstance(given, str):
        text = str.__getitem__(given, slice(limit + 1))
        return text, len(text) > limit
    octets_read = bytes(given[: limit + 1])
    return octets_read.decode("utf-8", "replace"), len(octets_read) > limit


def _message(run: Run, message: Message, depth: int, *, over: bool = False) -> str:
    """Return one message, or a fragment of one, as the policy shows it."""
    given = [(key_of(name), name, value) for name, value in message.fields]
    wishes = asked(
        [value for key, _, value in given if key == "privacy"], label_of(C.CONSENT_SIGNAL)
    )
    if wishes.refused:
        run.fault("refused")
        return _placeholder(message, WITHHELD)
    # The sender of a response is who was called.
    outer = run.honor(wishes, "to" if message.start.code else "from")
    try:
        about: dict[str, str] = {}
        fields: list[tuple[str, str]] = []
        for key, name, value in given:
            if key in _OF_BODY:
                about.setdefault(key, value)
            elif (shown := header(run, key, value)) is not None:
                fields.append((name_of(run, key, name), shown))
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
    if message is None:
        return UNPARSEABLE
    return _message(run, message, depth)


def _start(run: Run, start: Start) -> Start:
    if start.method:
        address = run.remembered("uri", start.uri, _uri) or ""
        return start._replace(method=method(start.method), uri=address)
    if start.reason:
        return start._replace(reason=run.text(start.reason) or "")
    return start


def _uri(run: Run, kind: str, text: str) -> str:
    return uri(run, text)


def _given_up(run: Run, reason: str, label: str, message: Message | None = None) -> str:
    run.fault(reason)
    if message is None:
        return label
    return _placeholder(message, label)


def _placeholder(message: Message, label: str) -> str:
    """
    Return a message of the same kind with nothing of the given one but its method or code, and
    *label* as its body.
    """
    address = f"sip:{REDACTED}@{REDACTED_HOST}"
    name = "UNKNOWN"
    neutral = Start(code=message.start.code)
    if message.start.method:
        name = method(message.start.method)
        neutral = Start(method=name, uri=address)
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
    return write(Message(neutral, fields, label, message.newline))
