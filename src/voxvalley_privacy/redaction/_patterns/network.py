"""Addresses of machines and people: IP, MAC, e-mail, SIP and web addresses."""

from __future__ import annotations

import re

__all__ = ["EMAIL", "IPV4", "IPV6", "SIP_URI", "URL", "URL_SECRET"]

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

# Not a part of a longer dotted number, nor of a word, nor a version; a port or a prefix length after it stays outside.
IPV4 = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9]\.)(?<!version )(?<!release )(?<!firmware )(?<!ver )(?<!build ){_BYTE}(?:\.{_BYTE}){{3}}(?![0-9A-Za-z]|\.[0-9])",
    re.IGNORECASE,
)

# Any run of hexadecimal digits and colons with two colons at least; what it is, `_addresses` decides.
IPV6 = re.compile(
    r"(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{2,45}(?:\.[0-9]{1,3}){0,3}(?:%[0-9A-Za-z_.-]{1,32})?(?![0-9A-Za-z])"
)

EMAIL = re.compile(r"(?<![\w.+%&'-])[\w.+%&'-]++@(?:\[[0-9A-Fa-f.:IPv]{2,50}\]|\w[\w-]*+(?:\.\w[\w-]*+)++)")

SIP_URI = re.compile(r"(?<![A-Za-z0-9])(?:sips?|tel|sms|callto|whatsapp|xmpp|im|pres):(?=[\w+%\"*#(])[^\s<>\"'\\^`{|}]++", re.IGNORECASE)

URL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s<>\"\\^`{|}]++")

# From where on a web address is personal: its user part, a query or fragment, or seven digits of the path in one segment.
URL_SECRET = re.compile(r"(?<=://)[^/?#@]*+@|[?#].|[^/]*[0-9](?:[\W_]{0,3}[0-9]){6}")
