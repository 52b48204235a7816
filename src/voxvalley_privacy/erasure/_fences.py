"""Fences: which people were erased, and when; late records and old copies stay out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from ..decisions import Decision, Obligation, Reason
from ..errors import StoreError
from ..keys import KeyRing
from ..ledgers import Subjects, chain_of, details_of, of_book
from ..stores import Event, EventStore
from ..vocabulary import Purpose
from ._people import texts_in
from ._shape_of_rows import as_time
from ._targets import ErasureTarget, Record

__all__ = ["BOOK", "Fences"]

BOOK = "erasure"
_MOST_NAMED = 10_000
_LONGEST_NAME = 64  # a longer text is not a spelling that comes again
_LONGEST_SWEEP = timedelta(minutes=15)
_TIMES = ("start_time", "started_at", "date_sent", "date_created", "created_at", "time", "at")


@attrs.frozen(kw_only=True)
class Life:
    """
    The time in which a person had a number, and that was erased.

    Args:
        at: When it was erased: newer records are of another life.

        position: That of its fence in the ledger.

        since: When it began; None if that is not known.

        until: When the person gave the number away; None if they did not.

        minor: Whether it was erased as that of a minor.

        law_only: Whether only floors of law kept anything.
    """

    at: datetime
    position: int
    since: datetime | None = None
    until: datetime | None = None
    minor: bool = False
    law_only: bool = False

    def covers(self, when: datetime | None, /) -> bool:
        """Whether it covers a time; one that is not known may be of it."""
        if when is None:
            return True
        is_before = self.since is not None and when < self.since
        is_after = when > self.at or (self.until is not None and when >= self.until)
        return not is_before and not is_after


class Fences:
    """
    Fold the fences of a ledger; only what was added since the last question is read.

    Args:
        store: Keeps the events.

        keys: Make tokens and check events.

        people: Computes the tokens of people.
    """

    def __init__(self, store: EventStore, /, *, keys: KeyRing, people: Subjects) -> None:
        self._store = store
        self._people = people
        self.region = people.region
        self._chain = chain_of(keys)
        self._lives: dict[str, tuple[Life, ...]] = {}
        self._sweeps: dict[str, tuple[int, datetime]] = {}
        self._some_law_only = False
        self._minors: dict[str, bool] = {}
        self._swept = 0
        self._read_to = 0
        # Most values of records are asked again and again, and most name nobody.
        self._named: dict[object, tuple[str, ...]] = {}

    def fenced(self, record: object, /, *, at: datetime | None = None) -> bool:
        """
        Whether a record belongs to a life that was erased, and must not come back in.

        Args:
            record: A record or a value.

            at: When it happened; read from the record if it is left out. Without a time it counts
                as old.
        """
        try:
            self.catch_up()
        except Exception:  # whatever a store raises, nothing comes in
            return True
        fenced = [value for value in texts_in(record) if self._has_fence(value)]
        if not fenced:
            return False
        when = as_time(at) or _time_of(record)
        return any(self._is_before(value, when) for value in fenced)

    def _has_fence(self, value: object) -> bool:
        """Whether a value names somebody who was erased; what it names is remembered."""
        try:
            tokens = self._named[value]
        except KeyError:
            tokens = self._people.tokens(value)
            if len(self._named) >= _MOST_NAMED:
                self._named.clear()
            if not isinstance(value, str) or len(value) <= _LONGEST_NAME:
                self._named[value] = tokens
        return any(token in self._lives for token in tokens)

    def _lives_of(self, value: object) -> list[Life]:
        """Return the lives of the person in *value* that were erased."""
        tokens = self._people.tokens(value)
        return [life for token in tokens for life in self._lives.get(token, ())]

    def lives_in(self, stream: str, /) -> dict[str, object]:
        """Return what an event must keep of the lives in a stream, when all others are scrubbed."""
        lives = [attrs.asdict(life) for life in self._lives.get(stream, ())]
        return {"lives": lives, "through": self._read_to}

    def catch_up(self) -> None:
        """Read what was added to the ledger."""
        for event in self._store.scan(after=self._read_to):
            if of_book(event, BOOK):
                self._chain.check(event)
                self._apply(event, details_of(event))
            self._read_to = event.position

    def _apply(self, event: Event, details: Mapping[str, object]) -> None:
        stream = event.stream
        match event.kind:
            case "erasure.requested":
                self._minors[stream] = bool(details.get("minor"))
            case "erasure.fenced":
                is_minor = self._minors.get(stream, False)
                self._add(stream, _life({"minor": is_minor, **details}, event.at, event.position))
            case "erasure.closed" if details:
                self._close(stream, details)
            case "erasure.sweeping":
                self._sweeps[stream] = event.position, event.at
            case "erasure.result":
                # Older versions did not say where a sweep began.
                start, _ = self._sweeps.pop(stream, (event.position, event.at))
                self._swept = max(self._swept, start)

    def _add(self, stream: str, *lives: Life) -> None:
        self._lives[stream] = (*self._lives.get(stream, ()), *lives)
        self._some_law_only |= any(life.law_only for life in lives)

    def _close(self, stream: str, details: Mapping[str, Any]) -> None:
        """Let the last event of a stream say what the scrubbed ones before it were."""
        if "lives" not in details:  # of an older version, which knew one life
            start = as_time(details.get("since"))
            known = self._lives.get(stream, ())
            self._lives[stream] = tuple([attrs.evolve(life, since=start) for life in known])
            return
        later = [life for life in self._lives.get(stream, ()) if life.position > details["through"]]
        kept = [_life(life, as_time(life["at"]), life["position"]) for life in details["lives"]]
        self._lives[stream] = ()
        self._add(stream, *kept, *later)

    # Marks: which erasures a copy of the data has seen

    def newest(self, now: datetime, /) -> int:
        """
        Return the position that the mark of a store must have reached.

        While another erasure is under way, those that began after it do not count; one that does
        not end in time has crashed, and counts no more.
        """
        under_way = [
            position for position, at in self._sweeps.values() if now - at < _LONGEST_SWEEP
        ]
        return min([self._swept, *[position - 1 for position in under_way]])

    def mark_after(self, stream: str, position: int, /) -> int:
        """Return the mark of a store in which the sweep of *stream* is carried out."""
        others = [start - 1 for name, (start, _) in self._sweeps.items() if name != stream]
        return min([max(position, self._swept), *others])

    def guard(self, target: ErasureTarget, now: datetime, /) -> Decision:
        """Say whether *target* may be read: not while it is an older copy than the ledger."""
        try:
            self.catch_up()
            mark = target.mark()
        except Exception:  # whatever a store raises, nothing is read
            return Decision.deny(Reason(code="erasure.replay_due", text="The mark is unknown."))
        if mark > self._read_to:
            return Decision.deny(
                Reason(code="erasure.ledger_older", text="The ledger is older than the data.")
            )
        if mark < self.newest(now):
            return Decision.deny(
                Reason(code="erasure.replay_due", text="Erasures are not carried out here."),
                obligations=[Obligation(code="erasure.replay", text="Replay the erasures.")],
            )
        return Decision.allow(Reason(code="erasure.current", text="Every erasure is done here."))

    def permits(self, subject: object, purpose: str, /, *, at: datetime | None = None) -> Decision:
        """Say whether what is left of a person may be used for a purpose."""
        try:
            self.catch_up()
        except StoreError:
            return Decision.deny(Reason(code="erasure.unknown", text="The ledger is down."))
        if not self._is_before(subject, as_time(at)):
            return Decision.allow(Reason(code="erasure.none", text="No erasure covers this."))
        allowed = {Purpose.LEGAL} if self.is_minor(subject) else {Purpose.LEGAL, Purpose.BILLING}
        if purpose in allowed:
            return Decision.allow(Reason(code="erasure.kept_by_law", text="A law keeps this."))
        return Decision.deny(
            Reason(code="erasure.restricted", text="The person was erased, or will be.")
        )

    def is_minor(self, value: object, /) -> bool:
        """Whether the person was erased as a minor."""
        return any(life.minor for life in self._lives_of(value))

    def is_fenced(self, spelling: tuple[str, str], /) -> bool:
        """Whether a canonical subject was erased."""
        return bool(self._lives_of(spelling[1]))

    def is_old(self, record: Record, /) -> bool:
        """Whether a record is of the life of a person that was erased."""
        known = [subject for subject in record.meta.subjects if self._lives_of(subject)]
        if not known:
            return True  # they are named in its text only
        return any(self._is_before(subject, record.meta.created) for subject in known)

    def is_law_only(self, record: Record, /) -> bool:
        """Whether only floors of law keep a record from the erasure that it is old for."""
        lives = [life for subject in record.meta.subjects for life in self._lives_of(subject)]
        if not lives:
            return self._some_law_only  # its text names somebody, and may name one of these
        return any(life.law_only and life.covers(record.meta.created) for life in lives)

    def _is_before(self, value: object, when: datetime | None) -> bool:
        return any(life.covers(when) for life in self._lives_of(value))


def _life(details: Mapping[str, Any], at: datetime | None, position: int) -> Life:
    assert at is not None
    is_minor = bool(details.get("minor"))
    return Life(
        at=at,
        position=position,
        since=as_time(details.get("since")),
        until=as_time(details.get("until")),
        minor=is_minor,
        law_only=is_minor or bool(details.get("law_only")),
    )


def _time_of(record: object) -> datetime | None:
    if not isinstance(record, Mapping):
        return None
    times = [as_time(record.get(name)) for name in _TIMES]
    return next((at for at in times if at is not None), None)
