"""How long a record is kept, why, and what forbids destroying it."""

from __future__ import annotations

from ._holds import HoldMirror, Lease, LegalHolds, is_pseudonym
from ._holds_by_events import Hold, HoldState
from ._periods import Period, ceiling_end, floor_end
from ._schedule import Disposition, RecordKind, RecordMeta, RetentionSchedule, Rule, retain

__all__ = [
    "Disposition",
    "Hold",
    "HoldMirror",
    "HoldState",
    "Lease",
    "LegalHolds",
    "Period",
    "RecordKind",
    "RecordMeta",
    "RetentionSchedule",
    "Rule",
    "ceiling_end",
    "floor_end",
    "is_pseudonym",
    "retain",
]
