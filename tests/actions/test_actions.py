"""Actions: what each shows of a value, and what it refuses to be."""

from __future__ import annotations

import datetime as dt
import decimal
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C

KEYS = vp.KeyRing.generate()
NUMBER = "+14155550132"

ACTIONS = [
    vp.keep, vp.drop, vp.label(), vp.mask(), vp.mask(keep_last=0), vp.mask(keep_last=5), vp.mask(keep_country=False), vp.truncate(),
    vp.truncate("day"), vp.bucket(60), vp.country, vp.host_only, vp.strip_query, vp.generalize, vp.pseudonym(KEYS),
    vp.seal(KEYS), vp.seal(KEYS, show=vp.mask()), vp.ip_pseudonym(KEYS), vp.unsafe_format_preserving(KEYS), vp.scan, vp.parse,
    vp.styles.plivo_number, vp.styles.twilio,
]  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS, ids=repr)
@pytest.mark.parametrize("category", C)
@settings(max_examples=12)
@given(
    value=st.one_of(
        st.text(max_size=40), st.integers(), st.floats(), st.none(), st.binary(max_size=8)
    )
)
def test_no_action_raises(action: vp.Action, category: C, value: object) -> None:
    """An action answers for every value and category."""
    action(value, category)


@pytest.mark.parametrize("action", [a for a in ACTIONS if "keys" not in dir(a)], ids=repr)
def test_actions_are_values(action: vp.Action) -> None:
    """Actions compare, hash and print."""
    assert action == action  # noqa: PLR0124 # equality is what is asked
    assert hash(action) == hash(action)
    assert "0x" not in repr(action)


@pytest.mark.parametrize(
    "action",
    [
        vp.keep,
        vp.drop,
        vp.label("x"),
        vp.mask(keep_last=3),
        vp.truncate("day"),
        vp.bucket(5),
        vp.country,
    ],
)
def test_plain_actions_pickle(action: vp.Action) -> None:
    """Actions without keys pickle."""
    assert action == pickle.loads(pickle.dumps(action))


@pytest.mark.parametrize("keep_last", [0, 1, 2, 3, 4, 5])
@given(national=st.integers(min_value=2_000_000_000, max_value=9_999_999_999))
def test_b5_96_masks_show_at_most_half(keep_last: int, national: int) -> None:
    """A mask never shows more than half of the digits, nor leaves fewer than 10,000 numbers that fit."""
    made = str(vp.mask(keep_last=keep_last)(f"+1{national}", C.PARTY_NUMBER))
    digits = sum(c.isdigit() for c in made)

    assert digits * 2 <= 11
    assert made.count("*") >= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NUMBER, "+1********32"),
        ("tel:+1-415-555-0132", "+1********32"),
        ("+44 7700 900123", "+44********23"),
        ("(415) 555-0132", "********32"),
        ("911", "[PARTY_NUMBER]"),
        ("72345", "[PARTY_NUMBER]"),
        ("alice", "[PARTY_NUMBER]"),
        ("+12025550***", "+1**********"),
        ("+1********32", "+1********32"),
    ],
)
def test_mask_of_numbers(text: str, expected: str) -> None:
    """The calling code and the last two digits show; short codes, logins and what a vendor masked do not show more."""
    assert expected == vp.mask()(text, C.PARTY_NUMBER)


@pytest.mark.parametrize("keep_last", [-1, 6, 10, True])
def test_masks_that_show_too_much(keep_last: int) -> None:
    """Settings that leave fewer than 10,000 candidates are refused."""
    with pytest.raises(vp.ConfigurationError, match="keep_last"):
        vp.mask(keep_last=keep_last)


@pytest.mark.parametrize(
    "category", [C.PERSON_NAME, C.EMAIL_ADDRESS, C.CONTENT, C.CREDENTIAL, C.DTMF]
)
def test_mask_of_texts(category: C) -> None:
    """What has no parts that may show becomes a label."""
    assert f"[{category.value}]" == vp.mask()("Zebulon Quartermain", category)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.217", "192.0.2.0"), ("192.0.2.217:5060", "192.0.2.0"), ("2001:db8:1:2:3::4", "2001:db8:1::"),
        ("[2001:db8:1:2:3::4]:5060", "2001:db8:1::"), ("::ffff:192.0.2.217", "::ffff:192.0.2.0"), ("pbx.example.com", "[IP_ADDRESS]"),
        ("192.0.2.0", "192.0.2.0"), ("999.0.2.1", "[IP_ADDRESS]"), ("%3A%3A1", "::"),
    ],
)  # fmt: skip
def test_truncate_addresses(text: str, expected: str) -> None:
    """Addresses keep their network; what is none becomes a label."""
    assert expected == vp.truncate()(text, C.IP_ADDRESS)


