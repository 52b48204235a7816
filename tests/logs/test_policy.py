"""What each kind of log holds: CLAUSES rows 34 to 36."""

from __future__ import annotations

import dataclasses
import json
import logging
import pickle
import types
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.every_schema import every_schema
from tests.logs.conftest import CANARY, clean
from voxvalley_privacy import logs

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALL = {
    "sid": "CA0123456789abcdef0123456789abcdef",
    "status": "completed",
    "duration": "61",
    "start_time": "2026-11-23T10:00:00Z",
    "price": "-0.0075",
    "from": CANARY,
    "to": "+442079460123",
    "caller_name": "Bob Smith",
    "account_sid": "AC0123456789abcdef0123456789abcdef",
    "made_up": "anything",
    "made_up_id": "anything",
    "auth_token": "0123456789abcdef",
}
METADATA = {"sid", "status", "duration", "start_time", "price"}


class Clock:
    """A clock that a test sets."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


def policy(rules, redact=None, **settings):
    """Make a policy for Twilio calls."""
    redact = redact or vp.Redactor(vp.policies.labels(), schema="twilio.call")
    return logs.LogPolicy(rules, redact=redact, **{"clock": Clock(), **settings})


def test_kind_without_a_rule_is_off():
    """No rule, no log; every kind."""
    empty = policy({})
    for kind in vp.LogKind:
        decision = empty.decide(kind)
        assert not decision
        assert ("log.no_rule",) == decision.codes
        assert empty(kind, CALL) is None


def test_row_35_off_is_dropped_before_it_is_made():
    """What is off is not made, not read, not decided about, and counted."""
    off = policy({vp.LogKind.APP_REQUEST: "off"}, clock=Clock())

    def make():
        raise AssertionError

    assert off(vp.LogKind.APP_REQUEST, make) is None
    assert {"off": 1} == dict(off.stats()[vp.LogKind.APP_REQUEST].changed)
    assert ("log.off",) == off.decide(vp.LogKind.APP_REQUEST).codes


def test_metadata_is_a_listed_set():
    """Metadata are the fields that the schema lists as technical, and nothing else."""
    shown = policy({vp.LogKind.CALL: "metadata"})(vp.LogKind.CALL, CALL)
    assert METADATA == set(shown)
    assert METADATA == set(logs.metadata_fields("twilio.call")) & set(CALL)


def test_metadata_without_a_schema_is_empty():
    """Without a schema no field is listed."""
    redact = vp.Redactor(vp.policies.labels())
    assert {} == policy({vp.LogKind.CALL: "metadata"}, redact)(vp.LogKind.CALL, CALL)


def test_metadata_of_a_hostile_record_is_treated():
    """A number in a field that should not hold one is treated."""
    shown = policy({vp.LogKind.CALL: "metadata"})(
        vp.LogKind.CALL, {"sid": f"call-{CANARY}", "status": f"to {CANARY}"}
    )
    clean(json.dumps(shown))


@pytest.mark.parametrize("name", every_schema())
def test_metadata_fields_of_every_schema_are_technical(name):
    """No schema lists a personal field as metadata."""
    fields = vp.schemas.get(name).fields
    assert {fields[path].category for path in logs.metadata_fields(name)} <= logs.METADATA


def test_redacted():
    """Redacted is what the redactor makes of it; the record stays as it was."""
    before = dict(CALL)
    shown = policy({vp.LogKind.CALL: "redacted"})(vp.LogKind.CALL, CALL)
    clean(json.dumps(shown))
    assert "[PARTY_NUMBER]" in shown["from"]
    assert before == CALL


def test_row_35_full_for_a_while_with_a_ticket():
    """Full shows all but credentials until its time, then falls back by itself."""
    clock = Clock()
    rule = logs.full(until=NOW + timedelta(hours=24), ticket="TICKET-4711")
    full = policy({vp.LogKind.CALL: rule}, clock=clock)
    decision = full.decide(vp.LogKind.CALL)
    assert ("log.full",) == decision.codes
    assert "TICKET-4711" == decision.reasons[0].citation
    assert rule.until == decision.valid_until
    shown = full(vp.LogKind.CALL, CALL)
    assert CANARY == shown["from"]
    assert "auth_token" not in shown
    clock.now = NOW + timedelta(hours=24)
    assert ("log.full_expired", "log.redacted") == full.decide(vp.LogKind.CALL).codes
    clean(json.dumps(full(vp.LogKind.CALL, CALL)))


@pytest.mark.parametrize("then", ["off", "metadata", "redacted"])
def test_full_falls_back_to_what_it_says(then):
    """What comes after full is a setting."""
    clock = Clock()
    full = policy(
        {"call": logs.full(until=NOW + timedelta(hours=1), ticket="T", then=then)}, clock=clock
    )
    clock.now += timedelta(hours=2)
    assert then == full.decide(vp.LogKind.CALL).value


@pytest.mark.parametrize("now", [NOW - timedelta(seconds=1), NOW.replace(tzinfo=None)])
def test_clock_that_goes_back_or_has_no_zone_ends_full(now):
    """A clock that cannot be trusted does not keep full logs on."""
    clock = Clock()
    full = policy({"call": logs.full(until=NOW + timedelta(hours=1), ticket="T")}, clock=clock)
    clock.now = now
    assert "error.clock" == full.decide(vp.LogKind.CALL).codes[0]
    clean(json.dumps(full(vp.LogKind.CALL, CALL)))


def test_clock_that_fails_gives_metadata():
    """A clock that raises gives less and raises nothing."""
    clock = Clock()
    made = policy({"call": "redacted"}, clock=lambda: clock.now + timedelta(0))
    clock.now = None
    assert METADATA == set(made(vp.LogKind.CALL, CALL))


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        ({"until": NOW.replace(tzinfo=None), "ticket": "T"}, {"until"}),
        ({"until": None, "ticket": ""}, {"until", "ticket"}),
        ({"until": NOW, "ticket": "bob@example.com"}, {"ticket"}),
        ({"until": NOW, "ticket": CANARY}, {"ticket"}),
        ({"until": NOW, "ticket": f"for {CANARY}"}, {"ticket"}),
        ({"until": NOW, "ticket": "T", "then": "full"}, {"then"}),
        ({"until": NOW, "ticket": "T", "then": "loud"}, {"then"}),
        ({"until": NOW, "ticket": "T", "sample": 0}, {"sample"}),
    ],
)
def test_full_needs_an_end_and_a_ticket(settings, paths):
    """Wrong settings are named all at once."""
    with pytest.raises(vp.ConfigurationError) as caught:
        logs.full(**settings)
    assert paths == {path for path, _ in caught.value.faults}


def test_wrong_rules_are_named_all_at_once():
    """Kinds, modes and times that cannot be are named with their path."""
    with pytest.raises(vp.ConfigurationError) as caught:
        policy({"nope": "off", "call": "loud", 5: "off"})
    assert ("rules[0]", "rules[call].mode", "rules[2]") == tuple(
        path for path, _ in caught.value.faults
    )
    with pytest.raises(vp.ConfigurationError) as caught:
        policy({"call": logs.full(until=NOW + timedelta(hours=24, seconds=1), ticket="T")})
    assert (("rules[call].until", "must be at most 24 hours ahead"),) == caught.value.faults
    with pytest.raises(vp.ConfigurationError):
        policy({}, schemas={"nope": "twilio.call"})
    with pytest.raises(vp.ConfigurationError):
        policy({}, clock=Clock(NOW.replace(tzinfo=None)))
    with pytest.raises(vp.ConfigurationError):
        policy({}, redact=print)
    with pytest.raises(vp.ConfigurationError):
        logs.LogRule(mode="off", ticket="T")


def test_sampling():
    """A share of the records is logged; the rest is off, for a reason."""
    numbers = iter([0.05, 0.1, 0.95])
    sampled = policy(
        {"call": logs.LogRule(mode="redacted", sample=0.1)}, chance=lambda: next(numbers)
    )
    decisions = [sampled.decide(vp.LogKind.CALL) for _ in range(3)]
    assert [True, False, False] == [bool(decision) for decision in decisions]
    assert ("log.sampled_out", "log.redacted") == decisions[1].codes


def test_row_34_content_that_may_not_be_cached():
    """A notification whose content may not be cached is not logged in full; redacted stays redacted."""
    denied = vp.Decision.deny(vp.Reason(code="cache.no_permission"))
    allowed = vp.Decision.allow(vp.Reason(code="cache.permitted"))
    until = NOW + timedelta(hours=1)
    full = policy(
        {
            "notification": logs.full(until=until, ticket="T"),
            "call": logs.full(until=until, ticket="T"),
        }
    )
    decision = full.decide(vp.LogKind.NOTIFICATION, cached=denied)
    assert logs.LogMode.METADATA is decision.value
    assert "log.content_not_cached" in decision.codes
    assert logs.LogMode.FULL is full.decide(vp.LogKind.NOTIFICATION, cached=allowed).value
    assert logs.LogMode.FULL is full.decide(vp.LogKind.CALL, cached=denied).value
    redacted = policy({"notification": "redacted"})
    assert logs.LogMode.REDACTED is redacted.decide(vp.LogKind.NOTIFICATION, cached=denied).value
    assert METADATA == set(full(vp.LogKind.NOTIFICATION, CALL, cached=denied))


class Fails:
    """A redactor that fails as a test asks for."""

    def __init__(self, result=None):
        self.result = result

    def __call__(self, record):
        if self.result is None:
            raise ValueError(CANARY)
        return self.result

    def text(self, text):
        raise ValueError(CANARY)


@pytest.mark.parametrize("result", [None, "[FAULT]", {"[FAULT]": "[FAULT]"}])
def test_row_34_redactor_fault_gives_metadata_and_a_marker(result):
    """A redactor that fails leaves the metadata and says so."""
    made = policy({"call": "redacted"}, Fails(result), schemas={"call": "twilio.call"})
    shown = made(vp.LogKind.CALL, CALL)
    assert METADATA | {"[FAULT]"} == set(shown)
    assert {"redactor": 1} == dict(made.stats()[vp.LogKind.CALL].faults)
    assert {"[FAULT]": "[FAULT]"} == made(vp.LogKind.CALL, "text")


def test_record_that_cannot_be_made():
    """A callable that raises leaves the marker."""
    made = policy({"call": "redacted"})
    assert {"[FAULT]": "[FAULT]"} == made(vp.LogKind.CALL, lambda: 1 / 0)


def test_texts():
    """A text is treated as text when redacted, and has no metadata."""
    both = policy({"debug": "redacted", "call": "metadata"})
    assert "call [PHONE_NUMBER]" == both(vp.LogKind.DEBUG, f"call {CANARY}")
    assert {} == both(vp.LogKind.CALL, f"call {CANARY}")


def test_counts_by_kind_and_category():
    """Each kind counts on its own."""
    both = policy({"call": "redacted", "billing": "metadata"})
    both(vp.LogKind.CALL, CALL)
    both(vp.LogKind.BILLING, CALL)
    stats = both.stats()
    assert stats[vp.LogKind.CALL].categories["PARTY_NUMBER"] >= 2
    assert {"redacted": 1} == dict(stats[vp.LogKind.CALL].changed)
    assert {"metadata": 1} == dict(stats[vp.LogKind.BILLING].changed)
    assert "PARTY_NUMBER" not in stats[vp.LogKind.BILLING].categories
    clean(repr(stats))


def test_value_semantics():
    """Policies compare, pickle, print and can be changed."""
    redact = vp.Redactor(vp.policies.labels())
    one = logs.LogPolicy({"call": "redacted"}, redact=redact, schemas={"call": "twilio.call"})
    assert one == logs.LogPolicy(
        {vp.LogKind.CALL: "redacted"}, redact=redact, schemas={"call": "twilio.call"}
    )
    assert one != logs.LogPolicy({"call": "off"}, redact=redact)
    assert one != "call"
    assert hash(one) == hash(attrs.evolve(one))
    assert one == pickle.loads(pickle.dumps(one))
    changed = attrs.evolve(one, rules={"debug": "off"})
    assert ("log.no_rule",) == changed.decide(vp.LogKind.CALL).codes
    assert "LogPolicy" in repr(one)


@given(
    st.sampled_from([*logs.LogMode][:3]),
    st.sampled_from(list(vp.LogKind)),
    st.dictionaries(st.sampled_from(["from", "to", "status", "x"]), st.just(CANARY)),
)
def test_no_mode_but_full_shows_a_number(mode, kind, record):
    """Whatever the kind and the field, a number comes out in no mode but full."""
    clean(json.dumps(policy({kind: mode})(kind, record)))


def test_metadata_of_a_redactor_with_its_own_schema():
    """A schema for a kind takes the place of the redactor's own."""
    made = policy(
        {"call": "metadata"},
        schemas={"call": vp.Schema("acme.call", {"state": vp.DataCategory.STATUS})},
    )
    assert {"state": "busy"} == made(vp.LogKind.CALL, {"state": "busy", "status": "completed"})


