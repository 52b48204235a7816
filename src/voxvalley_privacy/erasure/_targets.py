"""The shape that every store of an app has for an erasure; caches, and stores of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

import attrs

from ..decisions import Decision, Reason
from ..errors import StoreUnavailable
from ..ledgers import canonical_subject
from ..retention import RecordMeta
from ._people import Person

__all__ = [
    "BoundTarget",
    "Commit",
    "ErasureTarget",
    "HoldPlaced",
    "HoldSupport",
    "Outcome",
    "Permit",
    "Record",
    "cache",
    "keyed",
    "outcome_of",
    "permit_of",
    "with_new_holds",
]

T = TypeVar("T")
Commit = Callable[[], None]
_TRIES = 3
# How a delete knows of a hold that is placed meanwhile: by a lease, or by a question to the
# database of the records in the same transaction.
HoldSupport = Literal["lease", "transaction"]


class HoldPlaced(StoreUnavailable):
    """A hold was placed while a delete was under way: nothing was deleted."""


@attrs.frozen
class Permit:
    """
    Let a delete be committed; call it in the line before.

    Args:
        check: Raises if the lease of the delete is over.

        mark: The position of the ledger to keep in the data, in the same transaction.

        holds_seen: How many holds the mirror of the database had when holds were read.
    """

    check: Commit
    mark: int | None = None
    holds_seen: int | None = None

    def __call__(self) -> None:
        self.check()


def permit_of(commit: Commit, /) -> Permit:
    """Return *commit* as a permit."""
    return commit if isinstance(commit, Permit) else Permit(commit)


@attrs.define(kw_only=True, eq=False)
class BoundTarget:
    """A target that asks its service whether it may be read."""

    _guard: Callable[[Any], Decision] | None = attrs.field(default=None, init=False, repr=False)

    def bind(self, guard: Callable[[Any], Decision], /) -> None:
        """Let *guard* decide whether this store may be read."""
        self._guard = guard

    def guard(self) -> Decision:
        """
        Return whether this store may be read.

        It may not while it is an older copy than the ledger of erasures, or of no service.
        """
        if self._guard is None:
            return Decision.deny(
                Reason(code="erasure.replay_due", text="No erasure service has this store.")
            )
        return self._guard(self)


@attrs.frozen(kw_only=True)
class Record:
    """
    Name a record in a store.

    Args:
        meta: What is known of it.

        shared: Whether it is about somebody else too: then the person is masked in it.

        texts: What else in it may name people: a hold on one of them covers it too.
    """

    meta: RecordMeta
    shared: bool = False
    texts: tuple[object, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def id(self) -> str:
        """Its id in the store."""
        return self.meta.id


@attrs.frozen(kw_only=True)
class Outcome:
    """
    Say what became of records.

    Args:
        done: Ids that are gone or masked, as far as the store says.

        pending: Ids that the store will erase later.

        cannot: Ids that the store cannot erase.

        failed: Ids that could not be tried, or failed.

        held: Ids that a hold or a floor keeps, where a replay found them.

        due: When what is pending should be gone.

        residue_until: Until when what is done may still be in logs or backups, where that is known.

        code: The reason of what is not done.
    """

    done: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    due: datetime | None = None
    residue_until: datetime | None = None
    code: str = ""


class ErasureTarget(Protocol):
    """A store from which people are erased."""

    name: str
    after: tuple[str, ...]
    residue: str
    hold_support: HoldSupport

    def find(self, person: Person, /) -> Sequence[Record]:
        """Return every record that names the person, in any spelling; raise if in doubt."""

    def every(self) -> Iterator[Record]:
        """Return all records."""

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        """Erase records; call *commit* in the line before they are gone for good."""

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        """Take the person out of records that are about others too."""

    def verify_absent(self, person: Person, /) -> int:
        """Look again by itself; return how many records still name the person."""

    def count(self) -> int:
        """Count all records."""

    def mark(self) -> int:
        """Return the position of the ledger up to which erasures were carried out here."""

    def set_mark(self, position: int, /) -> None:
        """Keep that position in the data itself."""


@attrs.define(kw_only=True, eq=False)
class _Keyed(BoundTarget):
    """Copies that are found by the person alone."""

    name: str
    kind: str
    drop: Callable[[str], int] = attrs.field(repr=False)
    exists: Callable[[str], int] = attrs.field(repr=False)
    left: Callable[[str], int] = attrs.field(repr=False)
    residue: str = ""
    after: tuple[str, ...] = ()
    copies: bool = True
    hold_support: HoldSupport = "lease"
    _mark: int = 0

    def find(self, person: Person, /) -> Sequence[Record]:
        if person.subject is None or not self.exists(str(person.subject)):
            return ()
        meta = RecordMeta(kind=self.kind, id=self.name, subjects=(str(person.subject),))
        return (Record(meta=meta),)

    def every(self) -> Iterator[Record]:
        return iter(())

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        commit()
        if person is not None:
            self.drop(str(person.subject))
        return Outcome(done=tuple(record.id for record in records))

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        return self.erase(records, person, commit)

    def verify_absent(self, person: Person, /) -> int:
        return self.left(str(person.subject))

    def count(self) -> int:
        return 0

    def mark(self) -> int:
        return self._mark

    def set_mark(self, position: int, /) -> None:
        self._mark = position


def cache(private_cache: Any, /, *, name: str = "cache", kind: str = "content") -> ErasureTarget:
    """
    Erase from a `voxvalley_privacy.PrivateCache`.

    What it holds about a person can only be counted by forgetting it, so that a plan always names
    it; afterwards forgetting again must find nothing.
    """
    return _Keyed(
        name=name,
        kind=kind,
        drop=private_cache.forget,
        exists=lambda _: 1,
        left=private_cache.forget,
    )


def keyed(
    client: Any,
    keys: Callable[[str], Iterable[str]],
    /,
    *,
    name: str = "redis",
    kind: str = "content",
) -> ErasureTarget:
    """
    Erase from Redis by keys that follow from the person.

    Args:
        client: A Redis client.

        keys: Returns the keys of a number in E.164, or of another canonical subject.

        name: The name of the target.

        kind: The kind of what is kept.
    """

    def of(subject: str) -> list[str]:
        spelling = canonical_subject(subject)
        return list(keys(spelling[1] if spelling else subject))

    return _Keyed(
        name=name,
        kind=kind,
        drop=lambda subject: int(client.unlink(*of(subject))),
        exists=lambda subject: int(client.exists(*of(subject))),
        left=lambda subject: int(client.exists(*of(subject))),
        residue="until the snapshot and the append file are rewritten",
    )


def with_new_holds(act: Callable[[], T], /) -> T:
    """Carry out an act that reads the holds; begin anew where one was placed meanwhile."""
    for _ in range(_TRIES - 1):
        try:
            return act()
        except HoldPlaced:
            continue
    return act()


def outcome_of(records: Sequence[Record], act: Any) -> Outcome:
    """Return the outcome of an act on records; where there are none, nothing is called."""
    if not records:
        return Outcome()
    outcome = act()
    assert isinstance(outcome, Outcome)
    return outcome
