"""Mutated and made-up messages: whatever comes in, nothing raw comes out and nothing is raised."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from voxvalley_privacy.reading.sip._sip_message import parse
from voxvalley_privacy.records.sip import is_sip, redact_sip

from .messages import DEBUG, INVITE, KEYS, request

NUMBER = "4155550132"

STRUCTURED = (
    ["From", "f", "To", "Contact", "m", "Via", "v", "Call-ID", "i", "P-Asserted-Identity", "Diversion", "History-Info", "Refer-To",
     "Replaces", "CSeq", "Max-Forwards", "Content-Type", "Content-Length", "Route", "Privacy", "Date", "Foo", "Session-ID",
     "P-Charging-Vector", "Expires", "RAck", "Geolocation", "Authorization", "Identity", "User-to-User"]
)  # fmt: skip
# What stands in a text is found by the text engine, which has a fuzzer of its own.
TEXTS = [
    "Subject",
    "Reason",
    "Warning",
    "User-Agent",
    "X-A",
    "Call-Info",
    "Accept-Contact",
    "Event",
    "Server",
    "Allow",
    "Session-Expires",
]
PIECES = st.sampled_from(
    ['"', "\\", "<", ">", "sip:", "tel:", "@", ";", "tag=", "branch=z9hG4bK", "=", ",", " ", ":", "?", "%40", "%2B", "example.com",
     "192.0.2.7", "[2001:db8::7]", "SIP/2.0/UDP ", "*", "é", "\u200d", "\x00", "\t", "=?utf-8?Q?", "?=", "[", "]", "(", "privacy=full",
     "received=", "+sip.instance=", "INVITE", "1", "multipart/mixed;boundary=", "message/sip", "application/sdp", "urn:uuid:"]
)  # fmt: skip
NUMBERS = st.sampled_from(
    [
        NUMBER,
        f"+1{NUMBER}",
        "(415) 555-0132",
        "415-555-0132",
        "+1%34155550132",
        "１４１５５５５０１３２",
        "415\u200d555\u200d0132",
    ]
)
VALUES = st.lists(st.one_of(PIECES, NUMBERS), max_size=12).map("".join)
FIELDS = st.tuples(st.sampled_from(STRUCTURED), VALUES).map(": ".join)
HEADERS = st.tuples(st.sampled_from(STRUCTURED + TEXTS), VALUES).map(": ".join)


class TestNeverRaw:
    """FAULTS B: whatever the input, no run of digits of a canary can be read in the output."""

    @given(st.lists(FIELDS, max_size=6), st.booleans())
    def test_headers_of_pieces(self, headers, response):
        """A number in any place of any header with a grammar does not show."""
        text = request(*headers)
        if response:
            text = text.replace("OPTIONS sip:server@example.com SIP/2.0", f"SIP/2.0 500 {NUMBER}")
        made = redact_sip(text, DEBUG)
        assert_no_canary(made, NUMBER)
        assert parse(made) is not None

    @given(
        st.lists(st.tuples(st.sampled_from("vouepcbtkrzma"), VALUES).map("=".join), max_size=8),
        st.booleans(),
    )
    def test_session_of_pieces(self, lines, attribute):
        """A number in any line of a session description does not show."""
        text = request(
            "Content-Type: application/sdp",
            body="\r\n".join(f"a={line}" if attribute else line for line in lines),
        )
        assert_no_canary(redact_sip(text, DEBUG), NUMBER)

    @given(
        st.sampled_from(
            [
                "application/sdp",
                "text/plain",
                "message/sipfrag",
                "multipart/mixed;boundary=b",
                "x/y",
            ]
        ),
        st.lists(st.one_of(VALUES, FIELDS, st.sampled_from(["--b", "--b--", ""])), max_size=8),
    )
    def test_bodies_of_pieces(self, kind, lines):
        """A number in any line of any body does not show."""
        assert_no_canary(
            redact_sip(request(f"Content-Type: {kind}", body="\r\n".join(lines)), DEBUG), NUMBER
        )


class TestNeverRaises:
    """ARCHITECTURE: a redactor never raises into the call path; redacting twice changes nothing."""

    @given(st.data())
    def test_mutated_message(self, data):
        """A message with parts cut out, doubled and overwritten gives the same the second time."""
        octets = bytearray(INVITE.replace("\n", "\r\n").encode())
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(octets)))
            end = min(at + data.draw(st.integers(0, 40)), len(octets))
            kind = data.draw(st.sampled_from(["cut", "double", "overwrite"]))
            piece = (
                {"cut": b"", "double": bytes(octets[at:end]) * 2}.get(kind)
                if kind != "overwrite"
                else data.draw(st.binary(max_size=8))
            )
            octets[at:end] = piece
        message = bytes(octets)
        made = redact_sip(message, DEBUG)
        assert made == redact_sip(made, DEBUG)
        assert is_sip(message) == is_sip(made)

    @given(st.one_of(st.text(), st.binary()))
    def test_any_input(self, given_input):
        """Any text and any octets give a text or octets."""
        start = "INVITE sip:a@example.com SIP/2.0\r\n"
        for message in (
            given_input,
            start + given_input if isinstance(given_input, str) else start.encode() + given_input,
        ):
            made = redact_sip(message, DEBUG)
            assert type(message) is type(made)
            assert made == redact_sip(made, DEBUG)

    @given(st.lists(FIELDS, max_size=4))
    def test_headers_twice(self, headers):
        """Headers of any pieces come out of a second redaction as they went in, as tokens too."""
        for redact in (DEBUG, vp.Redactor(vp.policies.analytics(KEYS))):
            once = redact_sip(request(*headers), redact)
            assert once == redact_sip(once, redact)
            length = int(re.findall(r"\r\nContent-Length: ([0-9]+)\r\n", once)[-1])
            assert length == len(once.partition("\r\n\r\n")[2].encode())

    @given(st.lists(HEADERS, max_size=6))
    def test_any_header(self, headers):
        """Headers of any pieces, texts among them, give a message that parses and no fault."""
        redact = vp.Redactor(vp.policies.labels())
        made = parse(redact_sip(request(*headers), redact))
        assert made is not None
        assert "Content-Length" in dict(made.fields)
        assert "fault" not in redact.stats().faults
