"""
Sourced tables: opt-out words, quiet hours, recording, ages, deadlines, retention, places.

Every row has a source, a date and a confidence. They help to find the strict answer; they are not
legal advice.
"""

from __future__ import annotations

from ._fact_files import load
from ._tables import (
    Age,
    Deadline,
    Fact,
    Facts,
    Keyword,
    Override,
    Place,
    QuietHours,
    Recording,
    Retention,
)

__all__ = [
    "Age",
    "Deadline",
    "Fact",
    "Facts",
    "Keyword",
    "Override",
    "Place",
    "QuietHours",
    "Recording",
    "Retention",
    "load",
]
