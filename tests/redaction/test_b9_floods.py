"""FAULTS B9, rows 145, 148 and 149: large texts, many different values, and many faults."""

from __future__ import annotations

import logging

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.reading.sip.messages import INVITE
from voxvalley_privacy.records.sip import redact_sip

C = vp.DataCategory
NUMBER = "+14155550132"
DEBUG = vp.Redactor(
    vp.policies.debug(vp.KeyRing.generate()),
    vp.Schema("a.b", {"to": C.PARTY_NUMBER, "msg": C.RAW_MESSAGE}),
)


@pytest.mark.parametrize(
    "text",
    [
        "call me " * 1_250_000 + NUMBER,
        f"{NUMBER} " * 770_000,
        INVITE + "a=x\n" * 2_500_000 + NUMBER,
        "INVITE sip:a@b SIP/2.0\n" + f"X-Own: {NUMBER}\n" * 500_000,
        "INVITE sip:" + "a" * 10_000_000 + "@b SIP/2.0\n\n",
    ],
    ids=["end", "throughout", "body", "headers", "start line"],
)
def test_b9_145_a_text_of_ten_megabytes(text):
    """The head is treated, the tail never passes through, alone, in a field of any kind, and as a message."""
    made = DEBUG({"note": text, "to": text, "msg": text})
    shown = [DEBUG.text(text), *map(str, made.values()), redact_sip(text, DEBUG)]

    assert max(map(len, shown)) < 1_000_000
    for one in shown:
        assert "4155550132" not in one
        assert_no_canary(one[-2000:], NUMBER[1:])


def test_b9_148_many_different_values():
    """What a redactor remembers is bounded, however many values it has seen, and stays right."""
    for number in range(20_000):
        DEBUG({"to": _reserved(number), f"key{number}": "x"})
    root = DEBUG._engine.root

    assert 1000 < len(root.fields["to"].memo) <= 65_536 // 2
    assert len(root.fields) <= 2048 + 2
    assert len(root.shapes) <= 256
    assert "+1********32" == DEBUG({"to": NUMBER})["to"]


def _reserved(number: int) -> str:
    """Give one of 70,000 numbers of ranges that are reserved for fiction."""
    return f"+1{201 + number // 100 % 700}555{100 + number % 100:04d}"


def _broken(value: object, category: object) -> object:
    raise ValueError(value)


def test_b9_149_a_storm_of_faults(caplog, capsys):
    """Each fault is a placeholder and a count; nothing is logged, printed or thrown, however many there are."""
    redact = vp.Redactor(vp.policies.labels().with_actions({C.PARTY_NUMBER: _broken}), DEBUG.schema)
    with caplog.at_level(logging.DEBUG):
        made = [redact({"to": _reserved(number)}) for number in range(10_000)]

    assert [{"to": "[FAULT]"}] * 10_000 == made
    assert {"fault": 10_000} == dict(redact.stats().faults)
    assert ([], ("", "")) == (caplog.records, capsys.readouterr())
