"""The Privacy header, RFC 3323, 3325 and 7044, honored in what is written."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy.records.sip import redact_sip

from .messages import DEBUG, INVITE, KEYED, KEYS, request

ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'

CALL = """\
INVITE sip:+447700900123@example.com SIP/2.0
Via: SIP/2.0/UDP proxy.example.com;branch=z9hG4bKx
Record-Route: <sip:edge.example.com;lr>
From: "Zoe Example" <sip:+14155550132@example.com>;tag=1
To: <sip:+447700900123@example.com>
Contact: <sip:zoeline@192.0.2.17>
P-Asserted-Identity: "Zoe" <sip:+14155550132@example.com>, <tel:+14155550132>
History-Info: <sip:+14155550199@example.com>;index=1
Diversion: <sip:+14155550199@example.com>;reason=unknown
Subject: Zoe
User-Agent: ExamplePhone
Organization: Example
X-Note: call +14155550132
Content-Type: application/sdp

v=0
o=- 1 1 IN IP4 192.0.2.17
s=-
c=IN IP4 192.0.2.17
t=0 0
"""


def shown(*privacy: str, message: str = CALL, redact: vp.Redactor = DEBUG) -> dict[str, str]:
    """Redact the call with these Privacy headers; give its headers by name, and each SDP line by its letter."""
    start, _, rest = message.partition("\n")
    text = "\n".join([start, *(f"Privacy: {value}" for value in privacy), rest])
    lines = redact_sip(text, redact).splitlines()
    found = {"start": lines[0]}
    for line in lines[1:]:
        name, _, value = line.partition(": " if ": " in line else "=")
        found.setdefault(name, value)
    return found


def identity_is_private(found: dict[str, str]) -> bool:
    return (
        found["From"].startswith(ANONYMOUS + ";tag=")
        and found["Contact"] == ANONYMOUS
        and found["P-Asserted-Identity"] == f"{ANONYMOUS}, {ANONYMOUS}"
        and found["X-Note"] == "call [UNKNOWN]"
    )


def test_nothing_asked():
    """Without the header the policy decides alone."""
    found = shown()
    assert found["From"].startswith('"[PERSON_NAME]" <sip:+1********32@example.com>;tag=')
    assert "call +1********32" == found["X-Note"] or "call ********32" == found["X-Note"]
    assert "ExamplePhone" == found["User-Agent"]


@pytest.mark.parametrize("word", ["id", "ID", " Id ", "id;critical", "critical,id", "id;none"])
def test_id(word):
    """`id` withholds who calls, and nothing else; `none` beside it changes nothing."""
    found = shown(word)
    assert identity_is_private(found)
    assert "<sip:+44********23@example.com>" == found["To"]
    assert found["History-Info"].startswith("<sip:+1********99@example.com>")
    assert "ExamplePhone" == found["User-Agent"]
    assert "IN IP4 192.0.2.0" == found["c"]


def test_user():
    """`user` withholds who calls and leaves out what the user's agent says besides."""
    found = shown("user")
    assert identity_is_private(found)
    assert not {"Subject", "User-Agent", "Organization"} & set(found)


def test_header():
    """`header` hides the hosts that a message passed."""
    found = shown("header")
    assert found["Via"].startswith("SIP/2.0/UDP redacted.invalid;branch=z9hG4bKcallidA")
    assert "<sip:redacted.invalid;lr>" == found["Record-Route"]
    assert "<sip:redacted@redacted.invalid>" == found["Contact"]
    assert "IN IP4 192.0.2.0" == found["c"]


def test_session():
    """`session` withholds where the media goes."""
    found = shown("session")
    assert "IN IP4 anonymous.invalid" == found["c"]
    assert "- 1 1 IN IP4 anonymous.invalid" == found["o"]
    assert found["From"].startswith('"[PERSON_NAME]"')


def test_history():
    """`history` withholds who was called before."""
    found = shown("history")
    assert f"{ANONYMOUS};index=1" == found["History-Info"]
    assert f"{ANONYMOUS};reason=unknown" == found["Diversion"]
    assert found["From"].startswith('"[PERSON_NAME]"')


@pytest.mark.parametrize(
    "word", ["secret", "id;secret", "", ";", "idx", "none;secret", "i d", "[PHONE_NUMBER]"]
)
def test_unknown_value_makes_everything_private(word):
    """A value that is not known, or none at all, is treated as all of them; it does not show itself."""
    found = shown(word)
    assert identity_is_private(found)
    assert found["Via"].startswith("SIP/2.0/UDP redacted.invalid")
    assert "IN IP4 anonymous.invalid" == found["c"]
    assert found["History-Info"].startswith(ANONYMOUS)
    assert found["Privacy"].split(";")[-1] == "unknown"


def test_none_alone():
    """`none` alone asks for nothing."""
    assert shown("none")["From"].startswith('"[PERSON_NAME]" <sip:+1********32@example.com>')
    assert "none" == shown("None")["Privacy"]


