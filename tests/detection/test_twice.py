"""Treating a treated text changes nothing, whatever was glued to what; and what was made is not taken for what somebody typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.oracle import leaked
from voxvalley_privacy.actions._plain import scan

KEYS = vp.KeyRing.generate()
REDACTORS = {
    **{
        name: vp.Redactor(getattr(vp.policies, name)(KEYS))
        for name in ("debug", "support", "billing", "analytics", "share", "public")
    },
    "labels": vp.Redactor(vp.policies.labels()),
}
FOUND = (
    "+14155550132", "(415) 555-0132", "41555 50132", "415.555.0132", "0x4155550132", "jo@example.com", "192.0.2.17", "2001:db8::1",
    "4111111111111111", "00:1a:2b:3c:4d:5e", "DE89370400440532013000", "imei 490154203237518", "9848012345@ybl", "OTP 482913",
    "https://a:b@example.com/x", "sip:jo@192.0.2.1", "37.7749, -122.4194", "0123456789abcdef0123456789abcdef", "21 12 34", "tel: 62889",
    "pid_01234567_89ab_cdef_0123_456789abcdef", "%2B14155550132", "4155\u200d550132", "４１５５５５０１３２", "[PHONE_NUMBER]",
)  # fmt: skip
GLUE = (
    "", " ", "\n", "-", "/", ":", ",", ".", "+", "(", "=", "a", "f", "x", "$", "0", "7", "12:30 ", "2026-11-23 ", "20:15:30 ", "UDP ", "ts=",
    "ms", " EUR", "id=", "build ", "ports ", "192.0.2.1:", "deadbeef", "AC", "code ", "born ", "@", "@example.com", "sip:", "?token=",
    "Bearer ", "key=", "password=", '"', "<b>", "%20", "\\n", "é", "O",
)  # fmt: skip
TEXTS = st.lists(
    st.sampled_from(FOUND) | st.sampled_from(GLUE) | st.text(max_size=4), max_size=8
).map("".join)


@pytest.mark.parametrize("name", REDACTORS)
@given(text=TEXTS)
def test_treating_twice_changes_nothing(name, text):
    """What a policy made of a text is left alone by the same policy."""
    once = REDACTORS[name].text(text)
    assert once == REDACTORS[name].text(once)


@pytest.mark.parametrize(
    "text",
    [
        "from 192.0.2.17 and 2001:db8::1",
        "?token=+1 617 555 0127",
        "00:1a:2b:3c:4d:5e4155550132",
        "9848012345@ybl303_555_0164",
        "20:15:30 20:15:30 0014155550143",
        "482913sip:202-555-0143",
    ],
)
@pytest.mark.parametrize("name", REDACTORS)
def test_what_a_label_or_a_token_lays_open_is_treated_at_once(name, text):
    """A neighbor that becomes a finding by what was made beside it is treated in the same call."""
    once = REDACTORS[name].text(text)
    assert once == REDACTORS[name].text(once)


def test_an_address_before_the_seal_of_another_is_sealed():
    """A seal that somebody copied behind an address covers it only where it is the seal of that address."""
    redact = REDACTORS["support"]
    seal = redact.text("192.0.2.17").partition(" ")[2]
    assert f"192.0.2.0 {seal}" == redact.text(f"192.0.2.0 {seal}")
    made = redact.text(f"198.51.100.7 {seal} 192.0.2.0 {seal[:-1]}")
    assert "198.51.100.7" not in made
    assert 4 == made.count("sealipaddress")


BODIES = vp.Redactor(vp.policies.labels().with_actions({vp.DataCategory.CONTENT: scan}))


@pytest.mark.parametrize(
    "body", ["482913", "G-482913", " 482913\n", "482913.", "123-456", "482 913", "٤٨٢٩١٣", "4829"]
)
def test_b2_28_a_body_that_is_nothing_but_a_code(body):
    """A message body with nothing but four to eight digits is a one-time code; in a note they may be anything."""
    treater = BODIES._engine.treater
    assert "[ONE_TIME_CODE]" == treater.scanned(body, vp.DataCategory.CONTENT)
    assert "[ONE_TIME_CODE]" == treater.part(body, vp.DataCategory.CONTENT)
    assert "[ONE_TIME_CODE]" != treater.scanned(body, vp.DataCategory.FREE_TEXT)


@pytest.mark.parametrize("body", ["ok", "OK 4", "order 12345", "12"])
def test_b2_28_other_bodies_are_read_like_any_text(body):
    """A body with words in it is no bare code."""
    assert body == BODIES._engine.treater.scanned(body, vp.DataCategory.CONTENT)


def test_thousands_of_findings_are_settled_in_linear_time():
    """As many findings as a text of the largest size can hold are treated without comparing each with each."""
    text = "1234567 a " * 6500
    made = REDACTORS["labels"].text(text)
    assert 6500 == made.count(" a ")
    assert not leaked(made[:2000], "1234567")
