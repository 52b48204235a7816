"""Structured fields: dictionaries, against the corpus."""

from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.caching._cache_control import MalformedHeader
from voxvalley_privacy.caching._structured import parse_dictionary


def _value(value):
    if isinstance(value, dict):
        return base64.b32decode(value["value"]) if value["__type"] == "binary" else value["value"]
    return value


def _member(member):
    value, _ = member
    return tuple(_value(item) for item, _ in value) if isinstance(value, list) else _value(value)


def test_corpus(corpus):
    """Every dictionary of the public tests is read as they say, or refused as they say."""
    lines = (
        (corpus / "08_http" / "structured_field_tests.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    cases = [
        case
        for case in map(json.loads, lines)
        if case["header_type"] == "dictionary" and "raw" in case
    ]
    wrong = []
    for case in cases:
        try:
            read = dict(parse_dictionary(", ".join(case["raw"])))
        except MalformedHeader:
            fine = case.get("must_fail") or case.get("can_fail")
        else:
            fine = (
                not case.get("must_fail")
                and {key: _member(member) for key, member in case["expected"]} == read
            )
        wrong += [] if fine else [case["name"]]

    assert 430 == len(cases)
    assert [] == wrong


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ((), ""),
        ((("a", 1), ("b", -2.5)), " a=1 ,\tb=-2.5 "),
        ((("a", True), ("b", False)), "a;x=1;y, b=?0"),
        ((("a", 'x"\\'),), 'a="x\\"\\\\"'),
        ((("a", "*t/k"),), "a=*t/k"),
        ((("a", b"hello"),), "a=:aGVsbG8=:"),
        ((("a", 1659578233),), "a=@1659578233"),
        ((("a", "fü"),), 'a=%"f%c3%bc"'),
        ((("a", ("x", 1, True)),), 'a=( "x";p  1 ?1)'),
    ],
)
def test_reads(expected, text):
    """Every type of value is read."""
    assert expected == parse_dictionary(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "A=1",
            "a=",
            "a,",
            "a b",
            "a=1 b=2",
            "a=1,,b",
            "a;=1",
            "a; ;b",
            "=1",
            ",a",
            "a=&",
            "\u00e4",
        ),
        *("a=1234567890123456", "a=1.", "a=.5", "a=1.2345", "a=1234567890123.1", "a=-", "a=--1"),
        *(
            'a="',
            'a="x',
            'a="\\x"',
            'a="\\',
            'a="ü"',
            'a="\t"',
            "a=:x",
            "a=:!:",
            "a=?2",
            "a=?",
            "a=@1.5",
            "a=@x",
            "a=@",
        ),
        *(
            "a=%x",
            'a=%"',
            'a=%"%C3"',
            'a=%"%c3"',
            'a=%"%c"',
            'a=%"ü"',
            "a=(",
            "a=(1",
            "a=(1",
            'a=("x""y")',
            "a=(1)2",
        ),
    ],
)
def test_refuses(text):
    """One character out of place, and nothing is read."""
    with pytest.raises(MalformedHeader):
        parse_dictionary(text)


def test_duplicates_are_kept():
    """A key that stands twice is there twice, so that a rule can take the strictest."""
    assert (("a", 1), ("b", True), ("a", 2)) == parse_dictionary("a=1, b, a=2")


def test_too_long():
    """A field without end is refused before it is read."""
    with pytest.raises(MalformedHeader):
        parse_dictionary("a, " * 5000 + "a")


@given(st.text(max_size=40) | st.text(alphabet='a1=,;"?:@%()-. *\\', max_size=40))
def test_fuzz(text):
    """Any text is read or raises `MalformedHeader`."""
    with suppress(MalformedHeader):
        parse_dictionary(text)
