"""Laws of records: what a field says is personal goes from every field, and twice is once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.redaction.samples import plant
from tests.redaction.test_one_reading import POLICIES, REDACTORS, SHAPES, TRACES
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.categories import CATEGORIES, NUMBERS

KEYS = vp.KeyRing.generate()
NUMBER = "+14155550132"
NAME = "Zebulon Quartermain"
EMAIL = "zebulon.q@example.com"

# Values by the category of the typed field, the ways another field may spell them, and what gives them away.
NUMBER_SPELLINGS = (
    NUMBER,
    "4155550132",
    "(415) 555-0132",
    "415.555.0132",
    "0014155550132",
    "%2B14155550132",
    "call-14155550132-a",
    f"sip:{NUMBER}@sip.example.com",
)
NAME_SPELLINGS = (
    NAME,
    "Quartermain, Zebulon",
    "ZEBULON QUARTERMAIN",
    "zebulon_quartermain",
    "for Zebulon",
    "Zebulon+Quartermain",
    '{"n": "Zebulon Quartermain"}',
)
EMAIL_SPELLINGS = (EMAIL, f"<{EMAIL}>", "zebulon.q%40example.com", f"mailto:{EMAIL}")

# (value of the typed field, spellings elsewhere, traces)
Atom = tuple[str, tuple[str, ...], tuple[str, ...]]
OF_NUMBERS: Atom = (NUMBER, NUMBER_SPELLINGS, ("5550132", "555-0132", "555.0132"))
OF_EMAILS: Atom = (EMAIL, EMAIL_SPELLINGS, ("zebulon.q",))
OF_NAMES = ("zebulon", "quartermain")
ATOMS: dict[C, Atom] = {
    **dict.fromkeys(NUMBERS - {C.OWN_NUMBER}, OF_NUMBERS),
    C.EMAIL_ADDRESS: OF_EMAILS,
    C.SUBSCRIBER_ID: OF_EMAILS,
}
NAMED = {C.PERSON_NAME: NAME, C.NAME_ADDR: f'"{NAME}" <{NUMBER}>'}


def kept_paths(schema: vp.Schema, policy: str) -> list[str]:
    """Return the fields of a schema that a policy shows for what they claim to be."""
    return [
        path
        for path, field in schema.fields.items()
        if CATEGORIES[field.category].shape and CATEGORIES[field.category].actions[policy] == "keep"
    ]


def shown_of(redact: vp.Redactor, record: object, traces: tuple[str, ...]) -> list[str]:
    """Return the fields of a treated record in which a trace can be read."""
    leaves = _leaves(redact(record))
    return [path for path, text in leaves if any(trace in text.lower() for trace in traces)]


def filled(
    typed: str, value: str, kept: list[str], spellings: tuple[str, ...]
) -> dict[str, object]:
    """Return a record with the value in its typed field and a spelling of it in each kept one."""
    record: dict[str, object] = {}
    plant(record, typed, value)
    for number, path in enumerate(kept):
        # Some fields are a value in one record and hold fields in another.
        if not path.startswith((f"{typed}.", f"{typed}[]")):
            plant(record, path, spellings[number % len(spellings)])
    return record


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    else:
        yield path, str(value)


_T = TypeVar("_T")
_TYPED = 8  # fields of one schema that are tried in one test
_TURNS = 3  # tests that share the schemas between them


def spread(items: Sequence[_T], most: int, turn: int = 0) -> Sequence[_T]:
    """Return at most about *most* of the items, evenly spread, and others in each turn."""
    step = max(1, -(-len(items) // most))
    return items[turn % step :: step]


@pytest.mark.parametrize("name", vp.schemas.names())
def test_law_2_atoms(name: str) -> None:
    """A number or address of a typed field goes from every kept field, however it is spelled."""
    schema = vp.schemas.get(name)
    redact = vp.Redactor(vp.policies.debug(KEYS), schema)
    kept = kept_paths(schema, "debug")
    shown: dict[str, list[str]] = {}
    fields = [item for item in schema.fields.items() if item[1].category in ATOMS]
    for first, (typed, field) in enumerate(spread(fields, 2 * _TYPED)):
        value, spellings, traces = ATOMS[field.category]
        turn = first % len(spellings)
        record = filled(typed, value, kept, spellings[turn:] + spellings[:turn])
        shown[typed] = shown_of(redact, record, traces)

    assert {} == {typed: paths for typed, paths in shown.items() if paths}


def names_shown(spelling: str, category: C) -> list[str]:
    """Return the schemas in which a name in a typed field is left in a kept one, so spelled."""
    schemas = []
    for name in vp.schemas.names():
        schema = vp.schemas.get(name)
        redact = vp.Redactor(vp.policies.debug(KEYS), schema)
        kept = kept_paths(schema, "debug")
        fields = [path for path, field in schema.fields.items() if field.category is category]
        for typed in spread(fields, 2, NAME_SPELLINGS.index(spelling)):
            record = filled(typed, NAMED[category], kept, (spelling,))
            schemas += [name] if shown_of(redact, record, OF_NAMES) else []
    return schemas


@pytest.mark.parametrize("category", NAMED)
@pytest.mark.parametrize("spelling", NAME_SPELLINGS)
def test_law_2_atoms_of_names(spelling: str, category: C) -> None:
    """A name of a typed field goes from every kept field, however it is spelled."""
    assert [] == names_shown(spelling, category)


# What the remote end may write into a field that claims to be a status, an id, a time, an amount.
HOSTILE = (
    "+14155550132",
    "zoe@example.com",
    '"Zoe Example" <sip:+14155550132@example.com>',
    "7c9e@14155550132",
    "busy +1 (415) 555-0132",
    "completed?CallerName=Zoe+Example&Digits=4821",
    '{"caller_name": "Zoe Example", "body": "the biopsy came back positive"}',
    "caller_name='Zoe Example' email=zoe@example.com",
    "%2B14155550132",
    "1700000000 tel:+14155550132",
)


def claims_shown(hostile: str, policy: str) -> list[str]:
    """Return the schemas of which a field of a shown category lets a part of a text through."""
    schemas = []
    turn = HOSTILE.index(hostile) + POLICIES.index(policy)
    for name in vp.schemas.names()[turn % _TURNS :: _TURNS]:
        schema = vp.schemas.get(name)
        record: dict[str, object] = {}
        for path in kept_paths(schema, policy):
            plant(record, path, hostile)
        leaves = _leaves(vp.Redactor(getattr(vp.policies, policy)(KEYS), schema)(record))
        if any(trace.search(text) for _, text in leaves for trace in TRACES.values()):
            schemas.append(name)
    return schemas


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_law_3_claims(hostile: str, policy: str) -> None:
    """A field of a shown category with a hostile text in it shows none of its personal parts."""
    assert [] == claims_shown(hostile, policy)


@pytest.mark.parametrize("policy", ["share", "public"])
@pytest.mark.parametrize("text", ["Zoe Example", "the biopsy came back positive"])
def test_law_3_a_status_that_is_none_is_replaced(text: str, policy: str) -> None:
    """Words in a status that is not one are replaced for other companies and for everyone."""
    redact = vp.Redactor(getattr(vp.policies, policy)(KEYS), "twilio.call")

    assert text not in str(redact({"status": text}))


# Whole texts in fields of no hint; fields of people hold what people have. The reason stands in
# test_law_9_a_query_in_a_field_of_numbers.
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(["+14155550132", "1001", "", None]),
        "caller_name": st.sampled_from(["Zoe Example", "Zoe", "", 12]),
        "body": st.sampled_from(["the biopsy came back positive", "call +14155550132"]),
        "digits": st.sampled_from(["4821", 4821, "4821#"]),
    },
)
# The call id with a number for a host has a test of its own: test_law_9_a_call_id_at_a_number.
CALL_ID = "7c9e@14155550132"
WHOLE = [text for text in (*SHAPES.values(), *HOSTILE) if text != CALL_ID]
TEXTS = st.sampled_from([*WHOLE, "completed", "1700000000", "Zoe", None])
NOTES = st.dictionaries(st.sampled_from(["note", "raw", "status", "id"]), TEXTS, max_size=3)
RECORDS = st.builds(
    lambda people, notes, legs: {**people, **notes, "legs": legs},
    PEOPLE,
    NOTES,
    st.lists(NOTES | PEOPLE, max_size=2),
)


# The same records every time: what else there is to find is searched for by a run with a larger profile.
@pytest.mark.parametrize("policy", POLICIES)
@settings(derandomize=True, database=None)
@given(record=RECORDS)
def test_law_9_twice_is_once(policy: str, record: dict[str, object]) -> None:
    """A record that was treated comes out the second time as it was."""
    redact = REDACTORS[policy]
    once = redact(record)

    assert once == redact(once)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("shape", SHAPES)
def test_law_9_twice_is_once_for_shapes(shape: str, policy: str) -> None:
    """A text of any shape in a field comes out the second time as it was."""
    redact = REDACTORS[policy]
    once = redact({"note": SHAPES[shape]})

    assert json.dumps(once) == json.dumps(redact(once))


def test_law_9_keys_of_a_text_in_a_field() -> None:
    """The keys of JSON in a field of names stay keys elsewhere, so that twice is once."""
    text = json.dumps({"From": NUMBER})
    once = REDACTORS["debug"]({"caller_name": text, "note": text})

    assert ["From"] == list(json.loads(once["note"]))
    assert once == REDACTORS["debug"](once)


def test_law_9_a_placeholder_as_a_key() -> None:
    """A placeholder in the place of a key says nothing of its value."""
    treated = {"note": '{"[PERSON_NAME]": "+1********32"}'}

    assert treated == REDACTORS["debug"](treated)


@pytest.mark.parametrize("policy", POLICIES)
def test_law_9_a_query_in_a_field_of_numbers(policy: str) -> None:
    """A URL in a field of numbers shows nothing of its query."""
    once = REDACTORS[policy]({"from": SHAPES["url"]})

    assert not [name for name, trace in TRACES.items() if trace.search(str(once))]


def test_law_9_a_sealed_query_in_a_field_of_numbers() -> None:
    """A URL in a field of numbers whose parts were sealed comes out the second time as it was."""
    once = REDACTORS["support"]({"from": SHAPES["url"]})

    assert once == REDACTORS["support"](once)


def test_law_9_a_call_id_at_a_number() -> None:
    """A call id whose host is a number of a SIP message beside it comes out the second time as it was."""
    once = REDACTORS["debug"]({"note": SHAPES["sip"], "id": CALL_ID})

    assert once == REDACTORS["debug"](once)