def test_values_of_several_headers_add_up():
    """Two headers ask for what both say."""
    found = shown("none", "session")
    assert "IN IP4 anonymous.invalid" == found["c"]


def test_critical_that_cannot_be_honored():
    """With `critical` and a value that is not understood nothing of the message is written."""
    made = redact_sip(CALL.replace("Subject: Zoe", "Privacy: secret;critical"), DEBUG)
    assert made.startswith("INVITE sip:redacted@redacted.invalid SIP/2.0\n")
    assert made.endswith("\n\n[WITHHELD]")
    for canary in ("5550132", "example", "Zoe", "zoeline", "192.0.2", "900123"):
        assert canary not in made


def test_response_hides_who_answers():
    """In a response the sender is the one that was called."""
    response = CALL.replace("INVITE sip:+447700900123@example.com SIP/2.0", "SIP/2.0 200 OK")
    found = shown("id", message=response)
    assert ANONYMOUS == found["To"]
    assert found["From"].startswith('"[PERSON_NAME]" <sip:+1********32@')


@pytest.mark.parametrize(
    ("header", "made"),
    [
        ("History-Info: <sip:+14155550132@example.com?Privacy=history>;index=1", f"{ANONYMOUS};index=1"),
        ("History-Info: <sip:+14155550132@example.com?Reason=SIP&privacy=none>", "<sip:+1********32@example.com>"),
        ('Diversion: "Zoe" <sip:+14155550132@example.com>;privacy=full', f"{ANONYMOUS};privacy=full"),
        ('Diversion: "Zoe" <sip:+14155550132@example.com>;privacy=off', '"[PERSON_NAME]" <sip:+1********32@example.com>;privacy=off'),
        ('Remote-Party-ID: "Zoe" <sip:+14155550132@example.com>;privacy=name', "<sip:+1********32@example.com>;privacy=name"),
        ('Remote-Party-ID: "Zoe" <sip:+14155550132@example.com>;privacy=uri', f"{ANONYMOUS};privacy=uri"),
        ('Remote-Party-ID: "Zoe" <sip:+14155550132@example.com>;Privacy="FULL"', f'{ANONYMOUS};Privacy="FULL"'),
        ('Remote-Party-ID: "Zoe" <sip:+14155550132@example.com>;privacy=odd', ANONYMOUS),
        ('Remote-Party-ID: "Zoe" <sip:+14155550132@example.com>;privacy', ANONYMOUS),
    ],
)  # fmt: skip
def test_entry_with_a_wish_of_its_own(header, made):
    """Entries of History-Info, Diversion and Remote-Party-ID can ask for themselves."""
    assert (
        f"{header.partition(':')[0]}: {made}" == redact_sip(request(header), DEBUG).split("\r\n")[1]
    )


def test_private_identity_has_no_seal():
    """What the caller withheld is not sealed either."""
    found = shown("id", redact=vp.Redactor(vp.policies.support(KEYS)))
    assert identity_is_private(found)


def test_private_and_redacted_before():
    """An address that was redacted before stays as it is: there is nothing left to withhold."""
    made = redact_sip(request("Privacy: id", "From: <sip:redacted@redacted.invalid>;tag=1"), DEBUG)
    assert "From: <sip:redacted@redacted.invalid>;tag=" in made


def test_own_label_is_no_wish():
    """A message whose Privacy header the policy hid reads the same a second time."""
    once = redact_sip(CALL.replace("Subject: Zoe", "Privacy: none"), KEYED["analytics"])
    assert "Privacy: [CONSENT_SIGNAL]" in once
    assert once == redact_sip(once, KEYED["analytics"])


WORDS = ("header", "session", "user", "id", "history", "critical", "none")


@pytest.mark.parametrize("redact", [DEBUG, *KEYED.values()], ids=["debug", *KEYED])
def test_every_combination_redacts_once(redact):
    """Whatever is asked for, redacting twice changes nothing."""
    for size in (1, 2, 7):
        for words in itertools.combinations(WORDS, size):
            text = INVITE.replace("Max-Forwards: 70", f"Privacy: {';'.join(words)}")
            once = redact_sip(text, redact)
            assert once == redact_sip(once, redact), words


class TestMorePrivacyNeverShowsMore:
    """RFC 3323, section 4.2: each value asks for a function of privacy; together they ask for all of them."""

    @given(st.sets(st.sampled_from(WORDS[:5]), min_size=1), st.sampled_from(WORDS[:5]))
    def test_one_more_word(self, words, extra):
        """With one more word, what was withheld stays withheld."""
        fewer, more = shown(";".join(words)), shown(";".join(words | {extra}))
        for name in ("From", "Contact", "P-Asserted-Identity", "History-Info", "c"):
            if "anonymous.invalid" in fewer[name]:
                assert "anonymous.invalid" in more[name]
