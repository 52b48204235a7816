"""Fences: which people were erased, and when; late records and old copies stay out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..decisions import Decision, Obligation, Reason
from ..errors import StoreError
from ..keys import KeyRing
from ..ledgers import Subjects, chain_of, of_book, unsalted
from ..stores import EventStore
from ._people import texts_in
from ._sql_target import as_time
from ._targets import ErasureTarget, Record

__all__ = ["BOOK", "Fences"]

BOOK = "erasure"
_BOUNDED = frozenset(["erasure.fenced", "erasure.closed"])
_TIMES = ("start_time", "started_at", "date_sent", "date_created", "created_at", "time", "at")


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
        self._chain = chain_of(keys)
        self._fences: dict[str, datetime] = {}
        self._since: dict[str, datetime | None] = {}
        self._read_to = 0
        self.newest = 0

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
        except StoreError:
            return True
        when = at or _time_of(record)
        return any(self._is_before(value, when) for value in texts_in(record) or [record])

    def fence(self, value: object, /) -> datetime | None:
        """Return when the person in *value* was erased last."""
        tokens = self._people.tokens(value)
        times = [self._fences[token] for token in tokens if token in self._fences]
        return max(times, default=None)

    def catch_up(self) -> None:
        """Read what was added to the ledger."""
        for event in self._store.scan(after=self._read_to):
            if of_book(event, BOOK):
                self._chain.check(event)
                if event.kind == "erasure.fenced":
                    self._fences[event.stream] = event.at
                if event.kind in _BOUNDED and event.body is not None:
                    since = unsalted(event.body).get("since")
                    self._since[event.stream] = datetime.fromisoformat(since) if since else None
                if event.kind == "erasure.result":
                    self.newest = event.position
            self._read_to = event.position

    def guard(self, target: ErasureTarget, /) -> Decision:
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
        if mark < self.newest:
            return Decision.deny(
                Reason(code="erasure.replay_due", text="Erasures are not carried out here."),
                obligations=[Obligation(code="erasure.replay", text="Replay the erasures.")],
            )
        return Decision.allow(Reason(code="erasure.current", text="Every erasure is done here."))

    def is_fenced(self, spelling: tuple[str, str], /) -> bool:
        """Whether a canonical subject was erased."""
        return self.fence(spelling[1]) is not None

    def is_old(self, record: Record, /) -> bool:
        """Whether a record is of the life of a person that was erased."""
        known = [subject for subject in record.meta.subjects if self.fence(subject) is not None]
        if not known:
            return True  # they are named in its text only
        return any(self._is_before(subject, record.meta.created) for subject in known)

    def _is_before(self, value: object, when: datetime | None) -> bool:
        fence = self.fence(value)
        if fence is None:
            return False
        if when is None:
            return True
        starts = [self._since.get(token) for token in self._people.tokens(value)]
        start = next((at for at in starts if at is not None), None)
        return when <= fence and (start is None or start <= when)


def _time_of(record: object) -> datetime | None:
    if not isinstance(record, Mapping):
        return None
    times = [as_time(record.get(name)) for name in _TIMES]
    return next((at for at in times if at is not None), None)
