"""Legal holds: what forbids destroying, and leases that keep a deleter from overtaking one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum, unique
from pathlib import Path

import attrs

from ..errors import ConfigurationError, StoreUnavailable
from ..keys import KeyRing
from ..ledgers import Journal, Stream, Subjects, details_of, unsalted
from ..stores import Clock, Draft, Event, EventStore, system_clock
from ._periods import Period, ceiling_end
from ._schedule import RecordMeta

__all__ = ["Hold", "HoldState", "Lease", "LegalHolds"]


@unique
class HoldState(StrEnum):
    """The state of a hold."""

    PLACED = "placed"  # a deleter may still be at work under an older lease
    EFFECTIVE = "effective"
    REVIEW_DUE = "review_due"
    RELEASED = "released"


@attrs.frozen(kw_only=True)
class Hold:
    """
    Forbid destroying what is in its scope.

    Args:
        id: Its id.

        matter: The legal matter.

        by: Who placed it.

        placed: When.

        effective_at: From when no delete that began before it can still commit.

        review: When somebody must look whether it is still needed.

        subjects: Tokens of people; None for everybody.

        kinds: Kinds of records; None for all.

        records: Ids of records; None for all.

        between: The time of the records, half-open; None for any.
    """

    id: str
    matter: str
    by: str
    placed: datetime
    effective_at: datetime
    review: datetime | None = None
    subjects: frozenset[str] | None = attrs.field(default=None, repr=False)
    kinds: frozenset[str] | None = None
    records: frozenset[str] | None = attrs.field(default=None, repr=False)
    between: tuple[datetime, datetime] | None = None
    released: bool = False

    def covers(self, meta: RecordMeta, tokens: frozenset[str], /) -> bool:
        """Whether it forbids destroying a record; what is not known of that counts as covered."""
        if self.kinds is not None and meta.kind and meta.kind not in self.kinds:
            return False
        if self.records is not None and meta.id and meta.id not in self.records:
            return False
        if self.subjects is not None and tokens and not tokens & self.subjects:
            return False
        if self.between is None or meta.created is None:
            return True
        return self.between[0] <= meta.created < self.between[1]

    def state(self, now: datetime, /) -> HoldState:
        """Return its state at *now*."""
        if self.released:
            return HoldState.RELEASED
        if now < self.effective_at:
            return HoldState.PLACED
        if self.review is not None and now >= self.review:
            return HoldState.REVIEW_DUE
        return HoldState.EFFECTIVE


@attrs.frozen
class Lease:
    """
    Let a deleter work for a short time; holds that come meanwhile wait for its end.

    Args:
        id: Its id.

        until: The deleter commits nothing at or after this time.
    """

    id: str
    until: datetime


class LegalHolds:
    """
    Keep the holds of one tenant.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        tenant: Whose holds; empty for an app without tenants.

        clock: The time.

        region: The country of numbers without a country code.

        journal: The file for holds while the store fails.
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        tenant: str = "",
        clock: Clock = system_clock,
        region: str | None = None,
        journal: Path | None = None,
    ) -> None:
        own = keys.for_tenant(tenant) if tenant else keys
        self._clock = clock
        self._people = Subjects(own, region=region, book="held")
        self._stream = Stream(store, keys=keys, book="holds", name=tenant)
        beside = store.path and store.path.with_name(store.path.name + ".holds")
        self._journal = Journal(
            journal or beside,
            keys={key_id: keys.derive("holds.journal", key_id=key_id) for key_id in keys.key_ids},
            active=keys.active_id,
            kinds={"hold.placed"},
        )
        self.on_release: list[object] = []

    def tokens(self, subjects: Iterable[object], /) -> frozenset[str]:
        """Return the tokens of people in holds."""
        return frozenset(
            token for subject in subjects for token in self._people.tokens_of_anything(subject)
        )

    # Placing is always accepted

    def place(
        self,
        *,
        matter: str,
        by: str,
        subjects: Iterable[object] | None = None,
        kinds: Iterable[str] | None = None,
        records: Iterable[str] | None = None,
        between: tuple[datetime, datetime] | None = None,
        review: str | None = None,
    ) -> Hold:
        """
        Place a hold; without any scope it covers everything.

        Returns:
            The hold. Until its `effective_at` a delete that began before may still commit.

        Raises:
            voxvalley_privacy.ConfigurationError: If *matter* or *by* is empty.
        """
        if not matter or not by:
            raise ConfigurationError("A hold needs the matter and the name of who places it.")
        now = self._clock()
        details = {
            "id": secrets.token_hex(8),
            "matter": matter,
            "by": by,
            "placed": now,
            "review": ceiling_end(now, Period.parse(review)) if review else None,
            "subjects": None if subjects is None else sorted(self.tokens(subjects)),
            "kinds": None if kinds is None else sorted(map(str, kinds)),
            "records": None if records is None else sorted(records),
            "between": between,
        }
        draft = self._stream.draft("hold.placed", details, now, key=str(details["id"]))
        self._accept(draft)
        try:
            return next(hold for hold in self.all() if hold.id == details["id"])
        except Exception:  # the store is down: everything is held, and the journal has this one
            return _hold({**details, "placed": now.isoformat()}, None)

    def _accept(self, draft: Draft) -> None:
        with suppress(Exception):
            self.replay()
        try:
            self._stream.append(draft)
        except Exception:  # whatever a store raises, the hold is accepted
            self._journal.add(draft)

    def replay(self) -> int:
        """Move holds that wait in the journal to the store; return how many those were."""
        with self._journal.replaying() as drafts:
            if drafts:
                self._stream.append(*drafts)
            return len(drafts)

    def release(self, hold_id: str, /, *, by: str, reason: str) -> Hold:
        """
        Release a hold.

        Raises:
            voxvalley_privacy.ConfigurationError: If there is no such hold, or a name is missing.

            voxvalley_privacy.StoreError: If it was not recorded: the hold then stays.
        """
        if not by or not reason:
            raise ConfigurationError("A release needs a name and a reason.")
        self.replay()
        hold = next((hold for hold in self.all() if hold.id == hold_id), None)
        if hold is None:
            raise ConfigurationError("There is no hold with this id.")
        details = {"id": hold_id, "by": by, "reason": reason}
        self._stream.append(self._stream.draft("hold.released", details, self._clock()))
        for hook in self.on_release:
            assert callable(hook)
            hook()
        return attrs.evolve(hold, released=True)

    # Reading

    def all(self) -> tuple[Hold, ...]:
        """
        Return every hold there was.

        Raises:
            voxvalley_privacy.StoreError: If they cannot be read: then everything is held.
        """
        opened: dict[str, datetime] = {}
        holds: dict[str, Hold] = {}
        for event in self._stream.read():
            _apply(event, opened, holds)
        for draft in self._journal.pending():
            details = unsalted(draft.body)
            holds.setdefault(str(details["id"]), _hold(details, None))
        return tuple(holds.values())

    def active(self) -> tuple[Hold, ...]:
        """Return the holds that are not released."""
        return tuple([hold for hold in self.all() if not hold.released])

    def covering(self, meta: RecordMeta, active: Iterable[Hold], /) -> Hold | None:
        """Return the first of *active* that forbids destroying a record."""
        tokens = self.tokens(meta.subjects)
        return next((hold for hold in active if hold.covers(meta, tokens)), None)

    # Cure of the race between a check and a delete

    @contextmanager
    def lease(self, length: timedelta = timedelta(seconds=30), /) -> Iterator[Lease]:
        """
        Open a lease, under which holds are read anew and records deleted before it ends.

        Raises:
            voxvalley_privacy.StoreError: If it was not recorded: nothing may be deleted.
        """
        self.replay()
        now = self._clock()
        lease = Lease(secrets.token_hex(8), now + length)
        details = {"id": lease.id, "until": lease.until}
        self._stream.append(self._stream.draft("lease.opened", details, now))
        yield lease
        # After a fault the lease stays open until it is over: the delete may have been committed.
        closed = self._stream.draft("lease.closed", {"id": lease.id}, self._clock())
        with suppress(Exception):
            self._stream.append(closed)

    def require_time(self, lease: Lease, /) -> None:
        """
        Check that *lease* is not over, in the line before a commit.

        Raises:
            voxvalley_privacy.StoreUnavailable: If it is over.
        """
        if self._clock() >= lease.until:
            raise StoreUnavailable("The lease of this delete is over: nothing was deleted.")


