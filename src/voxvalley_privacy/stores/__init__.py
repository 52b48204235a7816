"""Where events are kept: in memory, in a SQLite file, or (extra `sql`) in a database that SQLAlchemy reaches."""

from __future__ import annotations

from ._chain import GENESIS, Chain
from ._memory import MemoryEventStore, memory
from ._protocols import Clock, Conflict, Draft, Event, EventStore, FixedClock, Seal, system_clock
from ._sqlite import SqliteEventStore, sqlite

__all__ = [
    "GENESIS",
    "Chain",
    "Clock",
    "Conflict",
    "Draft",
    "Event",
    "EventStore",
    "FixedClock",
    "MemoryEventStore",
    "Seal",
    "SqliteEventStore",
    "memory",
    "sqlite",
    "system_clock",
]
