"""Patterns of telephony values that hold several things in one: caller ids, channels, dial strings."""

from __future__ import annotations

import re

__all__ = ["CHANNEL", "DIAL_TARGET", "NAME_ADDR"]

# "Name" <4155550132>, Name <sip:alice@example.com>, <4155550132>; an unbalanced quote is a name to its end.
NAME_ADDR = re.compile(
    r"""\s*(?P<name>"(?:[^"\\]|\\.)*"?|[^<"]*)\s*(?:<(?P<addr>[^<>]*)>?)?\s*(?P<rest>.*)""",
    re.DOTALL,
)

# PJSIP/1001-0000002a, SIP/+14155550132@trunk-00000001, Local/local@call.2-00000008;2, sofia/internal/1001@192.0.2.1
CHANNEL = re.compile(
    r"(?P<tech>[A-Za-z][A-Za-z0-9_]{1,15})/(?:(?P<profile>(?:internal|external|[a-z][a-z0-9_.-]{0,30}))/(?=[^/]+\Z))?"
    r"(?P<user>[^/@,&()]*?)(?P<host>@[^/,&()]*?)?(?P<unique>-[0-9a-f]{8})?(?P<leg>;[12])?"
)

# One target of Dial()'s first argument: PJSIP/1001, SIP/trunk/14155550132, Local/14155550132@out.
DIAL_TARGET = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,15}/[^&,]{1,200}")
