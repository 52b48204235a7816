"""Where events are kept: in memory, in a SQLite file, or in a database that SQLAlchemy reaches."""

from __future__ import annotations

from ._append import Batch, GroupCommit, Job
from ._chain import GENESIS, Chain
from ._event_store import (
    COLUMNS,
    Conflict,
    Draft,
    Event,
    EventStore,
    FixedClock,
    Seal,
    from_row,
    system_clock,
    to_row,
)
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
