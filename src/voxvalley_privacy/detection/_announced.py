"""
People in prose, beside the word that announces them.

Nothing tells a name from other words but what stands around it: the role before it, or the number
behind it. The same holds for what somebody wrote, keyed or logged in as.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..vocabulary import DataCategory as C
from .findings import Finding

__all__ = ["find_people", "looks_like_a_name", "may_name_people"]

# A word of a name: a capital and letters, also with marks in it: O'Neil, Rookwood-Vale, Zoë.
_WORD = r"[^\W\d_a-z](?:['’][^\W\d_a-z])?[^\W\d_]{1,40}+(?:['’-][^\W\d_]{1,40}+){0,3}+"
_NAME = rf"{_WORD}(?:\ {_WORD}){{1,3}}"

_ROLES = [
    "account",
    "agent",
    "anrufer",
    "callee",
    "caller",
    "client",
    "contact",
    "customer",
    "driver",
    "employee",
    "guest",
    "kunde",
    "kundin",
    "lead",
    "member",
    "operator",
    "patient",
    "recipient",
    "sender",
    "subscriber",
    "user",
]
# Words that stand before anything; behind them only two words that no machine is called by count.
_LOOSE = ("by", "for", "with")
_MACHINES = frozenset(
    [
        "access",
        "account",
        "action",
        "agent",
        "api",
        "app",
        "application",
        "audio",
        "authentication",
        "authorization",
        "bad",
        "basic",
        "batch",
        "bearer",
        "billing",
        "bridge",
        "buffer",
        "bytes",
        "cache",
        "call",
        "carrier",
        "center",
        "channel",
        "client",
        "cloud",
        "codec",
        "command",
        "config",
        "connection",
        "content",
        "control",
        "core",
        "customer",
        "data",
        "database",
        "default",
        "desk",
        "device",
        "digest",
        "disk",
        "dns",
        "docker",
        "driver",
        "email",
        "error",
        "event",
        "exchange",
        "file",
        "filter",
        "firewall",
        "gateway",
        "group",
        "handler",
        "header",
        "host",
        "http",
        "https",
        "internal",
        "internet",
        "invalid",
        "job",
        "key",
        "line",
        "load",
        "local",
        "log",
        "login",
        "mail",
        "main",
        "manager",
        "media",
        "memory",
        "menu",
        "message",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "network",
        "new",
        "next",
        "node",
        "not",
        "number",
        "object",
        "office",
        "open",
        "order",
        "page",
        "password",
        "payment",
        "phone",
        "plan",
        "policy",
        "pool",
        "port",
        "process",
        "profile",
        "project",
        "protocol",
        "provider",
        "proxy",
        "public",
        "queue",
        "rate",
        "record",
        "recording",
        "redis",
        "registration",
        "request",
        "resource",
        "response",
        "retry",
        "route",
        "router",
        "schema",
        "security",
        "server",
        "service",
        "session",
        "set",
        "signal",
        "sip",
        "slow",
        "sms",
        "socket",
        "source",
        "stack",
        "state",
        "status",
        "storage",
        "stream",
        "support",
        "switch",
        "system",
        "table",
        "task",
        "tcp",
        "team",
        "template",
        "tenant",
        "test",
        "text",
        "thread",
        "time",
        "timeout",
        "token",
        "transfer",
        "trunk",
        "tunnel",
        "udp",
        "unknown",
        "update",
        "user",
        "value",
        "version",
        "video",
        "voice",
        "web",
        "webhook",
        "websocket",
        "worker",
        "zone",
    ]
)

# caller Zoe Example; hangup by Zoe Example.
_AFTER_A_ROLE = re.compile(
    rf"\b(?i:{'|'.join(_ROLES)})\s[\"']?(?P<name>{_NAME})(?=[\"',.;:()\s]|\Z)", re.VERBOSE
)
_AFTER_A_LOOSE_WORD = re.compile(
    rf"\b(?:{'|'.join(_LOOSE)})\ (?P<name>{_WORD}\ {_WORD})(?=\ ?[,.;()]|\ [a-z]|\Z)", re.VERBOSE
)
# 4155550132 (Zoe Example): a name in brackets behind digits, or before them.
_BESIDE_A_NUMBER = re.compile(
    rf"(?:[0-9]\s?\((?P<behind>{_NAME})\)|(?<![\w])(?P<before>{_NAME})\s\(?\(?\+?[0-9][0-9() .-]{{6,}})",
    re.VERBOSE,
)
# incoming SMS from +14155550132: the words of somebody.
_WRITTEN = re.compile(
    r"""
    \b(?:sms|mms|text|message|whatsapp)\b[^:\n{]{0,60}?(?:\b(?:from|to|von|de)\b|->)[^:\n{]{2,60}
    :\ +(?P<content>[^\n"{\[<]{4,})
    """,
    re.VERBOSE | re.IGNORECASE,
)
# DTMF begin '4', Digits received: 018466, pressed 8, RTP RECV DTMF 8:2303.
_KEYED = re.compile(
    r"""
    (?<![\w.])(?:dtmf|digits?|pressed|keyed|entered|keypad)\b
    (?:\ (?:received|begin|end|digits?|input|sent|key|is))*
    \ ?[:=]?\ ?["']?(?P<digits>[0-9*\#]{1,24}(?=[^\w.-]|:\d|\Z))
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Failed password for invalid user zoe from 192.0.2.1; Accepted publickey for zoe from 192.0.2.1.
_LOGGED_IN = re.compile(
    r"\b(?:invalid user|user|for)\s+(?P<user>[\w.@+-]{2,64})\s+from\s+(?=[0-9a-fA-F:.]{7,})"
)

# Registered SIP '1001' at 192.0.2.1, unregistered endpoint zoe from 192.0.2.1.
_REGISTERED = re.compile(
    r"\b(?:un)?register(?:ed|ing) (?:sip|pjsip|iax2?|endpoint|peer|aor|user) ['\"]?"
    r"(?P<user>[\w.@+-]{2,64})['\"]? (?:at|from|on)\b",
    re.IGNORECASE,
)
# passport no. X1234567, passport AB123456
_PASSPORT = re.compile(
    r"\b(?:passport|passeport|pasaporte|passaporto|reisepass|paspoort|paszport)\b"
    r"(?: ?(?:no|nr|num|number|#)\b)?[.:# ]{0,4}(?P<number>[A-Z]{1,2}[0-9]{6,8})(?![0-9A-Za-z])",
    re.IGNORECASE,
)

# GET /users/zoe.example/calls: a person's name in a path; a file has a short word behind its dot.
_IN_A_PATH = re.compile(
    r"/(?:users?|agents?|contacts?|customers?|members?|patients?|people|profiles?|subscribers?)/"
    r"(?P<user>[a-z][a-z0-9]{0,30}(?:\.[a-z]{1,30}){1,3}[0-9]{0,4})(?=[/?\s\"']|\Z)"
)
_FILES = (".css", ".csv", ".htm", ".html", ".js", ".json", ".php", ".pdf", ".png", ".txt", ".xml")
# call from Zoe Example
_OF_A_CALL = re.compile(
    rf"\b(?i:calls?|fax|message|sms|text|transfer|voicemail)\ (?:from|to)\ (?P<name>{_WORD}\ {_WORD})(?=[\"',.;)\s]|\Z)",
    re.VERBOSE,
)
# curl -u zoe:s3cret99
_OF_A_COMMAND = re.compile(
    r"(?<=\s)(?:-u|--user|--proxy-user)[ =](?P<secret>[^\s:\"']{1,64}:[^\s\"']{1,128})"
)

_ANNOUNCED: tuple[tuple[re.Pattern[str], C], ...] = (
    (_WRITTEN, C.CONTENT),
    (_KEYED, C.DTMF),
    (_LOGGED_IN, C.SUBSCRIBER_ID),
    (_REGISTERED, C.SUBSCRIBER_ID),
    (_PASSPORT, C.NATIONAL_ID),
    (_IN_A_PATH, C.SUBSCRIBER_ID),
    (_OF_A_COMMAND, C.CREDENTIAL),
)
_NAMED = (_AFTER_A_ROLE, _AFTER_A_LOOSE_WORD, _BESIDE_A_NUMBER, _OF_A_CALL)

_NOTHING_BUT_A_NAME = re.compile(_NAME, re.VERBOSE)
_TWO_CAPITALS = re.compile(
    r"(?<![^\W\d_])[A-ZÀ-Þ][^\W\d_]{1,40}+(?:['’-][^\W\d_]{1,40}+){0,3}+ [A-ZÀ-Þ][^\W\d_]"
)
# Parts of the words that announce; looked for one by one, which is quicker than one pattern.
_ANNOUNCING = (
    "DTMF",
    "dtmf",
    "igit",
    "ressed",
    "eyed",
    "ntered",
    "eypad",
    "egister",
    " from ",
    " -u ",
    "--user",
    "->",
)
_OF_A_PASSPORT = re.compile("passp|passep|pasap|passap|sepass|paspo|paszp", re.IGNORECASE)
_BEFORE_A_CAPITAL = re.compile("[a-zß-ÿ] [A-ZÀ-Þ]")


# Read whole values with `fullmatch` or from one place with `match`, and are never searched for.
WHOLE = frozenset({"_NOTHING_BUT_A_NAME"})


_PATH_OF_PEOPLE = re.compile(
    r"/(?:users?|agents?|contacts?|customers?|members?|patients?|people|profiles?|subscribers?)/"
)


def may_name_people(text: str, /) -> bool:
    """Whether a text has two capitals in a row, or a word that announces what somebody wrote."""
    for word in _ANNOUNCING:
        if word in text:
            return True
    if "/" in text and _PATH_OF_PEOPLE.search(text) is not None:
        return True
    if "pas" in text.lower() and _OF_A_PASSPORT.search(text) is not None:
        return True
    return _BEFORE_A_CAPITAL.search(text) is not None and _TWO_CAPITALS.search(text) is not None


def find_people(text: str, /) -> Iterator[Finding]:
    """Find names, written words, keyed digits and logins beside what announces them."""
    for pattern, category in _ANNOUNCED:
        for found in pattern.finditer(text):
            group = found.lastgroup
            if group is not None and not found[group].endswith(_FILES):
                yield Finding(*found.span(group), category)
    if _TWO_CAPITALS.search(text) is None:
        return
    for pattern in _NAMED:
        for found in pattern.finditer(text):
            group = found.lastgroup
            if group is not None and not found[group].isupper() and _is_a_name(found[group]):
                yield Finding(*found.span(group), C.PERSON_NAME)


def looks_like_a_name(text: str, /) -> bool:
    """Whether a text is two to four words with capitals and nothing else, none of them technical."""
    return _NOTHING_BUT_A_NAME.fullmatch(text) is not None and _is_a_name(text)


def _is_a_name(words: str) -> bool:
    return _MACHINES.isdisjoint(words.lower().split())
