"""
Values that hold several things: each parser returns the parts as findings, so that a part is
treated by its own category.

A parser returns None when the value is not of its shape; then nothing of the value comes through.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..detection.findings import Finding
from ..phone import canonical
from ..placeholders import is_placeholder
from ..vocabulary import DataCategory as C

__all__ = ["CHANNEL", "DIAL_TARGET", "NAME_ADDR", "PARSERS"]

# Patterns of telephony values that hold several things in one: caller ids, channels, dial strings
# --------------------------------------------------------------------------------------------------

# "Name" <4155550132>, Name <sip:alice@example.com>, <4155550132>; an unbalanced quote is a name to
# its end.
NAME_ADDR = re.compile(
    r"""\s*(?P<name>"(?:[^"\\]|\\.)*"?|[^<"]*)\s*(?:<(?P<addr>[^<>]*)>?)?\s*(?P<rest>.*)""",
    re.DOTALL,
)

# PJSIP/1001-0000002a, SIP/+14155550132@trunk-00000001, Local/local@call.2-00000008;2,
# sofia/internal/1001@192.0.2.1
CHANNEL = re.compile(
    r"(?P<tech>[A-Za-z][A-Za-z0-9_]{1,15})/(?:(?P<profile>(?:internal|external|[a-z][a-z0-9_.-]{0,30}))/(?=[^/]+\Z))?"
    r"(?P<user>[^/@,&()]*?)(?P<host>@[^/,&()]*?)?(?P<unique>-[0-9a-f]{8})?(?P<leg>;[12])?"
)

# One target of Dial()'s first argument: PJSIP/1001, SIP/trunk/14155550132, Local/14155550132@out.
DIAL_TARGET = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,15}/[^&,]{1,200}")


# Values that hold several things: each parser returns the parts as findings, so that a part is
# treated by its own category
# --------------------------------------------------------------------------------------------------

_MOST = 1024

# First arguments of these applications are dial strings or channels; file names, PINs and variables
# are not looked into.
_EMPTY_PARTS = frozenset("tTrRmMhHgGkKwWxXcCiIdDnNpPoOaAbBuUeEfFjJzZ0123456789()^|:.-")


def name_addr(text: str) -> list[Finding] | None:
    """Find the name and the address in `"Name" <4155550132>`."""
    found = NAME_ADDR.fullmatch(text) if len(text) <= _MOST else None
    if found is None or found["rest"]:
        return None
    parts: list[Finding] = []
    start, end = found.span("name")
    name = found["name"].strip('"').strip()
    if found["addr"] is None and name:
        # Without brackets there is one thing, and a number is one by its digits.
        return [Finding(start, end, C.PARTY_NUMBER if _numeric(name) else C.PERSON_NAME)]
    if name and not is_placeholder(name):
        quoted = found["name"].startswith('"')
        closed = quoted and len(found["name"]) > 1 and found["name"].endswith('"')
        start, end = start + quoted, end - closed
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end -= len(text[start:end]) - len(text[start:end].rstrip())
        parts.append(Finding(start, end, C.PARTY_NUMBER if _numeric(name) else C.PERSON_NAME))
    if found["addr"]:
        start, end = found.span("addr")
        parts.append(
            Finding(
                start,
                end,
                C.SIP_URI
                if found["addr"].startswith(("sip:", "sips:", "tel:"))
                else C.PARTY_NUMBER,
            )
        )
    return parts


def channel(text: str) -> list[Finding] | None:
    """Find user and host in a channel name; the technology and the unique suffix stay."""
    found = CHANNEL.fullmatch(text) if len(text) <= _MOST else None
    if found is None:
        return None
    parts: list[Finding] = []
    if found["user"]:
        parts.append(
            Finding(*found.span("user"), C.SIP_URI if ":" in found["user"] else C.PARTY_NUMBER)
        )
    if found["host"] and len(found["host"]) > 1:
        start, end = found.span("host")
        parts.append(
            Finding(start + 1, end, C.IP_ADDRESS if _address(text[start + 1 : end]) else C.HOST)
        )
    return parts


def raw_message(text: str) -> list[Finding] | None:
    """
    Find the targets of a dial string, `PJSIP/1001&SIP/1002@trunk,30,tT`; any other argument is not
    understood.
    """
    if len(text) > _MOST:
        return None
    targets, comma, options = text.partition(",")
    if (comma and not set(options.replace(",", "")) <= _EMPTY_PARTS) or sum(
        c.isdigit() for c in options
    ) >= 5:
        return None
    parts: list[Finding] = []
    at = 0
    for target in targets.split("&"):
        if DIAL_TARGET.fullmatch(target) is None:
            return None
        inner = channel(target) if target.count("/") == 1 else _trunk(target)
        if inner is None:
            return None
        parts.extend(Finding(at + f.start, at + f.end, f.category) for f in inner)
        at += len(target) + 1
    return parts


def _trunk(target: str) -> list[Finding] | None:
    """SIP/trunk/14155550132 and sofia/gateway/name/14155550132: the last part is who is called."""
    start = target.rindex("/") + 1
    user = target[start:].partition("@")[0]
    middle = target[target.index("/") + 1 : start - 1]
    if not user or sum(c.isdigit() for c in middle) >= 5 or "@" in middle:
        return None
    parts = [Finding(start, start + len(user), C.PARTY_NUMBER)]
    if (host := target[start + len(user) + 1 :]) != "":
        parts.append(
            Finding(start + len(user) + 1, len(target), C.IP_ADDRESS if _address(host) else C.HOST)
        )
    return parts


def _numeric(text: str) -> bool:
    # A star is a digit that was hidden before.
    return canonical(text) is not None or sum(c.isdigit() or c == "*" for c in text) * 2 > len(text)


def _address(text: str) -> bool:
    return ":" in text or not text.replace(".", "").strip("0123456789")


PARSERS: dict[C, Callable[[str], list[Finding] | None]] = {
    C.NAME_ADDR: name_addr,
    C.CHANNEL_NAME: channel,
    C.RAW_MESSAGE: raw_message,
}
