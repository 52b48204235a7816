"""
Everything that is kept in a file or a database.

Events in `events`, cached copies in `copies`.
"""

from __future__ import annotations

from ..protocols import Clock
from ._key_file import KeyFile, keys
from .events import (
    GENESIS,
    Chain,
    Conflict,
    Draft,
    Event,
    EventStore,
    FixedClock,
    MemoryEventStore,
    Seal,
    SqliteEventStore,
    memory,
    sqlite,
    system_clock,
)

__all__ = [
    "GENESIS",
    "Chain",
    "Clock",
    "Conflict",
    "Draft",
    "Event",
    "EventStore",
    "FixedClock",
    "KeyFile",
    "MemoryEventStore",
    "Seal",
    "SqliteEventStore",
    "keys",
    "memory",
    "sqlite",
    "system_clock",
]
