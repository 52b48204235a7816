"""`check` reads a settings file by its reader and by the JSON Schema that ships."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxvalley_privacy import privacy as front
from voxvalley_privacy.privacy import _schema_check as checks
from voxvalley_privacy.privacy._settings_file import Settings

SCHEMA = json.loads(Path(front.__file__).with_name("privacy.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
VALUES = st.sampled_from(
    [
        "US",
        "drop",
        "off",
        "scan",
        "debug",
        "1h",
        "env:KEYS",
        "sqlite:a.db",
        "call",
        "P1Y",
        1,
        16,
        121,
        True,
        False,
        0.5,
        [],
        ["debug"],
        ["support", 3],
        {},
        {"action": "mask"},
        {"action": 1},
        date(2026, 1, 2),
        "deny",
        "twilio.call",
        {"kind": "call"},
        {"from": "2026-01-02"},
    ]
)


def _paths(schema: dict[str, Any], path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the path of every setting that the schema names, and of some that it does not."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    found = [path] if path else []
    for key, inner in schema.get("properties", {}).items():
        found += _paths(inner, (*path, key))
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        found += _paths(more, (*path, "mine"))
    elif more is False:
        found.append((*path, "unknown"))
    return found


PATHS = _paths(SCHEMA, ())


def _put(table: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for part in path[:-1]:
        inner = table.get(part)
        if not isinstance(inner, dict):
            inner = table[part] = {}
        table = inner
    table[path[-1]] = value


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), max_size=4), st.booleans())
def test_our_reading_of_the_schema_agrees_with_a_complete_validator(
    changes: list[tuple[tuple[str, ...], object]], versioned: bool
) -> None:
    """A table is refused by both or by neither, and at the same places."""
    table: dict[str, Any] = {"version": 1} if versioned else {}
    for path, value in changes:
        _put(table, path, value)
    plain = checks._plain(table)

    theirs = list(VALIDATOR.iter_errors(plain))
    ours = checks.faults_of_schema(Settings(table))

    assert bool(theirs) is bool(ours)
    assert {str(error.absolute_path[0]) for error in theirs if error.absolute_path} <= {
        at[0] for at, _ in ours
    }


def test_check_names_what_the_schema_alone_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake that a reader would let pass is named by the schema, with its line."""
    path = tmp_path / "privacy.toml"
    path.write_text("version = 1\n[cache]\nmost_bytes = 5\n")
    assert () == front.mistakes_of(path)

    stricter = json.loads(json.dumps(SCHEMA))
    stricter["properties"]["cache"]["properties"]["most_bytes"]["minimum"] = 6
    monkeypatch.setattr(checks, "_shipped", lambda: stricter)

    assert (("privacy.toml:3", "cache.most_bytes: must be at least 6"),) == front.mistakes_of(path)


@pytest.mark.parametrize(
    "text",
    [
        "version = 1\nregion = 'usa'\n",
        "[logs]\ncall = 'off'\n",
        "version = 1\n[consent]\nminimum_age = 130\n",
        "version = 1\n[records.calls]\naudiences = ['debg']\n",
        "version = 1\n[recipients.a]\nrole = 'owner'\n",
        "version = 1\n[lgos]\n",
        "version = 1\n[logs\n",
    ],
)
def test_no_mistake_is_named_twice(tmp_path: Path, text: str) -> None:
    """What reader and schema both see is one mistake."""
    path = tmp_path / "privacy.toml"
    path.write_text(text)
    mistakes = front.mistakes_of(path)
    keys = [(place, message.partition(": ")[0]) for place, message in mistakes]

    assert mistakes
    assert len(keys) == len({*keys})


def test_the_schema_reads_no_word_that_is_unknown_here() -> None:
    """Every word of the schema is read or is silent, so that nothing in it is without effect."""

    def words(schema: object) -> set[str]:
        if isinstance(schema, list):
            return set().union(*map(words, schema))
        if not isinstance(schema, dict):
            return set()
        named = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
        own = {word for word in schema if word not in ("properties", "$defs", "$ref")}
        inner = [schema[word] for word in own if word not in ("enum", "required")]
        return own.union(*map(words, [*named, *inner]))

    assert words(SCHEMA) <= {*checks._WORDS, *checks._SILENT}
    assert [] == checks.faults_of_schema(Settings(tomllib.loads("version = 1\n")))
