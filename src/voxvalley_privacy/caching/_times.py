"""The time by a clock of the app, which may fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from ..stores import Clock, system_clock

__all__ = ["now_by", "seconds_by"]


def now_by(clock: Clock, /) -> datetime | None:
    """Return the time; None if the clock fails, or gives one without a time zone."""
    try:
        now = clock()
        return None if now.tzinfo is None else now
    except Exception:  # its code is not ours
        return None


def seconds_by(clock: Clock, /) -> Callable[[], float | None]:
    """Return what gives the seconds since 1970 by *clock*; at once for that of the machine."""
    if clock is system_clock:
        return time.time

    def seconds() -> float | None:
        now = now_by(clock)
        return None if now is None else now.timestamp()

    return seconds
