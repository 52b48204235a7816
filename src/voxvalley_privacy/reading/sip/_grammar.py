"""
Patterns of SIP messages and SDP bodies: how a part is taken apart, and what it may look like to
stay as it is.
"""

from __future__ import annotations

import re

__all__ = [
    "ADDRESS",
    "BLANK_LINE",
    "BOUNDARY",
    "CONNECTION",
    "COUNT",
    "DATE",
    "ELEMENT",
    "FOLD",
    "HOST_NAME",
    "IPV4",
    "IPV6",
    "MEDIA",
    "MIME_TYPE",
    "NAME_ADDR",
    "NUMBERS_ALIKE",
    "PARAMETER",
    "SAFE_USER",
    "SDP_TECHNICAL",
    "STATUS_LINE",
    "TOKEN_LETTERS",
    "VERSION",
    "VIA",
]

BLANK_LINE = re.compile(r"\r?\n\r?\n")
FOLD = re.compile(r"\n[ \t]+")

VERSION = re.compile(r"SIP/[0-9]{1,2}\.[0-9]{1,2}", re.IGNORECASE)
STATUS_LINE = re.compile(
    r"(?P<version>SIP/[0-9]{1,2}\.[0-9]{1,2}) +(?P<code>[1-9][0-9]{2})(?: +(?P<reason>.*))?",
    re.IGNORECASE,
)

# One value of a header with a list; a quote or bracket that is never closed is a piece of its own.
ELEMENT = re.compile(r'[^,"<]+|"(?:[^"\\]|\\.)*+"|<[^<>]*+>|[,"<]')

# "Zoe" <sip:zoe@example.com>;tag=1 and Zoe Example <sip:zoe@example.com>, else an address without
# brackets.
NAME_ADDR = re.compile(
    r'\s*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<plain>[^"<]*+))'
    r'\s*+<\s*+(?P<uri>[^<>"]*+)>(?P<parameters>.*)',
    re.DOTALL,
)
ADDRESS = re.compile(
    r"(?P<scheme>sips?):(?:(?P<user>[^@\s<>\"]*+)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]{2,64}\]|[^:;?@\s<>\"\[\]]*+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<parameters>;[^?]*+)?(?:\?(?P<headers>.*))?",
    re.IGNORECASE | re.DOTALL,
)
PARAMETER = re.compile(
    r""";\s*+(?P<name>[A-Za-z0-9!%*_+`'~.-]++)\s*+"""
    r"""(?:=\s*+(?P<value>"(?:[^"\\]|\\.)*+"|[^\s;,<>"]*+))?"""
)
VIA = re.compile(
    r"\s*+SIP\s*+/\s*+[0-9.]{1,8}\s*+/\s*+(?P<transport>[A-Za-z][A-Za-z-]{1,11})"
    r"\s++(?P<host>\[[0-9A-Fa-f:.]{2,64}\]|[^\s:;,\[\]]++)"
    r"\s*+(?::\s*+(?P<port>[0-9]{1,5}))?\s*+(?P<parameters>;.*)?",
    re.IGNORECASE | re.DOTALL,
)

# What RFC 3261 lets a user part hold without an escape.
SAFE_USER = re.compile(r"[A-Za-z0-9_.!~*'()&=+$,;?/-]+")
NUMBERS_ALIKE = re.compile(r"[+*#0-9][+*#0-9().-]*+")
TOKEN_LETTERS = re.compile(r"[A-Za-z]{40,63}")

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
IPV6 = re.compile(r"[0-9A-Fa-f:]{2,45}(?:\.[0-9]{1,3}){0,3}")
# A name that holds neither a number (seven digits) nor an address in a row of four small numbers.
HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)(?!(?:[^0-9]*+[0-9]){7})"
    r"(?!.*[0-9]{1,3}([.-])[0-9]{1,3}\1[0-9]{1,3}\1[0-9]{1,3})"
    r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.?"
)

COUNT = re.compile(r"[0-9]{1,6}|[0-9]{1,3}(?:\.[0-9]{1,3}){1,2}")
DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), "
    r"[0-9]{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} "
    r"[0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)
MIME_TYPE = re.compile(
    r"\s*+(?P<type>[A-Za-z][A-Za-z.+-]{0,31}"
    r"/[A-Za-z](?:[A-Za-z.+-]*[0-9]?){1,3}[A-Za-z.+-]{0,63})\s*+(?:;.*)?",
    re.DOTALL,
)
BOUNDARY = re.compile(r"""[A-Za-z0-9'()+_,./:=?-]{1,70}""")

# SDP: v=, o=, c= and m= as they must be, and attributes that describe a codec or a transport.
CONNECTION = re.compile(
    r"IN +IP(?P<version>[46]) +(?P<address>[^\s/]{1,255})(?P<suffix>(?:/[0-9]{1,3}){0,2})\s*"
)
MEDIA = re.compile(
    r"[a-z]{1,16} [0-9]{1,5}(?:/[0-9]{1,3})? [A-Za-z/]{1,32}"
    r"(?: (?:[0-9]{1,3}|[a-z][a-z-]{0,23}[0-9]{0,3}|\*))*+ ?"
)
SDP_TECHNICAL = re.compile(
    r"(?:rtpmap:[0-9]{1,3} [A-Za-z0-9.-]{1,32}/[0-9]{1,6}(?:/[0-9]{1,2})?"
    r"|fmtp:[0-9]{1,3} (?:[0-9]{1,3}(?:[,-][0-9]{1,3})*"
    r"|[a-z-]{1,32}=[0-9A-Za-z]{1,8}(?:; ?[a-z-]{1,32}=[0-9A-Za-z]{1,8})*+;?)"
    r"|sendrecv|sendonly|recvonly|inactive"
    r"|rtcp-mux|rtcp-rsize|ice-lite|ice2|end-of-candidates|bundle-only|extmap-allow-mixed"
    r"|(?:max)?ptime:[0-9]{1,4}|framerate:[0-9.]{1,6}|silenceSupp:(?:on|off) - - - -"
    r"|setup:(?:active|passive|actpass|holdconn)|connection:(?:new|existing)"
    r"|mid:[A-Za-z]{0,8}[0-9]{0,2}|group:[A-Z]{2,8}(?: [A-Za-z]{0,8}[0-9]{0,2})*+|label:[0-9]{1,3}"
    r"|rtcp-fb:(?:[0-9]{1,3}|\*) [a-z -]{1,32}|(?:curr|des|conf):qos [a-z ]{1,48}"
    r"|extmap:[0-9]{1,2}(?:/[a-z]{1,8})? urn:ietf:[a-z:-]{1,80}"
    r"|ice-options:[a-z0-9]{1,16}|content:[a-z]{1,16}|lang:[a-z]{2})"
)

# Read whole values with `fullmatch` and are never searched for: the test of linear time reads them
# that way.
WHOLE = frozenset({"ADDRESS", "MIME_TYPE", "NAME_ADDR", "VIA"})
