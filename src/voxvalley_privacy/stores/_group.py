"""Group commit: writers that wait at the same time share one transaction and one wait for the disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

import attrs

from ..errors import StoreUnavailable
from ._protocols import Draft, Event, Seal

__all__ = ["GroupCommit", "Job"]


@attrs.define(eq=False)
class Job:
    """One caller's drafts, and what became of them."""

    drafts: Sequence[Draft]
    seal: Seal
    made: tuple[Event, ...] | None = None
    error: Exception | None = None
    abandoned: bool = False


@attrs.define(eq=False)
class GroupCommit:
    """
    Let whoever comes first commit for all who wait; no thread of its own.

    Args:
        commit: Stores the drafts of all jobs in one transaction and sets *made* or *error* of each. What it raises
            fails them all.

        seconds: How long to wait for those who came before.
    """

    commit: Callable[[Sequence[Job]], None]
    seconds: float
    _waiting: deque[Job] = attrs.field(factory=deque)
    _turn: Lock = attrs.field(factory=Lock)

    def submit(self, drafts: Sequence[Draft], seal: Seal, /) -> tuple[Event, ...]:
        """Store *drafts*, perhaps together with others'."""
        job = Job(drafts, seal)
        self._waiting.append(job)
        if not self._turn.acquire(timeout=self.seconds):
            job.abandoned = True
            raise StoreUnavailable("The store is busy with earlier writes.")
        try:
            # Someone who had the turn before us may have done our job too.
            if job.made is None and job.error is None:
                self._commit_all()
        finally:
            self._turn.release()
        if job.error is not None:
            raise job.error
        assert job.made is not None
        return job.made

    def _commit_all(self) -> None:
        jobs = []
        while self._waiting:
            job = self._waiting.popleft()
            if not job.abandoned:
                jobs.append(job)
        try:
            self.commit(jobs)
        except Exception as error:
            for job in jobs:
                job.made, job.error = None, error
