"""Addresses of machines and people: IP, MAC, e-mail, SIP and web addresses."""

from __future__ import annotations

import re

__all__ = [
    "AT_HOST",
    "HAS_IPV6",
    "IPV4",
    "IPV6",
    "LOCAL_PART",
    "SIP_URI",
    "URL",
    "URL_SECRET",
]

# Four numbers with dots, no part of a word or of a longer dotted number
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = re.compile(
    r"[0-9](?<![^\W_].)(?<!\d\..)(?:(?<=0)|(?<=1)[0-9]{0,2}|(?<=2)(?:5[0-5]|[0-4]?[0-9])?|(?<=[3-9])[0-9]?)"
    rf"(?:\.{_BYTE}){{3}}(?![^\W_]|\.\d)"
)
# Any run of hexadecimal digits and colons with two colons at least; what it is, `_addresses` decides.
IPV6 = re.compile(
    r"(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{2,45}(?:\.[0-9]{1,3}){0,3}(?:%[0-9A-Za-z_.-]{1,32})?(?![0-9A-Za-z])"
)
HAS_IPV6 = re.compile(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]")

# An at sign with a host behind it, and, read backwards from it, the name in front: alice@example.com, "alice b"@[192.0.2.1], a@okaxis
# Vowel signs of India's and its neighbours' scripts are letters here, though \w has none of them.
_SIGNS = r"\u0900-\u0963\u0966-\u0df3\u0f3e\u0f3f\u0f7f\u102b-\u109d\u17b4-\u17d3"
AT_HOST = re.compile(
    rf"@(?:\[[0-9A-Fa-f.:IPv]{{2,50}}\]|\w[\w{_SIGNS}-]*+(?:\.\w[\w{_SIGNS}-]*+)*+)"
)
LOCAL_PART = re.compile(rf"[\w{_SIGNS}.+%&'-]{{1,128}}+|\"[^\"\r\n]{{1,64}}\"")

# The colon of an address of a person, and what follows it up to a blank or a closing mark. Which of the groups took part tells how
# many letters the scheme has.
SIP_URI = re.compile(
    r":(?<=[smlop]:)(?=[\w+%\"*#(])(?:(?:(?<=sip:)|(?<=tel:)|(?<=\bsms:))(?P<three>)|(?:(?<=sips:)|(?<=xmpp:)|(?<=\bpres:))(?P<four>)"
    r"|(?<=\bim:)(?P<two>)|(?<=callto:)(?P<six>)|(?<=whatsapp:)(?P<eight>))[^\s<>\"'\\^`{|}]++",
    re.IGNORECASE,
)

URL = re.compile(r"://[^\s<>\"\\^`{|}]++")

# From where on a web address is secret: its user part, or a parameter that is named as a key or holds a long value. Numbers in it are
# found like any others.
URL_SECRET = re.compile(
    r"(?<=://)[^/?#@]*+@"
    r"|[?&#](?:[^=&#]{0,32}(?:token|sig|key|auth|pass|pwd|secret|credential|session|jwt|sas|hmac|policy|amz|goog)[^=&#]{0,32}=|[^=&#]{0,64}=[^&#]{20})",
    re.IGNORECASE,
)
