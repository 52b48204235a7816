"""
Read a SIP message into its parts, and write one.

The reader takes what parsers in the field take: lines that end in LF alone, folded headers, spaces
around the colon.

Source: RFC 3261, section 7.
"""

from __future__ import annotations

from typing import NamedTuple

from ._grammar import BLANK_LINE, FOLD, STATUS_LINE, VERSION

__all__ = [
    "Message",
    "Start",
    "body_of_length",
    "is_sip",
    "octets",
    "parse",
    "parse_fields",
    "write",
]

_LONGEST_START = 8192


class Start(NamedTuple):
    """
    A start line: of a request when *method* is set, of a response else; without both, of a fragment
    that has none.
    """

    version: str = "SIP/2.0"
    method: str = ""
    uri: str = ""
    code: str = ""
    reason: str = ""


class Message(NamedTuple):
    """
    The parts of a message; headers are unfolded, in order, and hold no character that does not
    print.
    """

    start: Start
    fields: list[tuple[str, str]]
    body: str
    newline: str


def is_sip(text: str | bytes, /) -> bool:
    """Tell whether *text* begins with the start line of a SIP request or response."""
    head = text.lstrip()[: _LONGEST_START * 2]
    if isinstance(head, bytes):
        head = head.decode("utf-8", "replace").lstrip()
    return _start(_lines(head)[0]) is not None


def parse(text: str, /, *, fragment: bool = False) -> Message | None:
    """
    Take *text* apart, or return None when it is no SIP message.

    Args:
        text: The message; line breaks before the start line are skipped.

        fragment: Whether it may lack a start line, as a `message/sipfrag` body may.

    Source: RFC 3261, sections 7.3 and 7.5; RFC 3420, section 2.1.
    """
    text = text.lstrip()
    newline = "\n"
    if "\r\n" in text:
        newline = "\r\n"
    head, body = text, ""
    blank = BLANK_LINE.search(text)
    if blank is not None:
        head, body = text[: blank.start()], text[blank.end() :]
    lines = _lines(head)
    start = _start(lines[0])
    if start is not None:
        return Message(start, _fields(lines[1:]), body, newline)
    if fragment:
        return Message(Start(), _fields(lines), body, newline)
    return None


def parse_fields(head: str, /) -> list[tuple[str, str]]:
    """Return the headers of a part of a multipart body."""
    return _fields(_lines(head))


def write(message: Message, /) -> str:
    """Return the message as text."""
    start, newline = message.start, message.newline
    lines = [f"{name}: {value}" for name, value in message.fields]
    if start.method:
        lines.insert(0, f"{start.method} {start.uri} {start.version}")
    elif start.code:
        lines.insert(0, f"{start.version} {start.code} {start.reason}")
    return f"{newline.join(lines)}{newline}{newline}{message.body}"


def octets(text: str, /) -> int:
    """Return how many octets *text* is on the wire."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "replace"))


def body_of_length(body: str, length: str, /) -> str:
    """
    Return *body* up to its `Content-Length`; what follows is no part of this message.

    Source: RFC 3261, section 18.3.
    """
    if not (length.isascii() and length.isdigit() and len(length) < 10):
        return body
    if body.isascii():
        return body[: int(length)]
    return body.encode("utf-8", "replace")[: int(length)].decode("utf-8", "ignore")


def _start(line: str) -> Start | None:
    line = line.strip()
    if len(line) > _LONGEST_START:
        return None
    status = STATUS_LINE.fullmatch(line)
    if status is not None:
        return Start(status["version"].upper(), code=status["code"], reason=status["reason"] or "")
    head, _, version = line.rpartition(" ")
    method, _, uri = head.strip().partition(" ")
    if not uri or ":" in method or VERSION.fullmatch(version) is None:
        return None
    return Start(version.upper(), method=method, uri=uri.strip())


def _lines(head: str) -> list[str]:
    """
    Split a head into its lines, folded ones joined, without what could forge a line or hide a
    digit.
    """
    head = head.replace("\r\n", "\n")
    if "\n " in head or "\n\t" in head:
        head = FOLD.sub(" ", head)
    lines = head.split("\n")
    if not "".join(lines).isprintable():
        lines = ["".join(map(_printing, line)) for line in lines]
    return lines


def _printing(char: str) -> str:
    if char.isprintable():
        return char
    if char.isspace():
        return " "
    return ""


def _fields(lines: list[str]) -> list[tuple[str, str]]:
    """Split lines at the first colon; a line without one is no header and goes."""
    fields: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip(), value.strip()))
    return fields
