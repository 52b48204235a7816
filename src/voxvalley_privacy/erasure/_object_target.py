"""Folders and buckets: every version of an object, its marker, its name and its metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import attrs

from ..retention import RecordMeta
from ..stores import Clock
from ._people import Person
from ._targets import BoundTarget, Commit, HoldSupport, Outcome, Record

__all__ = ["ObjectStore", "ObjectTarget", "ObjectVersion"]

_OVERLAP = 512  # bytes: longer than any spelling of a person


@attrs.frozen(kw_only=True)
class ObjectVersion:
    """
    Name one version of an object.

    Args:
        key: The object's name.

        version: The version's id; empty where there is only one.

        modified: When it was written.

        is_marker: Whether it only says that the object was deleted.

        locked_until: Until when nobody can delete it; None if it is not locked.

        metadata: What is kept beside it.
    """

    key: str = attrs.field(repr=False)
    version: str = ""
    modified: datetime | None = None
    is_marker: bool = False
    locked_until: datetime | None = None
    metadata: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    @property
    def id(self) -> str:
        """Key and version as one text."""
        return f"{self.version}#{self.key}"


class ObjectStore(Protocol):
    """Keeps objects in versions."""

    def versions(self) -> Iterator[ObjectVersion]:
        """Return every version of every object, and every marker."""

    def read(self, version: ObjectVersion, /) -> Iterator[bytes]:
        """Return the content of a version in parts."""

    def delete(self, version: ObjectVersion, /) -> None:
        """Delete a version for good: no marker in its place."""

    def mark(self) -> int:
        """Return the mark that is kept in the store."""

    def set_mark(self, position: int, /) -> None:
        """Keep a mark in the store."""


@attrs.define(kw_only=True, eq=False)
class ObjectTarget(BoundTarget):
    """Objects in versions; `folder` and `bucket` make it."""

    store: ObjectStore = attrs.field(repr=False)
    name: str
    kind: str
    place: str
    people: Callable[[str], Iterable[str]] = attrs.field(repr=False)
    clock: Clock = attrs.field(repr=False)
    after: tuple[str, ...] = ()
    hold_support: HoldSupport = "lease"
    residue: str = "until the storage reuses the blocks, and copies of it are gone"

    def find(self, person: Person, /) -> Sequence[Record]:
        versions = [*self.store.versions()]
        named = {version.key for version in versions if self._names(person, version)}
        # One version that names the person is enough: the others are the same thing.
        return [self._record(version) for version in versions if version.key in named]

    def every(self) -> Iterator[Record]:
        return map(self._record, self.store.versions())

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        wanted = {record.id for record in records}
        versions = [version for version in self.store.versions() if version.id in wanted]
        now = self.clock()
        locked = {
            version.id: version.locked_until
            for version in versions
            if version.locked_until is not None and version.locked_until > now
        }
        # Markers go last: until then nobody sees an old version come back.
        free = [version for version in versions if version.id not in locked]
        for version in sorted(free, key=lambda version: version.is_marker):
            commit()
            self.store.delete(version)
        return Outcome(
            done=tuple(sorted(wanted - {*locked})),
            pending=tuple(sorted(locked)),
            due=max(filter(None, locked.values()), default=None),
            code="object.locked" if locked else "",
        )

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        # A recording holds every leg: it goes when any party's erasure covers it.
        return self.erase(records, person, commit)

    def verify_absent(self, person: Person, /) -> int:
        return len(self.find(person))

    def count(self) -> int:
        return sum(1 for _ in self.store.versions())

    def mark(self) -> int:
        return self.store.mark()

    def set_mark(self, position: int, /) -> None:
        self.store.set_mark(position)

    def _record(self, version: ObjectVersion) -> Record:
        meta = RecordMeta(
            kind=self.kind,
            id=version.id,
            subjects=tuple(self.people(version.key)),
            created=version.modified,
            place=self.place,
        )
        return Record(meta=meta)

    def _names(self, person: Person, version: ObjectVersion) -> bool:
        beside: list[Any] = [*self.people(version.key), dict(version.metadata), version.key]
        if person.names(beside):
            return True
        return not version.is_marker and _holds(self.store.read(version), person)


def _holds(parts: Iterator[bytes], person: Person) -> bool:
    """Whether the content of an object names the person."""
    last = b""
    for part in parts:
        text = last + part
        # Of UTF-16, what is in ASCII can be read without its zeros.
        if person.may_be_in(text) and person.in_text(text.decode("utf-8", "replace")):
            return True
        last = text[-_OVERLAP:]
    return False
