"""Telephony in a text: SIP messages, names with addresses, channels of Asterisk and FreeSWITCH."""

from __future__ import annotations

import re

from ._leaves import Island, Leaf, as_bare

__all__ = ["addresses_in", "channels_in", "sip_in"]

_METHODS = "ACK|BYE|CANCEL|INFO|INVITE|MESSAGE|NOTIFY|OPTIONS|PRACK|PUBLISH|REFER|REGISTER|SUBSCRIBE|UPDATE"
_START_LINE = re.compile(
    rf"""
    # At the beginning of a line, with whatever follows it.
    (?m:^)(?:(?:{_METHODS})[ ](?:sips?|tel|urn):\S+[ ]SIP/2\.0
      |SIP/2\.0[ ][1-6][0-9][0-9](?:[ ][^\r\n]*)?)[ \t]*\r?(?m:$)
    # Behind other words, with a header in the next line.
    | (?<=[ \t"'])(?:(?:{_METHODS})[ ](?:sips?|tel|urn):\S+[ ]SIP/2\.0
      |SIP/2\.0[ ][1-6][0-9][0-9](?:[ ][^\r\n]{{0,80}})?)
      (?=[ \t]*\r?\n[A-Za-z][A-Za-z0-9-]*+[ \t]*+:)[ \t]*\r?
    """,
    re.VERBOSE,
)
_HEADER_LINE = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9-]*+[ \t]*+:[^\r\n]*+|[ \t]++[^\s][^\r\n]*+)(?:\r?\n|\Z)"
)
_LENGTH = re.compile(r"(?im)^(?:Content-Length|l)\s*:\s*(\d{1,7})")
_BLANK = re.compile(r"[ \t]*\r?\n")
_BODY_LINE = re.compile(r"[a-z]=[^\r\n]*+(?:\r?\n|\Z)")

# "Zoe Example" <sip:1001@example.com>, Zoe <+14155550132>, "Zoe Example" <4155550132>.
_NAME_ADDR = re.compile(
    r"""
    (?:"(?P<quoted>[^"\n]{1,80})"|(?P<plain>(?<![^\s:,(\["'=])[^\W\d_](?:[^\W\d_]|[ .'’-]){0,60}?))
    \s?<(?P<address>(?:sips?|tel):[^<>\s]{1,200}|\+?[0-9*\#]{2,20})>
    | (?<![\w/<])<sips?:[^<>\s@]{1,128}@[^<>\s]{1,128}>      # without a name
    """,
    re.VERBOSE,
)
_CHANNEL = re.compile(
    r"""
    (?<![\w/.-])(?!SIP/2\.0)(?:
      (?:PJSIP|SIP|IAX2|DAHDI|Local|SCCP|Motif|Console|Agent|Zap|H323|mISDN|Dongle|USER)/
    | sofia/[\w.-]{1,40}/ | (?:user|error|loopback|verto\.rtc)/
    )[^\s,&()"'<>\[\]|;:]{1,120}(?:;[12])?
    """,
    re.VERBOSE,
)


# Read whole values with `fullmatch` or from one place with `match`, and are never searched for.
WHOLE = frozenset({"_BLANK", "_BODY_LINE", "_HEADER_LINE"})


def sip_in(text: str, /) -> list[Island]:
    """Return the SIP messages of a text, each with its headers and its body."""
    islands = []
    at = 0
    while (start := _START_LINE.search(text, at)) is not None:
        end = _end_of_message(text, start.end())
        leaf = Leaf(("sip",), text[start.start() : end], start.start(), end, str)
        islands.append(Island("sip", start.start(), end, (leaf,)))
        at = max(end, start.end())
    return islands


def _end_of_message(text: str, at: int) -> int:
    line_end = _BLANK.match(text, at)
    at = line_end.end() if line_end is not None else len(text)
    headers = at
    while (header := _HEADER_LINE.match(text, at)) is not None and header.end() > at:
        at = header.end()
    blank = _BLANK.match(text, at)
    if blank is None:
        return at
    length = _LENGTH.search(text, headers, at)
    body = blank.end()
    if length is not None and int(length[1]):
        return min(len(text), body + int(length[1]))
    while (line := _BODY_LINE.match(text, body)) is not None and line.end() > body:
        body = line.end()
    return body


def addresses_in(text: str, /) -> list[Island]:
    """Return the names with an address in angle brackets."""
    islands = []
    for found in _NAME_ADDR.finditer(text):
        start, end = found.span()
        leaf = Leaf(("name-addr",), found[0], start, end, as_bare)
        islands.append(Island("name_addr", start, end, (leaf,)))
    return islands


def channels_in(text: str, /) -> list[Island]:
    """Return the channel names and dial targets of a text."""
    islands = []
    for channel in _CHANNEL.finditer(text):
        start, end = channel.span()
        leaf = Leaf(("channel",), channel[0], start, end, as_bare)
        islands.append(Island("channel", start, end, (leaf,)))
    return islands
