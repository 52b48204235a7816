"""Several schemas of one redactor."""

from __future__ import annotations

import itertools
import pickle

import pytest

import voxvalley_privacy as vp
from tests.redaction.samples import plant
from voxvalley_privacy import DataCategory as C

KEYS = vp.KeyRing.generate()
MINE = vp.Schema("acme.ticket", {"opened_for": C.PERSON_NAME, "from": C.RECORD_ID, "q": C.STATUS})
OTHER = vp.Schema("acme.queue", {"from": C.PARTY_NUMBER, "q": C.PERSON_NAME})
NUMBER = "+14155550132"


def test_b10_162_one_redactor_for_three_kinds_of_records() -> None:
    """Records of each kind are read by their own schema, and unknown fields by the judge."""
    redact = vp.Redactor(vp.policies.debug(KEYS), schema=["twilio.call", "asterisk.cdr_csv", MINE])

    call = redact({"Sid": "CA1", "From": NUMBER, "Status": "completed", "caller_name": "Zoe"})
    row = redact({"src": NUMBER, "disposition": "ANSWERED", "billsec": "12"})
    ticket = redact({"opened_for": "Zoe Example", "q": "open"})

    assert "completed" == call["Status"]
    assert "5550132" not in str(call)
    assert "Zoe" not in str(call)
    assert ("ANSWERED", "12") == (row["disposition"], row["billsec"])
    assert "5550132" not in str(row)
    assert {"q": "open"} == ticket


@pytest.mark.parametrize("schemas", [[MINE, OTHER], [OTHER, MINE], (MINE, OTHER)])
def test_where_schemas_disagree_more_is_hidden(schemas: list[vp.Schema]) -> None:
    """A field that two schemas read differently is of the category that policies hide more of."""
    redact = vp.Redactor(vp.policies.debug(KEYS), schema=schemas)

    assert redact.schema is not None
    assert C.PARTY_NUMBER == redact.schema.fields["from"].category
    assert C.PERSON_NAME == redact.schema.fields["q"].category


def test_one_schema_in_a_list_is_that_schema() -> None:
    """A list of one schema, even twice, is that schema, with its name."""
    redact = vp.Redactor(vp.policies.debug(KEYS), schema=["twilio.call", "twilio.call"])

    assert vp.schemas.get("twilio.call") == redact.schema


VALUES = (NUMBER, "Zoe Example", "zoe@example.com", "4821", "completed", "1700000000")


def leaves(value: object, path: str = "") -> dict[str, object]:
    """Return the single values of a record by their place."""
    if isinstance(value, dict):
        inner = [leaves(item, f"{path}/{name}") for name, item in value.items()]
    elif isinstance(value, list):
        inner = [leaves(item, f"{path}/{number}") for number, item in enumerate(value)]
    else:
        return {path: value}
    return {place: leaf for part in inner for place, leaf in part.items()}


def shown(redact: vp.Redactor, record: dict[str, object]) -> set[str]:
    """Return the places at which a treated record says what the record said."""
    raw = leaves(record)
    return {place for place, leaf in leaves(redact(record)).items() if leaf == raw.get(place)}


def test_every_pair_hides_what_each_hides_alone() -> None:
    """No value of a record comes out of a redactor of two schemas that its own would hide."""
    names = [name for name in vp.schemas.names() if not name.startswith(("sip.", "radius"))]
    policy = vp.policies.share(KEYS)
    more: dict[tuple[str, str], set[str]] = {}
    for first, second in zip(names[::7], names[3::7], strict=False):
        both = vp.Redactor(policy, schema=[first, second])
        for name, value in itertools.product((first, second), VALUES):
            record: dict[str, object] = {}
            for path in vp.schemas.get(name).fields:
                plant(record, path, value)
            alone = shown(vp.Redactor(policy, name), record)
            more[name, value] = shown(both, record) - alone

    assert {} == {case: places for case, places in more.items() if places}


@pytest.mark.parametrize("schemas", [[], [None], [1], 5, {"a": 1}])
def test_what_is_no_schema_is_refused(schemas: object) -> None:
    """An empty list and anything but schemas and their names are refused when it is built."""
    with pytest.raises(vp.ConfigurationError):
        vp.Redactor(vp.policies.debug(KEYS), schema=schemas)  # type: ignore[arg-type]


def test_schemas_that_read_one_field_in_two_ways_are_refused() -> None:
    """Two schemas that lead one field to different schemas cannot be joined, and it says where."""
    one = vp.Schema("a.b", {}, nested={"data": "twilio.call"})
    two = vp.Schema("a.c", {}, nested={"data": "asterisk.cdr_csv"})

    with pytest.raises(vp.ConfigurationError, match=r"a\.c\.nested"):
        vp.Redactor(vp.policies.debug(KEYS), schema=[one, two])


def test_it_is_a_value() -> None:
    """Redactors of the same schemas are equal, and one of labels survives pickling."""
    schemas = ["twilio.call", MINE]
    redact = vp.Redactor(vp.policies.labels(), schema=schemas)

    assert redact == vp.Redactor(vp.policies.labels(), schema=schemas)
    assert redact == pickle.loads(pickle.dumps(redact))
