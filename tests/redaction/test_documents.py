"""A flat JSON object in a text: the quick pass over it hides what the readers hide."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.every_schema import every_schema
from voxvalley_privacy.testing import fixed_keys, sample

POLICIES = {
    "debug": vp.Redactor(vp.policies.debug(fixed_keys())),
    "labels": vp.Redactor(vp.policies.labels()),
    "support": vp.Redactor(vp.policies.support(fixed_keys())),
}
NAMES = ("from", "To", "status", "duration", "caller_name", "body", "code", "price", "note", "id",
         "api_key", "user", "email", "ip", "message", "name", "started_at", "x")  # fmt: skip
VALUES = ("+14155550132", "4155550132", "Zoe Example", "482193", "alice@example.com", "192.0.2.7",
          "hello", "", "0.0075", "2026-01-15T10:30:00Z", "call Zoe Example on +14155550132",
          "sip:alice@example.com", "a=b&From=%2B14155550132", "é", 7, 4155550132, 1790000000, 0.5,
          None, True)  # fmt: skip
SPELLED = [
    json.dumps,
    lambda record: json.dumps(record, separators=(",", ":")),
    lambda record: json.dumps(record, ensure_ascii=False),
    lambda record: "call done " + json.dumps(record),
    lambda record: f"form={json.dumps(record)} took 5 ms",
    repr,
    lambda record: f"got {record} from the queue",
]


def read(redact: vp.Redactor, text: str) -> str:
    """Return what the readers make of a text, without the quick pass."""
    return redact._treated(text)


def hidden(text: str, redacted: str) -> list[str]:
    """Return which of the values are gone."""
    return [str(value) for value in VALUES if str(value) in text and str(value) not in redacted]


@pytest.mark.parametrize("schema", every_schema())
def test_samples_of_every_schema(schema):
    """Every value of a record that a reader hides in its document is hidden by the quick pass."""
    record = {key: one for key, one in sample(schema).items() if not isinstance(one, (dict, list))}
    text = json.dumps(record)
    for redact in POLICIES.values():
        quick, slow = (
            json.loads(one, object_pairs_hook=list)
            for one in (redact.text(text), read(redact, text))
        )
        triples = zip(record.values(), quick, slow, strict=True)
        assert [] == [value for value, ours, theirs in triples if ours[1] == value != theirs[1]]


@pytest.mark.parametrize("spelled", SPELLED)
@given(record=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), min_size=1))
def test_any_flat_record(spelled, record):
    """Whatever the fields and however it is spelled, the quick pass shows no more than readers."""
    text = spelled(record)
    for redact in POLICIES.values():
        quick = redact.text(text)
        gone = hidden(text, quick)
        assert [one for one in hidden(text, read(redact, text)) if one not in gone] == []
        if spelled is json.dumps:
            json.loads(quick)


@pytest.mark.parametrize("redact", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize(
    "text",
    [
        '{"from": "+14155550132", "from": "x"}',
        '{"from": "+14155550132"} {"to": "+14155550133"}',
        '{"from": "+14155550132"',
        '{"from":  "+14155550132"}',
        '{"from": "\\u002b14155550132"}',
        '{"a": {"from": "+14155550132"}}',
        '{"+14155550132": "x"}',
        '{"Zoe Example": 1, "phone": "+14155550132"}',
        'Zoe Example {"name": "Zoe Example", "phone": "+14155550132"}',
        '{"note": "+14155550132", "from": "+14155550132"}',
        '{"sip_authorized_key": "swordfinchel-4155550132"}',
        '{"a": "{\\"from\\": \\"+14155550132\\"}"}',
        "{'from': '+14155550132', 'from': 'x'}",
        "{'from': '+14155550132', 'a': \"O'Hara\"}",
        "{'from': '+14155550132', 'a': ': None'}",
        "{'from': b'+14155550132'}",
        "{'from': '\\x2b14155550132'}",
        "{'a': '+14155550132'} and {'b': '+14155550132'}",
        'to=+14155550132 {"a": "b"}',
        '{"a": "b"} to +14155550132',
    ],
)
def test_spellings_that_only_readers_know(redact, text):
    """Doubled, nested, broken and escaped ones, and keys that say something, are read as before."""
    redacted = redact.text(text)
    assert redacted == read(redact, text)
    assert "4155550132" not in redacted
    assert "swordfinchel" not in redacted


def test_one_answer_for_text_and_stats():
    """A document counts as one call, and each treated field once."""
    redact = vp.Redactor(vp.policies.labels())
    redact.text('{"from": "+14155550132", "status": "ok"}')
    stats = redact.stats()
    assert 1 == stats.calls
    assert 1 == stats.treated[vp.DataCategory.PARTY_NUMBER]


def test_request_memory_is_asked():
    """Within a request the readers look, and know what the request holds."""
    redact = vp.Redactor(vp.policies.labels())
    with vp.logs.request_scope():
        redact({"caller_name": "Zoe Example"})
        redacted = redact.text('{"status": "Zoe Example rang"}')
    assert "Zoe" not in redacted


@pytest.mark.parametrize(
    "text",
    [
        '{"token": true, "caller_name": false}',
        "{'pin': True, 'callee': None}",
        '{"username": "", "message": null}',
    ],
)
def test_yes_no_and_nothing_stay(text: str) -> None:
    """A value that is of nobody stays under a name that says it is somebody's."""
    assert text == vp.Redactor(vp.policies.debug(vp.KeyRing.generate())).text(text)


def test_a_field_named_boundary_is_no_boundary() -> None:
    """The boundary of a body in parts is shown; a field of a document with that name is not."""
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))
    for text in ('{"boundary": "sk_live_abcdef0123456789"} > (', "boundary=%s&a=b"):
        assert "sk_live" not in redact.text(text.replace("%s", "sk_live_abcdef0123456789"))


@pytest.mark.parametrize("name", ["code", "Code", "kode"])
@pytest.mark.parametrize("value", ["482193", "4821", "12345678"])
def test_a_code_is_one_in_a_record_too(name, value):
    """What a person typed is hidden under a name of states, in a record as in its document; states stay."""
    for redact in POLICIES.values():
        assert value not in str(redact({name: value}))
        assert value not in str(redact({"a": [{name: value}]}))
        assert value not in redact.text(json.dumps({name: value}))
        assert {name: "20003", "n": 4821} == redact({name: "20003", "n": 4821})