def test_default_chance_and_what_was_decided_before():
    """Sampling has a chance of its own; what was decided once is not decided again."""
    sampled = policy({"call": logs.LogRule(mode="redacted", sample=0.5)})
    seen = {bool(sampled.decide(vp.LogKind.CALL)) for _ in range(200)}
    assert {True, False} == seen
    denied = vp.Decision.deny(vp.Reason(code="log.sampled_out"))
    assert sampled(vp.LogKind.CALL, CALL, decided=denied) is None
    allowed = vp.Decision.allow(vp.Reason(code="log.metadata"), value=logs.LogMode.METADATA)
    assert METADATA == set(sampled(vp.LogKind.CALL, CALL, decided=allowed))


@dataclasses.dataclass
class _DataclassCall:
    sid: str
    status: str
    caller_name: str


@attrs.define
class _AttrsCall:
    sid: str
    status: str
    caller_name: str


@pytest.mark.parametrize("kind", [_DataclassCall, _AttrsCall, types.MappingProxyType])
def test_b15_216_metadata_of_objects(kind):
    """Fields of a dataclass, an attrs object and a mapping are listed as those of a dict."""
    fields = {"sid": CALL["sid"], "status": "completed", "caller_name": "Bob Smith"}
    record = kind(fields) if kind is types.MappingProxyType else kind(**fields)
    shown = policy({vp.LogKind.CALL: "metadata"})(vp.LogKind.CALL, record)
    assert {"sid": CALL["sid"], "status": "completed"} == shown


