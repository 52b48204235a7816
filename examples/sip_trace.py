"""Redact a SIP trace before it is written: the call can be followed, the people in it cannot be read."""

from __future__ import annotations

import voxvalley_privacy as vp

INVITE = """\
INVITE sip:+447700900123@example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bK776asdhds
From: "Zoe Example" <sip:+14155550132@example.com>;tag=1928301774
To: <sip:+447700900123@example.com>
Call-ID: a84b4c76e66710@192.0.2.17
CSeq: 1 INVITE
Content-Length: 0

"""
BUSY = """\
SIP/2.0 486 Busy Here
Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bK776asdhds
From: "Zoe Example" <sip:+14155550132@example.com>;tag=1928301774
To: <sip:+447700900123@example.com>;tag=a6c85cf
Call-ID: a84b4c76e66710@192.0.2.17
CSeq: 1 INVITE
Privacy: id
Content-Length: 0

"""


def main() -> None:
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))
    for message in (INVITE, BUSY):
        print(vp.records.redact_sip(message, redact))
    print(redact.stats())


if __name__ == "__main__":
    main()
