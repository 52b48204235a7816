"""Session descriptions."""

from __future__ import annotations

import pytest

from voxvalley_privacy.records.sip import redact_sip

from .messages import DEBUG, KEYED, body_of, with_body


def line(written, redact=DEBUG):
    """Redact a description of one line."""
    return body_of(with_body("application/sdp", written), redact).rstrip("\r\n")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("o=zoeline 4155550132 2890842807 IN IP4 192.0.2.17", "o=- 0 0 IN IP4 192.0.2.0"),
        ("o=- 1 2 IN IP6 2001:db8::7", "o=- 1 2 IN IP6 2001:db8::"),
        ("o=zoeline", "o=- 0 0 IN IP4 redacted.invalid"),
        ("c=IN IP4 192.0.2.17", "c=IN IP4 192.0.2.0"),
        ("c=IN IP4 224.2.36.42/127", "c=IN IP4 224.2.36.0/127"),
        ("c=IN IP4 0.0.0.0", "c=IN IP4 0.0.0.0"),
        ("c=IN IP4 media.example.com", "c=IN IP4 media.example.com"),
        ("c=call +14155550132", "c=IN IP4 redacted.invalid"),
        ("a=candidate:Hc0a80001 1 UDP 2130706431 10.0.0.1 8998 typ srflx raddr 10.0.0.2 rport 4001 generation 0 ufrag a1",
         "a=candidate:0 1 UDP 999999 10.0.0.0 8998 typ srflx raddr 10.0.0.0 rport 4001"),
        ("a=candidate:1 1 UDP 1 a1b2c3d4.local 9 typ host", "a=candidate:0 1 UDP 1 a1b2c3d4.local 9 typ host"),
        ("a=candidate:1 1 UDP 1 10.0.0.1 9 typ 4155550132", ""),
        ("a=candidate:1 1 4155550132 1 10.0.0.1 9 typ host", ""),
        ("a=candidate:1 1 tcp zoe 10.0.0.1 9 typ host tcptype active", "a=candidate:0 1 tcp 999999 10.0.0.0 9 typ host tcptype active"),
        ("a=remote-candidates:1 192.0.2.17 4155550132", ""),
        ("a=rtcp:53020 IN IP4 192.0.2.17", "a=rtcp:53020 IN IP4 192.0.2.0"),
        ("a=rtcp:53020", "a=rtcp:53020"),
        ("a=rtcp:4155550132", ""),
        ("a=remote-candidates:1 192.0.2.17 45664 2 192.0.2.17 45665", "a=remote-candidates:1 192.0.2.0 45664 2 192.0.2.0 45665"),
        ("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj", ""),
        ("k=clear:secret", ""),
        ("a=ice-pwd:asd88fgpdd777uzjYhagZg", ""),
        ("a=ice-ufrag:8hhY", ""),
        ("a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B", ""),
        ("a=key-mgmt:mikey AQAFgM0XflABAAAAAAAAAAAAAAsAyO", ""),
        ("a=3ge2ae:requested", ""),
    ],
)  # fmt: skip
def test_b2_33_session(written, made):
    """Addresses are cut, keys go whatever the policy, user names and ids too."""
    assert made == line(written)


@pytest.mark.parametrize(
    "written",
    ["v=0", "s=-", "t=0 0", "b=AS:64", "m=audio 49170 RTP/AVP 0 8 101", "m=video 0 RTP/SAVPF 96", "m=image 5000 udptl t38",
     "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16",
     "a=fmtp:97 mode=20", "a=sendrecv", "a=ptime:20", "a=setup:actpass", "a=mid:audio", "a=mid:0", "a=group:BUNDLE 0 1",
     "a=rtcp-mux", "a=rtcp-fb:* nack pli", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", "a=label:1"],
)  # fmt: skip
def test_technical_line_stays(written):
    """What describes codecs and transports stays as it is."""
    assert written == line(written)


@pytest.mark.parametrize(
    "written",
    ["i=call +14155550132 zoe", "u=https://example.com/zoe?number=4155550132", "e=zoe@example.com", "p=+1 415 555 0132",
     "r=7d 1h 0 25h", "z=4155550132 -1h", "b=AS:4155550132", "m=audio 4155550132 RTP/AVP 0", "a=ssrc:4155550132 cname:zoe@192.0.2.1",
     "a=msid:zoe 4155550132", "a=fmtp:97 name=415-555-0132", "a=zoe:4155550132", "a=mid:4155550132", "4155550132", "x=4155550132",
     "a=fmtp:97 config=4155550132"],
)  # fmt: skip
def test_line_that_may_hold_data(written):
    """A line that is not known to be technical goes, or is searched like any text."""
    made = line(written)
    assert "0132" not in made
    assert "25h" not in made
    assert "@" not in made


def test_times_and_names():
    """A session's name is a text; its times, which tell when somebody called, are zero."""
    assert "s=call +1********32" == line("s=call +14155550132")
    assert "s=-" == line("s=call +14155550132", KEYED["analytics"])
    assert "t=0 0" == line("t=4155550132 2873404696")


def test_description_of_any_shape_parses_again():
    """Broken lines go, the others stay in order, each with its line end."""
    body = "v=0\r\n\r\nm =video 3227\r\ngarbage\rt=0 0\nm=audio 1 RTP/AVP 0"
    assert "v=0\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n" == body_of(with_body("application/sdp", body))


def test_content_length_is_right():
    """The length is that of the body that is written, in octets."""
    made = redact_sip(
        with_body("application/sdp", "v=0\r\ns=Zoë spricht\r\n", "Content-Length: 9999"), DEBUG
    )
    head, _, body = made.partition("\r\n\r\n")
    assert f"Content-Length: {len(body.encode())}" in head.split("\r\n")
    assert 1 == head.count("Content-Length")
    assert "ë" in body
