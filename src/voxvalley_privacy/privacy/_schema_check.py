"""
Check settings against the JSON Schema that ships, which editors use as well.

Only the words that the schema uses are read, so that no package is needed; a test compares the
result with that of a complete validator. A word that is not known here is an error of the library.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, TypeAlias

from ..errors import ConfigurationError
from ..keys import KeyRing
from ._front_door import Privacy
from ._settings_file import Path, Settings, line_of, load_toml, nearest
from ._settings_schema import FORMS

__all__ = ["faults_of_schema", "mistakes_of"]

_FILE = FilePath(__file__).with_name("privacy.schema.json")
_Faults: TypeAlias = Iterator[tuple[Path, str]]
_TYPES: Mapping[str, tuple[type, str]] = {
    "object": (Mapping, "a table"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "boolean": (bool, "true or false"),
}


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return schema


def mistakes_of(path: str | os.PathLike[str], /) -> tuple[tuple[str, str], ...]:
    """
    Return every mistake in a settings file: those that its reader finds, and those of the schema.

    Args:
        path: The file. The keys that it names are not loaded.

    Returns:
        The mistakes in the order of their lines, each a place and a sentence.
    """
    read: tuple[tuple[str, str], ...] = ()
    try:
        Privacy.from_toml(path, keys=KeyRing.generate())
    except ConfigurationError as error:
        read = error.faults
    try:
        settings = load_toml(path)
    except ConfigurationError:
        return read  # which says that it is not TOML
    said = {(place, message.partition(": ")[0]) for place, message in read}
    for at, message in faults_of_schema(settings):
        settings.fault(at, message)
    new = [
        (place, message)
        for place, message in settings.faults
        if (place, message.partition(": ")[0]) not in said
    ]
    return tuple(sorted((*read, *new), key=lambda fault: line_of(fault[0])))


def faults_of_schema(settings: Settings, /) -> list[tuple[Path, str]]:
    """Return where the settings are not as the schema says, and why."""
    return list(_faults(_plain(settings.table), _shipped(), ()))


def _plain(value: Any) -> Any:
    """Return a table as JSON has it: days are texts there."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _faults(value: Any, schema: Mapping[str, Any], path: Path) -> _Faults:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = _shipped()["$defs"][name]
    kind = schema.get("type")
    if kind is not None and not _is_a(value, kind):
        yield path, f"must be {_TYPES[kind][1]}"
        return
    for word, setting in schema.items():
        if word not in _SILENT:
            yield from _WORDS[word](value, setting, schema, path)


def _is_a(value: Any, kind: str) -> bool:
    is_flag = isinstance(value, bool) and kind != "boolean"
    return isinstance(value, _TYPES[kind][0]) and not is_flag


# Words --------------------------------------------------------------------------------------------


def _properties(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    for key, inner in value.items():
        if key in setting:
            yield from _faults(inner, setting[key], (*path, key))


def _additional(value: Any, setting: Any, schema: Any, path: Path) -> _Faults:
    named = schema.get("properties", {})
    for key, inner in value.items():
        if key not in named and setting is False:
            yield (*path, key), nearest(key, named)
        elif key not in named:
            yield from _faults(inner, setting, (*path, key))


def _required(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    for key in setting:
        if key not in value:
            yield (*path, key), "is missing"


def _items(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    for inner in value:
        yield from _faults(inner, setting, path)


def _any_of(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    tried = [list(_faults(value, choice, path)) for choice in setting]
    if all(tried):
        yield from tried[0]


def _enum(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    if value not in setting:
        word = value if isinstance(value, str) else ""
        yield path, nearest(word, setting).split("; use one of")[0]


def _const(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    if value != setting or type(value) is not type(setting):
        yield path, f"must be {json.dumps(setting)}"


def _pattern(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    if FORMS[setting].search(value) is None:
        yield path, f"must have the form {setting}"


def _at_least(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    if value < setting:
        yield path, f"must be at least {setting}"


def _at_most(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    if value > setting:
        yield path, f"must be at most {setting}"


def _not_empty(value: Any, setting: Any, _schema: Any, path: Path) -> _Faults:
    if len(value) < setting:
        yield path, "must not be empty"


_SILENT = frozenset(["$schema", "$defs", "title", "type"])
_WORDS: Mapping[str, Callable[[Any, Any, Any, Path], _Faults]] = {
    "additionalProperties": _additional,
    "anyOf": _any_of,
    "const": _const,
    "enum": _enum,
    "items": _items,
    "maximum": _at_most,
    "minItems": _not_empty,
    "minimum": _at_least,
    "pattern": _pattern,
    "properties": _properties,
    "required": _required,
}
