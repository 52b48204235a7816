"""Messages that the tests of this folder share; all numbers, addresses and names are reserved or made up."""

from __future__ import annotations

import voxvalley_privacy as vp
from voxvalley_privacy.records.sip import redact_sip

KEYS = vp.KeyRing.generate()
DEBUG = vp.Redactor(vp.policies.debug(KEYS))
KEYED = {
    name: vp.Redactor(getattr(vp.policies, name)(KEYS))
    for name in ("analytics", "billing", "share", "public")
}
WITHOUT_SEALS = {"debug": DEBUG, "labels": vp.Redactor(vp.policies.labels()), **KEYED}

INVITE = """\
INVITE sip:+447700900123@example.com;user=phone SIP/2.0
Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bK776asdhds;received=198.51.100.9;rport=40321
Max-Forwards: 70
From: "Zoe Example" <sip:+14155550132@example.com>;tag=1928301774
To: <sip:+447700900123@example.com>
Call-ID: a84b4c76e66710@192.0.2.17
CSeq: 314159 INVITE
Contact: <sip:zoeline@192.0.2.17:5060;transport=udp>;expires=3600
Content-Type: application/sdp
Content-Length: 0

v=0
o=zoeline 2890844526 2890842807 IN IP4 192.0.2.17
s=-
c=IN IP4 192.0.2.17
t=0 0
m=audio 49170 RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=fmtp:101 0-16
a=sendrecv
""".replace("Content-Length: 0\n", "")


def request(*headers: str, body: str = "", newline: str = "\r\n") -> str:
    """Write a request that has no more than *headers*."""
    return newline.join(["OPTIONS sip:server@example.com SIP/2.0", *headers, "", body])


def one(header: str, redact: vp.Redactor = DEBUG) -> str:
    """Redact a message with one header and give what became of it; empty where it went."""
    lines = redact_sip(request(header), redact).split("\r\n")
    return "" if lines[1].startswith("Content-Length") else lines[1]


def value(header: str, redact: vp.Redactor = DEBUG) -> str:
    """Give the value of the redacted header alone."""
    return one(header, redact).partition(": ")[2]


def body_of(message: str, redact: vp.Redactor = DEBUG) -> str:
    """Redact a message and give its body."""
    return redact_sip(message, redact).partition("\r\n\r\n")[2]


def with_body(kind: str, body: str, *headers: str) -> str:
    """Write a request with a body of one type."""
    return request(f"Content-Type: {kind}", *headers, body=body)
