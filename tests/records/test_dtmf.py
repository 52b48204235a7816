"""Keypad events: no key, no length, no time, and no way to count them."""

from __future__ import annotations

import json

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.records.sip import DtmfEvents, is_dtmf, redact_dtmf

REDACT = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))

AMI_BEGIN = {
    "Event": "DTMFBegin", "Privilege": "dtmf,all", "Channel": "PJSIP/1001-0000002a", "Uniqueid": "call-a", "Linkedid": "call-a",
    "Digit": "5", "Direction": "Received",
}  # fmt: skip
AMI_END = {**AMI_BEGIN, "Event": "DTMFEnd", "DurationMs": "173", "Timestamp": "1764000000.173"}
ESL = {
    "Event-Name": "DTMF", "Unique-ID": "call-a", "DTMF-Digit": "5", "DTMF-Duration": "1730", "DTMF-Source": "RTP",
    "Event-Date-Timestamp": "1764000000000173", "Event-Sequence": "8173",
}  # fmt: skip
RTP = {
    "event": 5,
    "e": True,
    "r": False,
    "volume": 10,
    "duration": 1730,
    "timestamp": 173173,
    "sequence_number": 8173,
    "ssrc": 77,
}
INFO = {
    "method": "INFO",
    "Content-Type": "application/dtmf-relay",
    "Call-ID": "call-a",
    "body": "Signal=5\r\nDuration=173\r\n",
    "CSeq": "173",
}
EVENTS = (AMI_BEGIN, AMI_END, ESL, RTP, INFO)


@pytest.mark.parametrize(
    "event", EVENTS, ids=["AMI begin", "AMI end", "ESL", "RFC 4733", "SIP INFO"]
)
def test_b2_26_nothing_of_the_key(event):
    """Of a keypad event neither key nor length nor time is left, and the event is not changed."""
    before = json.dumps(event)

    made = redact_dtmf(event, REDACT)

    shown = json.dumps(
        {name: value for name, value in made.items() if name not in {"Channel", "ssrc"}}
    )
    assert "[DTMF]" == made["DTMF"]
    assert "5" not in shown
    assert "173" not in shown
    assert before == json.dumps(event)


@pytest.mark.parametrize("key", "0123456789*#ABCD")
def test_b2_26_every_key_gives_the_same(key):
    """What comes out does not depend on the key or how long it was held."""
    for held in ("40", "1600"):
        made = redact_dtmf({**AMI_END, "Digit": key, "DurationMs": held}, REDACT)
        assert redact_dtmf(AMI_END, REDACT) == made
    assert "[DTMF]" == redact_dtmf(f"Signal={key}\r\nDuration=160\r\n", REDACT)
    assert "[DTMF]" == redact_dtmf(f"{key}\r\n", REDACT)


def test_b2_26_a_run_cannot_be_counted():
    """Of any number of keys of a call one event comes out, whatever stands between them."""
    other = {"Event": "VarSet", "Uniqueid": "call-a", "Variable": "x", "Value": "y"}
    runs = []
    for keys in ("1", "847291#"):
        treat = DtmfEvents(REDACT)
        made = [
            treat({**AMI_END, "Digit": key, "Timestamp": str(at)}) for at, key in enumerate(keys)
        ]
        assert "VarSet" == treat(other)["Event"]
        made.append(treat(AMI_BEGIN))
        runs.append([one for one in made if one is not None])

    assert runs[0] == runs[1]
    assert 1 == len(runs[0])


def test_calls_are_told_apart():
    """Each call has its own event, and the number of calls that are remembered is bounded."""
    treat = DtmfEvents(REDACT, most=2)

    made = [treat({**AMI_END, "Uniqueid": f"call-{name}"}) for name in "abcc"]

    assert [True, True, True, False] == [one is not None for one in made]
    assert "DtmfEvents(<2 calls>)" == repr(treat)


def test_b2_27_a_card_by_keypad():
    """A card number typed with stars and a hash does not show, nor its length."""
    treat = DtmfEvents(REDACT)

    made = [treat({**ESL, "DTMF-Digit": key}) for key in "4111111111111111*0329#"]

    assert 1 == sum(one is not None for one in made)
    assert "4111" not in json.dumps(made)


@pytest.mark.parametrize(
    "event",
    [
        {"Event": "Hangup", "Uniqueid": "a"},
        {"event": "ringing", "duration": 3},
        "hello there",
        None,
        7,
        {},
        [],
        {None: 1},
    ],
)
def test_other_events_are_no_keys(event):
    """What is no keypad event is treated as any record or text."""
    assert not is_dtmf(event)
    assert (REDACT.text(event) if isinstance(event, str) else REDACT(event)) == redact_dtmf(
        event, REDACT
    )


def test_a_failing_redactor_shows_nothing():
    """When the redactor fails, a placeholder comes out."""

    def broken(record):
        raise ValueError(record)

    assert {"[FAULT]": "[FAULT]", "DTMF": "[DTMF]"} == redact_dtmf(AMI_END, broken)


def test_events_that_do_not_say_which_call():
    """They count as one call: of all of them one comes out."""
    events = DtmfEvents(REDACT)
    first, *others = [
        events({"Event": "DTMFEnd", "Digit": "5", "Uniqueid": None}) for _ in range(3)
    ]

    assert first is not None
    assert [None, None] == others
