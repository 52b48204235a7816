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
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypedDict

import attrs

from ._parts import Part, free_parts, is_fitting, normal, parts_of

__all__ = [
    "NUMBERED",
    "Index",
    "by_vendor",
    "entries_of",
    "envelopes",
    "index",
    "likely",
    "names",
    "row_of",
    "steps_of",
    "vendors",
    "with_columns",
]

_PACKAGE = "voxvalley_privacy"
_INDEX = "facts/schema_index.json"
_ENVELOPES = "facts/envelopes.json"
# The number that a dictionary of RADIUS attributes writes behind a name, as in `User-Name(1)`.
NUMBERED = re.compile(r"\(\d{1,5}\)$")

Row = dict[str, Any]


class Entry(TypedDict):
    """
    The index of one schema.

    *steps* are the folded names of its values, *free* those with a `*` for each free part, *nested*
    the schemas whose values may be inside, *under* the keys that wrap a record, *widths* the
    numbers of columns of its rows without a header.
    """

    steps: list[str]
    free: list[str]
    nested: list[str]
    under: list[str]
    widths: list[int]


class _File(TypedDict):
    size: int
    schemas: dict[str, Entry]


def _root() -> Traversable:
    return files(_PACKAGE)


@cache
def vendors() -> Mapping[str, Traversable]:
    """Return the files of the folder by their vendors, in order."""
    by_vendor: dict[str, Traversable] = {}
    for file in sorted(_root().joinpath("facts/schemas").iterdir(), key=attrgetter("name")):
        vendor, dot, _ = file.name.partition(".json")
        if dot:
            by_vendor[vendor] = file
    return by_vendor


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
    plain, free = _folded_and_free(last)
    prefixes = [f"{prefix}*" for prefix in row.get("prefixed", ())]
    return Entry(
        steps=sorted(plain),
        free=sorted({*free, *prefixes} - {"*"}),
        nested=sorted(row.get("nested", {}).values()),
        under=sorted(steps_of(row.get("found_under", ()))),
        widths=[len(order) for order in row.get("column_orders", ())],
    )


def _folded_and_free(parts: Iterable[Part]) -> tuple[set[str], set[str]]:
    plain: set[str] = set()
    free: set[str] = set()
    for part in parts:
        fixed = free_parts(part)
        if fixed is None:
            plain.add(normal(NUMBERED.sub("", part.key)))
        else:
            free.add("*".join(fixed))
    return plain, free


def steps_of(places: Iterable[str], /) -> frozenset[str]:
    """Return the keys of the places under which records come, folded."""
    steps: set[str] = set()
    for place in places:
        steps.update(part.key.casefold() for part in parts_of(place))
    return frozenset(steps - {""})


@attrs.frozen
class Index:
    """All that is known of the schemas without reading them."""

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


def by_vendor() -> Mapping[str, tuple[str, ...]]:
    """Return the names of all built-in schemas by vendor, both sorted."""
    listed: defaultdict[str, list[str]] = defaultdict(list)
    for name in names():
        listed[name.partition(".")[0]].append(name)
    return MappingProxyType({vendor: tuple(of_vendor) for vendor, of_vendor in listed.items()})


def with_columns() -> tuple[str, ...]:
    """Return the names of the schemas that know rows without a header, sorted."""
    return tuple(name for name, entry in index().entries.items() if entry["widths"])


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
    documented: set[str] = set()
    for entry in known.entries.values():
        documented.update(entry["under"])
    # A name that is a value in some schema wraps only the records whose schema says so.
    values = {step for step in documented if normal(step) in known.by_step}
    always = frozenset(usual["always"]) | (documented - values)
    return Envelopes(always, always | frozenset(usual["described"]))


# Which schemas may know a record ------------------------------------------------------------------


def likely(steps: Iterable[str], /) -> tuple[tuple[str, int], ...]:
    """
    Return the schemas that may know a record, with how many of its values at most, most first.

    Args:
        steps: The last name of the path of each value.
    """
    counted = Counter(steps)
    alone = _by_names(counted)
    most = Counter(alone)
    for name, entry in index().entries.items():
        # Several fields may lead to one schema; each value is counted once by it.
        most.update({name: sum(alone[inner] for inner in set(entry["nested"]))})
    return tuple((name, count) for name, count in most.most_common() if count)


def _by_names(counted: Mapping[str, int]) -> Counter[str]:
    """Count the values that each schema knows by itself."""
    known = index()
    most: Counter[str] = Counter()
    for step, count in counted.items():
        names_of_step = known.by_step.get(normal(step), ())
        most.update(dict.fromkeys(names_of_step, count))
    for name, entry in known.entries.items():
        if entry["free"]:
            most[name] += _by_free_parts(entry["free"], counted)
    return most


def _by_free_parts(free: Iterable[str], counted: Mapping[str, int]) -> int:
    patterns = [tuple(each.split("*")) for each in free]
    total = 0
    for step, count in counted.items():
        if any(is_fitting(step, pattern) for pattern in patterns):
            total += count
    return total
