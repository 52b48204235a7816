"""Tables of disclosure: mechanisms of transfer, legal instruments, deadlines of requests."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files

import attrs

__all__ = [
    "Instrument",
    "RequestDeadline",
    "Transfer",
    "instruments",
    "request_deadlines",
    "transfers",
]


@attrs.frozen(kw_only=True)
class Transfer:
    """One mechanism by which data may, or must not, leave a place: valid on [from, until)."""

    key: str
    kind: str
    origin: str
    destinations: frozenset[str]
    valid_from: date
    valid_until: date | None
    conditions: str
    citation: str
    confidence: str

    def valid_on(self, day: date, /) -> bool:
        """Whether a transfer of that day can rest on it."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@attrs.frozen(kw_only=True)
class Instrument:
    """One legal instrument of one place; the ceiling of what it can reach."""

    place: str
    instrument: str
    name: str
    mode: str
    issued_by: frozenset[str]
    reaches: frozenset[str]
    notice: str
    max_days: int | None
    emergency: bool
    cross_border: str
    confidence: str
    disputed: bool
    as_of: date
    in_force_from: date | None
    in_force_until: date | None
    citation: str
    needs: str
    row_hash: str


@attrs.frozen(kw_only=True)
class RequestDeadline:
    """How long a place gives for an answer."""

    place: str
    law: str
    requests: frozenset[str]
    amount: int
    unit: str
    extension: int
    extension_unit: str
    in_force_from: date
    in_force_until: date | None
    confidence: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _set(text: str, sign: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(sign) if part.strip())


@cache
def transfers() -> tuple[Transfer, ...]:
    """Return the mechanisms of transfer, dated."""
    return tuple(
        Transfer(
            key=row["key"],
            kind=row["kind"],
            origin=row["from"],
            destinations=_set(row["to"], "|"),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=_day(row["valid_until"]),
            conditions=row["conditions"],
            citation=row["instrument"],
            confidence=row["confidence"][:1],
        )
        for row in _rows("transfer_mechanisms.csv")
    )


@cache
def instruments() -> tuple[Instrument, ...]:
    """Return the legal instruments of each place."""
    return tuple(
        Instrument(
            place=row["place"],
            instrument=row["instrument"],
            name=row["name"],
            mode=row["mode"],
            issued_by=_set(row["issued_by"], ";"),
            reaches=_set(row["reaches"], ";"),
            notice=row["notice_default"],
            max_days=int(row["max_days_valid"]) if row["max_days_valid"] else None,
            emergency=row["emergency"] == "yes",
            cross_border=row["cross_border"],
            confidence=row["confidence"],
            disputed=row["disputed"] != "no",
            as_of=date.fromisoformat(row["as_of"]),
            in_force_from=_day(row["in_force_from"]),
            in_force_until=_day(row["in_force_until"]),
            citation=row["law"],
            needs=row["needs"],
            row_hash=sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16],
        )
        for row in _rows("legal_instruments.csv")
    )


@cache
def request_deadlines() -> tuple[RequestDeadline, ...]:
    """Return how long each place gives for answers, reviews and notices."""
    return tuple(
        RequestDeadline(
            place=row["key"],
            law=row["law"],
            requests=_set(row["request"], ","),
            amount=int(row["days"]),
            unit=row["unit"],
            extension=int(row["extension"] or 0),
            extension_unit=row["extension_unit"] or row["unit"],
            in_force_from=date.fromisoformat(row["in_force_from"]),
            in_force_until=_day(row["in_force_until"]),
            confidence=row["confidence"],
        )
        for row in _rows("request_deadlines.csv")
    )
