"""
The built-in schemas as they lie in their folder, one JSON file a vendor, and an index of them.

The folder is the list: a file that is dropped in is a vendor. The index saves reading every file
for a list of names or a guess; files that it does not know, or knows in another size, are read.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypedDict

import attrs

from ._parts import free_parts, is_fitting, normal, parts_of

__all__ = [
    "NUMBERED",
    "Index",
    "entries_of",
    "envelopes",
    "index",
    "likely",
    "names",
    "row_of",
    "vendors",
]

_PACKAGE = "voxvalley_privacy"
_INDEX = "facts/schema_index.json"
_ENVELOPES = "facts/envelopes.json"
# The number that a dictionary of RADIUS attributes writes behind a name, as in `User-Name(1)`.
NUMBERED = re.compile(r"\(\d{1,5}\)$")

Row = dict[str, Any]


class Entry(TypedDict):
    """
    What the index says of one schema.

    *steps* are the folded names of its values, *free* those with a `*` for each free part, *nested*
    the schemas whose values may be inside, *under* the keys that wrap a record.
    """

    steps: list[str]
    free: list[str]
    nested: list[str]
    under: list[str]


class _File(TypedDict):
    size: int
    schemas: dict[str, Entry]


def _root() -> Traversable:
    return files(_PACKAGE)


@cache
def vendors() -> Mapping[str, Traversable]:
    """Return the files of the folder by their vendors, in order."""
    folder = _root().joinpath("facts/schemas").iterdir()
    by_name = {file.name: file for file in folder if file.name.endswith(".json")}
    return {name.removesuffix(".json"): by_name[name] for name in sorted(by_name)}


@cache
def _rows(vendor: str) -> Mapping[str, Row]:
    rows: Mapping[str, Row] = json.loads(vendors()[vendor].read_bytes())
    return rows


def row_of(name: str) -> Row | None:
    """Return what the folder says of a schema; None where it has none of this name."""
    vendor = name.partition(".")[0]
    return _rows(vendor).get(name) if vendor in vendors() else None


# The index ----------------------------------------------------------------------------------------


def entries_of(rows: Mapping[str, Row], /) -> dict[str, Entry]:
    """Return what the index says of the schemas in one file."""
    return {name: _entry(row) for name, row in rows.items()}


def _entry(row: Row) -> Entry:
    last = {parts_of(path)[-1] for path in row["fields"]}
    free = {"*".join(texts) for part in last if (texts := free_parts(part)) is not None}
    plain = {normal(NUMBERED.sub("", part.key)) for part in last if free_parts(part) is None}
    prefixes = {f"{prefix}*" for prefix in row.get("prefixed", ())}
    under = {part.key for path in row.get("found_under", ()) for part in parts_of(path)}
    return Entry(
        steps=sorted(plain),
        free=sorted(free - {"*"} | prefixes),
        nested=sorted(row.get("nested", {}).values()),
        under=sorted(step.casefold() for step in under if step),
    )


@attrs.frozen
class Index:
    """What is known of all schemas without reading them."""

    entries: Mapping[str, Entry]
    by_step: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, entries: Mapping[str, Entry]) -> Index:
        by_step: defaultdict[str, list[str]] = defaultdict(list)
        for name, entry in entries.items():
            for step in entry["steps"]:
                by_step[step].append(name)
        return cls(entries, {step: tuple(known) for step, known in by_step.items()})


@cache
def index() -> Index:
    """Return the index, brought up to what lies in the folder now."""
    written: dict[str, _File] = json.loads(_root().joinpath(_INDEX).read_bytes())
    entries: dict[str, Entry] = {}
    for vendor, file in vendors().items():
        known = written.get(file.name)
        if known is None or known["size"] != _size(file):
            entries |= entries_of(_rows(vendor))
        else:
            entries |= known["schemas"]
    return Index.of(dict(sorted(entries.items())))


def _size(file: Traversable) -> int:
    if isinstance(file, Path):
        return file.stat().st_size
    return len(file.read_bytes())


def names() -> tuple[str, ...]:
    """Return the names of all built-in schemas, sorted."""
    return tuple(index().entries)


# Envelopes ----------------------------------------------------------------------------------------


@attrs.frozen
class Envelopes:
    """
    Keys that wrap a record, folded.

    *always* are known with or without a schema, *described* only where a schema says what is
    inside: elsewhere they name values.
    """

    always: frozenset[str]
    described: frozenset[str]


@cache
def envelopes() -> Envelopes:
    """Return the keys that wrap records of any schema."""
    usual: dict[str, dict[str, str]] = json.loads(_root().joinpath(_ENVELOPES).read_bytes())
    known = index()
    documented = {step for entry in known.entries.values() for step in entry["under"]}
    # A name that is a value in some schema wraps only the records whose schema says so.
    wrappers = {step for step in documented if normal(step) not in known.by_step}
    always = frozenset(usual["always"]) | wrappers
    return Envelopes(always, always | frozenset(usual["described"]))


# Which schemas may know a record ------------------------------------------------------------------


def likely(steps: Iterable[str], /) -> tuple[tuple[str, int], ...]:
    """
    Return the schemas that may know a record, with how many of its values at most, most first.

    Args:
        steps: The last name of the path of each value.
    """
    known = index()
    counted = Counter(steps)
    most: Counter[str] = Counter()
    for step, count in counted.items():
        for name in known.by_step.get(normal(step), ()):
            most[name] += count
    for name, entry in known.entries.items():
        most[name] += _by_free_parts(entry["free"], counted)
    alone = dict(most)
    for name, entry in known.entries.items():
        # Several fields may lead to one schema; each value is counted once by it.
        most[name] += sum(alone.get(inner, 0) for inner in set(entry["nested"]))
    return tuple((name, count) for name, count in most.most_common() if count)


def _by_free_parts(free: Iterable[str], counted: Mapping[str, int]) -> int:
    patterns = [tuple(each.split("*")) for each in free]
    if not patterns:
        return 0
    return sum(
        count
        for step, count in counted.items()
        if any(is_fitting(step, pattern) for pattern in patterns)
    )
