"""The stores of an inventory as sources of a person's export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Protocol, runtime_checkable

import attrs

from ..disclosure import ExportSource
from ..ledgers import canonical_subject
from ..names import judge
from ..vocabulary import DataCategory
from ._people import Person
from ._targets import ErasureTarget

__all__ = ["source_of"]

# What an event itself is like; a field of any other kind has to be listed by the app.
_OF_THE_EVENT = frozenset(
    [
        DataCategory.STATUS,
        DataCategory.DURATION,
        DataCategory.TIMESTAMP,
        DataCategory.RECORD_ID,
        DataCategory.PRICE,
        DataCategory.REGION,
    ]
)
# Notes of staff about a person are told of by a person, not by the name of a column.
_OF_STAFF = re.compile(
    r"(?:^|_)(?:risk|score|fraud|spam|internal|staff|agent|review|flag|abuse|blocked)(?:_|$)",
    re.IGNORECASE,
)


@runtime_checkable
class HasRows(Protocol):
    """A target that can show the rows of a person."""

    subject: tuple[str, ...]
    event_time: str | None

    def rows_of(self, person: Person, /) -> Iterator[Mapping[str, Any]]:
        """Return every row about the person."""


@attrs.frozen(kw_only=True)
class _Fields(Mapping[str, str]):
    """Say what each field of a store is; the fields of rows need not be known before."""

    listed: dict[str, str]

    def __getitem__(self, name: str) -> str:
        known = self.listed.get(name)
        of_staff = _OF_STAFF.search(name) is not None
        if known is None and not of_staff and judge((name,)).category in _OF_THE_EVENT:
            known = "own"
        if known is None:
            raise KeyError(name)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self.listed)

    def __len__(self) -> int:
        return len(self.listed)


def source_of(target: ErasureTarget, /, *, region: str | None) -> ExportSource:
    """Return a target as a source of exports; one that cannot show rows fails in the manifest."""
    if not isinstance(target, HasRows):
        return _without_rows(target)
    listed = dict.fromkeys(target.subject, "party")
    listed |= dict.fromkeys([*getattr(target, "own", ()), *getattr(target, "text", ())], "own")
    if target.event_time:
        listed[target.event_time] = "time"
    change = getattr(target, "rectify", None) if getattr(target, "own", ()) else None

    def rows(subject: object) -> list[Mapping[str, Any]]:
        return list(target.rows_of(_person(subject, region)))

    def rectify(subject: object, changes: Mapping[str, Any]) -> None:
        assert change is not None
        change(_person(subject, region), changes)

    return ExportSource(
        name=target.name,
        find=rows,
        count=lambda subject: len(rows(subject)),
        fields=_Fields(listed=listed),
        rectify=rectify if change is not None else None,
    )


def _person(subject: object, region: str | None) -> Person:
    spelling = canonical_subject(subject, region=region)
    if spelling is None:
        raise ValueError("not a person")
    return Person(is_them=partial(_same, spelling), region=region, subject=spelling[1])


def _same(spelling: tuple[str, str], other: tuple[str, str]) -> bool:
    return spelling == other


def _without_rows(target: ErasureTarget) -> ExportSource:
    """Return a source for copies, which hold nothing of their own, or one that fails openly."""
    copies = getattr(target, "copies", False)

    def find(_: object) -> list[Mapping[str, Any]]:
        if not copies:
            raise LookupError("This store does not show the rows of a person.")
        return []

    return ExportSource(
        name=target.name,
        find=find,
        count=lambda _: 0,
        fields={},
        source="copies of other stores" if copies else "",
    )
