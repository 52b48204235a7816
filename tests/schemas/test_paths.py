"""Paths of schemas: quoted parts, free parts, spellings, envelopes, maps that take any key."""

from __future__ import annotations

import json

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.schemas import compile_paths
from voxvalley_privacy.schemas._parts import parts_of

KEYS = vp.KeyRing.generate()


def _category(schema: vp.Schema, *keys: str) -> C | None:
    """Return what a schema says of a value under some keys."""
    node = compile_paths(schema)
    for key in keys:
        below = node.child(key)
        if below is None:
            return None
        node = below
    return node.category


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ('attributes."sip.callID"', ("attributes", "sip.callID")),
        ('"a.b".c', ("a.b", "c")),
        ('"Legs[0][Number]"', ("Legs[0][Number]",)),
        ("Legs[0][Number]", ("Legs[0][Number]",)),
        ('"what {is} <this> *"', ("what {is} <this> *",)),
        ('"list[]"', ("list[]",)),
        ("ml{N}_midx{M}_ip", ("ml1_midx22_ip",)),
        ("x-<name>-<number>", ("x-call-5",)),
        ("*_ip", ("ml1_midx2_ip",)),
        ("User-Name(1)", ("User-Name",)),
    ],
)
def test_b14_256_every_key_can_be_written_as_a_path(path: str, keys: tuple[str, ...]) -> None:
    """Keys with dots, brackets and several free parts are reached by one path."""
    schema = vp.Schema("acme.cdr", {path: C.CALL_ID})

    assert C.CALL_ID is _category(schema, *keys)


@pytest.mark.parametrize("key", ["ml_midx1_ip", "ml1_midx_ip", "ml1_midx2", "1_midx2_ip", "ml1ip"])
def test_b14_256_a_free_part_is_not_empty(key: str) -> None:
    """Each free part of a key takes at least one character, and the fixed ones are all there."""
    schema = vp.Schema("acme.cdr", {"ml{N}_midx{M}_ip": C.IP_ADDRESS})

    assert None is _category(schema, key)


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "[]", '"a', '"a"b', '"".b'])
def test_what_is_not_a_path_is_refused(path: str) -> None:
    """An empty part or quotes that do not end are told, with the place of the field."""
    with pytest.raises(vp.ConfigurationError) as caught:
        vp.Schema("acme.cdr", {path: C.STATUS})

    assert ("fields[0]", "the path must be a text such as 'legs[].sip'") in caught.value.faults


def test_b14_255_the_exact_name_comes_before_the_folded_one() -> None:
    """Two names that fold to one keep their own categories; another spelling gets the stricter."""
    fields = {"LoginTime": C.TIMESTAMP, "Logintime": C.CREDENTIAL, "login-time": C.DURATION}
    schema = vp.Schema("acme.event", fields)
    backwards = vp.Schema("acme.event", dict(reversed(fields.items())))

    for each in (schema, backwards):
        assert {name: _category(each, name) for name in fields} == fields
        assert C.CREDENTIAL is _category(each, "login_time")


def test_b14_255_both_folded_names_lead_on() -> None:
    """Where two folded names hold fields, another spelling leads to the fields of both."""
    schema = vp.Schema("acme.event", {"PartyA.x": C.STATUS, "party_a.y": C.PERSON_NAME})

    assert C.STATUS is _category(schema, "partyA", "x")
    assert C.STATUS is _category(schema, "partyA", "X")
    assert C.PERSON_NAME is _category(schema, "partyA", "y")


def test_b14_255_of_ami() -> None:
    """The time of a login as epoch and as seconds are in one schema, each as it is spelled."""
    fields = vp.schemas.get("asterisk.ami_event").fields
    both = {"LoginTime", "Logintime"} & set(fields)

    assert {name: fields[name].category for name in both} == {
        name: _category(vp.schemas.get("asterisk.ami_event"), name) for name in both
    }


def test_other_spellings_reach_below_any_key() -> None:
    """Below a key that may be any, names fold as everywhere."""
    schema = vp.Schema("acme.map", {"by_id.*.callerName": C.PERSON_NAME})

    assert C.PERSON_NAME is _category(schema, "by_id", "17", "caller_name")


