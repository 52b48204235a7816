"""Measure SIP messages: ours beside one hand-written regex over the same texts. Ratios count."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import voxvalley_privacy as vp
from voxvalley_privacy.records.sip import redact_sip

from . import peers
from .text_speed import HAND

_INVITE = """\
INVITE sip:+4477009001{n:02d}@example.com;user=phone SIP/2.0
Via: SIP/2.0/UDP 192.0.2.{h}:5060;branch=z9hG4bK776asdhds{n};rport
Max-Forwards: 70
From: "Zoe Example" <sip:+1{area}55501{n:02d}@example.com>;tag=19283{n}01774
To: <sip:+4477009001{n:02d}@example.com>
Call-ID: a84b4c76e66710{n}@192.0.2.{h}
CSeq: {n} INVITE
Contact: <sip:+1{area}55501{n:02d}@192.0.2.{h}:5060;transport=udp>
P-Asserted-Identity: <sip:+1{area}55501{n:02d}@example.com>
User-Agent: ExamplePhone/1.2
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY
Supported: replaces, timer
Session-Expires: 1800;refresher=uac
Content-Type: application/sdp
Content-Length: 251

v=0
o=- 28908{n} 28908 IN IP4 192.0.2.{h}
s=call
c=IN IP4 192.0.2.{h}
t=0 0
m=audio {port} RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
"""


def _messages(callers: int) -> list[str]:
    return [
        _INVITE.format(
            n=n % 100, area=201 + n // 100 % 700, h=n % 250 + 1, port=10_000 + n
        ).replace("\n", "\r\n")
        for n in range(callers)
    ]


def _over(messages: list[str], treat: Callable[[str], object]) -> Callable[[], object]:
    following = itertools.cycle(messages)
    return lambda: treat(next(following))


def main() -> None:
    """Print messages a second and the ratio to the regex, which looks for four kinds of data and leaves names, tags and keys."""
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))
    fresh, dialog = _messages(20_000), _messages(20)

    def by_regex(text: str) -> str:
        return HAND.sub("[X]", text)

    calls = {
        "one hand-written regex": _over(fresh, by_regex),
        "ours, every message of another call": _over(fresh, lambda text: redact_sip(text, redact)),
        "ours, messages of twenty calls": _over(dialog, lambda text: redact_sip(text, redact)),
    }
    for found in peers.text_redactors().items():
        calls[found[0]] = _over(fresh, found[1])
    timed = peers.seconds_per_call(calls)
    least = timed["one hand-written regex"]
    for name, seconds in timed.items():
        print(f"{name:<38}{1 / seconds:>10,.0f} /s{least / seconds:>8.2f} x")


if __name__ == "__main__":
    main()
