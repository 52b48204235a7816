"""Appending: number and chain drafts, and let writers that wait together share one commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock

import attrs

from ...errors import StoreUnavailable
from ._chain import GENESIS
from ._event_store import Conflict, Draft, Event, Seal

__all__ = ["Batch", "GroupCommit", "Job"]

# Every store does this with drafts before it writes: number, chain, compare and swap, spot repeats
# --------------------------------------------------------------------------------------------------


@attrs.define
class Batch:
    """
    Plan what one transaction will insert; nothing else may write meanwhile.

    Args:
        position: The newest position in the store.

        previous: The mac of the newest event.

        size: Counts the events of a stream in the store.

        keyed: Finds the event with an idempotency key in the store.
    """

    position: int
    previous: bytes
    size: Callable[[str], int]
    keyed: Callable[[str], Event | None]
    events: list[Event] = attrs.field(factory=list)
    _sizes: dict[str, int] = attrs.field(factory=dict)
    _keys: dict[str, Event] = attrs.field(factory=dict)

    @classmethod
    def after(
        cls, head: Event | None, *, size: Callable[[str], int], keyed: Callable[[str], Event | None]
    ) -> Batch:
        """Start behind *head*."""
        return cls(head.position if head else 0, head.mac if head else GENESIS, size, keyed)

    def add(self, drafts: Sequence[Draft], seal: Seal, /) -> tuple[Event, ...]:
        """
        Plan all *drafts* or none.

        Raises:
            voxvalley_privacy.stores.Conflict: As `EventStore.append`; what was planned before
                stays.
        """
        mark = len(self.events)
        try:
            return tuple([self._plan(draft, seal) for draft in drafts])
        except BaseException:
            self._undo(mark)
            raise

    def _plan(self, draft: Draft, seal: Seal) -> Event:
        if draft.key and (known := self._keys.get(draft.key) or self.keyed(draft.key)):
            if (known.stream, known.kind) != (draft.stream, draft.kind):
                raise Conflict("The idempotency key belongs to another event.")
            return known
        size = self._sizes[draft.stream] if draft.stream in self._sizes else self.size(draft.stream)
        if draft.expected is not None and draft.expected != size:
            raise Conflict(f"The stream has {size} events, not {draft.expected}.")
        event = seal(draft, position=self.position + 1, seq=size + 1, previous=self.previous)
        self.position, self.previous = event.position, event.mac
        self._sizes[draft.stream] = event.seq
        if draft.key:
            self._keys[draft.key] = event
        self.events.append(event)
        return event

    def _undo(self, mark: int) -> None:
        while len(self.events) > mark:
            event = self.events.pop()
            self.position, self.previous = event.position - 1, event.previous
            self._sizes[event.stream] = event.seq - 1
            self._keys.pop(event.key, None)


# Group commit: writers that wait at the same time share one transaction and one wait for the disk
# --------------------------------------------------------------------------------------------------

# How long the one who commits lets others catch up, as long as they keep coming: a fraction of a
# wait for the disk.
_GATHER_SECONDS = 0.00005


def _locked() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@attrs.define(eq=False)
class Job:
    """One caller's drafts, and what became of them."""

    drafts: Sequence[Draft]
    seal: Seal
    made: tuple[Event, ...] | None = None
    error: Exception | None = None
    leads: bool = False
    woken: Lock = attrs.field(factory=_locked)


@attrs.define(eq=False)
class GroupCommit:
    """
    Let whoever comes first commit for all who wait; no thread of its own.

    Args:
        commit: Stores the drafts of all jobs in one transaction and sets *made* or *error* of each.
            What it raises fails them all.

        seconds: How long to wait for those who came before.
    """

    commit: Callable[[Sequence[Job]], None]
    seconds: float
    _mutex: Lock = attrs.field(factory=Lock)
    _waiting: list[Job] = attrs.field(factory=list)
    _is_led: bool = False
    _crowded: bool = False

    def submit(self, drafts: Sequence[Draft], seal: Seal, /) -> tuple[Event, ...]:
        """Store *drafts*, perhaps together with others'."""
        job = Job(drafts, seal)
        with self._mutex:
            self._waiting.append(job)
            job.leads, self._is_led = not self._is_led, True
        if not job.leads:
            self._wait(job)
        if job.leads:
            self._lead()
        if job.error is not None:
            raise job.error
        assert job.made is not None
        return job.made

    def _wait(self, job: Job) -> None:
        if job.woken.acquire(timeout=self.seconds):
            return
        with self._mutex:
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)
                raise StoreUnavailable("The store is busy with earlier writes.")
        # Being stored right now, or just called to lead.
        job.woken.acquire()

    def _lead(self) -> None:
        if self._crowded:
            self._gather()
        with self._mutex:
            jobs, self._waiting = self._waiting, []
        self._crowded = len(jobs) > 1
        try:
            self.commit(jobs)
        except Exception as error:  # every waiting thread must learn of it
            _fail(jobs, error)
        except BaseException:
            _fail(jobs, StoreUnavailable("The write was interrupted."))
            raise
        finally:
            self._hand_over()
            for job in jobs:
                job.woken.release()

    def _hand_over(self) -> None:
        with self._mutex:
            self._is_led = bool(self._waiting)
            if self._is_led:
                self._waiting[0].leads = True
                self._waiting[0].woken.release()

    def _gather(self) -> None:
        size = 0
        while size < len(self._waiting):
            size = len(self._waiting)
            time.sleep(_GATHER_SECONDS)


def _fail(jobs: Sequence[Job], error: Exception) -> None:
    for job in jobs:
        job.made, job.error = None, error
