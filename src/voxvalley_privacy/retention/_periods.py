"""Periods of ISO 8601 in calendar months, and where they end on Earth."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

import attrs

from ..errors import ConfigurationError

__all__ = ["Period", "ceiling_end", "floor_end"]

_FORM = re.compile(
    r"""
    P (?:(\d{1,4})Y)? (?:(\d{1,4})M)? (?:(\d{1,4})W)? (?:(\d{1,5})D)?  # the calendar part
    (?:T (?:(\d{1,5})H)? (?:(\d{1,5})M)? (?:(\d{1,6})S)?)?             # the part by the clock
    """,
    re.VERBOSE,
)
# The first and the last place where a day begins.
_FIRST = timezone(timedelta(hours=14))
_LAST = timezone(timedelta(hours=-12))
# Databases write "never" and "not yet" as the last and first day there is: both stay in the years.
_SOONEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)


@attrs.frozen
class Period:
    """A period: calendar months, days, and time by the clock."""

    months: int
    days: int
    clock: timedelta

    @classmethod
    def parse(cls, text: str, /) -> Period:
        """
        Read a period such as `P18M`.

        Raises:
            voxvalley_privacy.ConfigurationError: If it is not a period of ISO 8601 above zero.
        """
        parts = _FORM.fullmatch(text)
        if parts is None:
            raise ConfigurationError("A period is written as in ISO 8601, such as 'P18M'.")
        years, months, weeks, days, hours, minutes, seconds = [int(n or 0) for n in parts.groups()]
        clock = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        period = cls(12 * years + months, 7 * weeks + days, clock)
        if period == cls(0, 0, timedelta(0)):
            raise ConfigurationError("A period must be above zero.")
        return period

    @property
    def about(self) -> timedelta:
        """Its usual length, to compare periods."""
        return timedelta(days=self.months * 30.436875 + self.days) + self.clock

    def after(self, day: date, /, *, up: bool) -> date:
        """Return the day *self* after *day*; one that does not exist is rounded."""
        month = day.year * 12 + day.month - 1 + self.months
        year, month = divmod(month, 12)
        last = monthrange(year, month + 1)[1]
        moved = date(year, month + 1, min(day.day, last))
        if up and day.day > last:
            moved += timedelta(days=1)
        return moved + timedelta(days=self.days)


def floor_end(start: datetime, period: Period, /) -> datetime:
    """Return when a floor ends: after its last day, where that ends last on Earth."""
    return _within_years(lambda: _floor_end(_on_calendar(start), period))


def ceiling_end(start: datetime, period: Period, /) -> datetime:
    """Return when a ceiling ends: with its last day, where that begins first on Earth."""
    return _within_years(lambda: _ceiling_end(_on_calendar(start), period))


def _on_calendar(start: datetime) -> datetime:
    """Return a time of which every place on Earth has a date."""
    known = start if start.tzinfo else start.replace(tzinfo=UTC)
    return min(max(known, _SOONEST), _LATEST)


def _within_years(end_of: Callable[[], datetime]) -> datetime:
    try:
        return end_of()
    except (OverflowError, ValueError):
        return _LATEST  # a period that ends after the last year does not end


def _floor_end(start: datetime, period: Period) -> datetime:
    if not period.months and not period.days:
        return start + period.clock
    day = period.after((start + period.clock).astimezone(_FIRST).date(), up=True)
    return datetime.combine(day + timedelta(days=1), time(), _LAST).astimezone(UTC)


def _ceiling_end(start: datetime, period: Period) -> datetime:
    if not period.months and not period.days:
        return start + period.clock
    day = period.after((start + period.clock).astimezone(_LAST).date(), up=False)
    return max(start, datetime.combine(day, time(), _FIRST).astimezone(UTC))
