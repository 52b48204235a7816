"""The tables, read from their files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, TypedDict, TypeVar

from ._tables import (
    Age,
    ContactBasis,
    Deadline,
    Facts,
    Keyword,
    Place,
    QuietHours,
    Recording,
    RegistryFact,
    Retention,
)

__all__ = ["line_formats", "load"]

_R = TypeVar("_R")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class _Common(TypedDict):
    key: str
    source: str
    as_of: date
    confidence: str
    disputed: bool
    notes: str


@cache
def load() -> Facts:
    """Return the tables that ship with this version; they are read once."""
    words: dict[str, Any] = json.loads(_text("keywords.json"))
    as_of = date.fromisoformat(words["as_of"])
    return Facts(
        as_of=as_of,
        quiet_hours=_grouped("quiet_hours.csv", _quiet_hours),
        recording={row.key: row for row in _rows("recording_consent.csv", _recording)},
        ages={row.key: row for row in _rows("age_limits.csv", _age)},
        deadlines=tuple(_rows("optout_deadlines.csv", _deadline)),
        retention=tuple(_rows("retention_floors.csv", _retention)),
        registries=tuple(_rows("registries.csv", _registry)),
        bases=tuple(_rows("contact_bases.csv", _basis)),
        places={row.key: row for row in _rows("number_places.csv", _place)},
        keywords=tuple(_keywords(words, as_of)),
        sources=json.loads(_text("sources.json")),
    )


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _rows(name: str, build: Callable[[dict[str, str]], _R]) -> Iterator[_R]:
    return map(build, csv.DictReader(_text(name).splitlines()))


def _grouped(
    name: str, build: Callable[[dict[str, str]], QuietHours]
) -> dict[str, tuple[QuietHours, ...]]:
    rows = sorted(_rows(name, build), key=lambda row: row.key)
    return {key: tuple(group) for key, group in groupby(rows, key=lambda row: row.key)}


def _common(row: dict[str, str]) -> _Common:
    confidence = row["confidence"]
    return _Common(
        key=row["key"],
        source=row["source"],
        as_of=date.fromisoformat(row["as_of"]),
        confidence=confidence if confidence == "policy" else confidence[:1],
        # "H (14) / pending": a change is under way, so the row may be out of date.
        disputed="disputed" in confidence or "pending" in confidence,
        notes=row.get("notes", ""),
    )


def _days(text: str) -> frozenset[int]:
    first, _, last = text.partition("-")
    return frozenset(range(_DAYS.index(first), _DAYS.index(last or first) + 1))


def _caps(text: str) -> tuple[tuple[int, timedelta], ...]:
    pairs = [cap.removesuffix("h").split("/") for cap in text.split()]
    return tuple((int(count), timedelta(hours=int(hours))) for count, hours in pairs)


def _quiet_hours(row: dict[str, str]) -> QuietHours:
    return QuietHours(
        **_common(row),
        channels=frozenset(row["channels"].split(",")),
        days=_days(row["days"]),
        start=time.fromisoformat(row["start"]),
        end=time.fromisoformat(row["end"]),
        holidays_open=row["holidays"] == "allowed",
        caps=_caps(row["cap"]),
        instrument=row["applies_to"],
        exempt=row["exempt_classes"].split(),
    )


def _registry(row: dict[str, str]) -> RegistryFact:
    days = row["freshness_days"]
    return RegistryFact(
        **_common(row),
        registry=row["registry"],
        operator=row["operator"],
        channels=row["channels"].split(","),
        freshness=timedelta(days=int(days)) if days else None,
        exempt=row["exempt"],
        instrument=row["instrument"],
    )


def _basis(row: dict[str, str]) -> ContactBasis:
    return ContactBasis(
        **_common(row),
        basis=row["basis"],
        channels=row["channels"].split(","),
        months=int(row["months"]) if row["months"] else None,
        counted_from=row["counted_from"],
        conditions=row["conditions"],
        instrument=row["instrument"],
    )


def _recording(row: dict[str, str]) -> Recording:
    return Recording(
        **_common(row),
        regime=row["regime"],
        needs=row["library_default"],
        notice_suffices=row["notice_suffices"].startswith("yes"),
        instrument=row["basis"],
    )


def _age(row: dict[str, str]) -> Age:
    return Age(**_common(row), years=int(row["digital_consent_age"]), instrument=row["instrument"])


def _deadline(row: dict[str, str]) -> Deadline:
    return Deadline(
        **_common(row),
        channel=row["channel"],
        deadline=row["deadline"],
        unit=row["unit"],
        keep_for=row["keep_for"],
        instrument=row["instrument"],
    )


def _retention(row: dict[str, str]) -> Retention:
    return Retention(
        **_common(row),
        record=row["record"],
        min_keep=row["min_keep"],
        max_keep=row["max_keep"],
        instrument=row["instrument"],
    )


def _place(row: dict[str, str]) -> Place:
    return Place(
        **_common(row), regions=tuple(row["regions"].split()), zones=tuple(row["zones"].split())
    )


def _keywords(words: dict[str, Any], as_of: date) -> Iterator[Keyword]:
    for kind in ("opt_out", "opt_in", "help"):
        for row in words[kind]:
            yield Keyword(
                key=row["token"],
                source=row["source"],
                as_of=as_of,
                confidence=row.get("confidence", "M"),
                disputed=False,
                notes="",
                kind=kind,
                language=row.get("lang", ""),
                needs_prompt=row.get("needs_pending_prompt", False),
            )


@cache
def line_formats() -> dict[str, Any]:
    """Return how the lines of logs and traces are cut, as in `line_formats.json`."""
    tables: dict[str, Any] = json.loads(_text("line_formats.json"))
    return tables