def _apply(event: Event, opened: dict[str, datetime], holds: dict[str, Hold]) -> None:
    details = details_of(event)
    name = str(details.get("id", ""))
    if event.kind == "lease.opened":
        opened[name] = datetime.fromisoformat(str(details["until"]))
    elif event.kind == "lease.closed":
        opened.pop(name, None)
        for hold_id, hold in holds.items():
            # What waited for this lease alone is effective now.
            if hold.effective_at > event.at:
                waits = [until for until in opened.values() if until <= hold.effective_at]
                holds[hold_id] = attrs.evolve(
                    hold, effective_at=max([*waits, hold.placed], default=hold.placed)
                )
    elif event.kind == "hold.placed":
        holds[name] = _hold(details, max(opened.values(), default=None))
    elif event.kind == "hold.released" and name in holds:
        holds[name] = attrs.evolve(holds[name], released=True)


def _hold(details: dict[str, object], lease_end: datetime | None) -> Hold:
    placed = datetime.fromisoformat(str(details["placed"]))
    between = details["between"]
    window = None
    if isinstance(between, list | tuple):
        window = (_time(between[0]), _time(between[1]))
    return Hold(
        id=str(details["id"]),
        matter=str(details["matter"]),
        by=str(details["by"]),
        placed=placed,
        effective_at=placed if lease_end is None else max(placed, lease_end),
        review=_time(details["review"]) if details["review"] else None,
        subjects=_names(details["subjects"]),
        kinds=_names(details["kinds"]),
        records=_names(details["records"]),
        between=window,
    )


def _time(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _names(value: object) -> frozenset[str] | None:
    return frozenset(map(str, value)) if isinstance(value, list) else None