def test_b15_216_a_clock_set_back_does_not_open_full_again():
    """Once its time is over, full stays over, also in a copy of the policy."""
    clock = Clock()
    full = policy(
        {"call": logs.full(until=NOW + timedelta(hours=1), ticket="T")},
        vp.Redactor(vp.policies.labels()),
        clock=clock,
    )
    assert ("log.full",) == full.decide(vp.LogKind.CALL).codes
    clock.now = NOW + timedelta(hours=2)
    assert "log.full_expired" in full.decide(vp.LogKind.CALL).codes
    clock.now = NOW + timedelta(minutes=30)
    assert "log.full_expired" in full.decide(vp.LogKind.CALL).codes
    copied = pickle.loads(pickle.dumps(full))
    copied.clock.now = NOW + timedelta(minutes=30)
    assert "log.full_expired" in copied.decide(vp.LogKind.CALL).codes


def test_b15_217_one_order_of_arguments():
    """A redactor comes first everywhere, and what stands in its place is named when built."""
    log = logging.getLogger("calls.order")
    for wrong in (log, "calls.order", None):
        with pytest.raises(vp.ConfigurationError, match="'redact' must be a redactor"):
            logs.protect(wrong, vp.Redactor(vp.policies.labels()))
    with pytest.raises(vp.ConfigurationError, match="'logger' must be a logger"):
        logs.protect(vp.Redactor(vp.policies.labels()), 3)