def test_b14_254_a_place_of_records_is_looked_through() -> None:
    """A schema says where its records come; other schemas do not look through such a key."""
    inner = {"who": "Zoe Example", "n": 1}
    fields = {"who": C.PERSON_NAME, "n": C.STATUS}
    mine = vp.Schema("acme.call", fields, found_under=["page[].acme_body"])
    other = vp.Schema("acme.call", fields)
    record = {"page": [{"acme_body": inner}]}

    assert () == vp.schemas.diff(mine, record)
    assert ["page"] == [unknown.path for unknown in vp.schemas.diff(other, record)]
    assert "Zoe" not in json.dumps(vp.Redactor(vp.policies.debug(KEYS), mine)(record))


@pytest.mark.parametrize("place", ["", "a..b", '"a', 7])
def test_a_place_is_a_path(place: object) -> None:
    """Prose is no place."""
    with pytest.raises(vp.ConfigurationError, match="cannot be used"):
        vp.Schema("acme.call", {"n": C.STATUS}, found_under=[place])  # type: ignore[list-item]


def test_every_built_in_place_leads_to_its_schema() -> None:
    """A record put under each documented place is as known as it is by itself."""
    for name in vp.schemas.names():
        schema = vp.schemas.get(name)
        first = parts_of(next(iter(schema.fields)))[0].key
        for place in schema.found_under:
            record: object = {first: "x"}
            for part in reversed(parts_of(place)):
                for _ in range(part.lists):
                    record = [record]
                record = {part.key: record} if part.key else record
            told = [unknown.path for unknown in vp.schemas.diff(schema, record)]
            assert [] == [path for path in told if path.rpartition(".")[2] != first]


OPEN_MAPS = [
    (name, path)
    for name in vp.schemas.names()
    for path in vp.schemas.get(name).fields
    if parts_of(path)[-1].key == "*"
]


def _record(path: str, content: object) -> dict[str, object]:
    """Return a record in which the map of a path that ends in `*` has some content."""
    record: object = content
    for part in reversed(parts_of(path)[:-1]):
        for _ in range(part.lists):
            record = [record]
        record = {part.key.replace("*", "1"): record}
    assert isinstance(record, dict)
    return record


def test_b14_252_a_schema_protects_no_less_than_none() -> None:
    """In every map that takes any key the key is asked first, and a text of JSON is read."""
    content: dict[str, object] = {"customer_name": "Zoe Example", "verified_pin": "482913"}
    content["extra"] = json.dumps(content)
    left = []
    for policy in (vp.policies.debug(KEYS), vp.policies.share(KEYS)):
        for name, path in OPEN_MAPS:
            redacted = json.dumps(vp.Redactor(policy, name)(_record(path, content)))
            left += [(name, path)] * ("Zoe" in redacted or "482913" in redacted)

    assert len(OPEN_MAPS) > 90
    assert [] == left


def test_b14_252_an_envelope_that_holds_a_text_is_judged_by_its_name() -> None:
    """Keys that wrap records in some systems hold values in others."""
    schema = vp.Schema("acme.call", {"n": C.STATUS}, found_under=["customer_name"])
    redact = vp.Redactor(vp.policies.debug(KEYS), schema)

    assert "Zoe" not in json.dumps(redact({"customer_name": "Zoe Example"}))
    assert {"customer_name": {"n": "busy"}} == redact({"customer_name": {"n": "busy"}})


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("asterisk.ari_channel", "protocol_id"),
        ("livekit.webhook", "participant.attributes.sip_callIDFull"),
        ("homer.hep_json", "sid"),
    ],
)
def test_b14_253_ids_that_hold_an_address_are_tokens_that_join(name: str, path: str) -> None:
    """A call id with an address gives one token in every schema, and shows no address."""
    call_id = "a84b4c76e66710@192.0.2.1"
    redact = vp.Redactor(vp.policies.debug(KEYS), name)
    value: object = redact(_record(f"{path}.*", call_id))
    for part in parts_of(path):
        assert isinstance(value, dict)
        value = value[part.key]
    known = vp.Redactor(vp.policies.debug(KEYS), "kamailio.acc")({"callid": call_id})

    assert "192.0.2.1" not in str(value)
    assert known["callid"] == value
