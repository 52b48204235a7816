"""Bodies that are no session description."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.records.sip import redact_sip

from .messages import DEBUG, INVITE, KEYS, body_of, request, with_body


@pytest.mark.parametrize(
    ("kind", "body", "made"),
    [
        ("text/plain", "call Zoe on +14155550132", "[CONTENT]"),
        ("message/cpim", "From: <sip:zoe@example.com>\r\n\r\nhello", "[CONTENT]"),
        ("application/dtmf-relay", "Signal=5\r\nDuration=160", "[DTMF]"),
        ("application/dtmf", "5", "[DTMF]"),
        ("application/pidf+xml", "<presence entity='pres:zoe@example.com'/>", "[LOCATION]"),
        ("application/rs-metadata+xml", "<nameID aor='sip:zoe@example.com'/>", "[RAW_MESSAGE]"),
        ("application/ISUP;version=itu", "\x01\x02", "[RAW_MESSAGE]"),
        ("application/vnd.3gpp.sms", "\x00\x01", "[RAW_MESSAGE]"),
        ("application/jose", "eyJhbGciOiJFUzI1NiJ9.e30.abc", "[CREDENTIAL]"),
        ("application/json", '{"to": "+14155550132"}', "[RAW_MESSAGE]"),
        ("multipart/mixed", "no boundary +14155550132", "[RAW_MESSAGE]"),
        ("", "+14155550132", "[RAW_MESSAGE]"),
        ("+14155550132", "+14155550132", "[RAW_MESSAGE]"),
    ],
)
def test_b2_34_other_body(kind, body, made):
    """A body that is not taken apart is a placeholder of plain text that says what it was, and not how long."""
    message = redact_sip(
        with_body(kind, body, "Content-Encoding: identity", "Content-Disposition: session"), DEBUG
    )
    assert message.endswith(
        f"Content-Type: text/plain\r\nContent-Length: {len(made)}\r\n\r\n{made}"
    )
    assert message == redact_sip(message, DEBUG)


def test_b2_26_keypad_length_and_time_do_not_show():
    """Two keypad events of different keys and lengths come out the same."""
    made = {
        body_of(with_body("application/dtmf-relay", f"Signal={key}\r\nDuration={ms}"))
        for key, ms in (("5", 160), ("1234", 2000))
    }
    assert {"[DTMF]"} == made


def test_encoded_body_is_not_looked_into():
    """A body that is compressed or encoded is a placeholder, and no longer called encoded."""
    for header in ("Content-Encoding: gzip", "e: deflate", "Content-Transfer-Encoding: base64"):
        made = redact_sip(with_body("application/sdp", "v=0\r\n", header), DEBUG)
        assert made.endswith("Content-Type: text/plain\r\nContent-Length: 13\r\n\r\n[RAW_MESSAGE]")
        assert "ncoding" not in made


def test_b2_34_parts():
    """Each part of a body is treated by its own type; boundary and order stay, names of parts go."""
    lines = [
        "preamble +14155550132",
        "--unique-boundary-1",
        "Content-Type: application/sdp",
        "Content-ID: <zoe@example.com>",
        "",
        "v=0",
        "o=zoe 1 1 IN IP4 192.0.2.17",
        "--unique-boundary-1",
        "Content-Type: application/rs-metadata+xml",
        "",
        "<nameID aor='sip:zoe@example.com'/>",
        "--unique-boundary-1",
        "",
        "untyped +14155550132",
        "--unique-boundary-1",
        "Content-Type: application/sdp",
        "Content-Transfer-Encoding: base64",
        "",
        "bz16b2U=",
        "--unique-boundary-1--",
        "epilogue +14155550132",
    ]
    body = "\r\n".join(lines)
    made = body_of(with_body("multipart/mixed;boundary=unique-boundary-1", body))
    parts = [part.strip("\r\n") for part in made.split("--unique-boundary-1")]
    assert ["", "Content-Type: application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.0",
            *["Content-Type: text/plain\r\n\r\n[RAW_MESSAGE]"] * 3, "--"] == parts  # fmt: skip


def test_boundary_that_holds_a_number():
    """A boundary with a number in it is replaced in header and body alike."""
    body = "--b+14155550132\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b+14155550132--"
    made = redact_sip(with_body("multipart/mixed; boundary=b+14155550132", body), DEBUG)
    assert 'Content-Type: multipart/mixed;boundary="redacted"' in made
    assert made.endswith(
        "--redacted\r\nContent-Type: text/plain\r\n\r\n[CONTENT]\r\n--redacted--\r\n"
    )
    assert made == redact_sip(made, DEBUG)


def test_parts_in_parts_end():
    """Parts nested deeper than the budget are a placeholder."""
    body = "hello +14155550132"
    kind = "text/plain"
    for level in range(40):
        body, kind = (
            f"--b{level}\r\nContent-Type: {kind}\r\n\r\n{body}\r\n--b{level}--",
            f"multipart/mixed;boundary=b{level}",
        )
    assert "[DEPTH]" in body_of(with_body(kind, body))


def test_message_in_a_message():
    """A message inside a message, whole or in part, is treated as one."""
    fragment = 'SIP/2.0 180 Ringing Zoe\r\nFrom: "Zoe Example" <sip:+14155550132@example.com>\r\n'
    made = body_of(with_body("message/sipfrag;version=2.0", fragment))
    assert made.startswith(
        'SIP/2.0 180 Ringing [PERSON_NAME]\r\nFrom: "[PERSON_NAME]" <sip:+1********32@example.com>\r\n'
    )
    without_start = body_of(
        with_body("message/sipfrag", "From: <sip:+14155550132@example.com>\r\n\r\n")
    )
    assert without_start.startswith("From: <sip:+1********32@example.com>\r\n")
    whole = body_of(with_body("message/sip", INVITE.replace("\n", "\r\n")))
    assert "5550132" not in whole
    assert "c=IN IP4 192.0.2.0" in whole


def test_message_in_a_message_has_a_privacy_of_its_own():
    """What the inner message asks for holds inside, what the outer asks for outside."""
    inner = "INVITE sip:a@example.com SIP/2.0\r\nPrivacy: id\r\nFrom: <sip:+14155550132@example.com>\r\n\r\n"
    made = redact_sip(
        with_body("message/sip", inner, "From: <sip:+447700900123@example.com>"), DEBUG
    )
    assert 'From: "Anonymous" <sip:anonymous@anonymous.invalid>' in made
    assert "From: <sip:+44********23@example.com>" in made


def test_policy_that_keeps_content():
    """Where a customer's policy keeps bodies of messages, they are kept; keypad events have an action of their own."""
    policy = vp.policies.debug(KEYS).with_actions({vp.DataCategory.CONTENT: vp.keep})
    assert "hello" == body_of(with_body("text/plain", "hello"), vp.Redactor(policy))
    assert "[DTMF]" == body_of(with_body("application/dtmf", "5"), vp.Redactor(policy))


def test_body_ends_where_its_length_says():
    """What follows a body is no part of the message and is not written, be it a second message."""
    second = "INVITE sip:zoe@example.com SIP/2.0\r\n\r\n"
    made = redact_sip(request("Content-Length: 0", body=second), DEBUG)
    assert made.endswith("Content-Length: 0\r\n\r\n")
    assert "INVITE" not in made


@pytest.mark.parametrize("length", ["-999", "zoe", "9999999999999999999", "", "4155550132", "²"])
def test_length_that_is_none(length):
    """A length that is no number, or too large, leaves the body whole."""
    made = redact_sip(
        request(f"Content-Length: {length}", "Content-Type: application/sdp", body="v=0\r\n"), DEBUG
    )
    assert made.endswith("Content-Length: 5\r\n\r\nv=0\r\n")


def test_body_past_the_budget():
    """A body that reaches past the budget is a placeholder; the headers are treated."""
    made = redact_sip(
        with_body("application/sdp", "v=0\r\n" * 20_000, "From: <sip:+14155550132@example.com>"),
        DEBUG,
    )
    assert "From: <sip:+1********32@example.com>" in made
    assert made.endswith("\r\n\r\n[TRUNCATED]")
