"""Canaries in every personal field of every schema, under every policy."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import voxvalley_privacy as vp
from tests.every_schema import every_schema
from tests.redaction.samples import CANARIES, NUMBER, SAMPLES, planted
from voxvalley_privacy import DataCategory as C

KEYS = vp.KeyRing.generate()
POLICIES: dict[str, Callable[[vp.KeyRing], vp.Policy]] = {
    name: getattr(vp.policies, name)
    for name in ("debug", "support", "analytics", "billing", "share", "public")
}
# Billing keeps who called whom: there the canaries are in everything else.
BILLED = frozenset({C.PARTY_NUMBER, C.END_USER_NUMBER, C.SIP_URI, C.SUBSCRIBER_ID})


def _shown(made: object) -> str:
    return json.dumps(made, ensure_ascii=False, default=str)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", every_schema())
def test_no_canary_shows(name: str, policy: str) -> None:
    """No planted value of any personal field shows under any policy."""
    schema = vp.schemas.get(name)
    samples = (
        SAMPLES if policy != "billing" else {c: v for c, v in SAMPLES.items() if c not in BILLED}
    )
    record = planted(schema, samples)
    before = _shown(record)

    made = vp.Redactor(POLICIES[policy](KEYS), schema)(record)

    assert [] == [c for c in CANARIES if c in _shown(made)]
    assert before == _shown(record)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", every_schema())
def test_twice_changes_nothing(name: str, policy: str) -> None:
    """Redacting what was redacted gives the same."""
    redact = vp.Redactor(POLICIES[policy](KEYS), name)
    made = redact(planted(vp.schemas.get(name)))

    assert made == redact(made)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", every_schema())
def test_no_fault_on_plain_records(name: str, policy: str) -> None:
    """A record that fits its schema gives no fault."""
    redact = vp.Redactor(POLICIES[policy](KEYS), name)
    redact(planted(vp.schemas.get(name)))

    assert {} == dict(redact.stats().faults)


def _flat(schema: vp.Schema, *categories: C) -> str | None:
    return next(
        (p for p, f in schema.fields.items() if f.category in categories and p.isidentifier()), None
    )


PAIRS = [
    (name, number, kept)
    for name in every_schema()
    if (number := _flat(vp.schemas.get(name), C.PARTY_NUMBER))
    and (kept := _flat(vp.schemas.get(name), C.STATUS, C.RECORD_ID))
]


@pytest.mark.parametrize(("name", "number", "kept"), PAIRS)
def test_siblings_do_not_tell(name: str, number: str, kept: str) -> None:
    """A number that stands in a kept field too goes there as well, in any spelling."""
    redact = vp.Redactor(vp.policies.debug(KEYS), name)
    for spelling in (
        NUMBER,
        "14155550132",
        "(415) 555-0132",
        "4155550132",
        "%2B14155550132",
        "415.555.0132",
        "call-14155550132",
    ):
        made = redact({number: NUMBER, kept: f"x {spelling} y"})
        assert [] == [c for c in ("5550132", "555-0132", "555.0132") if c in _shown(made)]


def test_seven_spellings_one_token() -> None:
    """One number in seven spellings gives one token, under every schema that has a number."""
    spellings = ("+14155550132", "14155550132", "+1 (415) 555-0132", "tel:+1-415-555-0132", "0014155550132",
                 "sip:+14155550132@sip.example.com;user=phone", "whatsapp:+14155550132")  # fmt: skip
    tokens: set[object] = set()
    for name in every_schema():
        fields = vp.schemas.get(name).fields
        path = next(
            (p for p, f in fields.items() if f.category is C.PARTY_NUMBER and p.isidentifier()),
            None,
        )
        if path is not None:
            redact = vp.Redactor(vp.policies.analytics(KEYS), name)
            tokens.update(redact({path: spelling})[path] for spelling in spellings)

    assert 1 == len(tokens)


def test_direction_names_the_end_user() -> None:
    """An outbound-api call makes the recipient the end user; an inbound one the caller."""
    policy = vp.policies.debug(KEYS).with_actions({C.PARTY_NUMBER: vp.keep})
    redact = vp.Redactor(policy, "twilio.call")
    call = {"from": "+14155550132", "to": "+12125550198"}

    out = redact({**call, "direction": "outbound-api"})
    back = redact({**call, "direction": "inbound"})

    assert ("+14155550132", "+1********98") == (out["from"], out["to"])
    assert ("+1********32", "+12125550198") == (back["from"], back["to"])
