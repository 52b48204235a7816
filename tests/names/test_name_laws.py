"""Laws of the judge of names, for any name and any value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy.names import TECHNICAL, fits, judge, words_of
from voxvalley_privacy.vocabulary import DataCategory as C

SCHEMAS = sorted((Path(vp.__file__).parent / "facts" / "schemas").glob("*.json"))
WORDS = (
    "caller",
    "name",
    "user",
    "password",
    "status",
    "message",
    "phone",
    "number",
    "queue",
    "id",
    "first",
    "text",
    "kestrel",
)
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)
paths = st.lists(st.text(max_size=30), min_size=1, max_size=4).map(tuple)
values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.lists(st.integers())
)


@given(words=names)
def test_style_does_not_matter(words: list[str]) -> None:
    """Snake, kebab, camel, header and capital spelling of one name get one verdict."""
    styles = (
        "_".join(words),
        "-".join(words),
        " ".join(words),
        "".join(map(str.title, words)),
        words[0] + "".join(map(str.title, words[1:])),
        "_".join(words).upper(),
    )

    assert 1 == len({judge((style,)) for style in styles})


@given(
    words=names,
    parent=st.sampled_from(("queue", "status", "metrics", "config", "settings", "kestrel")),
)
def test_a_technical_parent_uncovers_no_secret(words: list[str], parent: str) -> None:
    """What is a secret, a number or a login by its own words is one under any record."""
    alone = judge(("_".join(words),))
    under = judge((parent, "_".join(words)))

    assert under.personal or not alone.personal or words[-1] in ("name", "number")


@given(path=paths, value=values)
def test_any_path_and_value(path: tuple[str, ...], value: object) -> None:
    """No name and no value raises, and a verdict says why."""
    verdict = judge(path, value)

    assert isinstance(verdict.why, str)
    assert isinstance(words_of(path[-1]), tuple)


@given(category=st.sampled_from(C), value=st.none() | st.booleans())
def test_switches_fit_nothing(category: C, value: object) -> None:
    """Nothing and yes-or-no are nobody's data, whatever the name."""
    assert not fits(category, value)


@given(text=st.text(alphabet=st.characters(categories=["Lu", "Ll"]), min_size=1).filter(str.strip))
def test_a_word_can_be_a_secret(text: str) -> None:
    """Any word but a yes or no fits a credential and a text: the value never opens these."""
    plain = text.lower() in ("true", "false", "null")

    assert fits(C.CREDENTIAL, text) is not plain
    assert fits(C.CONTENT, text) is not plain


def _fields() -> list[tuple[str, C]]:
    return [
        (path, C(row[0]))
        for file in SCHEMAS
        for schema in json.loads(file.read_text("utf-8")).values()
        for path, row in schema["fields"].items()
    ]


def test_built_in_schemas_are_known() -> None:
    """Of the names that are personal in a schema and technical in none, the judge knows nearly all by name alone."""
    said: dict[tuple[str, ...], set[bool]] = {}
    for path, category in _fields():
        if category not in (C.FREE_TEXT, C.URL, C.RAW_MESSAGE, C.UNKNOWN):
            said.setdefault(words_of(path.split(".")[-1].replace("[]", "")), set()).add(
                category not in TECHNICAL
            )
    personal = [
        words for words, kinds in said.items() if kinds == {True} and len("".join(words)) > 3
    ]
    missed = [words for words in personal if not judge(("_".join(words),)).personal]

    assert len(missed) / len(personal) < 0.08, missed


@pytest.mark.parametrize("name", ["Email" + "Abcd" * 8, "x" * 101, "", "...", "_", "\ud800", "\0"])
def test_no_name(name: str) -> None:
    """What is not a name says nothing."""
    assert judge((name,)).category is None or len(name) < 100


@given(
    parts=st.lists(st.text(alphabet="0123456789", min_size=3, max_size=12), min_size=1, max_size=2),
    words=names,
)
def test_why_holds_no_data(parts: list[str], words: list[str]) -> None:
    """A number that someone used as a part of a key is not in the reason."""
    verdict = judge(("_".join([*words, *parts, words[-1]]),))

    assert not any(part in verdict.why for part in parts)
