"""Where events are kept: in memory, in a SQLite file, or in a database that SQLAlchemy reaches."""

from __future__ import annotations

from ._batch import Batch
from ._chain import GENESIS, Chain
from ._event_rows import COLUMNS, from_row, to_row
from ._event_store import Conflict, Draft, Event, EventStore, FixedClock, Seal, system_clock
from ._group_commit import GroupCommit, Job
from ._memory_events import MemoryEventStore, memory
from ._sqlite_events import SqliteEventStore, sqlite

__all__ = [
    "COLUMNS",
    "GENESIS",
    "Batch",
    "Chain",
    "Conflict",
    "Draft",
    "Event",
    "EventStore",
    "FixedClock",
    "GroupCommit",
    "Job",
    "MemoryEventStore",
    "Seal",
    "SqliteEventStore",
    "from_row",
    "memory",
    "sqlite",
    "system_clock",
    "to_row",
]
