"""Legal holds: what forbids destroying, and leases that keep a deleter from overtaking one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import attrs

from ..errors import ConfigurationError, StoreUnavailable
from ..keys import KeyRing
from ..ledgers import Journal, Stream, Subjects, unsalted
from ..stores import Clock, Draft, EventStore, system_clock
from ._holds_by_events import Hold, Opened, apply, hold_of
from ._periods import Period, ceiling_end
from ._schedule import RecordMeta

__all__ = ["HoldMirror", "Lease", "LegalHolds", "is_pseudonym"]

PSEUDONYM = "psn_"
_PSEUDONYM = re.compile(PSEUDONYM + r"[a-z]{32}")


def is_pseudonym(value: object, /) -> bool:
    """Whether a value is a pseudonym that a sweep wrote."""
    return isinstance(value, str) and _PSEUDONYM.fullmatch(value) is not None


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


@runtime_checkable
class HoldMirror(Protocol):
    """A database of records that a delete asks about holds in its own transaction."""

    def mirror_hold(self, hold_id: str, /) -> bool:
        """Note a hold there, after every delete that is under way; false if that failed."""


def _listed(scope: object) -> list[Any] | None:
    """Return a scope as a list; a text or an account is one name, not many."""
    if scope is None:
        return None
    is_many = isinstance(scope, Iterable) and not isinstance(scope, str | bytes)
    return list(scope) if is_many else [scope]  # type: ignore[call-overload]  # told above


def _window(between: tuple[datetime, datetime] | None) -> tuple[datetime, datetime] | None:
    if between is None:
        return None
    start, end = [at if at.tzinfo else at.replace(tzinfo=UTC) for at in between]
    if not start < end:
        raise ConfigurationError("'between' must end after it begins.")
    return start, end


def _anybody(_by: str, _act: str, /) -> bool:
    return True


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

        may: Says whether somebody may `place` or `release`. A hold by somebody who may not is
            accepted, as it only keeps, and its review is due at once; a release is refused.
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
        may: Callable[[str, str], bool] = _anybody,
    ) -> None:
        own = keys.for_tenant(tenant) if tenant else keys
        self._clock = clock
        self._may = may
        self.region = region
        self._people = Subjects(own, region=region, book="held")
        self._pseudonyms = Subjects(own, region=region, book="pseudonym")
        self._stream = Stream(store, keys=keys, book="holds", name=tenant)
        beside = store.path and store.path.with_name(store.path.name + ".holds")
        self._journal = Journal(
            journal or beside,
            keys={key_id: keys.derive("holds.journal", key_id=key_id) for key_id in keys.key_ids},
            active=keys.active_id,
            kinds={"hold.placed"},
        )
        self.on_release: list[object] = []
        self._mirrors: list[HoldMirror] = []

    def mirror(self, database: HoldMirror, /) -> None:
        """Note holds that are placed in *database* too: no delete there overtakes one."""
        if database not in self._mirrors:
            self._mirrors.append(database)

    def pseudonyms(self, subject: object, /) -> tuple[str, ...]:
        """Return the pseudonyms that a sweep writes for a person, that of the active key first."""
        tokens = self._pseudonyms.tokens_of_anything(subject)
        return tuple([PSEUDONYM + token.rpartition(".")[2] for token in tokens])

    def tokens(self, subjects: Iterable[object], /) -> frozenset[str]:
        """Return the tokens of people in holds."""
        found: set[str] = set()
        for subject in subjects:
            if is_pseudonym(subject):
                found.add(str(subject))
            else:
                found.update(self._people.tokens_of_anything(subject), self.pseudonyms(subject))
        return frozenset(found)

    # Placing is always accepted

    def place(
        self,
        *,
        matter: str,
        by: str,
        subjects: object | Iterable[object] | None = None,
        kinds: str | Iterable[str] | None = None,
        records: str | Iterable[str] | None = None,
        between: tuple[datetime, datetime] | None = None,
        review: str | None = None,
        gagged: bool = False,
    ) -> Hold:
        """
        Place a hold; without any scope it covers everything.

        Args:
            matter: The legal matter.

            by: Who places it.

            subjects: A person or people, in any spelling; None for everybody.

            kinds: A kind or kinds of records; None for all.

            records: An id or ids of records; None for all.

            between: The time of the records, half-open; None for any. A time without a zone is UTC.

            review: When somebody must look whether it is still needed, such as `P6M`.

            gagged: Whether a person may not learn of it: their copy of a certificate says "law".

        Returns:
            The hold. Until its `effective_at` a delete that began before may still commit.

        Raises:
            voxvalley_privacy.ConfigurationError: If *matter* or *by* is empty, a scope is empty and
                would hold nothing, or *between* ends before it begins.
        """
        if not matter or not by:
            raise ConfigurationError("A hold needs the matter and the name of who places it.")
        people, kinds, records = map(_listed, (subjects, kinds, records))
        if [] in (people, kinds, records):
            raise ConfigurationError("An empty scope holds nothing: leave it out for everything.")
        now = self._clock()
        details = {
            "id": secrets.token_hex(8),
            "matter": matter,
            "by": by,
            "placed": now,
            "review": ceiling_end(now, Period.parse(review)) if review else None,
            "subjects": None if people is None else sorted(self.tokens(people)),
            "kinds": None if kinds is None else sorted(map(str, kinds)),
            "records": None if records is None else sorted(map(str, records)),
            "between": _window(between),
            "gagged": gagged,
            "authorized": bool(self._may(by, "place")),
        }
        draft = self._stream.draft("hold.placed", details, now, key=str(details["id"]))
        if self._accept(draft) and self._is_mirrored(str(details["id"])):
            self._note_mirrored(str(details["id"]), now)
        try:
            return next(hold for hold in self.all() if hold.id == details["id"])
        except Exception:  # the store is down: everything is held, and the journal has this one
            return hold_of({**details, "placed": now.isoformat()})

    def _accept(self, draft: Draft) -> bool:
        """Keep a hold in the store, or else in the journal; return whether it is in the store."""
        with suppress(Exception):
            self.replay()
        try:
            self._stream.append(draft)
        except Exception:  # whatever a store raises, the hold is accepted
            self._journal.add(draft)
            return False
        return True

    def _is_mirrored(self, hold_id: str) -> bool:
        """Note a hold in every database; all are tried."""
        noted = [database.mirror_hold(hold_id) for database in self._mirrors]
        return bool(noted) and all(noted)

    def _note_mirrored(self, hold_id: str, now: datetime) -> None:
        # If this is not recorded, the hold waits for leases as it would without a mirror.
        with suppress(Exception):
            details = {"id": hold_id}
            self._stream.append(self._stream.draft("hold.mirrored", details, now))

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
            voxvalley_privacy.ConfigurationError: If there is no such hold, a name is missing, or
                *by* may not release it.

            voxvalley_privacy.StoreError: If it was not recorded: the hold then stays.
        """
        if not by or not reason:
            raise ConfigurationError("A release needs a name and a reason.")
        if not self._may(by, "release"):
            raise ConfigurationError("Who asks may not release holds: the hold stays.")
        self.replay()
        hold = next((hold for hold in self.all() if hold.id == hold_id), None)
        if hold is None:
            raise ConfigurationError("There is no hold with this id.")
        details = {"id": hold_id, "by": by, "reason": reason}
        self._stream.append(self._stream.draft("hold.released", details, self._clock()))
        for hook in self.on_release:
            assert callable(hook)
            # It is released: what fails here is taken up by the next resume().
            with suppress(Exception):
                hook()
        return attrs.evolve(hold, released=True)

    # Reading

    def all(self) -> tuple[Hold, ...]:
        """
        Return every hold there was.

        Raises:
            voxvalley_privacy.StoreError: If they cannot be read: then everything is held.
        """
        opened: dict[str, Opened] = {}
        holds: dict[str, Hold] = {}
        for event in self._stream.read():
            apply(event, opened, holds)
        for draft in self._journal.pending():
            details = unsalted(draft.body)
            holds.setdefault(str(details["id"]), hold_of(details))
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
    def lease(
        self, length: timedelta = timedelta(seconds=30), /, *, joined: bool = False
    ) -> Iterator[Lease]:
        """
        Open a lease, under which holds are read anew and records deleted before it ends.

        Args:
            length: For how long.

            joined: Whether each delete asks a `HoldMirror` in its own transaction: a hold that is
                noted there need not wait for the lease.

        Raises:
            voxvalley_privacy.StoreError: If it was not recorded: nothing may be deleted.
        """
        self.replay()
        now = self._clock()
        lease = Lease(secrets.token_hex(8), now + length)
        details = {"id": lease.id, "until": lease.until, "joined": joined}
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