@pytest.mark.parametrize(
    ("value", "hour", "day"),
    [
        ("2026-11-23T20:15:31.250Z", "2026-11-23T20:00:00Z", "2026-11-23T00:00:00Z"),
        ("2026-11-23 20:15:31", "2026-11-23 20:00:00", "2026-11-23 00:00:00"),
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("Mon, 23 Nov 2026 20:15:31 +0000", "Mon, 23 Nov 2026 20:00:00 +0000", "Mon, 23 Nov 2026 00:00:00 +0000"),
        ("Tue Sep 13 16:24:27 2011", "Tue Sep 13 16:00:00 2011", "Tue Sep 13 00:00:00 2011"),
        (1795464931, 1795464000, 1795392000),
        ("1795464931", "1795464000", "1795392000"),
        (1795464931250, 1795464000000, 1795392000000),
        (dt.datetime(2026, 11, 23, 20, 15, 31, tzinfo=dt.UTC), dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC),
         dt.datetime(2026, 11, 23, tzinfo=dt.UTC)),
        (NUMBER, "[TIMESTAMP]", "[TIMESTAMP]"),
        (f"{NUMBER} 20:15:31", "[TIMESTAMP]", "[TIMESTAMP]"),
    ],
)  # fmt: skip
def test_truncate_times(value: object, hour: object, day: object) -> None:
    """Times keep their shape and lose minutes or hours; what is no time becomes a label."""
    assert hour == vp.truncate()(value, C.TIMESTAMP)
    assert day == vp.truncate("day")(value, C.TIMESTAMP)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(125, 120), ("125", "120"), (59, 0), (125.9, 120.0), (decimal.Decimal(125), decimal.Decimal(120)), ("0:52:07", "[DURATION]"),
     (dt.timedelta(seconds=125), dt.timedelta(seconds=120)), (NUMBER, "[DURATION]"), (float("nan"), "[DURATION]")],
)  # fmt: skip
def test_bucket(value: object, expected: object) -> None:
    """Durations round down to the step and keep their type."""
    assert expected == vp.bucket(60)(value, C.DURATION)


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://u:p@media.example.com:8443/v1/a.mp3?k=1", "https://media.example.com:8443/", "https://media.example.com:8443/v1/a.mp3"),
        ("https://example.com/calls/14155550132/rec", "https://example.com/", "https://example.com/calls/[REDACTED]/rec"),
        ("https://14155550132.example.com/x", "[URL]", "[URL]"),
        ("/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef.json?x=1", "[URL]",
         "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef.json"),
        ("not a url", "[URL]", "[URL]"),
    ],
)  # fmt: skip
def test_urls(url: str, host: str, path: str) -> None:
    """Credentials, queries and segments that tell go; a host that is a number goes whole."""
    assert host == vp.host_only(url, C.URL)
    assert path == vp.strip_query(url, C.URL)


def test_country_and_generalize() -> None:
    """A number leaves its country, a User-Agent its first product."""
    assert "US" == vp.country("+12125550198", C.PARTY_NUMBER)
    assert "IN" == vp.country("in", C.LOCATION)
    assert "[LOCATION]" == vp.country("37.7749,-122.4194", C.LOCATION)
    assert "Zoiper" == vp.generalize("Zoiper rv2.8 (14155550132)", C.USER_AGENT)


@pytest.mark.parametrize(
    "sentinel", ["anonymous", "Restricted", "+266696687", "0000000000", "", "  ", "[WITHHELD]"]
)
@pytest.mark.parametrize("policy", ["debug", "support", "analytics"])
def test_withheld_callers_get_no_token(sentinel: str, policy: str) -> None:
    """What stands for no number never becomes a token: it would join every withheld caller."""
    redact = vp.Redactor(getattr(vp.policies, policy)(KEYS), "twilio.call")

    assert redact({"from": sentinel})["from"] in ("[WITHHELD]", "[UNAVAILABLE]", "", "  ")


@pytest.mark.parametrize("text", ["XXXX", "REDACTED", "***Text Content Redacted***"])
def test_vendor_marks_stay(text: str) -> None:
    """What a vendor redacted whole stays as the vendor wrote it."""
    redact = vp.Redactor(vp.policies.analytics(KEYS), "plivo.call")

    assert text == redact({"from_number": text})["from_number"]
    assert vp.styles.is_redacted(text)
    assert vp.styles.is_redacted("+12025550***")
    assert not vp.styles.is_redacted(NUMBER)


def test_vendor_masks_get_no_token() -> None:
    """A number that a vendor masked is shared by a thousand numbers: no token."""
    assert "[PARTY_NUMBER]" == vp.pseudonym(KEYS)("+12025550***", C.PARTY_NUMBER)


def test_seals_open() -> None:
    """What was sealed comes back, in a wrapper that does not show it, also from behind what is shown with it."""
    token = vp.seal(KEYS, show=vp.mask())("tel:+1-415-555-0132", C.PARTY_NUMBER)
    seen: list[tuple[str, C]] = []
    opened = vp.unseal(
        KEYS, str(token), reason="ticket 4711", audit=lambda *what: seen.append(what)
    )

    assert "+1********32 " == str(token)[:13]
    assert "tel:+1-415-555-0132" == opened.reveal()
    assert "Sensitive(<hidden>)" == repr(opened)
    assert [("ticket 4711", C.PARTY_NUMBER)] == seen
    with pytest.raises(vp.ConfigurationError, match="reason"):
        vp.unseal(KEYS, str(token), reason=" ")
    with pytest.raises(vp.InvalidToken):
        vp.unseal(KEYS.for_tenant("other"), str(token), reason="x")


def test_format_preserving() -> None:
    """A substitute keeps calling code and length, and is another number."""
    made = str(vp.unsafe_format_preserving(KEYS)(NUMBER, C.PARTY_NUMBER))

    assert ("+1", 12) == (made[:2], len(made))
    assert NUMBER != made
    assert "[PARTY_NUMBER]" == vp.unsafe_format_preserving(KEYS)("911", C.PARTY_NUMBER)


def test_labels_hold_no_digit() -> None:
    """A label with a digit would look like data again."""
    with pytest.raises(vp.ConfigurationError, match="digit"):
        vp.label("number 1")
