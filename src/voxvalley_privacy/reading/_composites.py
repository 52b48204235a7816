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

__all__ = ["CHANNEL", "DIAL_TARGET", "NAME_ADDR", "PARSERS", "name_addr"]

# "Name" <4155550132>, Name <sip:alice@example.com>, <4155550132>; an unbalanced quote is a name to
# its end.
NAME_ADDR = re.compile(
    r"""\s*(?P<name>"(?:[^"\\]|\\.)*"?|[^<"]*)\s*(?:<(?P<addr>[^<>]*)>?)?\s*(?P<rest>.*)""",
    re.DOTALL,
)

# PJSIP/1001-0000002a, SIP/+14155550132@trunk-00000001, Local/local@call.2-00000008;2,
# sofia/internal/1001@192.0.2.1
CHANNEL = re.compile(
    r"""
    (?P<tech>[A-Za-z][A-Za-z0-9_]{1,15})/
    (?:(?P<profile>(?:internal|external|[a-z][a-z0-9_.-]{0,30}))/(?=[^/]+\Z))?  # of Sofia only
    (?P<user>[^/@,&()]*?)
    (?P<host>@[^/,&()]*?)?
    (?P<unique>-[0-9a-f]{8})?
    (?P<leg>;[12])?                                                            # of a local channel
    """,
    re.VERBOSE,
)

# One target of Dial()'s first argument: PJSIP/1001, SIP/trunk/14155550132, Local/14155550132@out.
DIAL_TARGET = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,15}/[^&,]{1,200}")


# sip:+14155550132@pbx.example.com:5060;user=phone: user, host, and parameters that are words.
_SIP_URI = re.compile(
    r"sips?:(?P<user>[^@;?<>\s]{1,128})@\[?(?P<host>[A-Za-z0-9.-]{1,253}|(?<=\[)[0-9a-fA-F:.]{2,45}(?=\]))"
    r"\]?(?::[0-9]{1,5})?(?P<parameters>(?:;[a-z-]{1,20}(?:=[A-Za-z0-9._-]{1,40})?){0,8})"
)
_MOST = 1024
_DIGITS_OF_A_NUMBER = 5

# First arguments of these applications are dial strings or channels; file names, PINs and variables
# are not looked into.
_EMPTY_PARTS = frozenset("tTrRmMhHgGkKwWxXcCiIdDnNpPoOaAbBuUeEfFjJzZ0123456789()^|:.-")


def name_addr(text: str, *, whole: bool = False) -> list[Finding] | None:
    """
    Find the name and the address in `"Name" <4155550132>`.

    A SIP address is a user and a host in a frame that stays, or one thing where it is *whole*: a
    seal has a blank before it, which no address can have.
    """
    match = _whole(NAME_ADDR, text)
    if match is None or match["rest"]:
        return None
    address = match["addr"]
    start, end = match.span("name")
    name = match["name"].strip('"').strip()
    if address is None and name:
        # Without brackets there is one thing, and a number is one by its digits.
        return [Finding(start, end, _name_category(name))]
    parts: list[Finding] = []
    if name and not is_placeholder(name):
        parts.append(_name_part(match["name"], name, start))
    if address:
        parts += _address_parts(address, match.start("addr"), whole=whole)
    return parts


def _address_parts(address: str, start: int, *, whole: bool) -> list[Finding]:
    """Return the user and the host of a SIP address, or the whole of any other."""
    uri = _SIP_URI.fullmatch(address)
    if whole or uri is None or _holds_number(uri["parameters"]):
        is_uri = address.startswith(("sip:", "sips:", "tel:"))
        category = C.SIP_URI if is_uri else C.PARTY_NUMBER
        return [Finding(start, start + len(address), category)]
    user, host = uri.span("user"), uri.span("host")
    parts = []
    if not is_placeholder(uri["user"]):
        parts.append(Finding(start + user[0], start + user[1], C.SIP_URI))
    parts.append(Finding(start + host[0], start + host[1], _host_category(uri["host"])))
    return parts


def _name_part(written: str, name: str, start: int) -> Finding:
    """Return the finding of a name, without the quotes and blanks around it."""
    end = start + len(written)
    inner = written
    if written.startswith('"'):
        start += 1
        inner = written[1:]
        if inner.endswith('"'):
            end -= 1
            inner = inner[:-1]
    start += len(inner) - len(inner.lstrip())
    end -= len(inner) - len(inner.rstrip())
    return Finding(start, end, _name_category(name))


def _name_category(name: str) -> C:
    if _numeric(name):
        return C.PARTY_NUMBER
    return C.PERSON_NAME


def channel(text: str) -> list[Finding] | None:
    """Find user and host in a channel name; the technology and the unique suffix stay."""
    match = _whole(CHANNEL, text)
    if match is None:
        return None
    parts: list[Finding] = []
    user, host = match["user"], match["host"]
    if user:
        category = C.PARTY_NUMBER
        if ":" in user:
            category = C.SIP_URI
        parts.append(Finding(*match.span("user"), category))
    if host and host != "@":
        start, end = match.span("host")
        parts.append(Finding(start + 1, end, _host_category(host[1:])))
    return parts


def raw_message(text: str) -> list[Finding] | None:
    """
    Find the targets of a dial string, `PJSIP/1001&SIP/1002@trunk,30,tT`; any other argument is not
    understood.
    """
    if len(text) > _MOST:
        return None
    targets, _, options = text.partition(",")
    if not set(options.replace(",", "")) <= _EMPTY_PARTS or _holds_number(options):
        return None
    parts: list[Finding] = []
    at = 0
    for target in targets.split("&"):
        inner = _target(target)
        if inner is None:
            return None
        parts.extend([Finding(at + f.start, at + f.end, f.category) for f in inner])
        at += len(target) + 1
    return parts


def _target(target: str) -> list[Finding] | None:
    """Find the parts of one target of a dial string."""
    if DIAL_TARGET.fullmatch(target) is None:
        return None
    if target.count("/") == 1:
        return channel(target)
    return _trunk(target)


def _trunk(target: str) -> list[Finding] | None:
    """SIP/trunk/14155550132 and sofia/gateway/name/14155550132: the last part is who is called."""
    start = target.rindex("/") + 1
    user, _, host = target[start:].partition("@")
    middle = target[target.index("/") + 1 : start - 1]
    if not user or _holds_number(middle) or "@" in middle:
        return None
    end = start + len(user)
    parts = [Finding(start, end, C.PARTY_NUMBER)]
    if host:
        parts.append(Finding(end + 1, len(target), _host_category(host)))
    return parts


def _whole(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    if len(text) > _MOST:
        return None
    return pattern.fullmatch(text)


def _holds_number(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _DIGITS_OF_A_NUMBER


def _numeric(text: str) -> bool:
    if canonical(text) is not None:
        return True
    # A star is a digit that was hidden before.
    digits = sum(map(str.isdigit, text)) + text.count("*")
    return digits * 2 > len(text)


def _host_category(host: str) -> C:
    if ":" in host or not host.replace(".", "").strip("0123456789"):
        return C.IP_ADDRESS
    return C.HOST


def _address(text: str) -> bool:
    return ":" in text or not text.replace(".", "").strip("0123456789")


PARSERS: dict[C, Callable[[str], list[Finding] | None]] = {
    C.NAME_ADDR: name_addr,
    C.CHANNEL_NAME: channel,
    C.RAW_MESSAGE: raw_message,
}
