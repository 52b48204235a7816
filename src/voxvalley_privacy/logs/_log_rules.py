"""What one kind of log may hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, unique
from typing import Any

import attrs

from ..errors import ConfigurationError

__all__ = ["LogMode", "LogRule", "full"]

_TICKET_CHARS = 64


@unique
class LogMode(StrEnum):
    """How much of a record a log holds, from nothing to all."""

    OFF = "off"  # nothing; the record is not even looked at
    METADATA = "metadata"  # the fields that its schema lists as technical
    REDACTED = "redacted"  # everything, treated by the redactor
    FULL = "full"  # everything but credentials; for hours, with a ticket


_VALUES = frozenset(mode.value for mode in LogMode)


def _mode(given: Any) -> LogMode:
    # What is no mode is left for the check to name.
    mode: LogMode = LogMode(given) if isinstance(given, str) and given in _VALUES else given
    return mode


@attrs.frozen(kw_only=True)
class LogRule:
    """
    Say how much one kind of log holds.

    Args:
        mode: How much.

        sample: Which share of the records is logged, above 0 up to 1.

        until: When *full* ends: at most 24 hours ahead, with a time zone.

        ticket: Who asked for *full*, as `"TICKET-4711"`.

        then: What *full* falls back to by itself.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once.
    """

    mode: LogMode = attrs.field(converter=_mode)
    sample: float = 1.0
    until: datetime | None = None
    ticket: str = ""
    then: LogMode = attrs.field(default=LogMode.REDACTED, converter=_mode)

    def __attrs_post_init__(self) -> None:
        if faults := tuple(self._faults()):
            raise ConfigurationError("This log rule cannot be used.", faults=faults)

    def _faults(self) -> list[tuple[str, str]]:
        faults: list[tuple[str, str]] = []
        modes = ", ".join(LogMode)
        # Types are checked for callers whose own are not.
        sample: object = self.sample
        ticket: object = self.ticket
        for name, mode in (("mode", self.mode), ("then", self.then)):
            if type(mode) is not LogMode:
                faults.append((name, f"must be one of {modes}"))
        if type(sample) not in (int, float) or not 0 < self.sample <= 1:
            faults.append(("sample", "must be a number above 0 and at most 1"))
        if self.then is LogMode.FULL:
            faults.append(("then", "must be less than full"))
        if self.mode is LogMode.FULL:
            if not isinstance(self.until, datetime) or self.until.tzinfo is None:
                faults.append(
                    ("until", "must be a datetime with a time zone, at most 24 hours ahead")
                )
            if type(ticket) is not str or not 0 < len(ticket) <= _TICKET_CHARS or "@" in ticket:
                faults.append(("ticket", "must name who asked for full logs, as 'TICKET-4711'"))
        elif self.until is not None or self.ticket:
            faults.append(("until", "and 'ticket' belong to full"))
        return faults


def full(
    *, until: datetime, ticket: str, then: LogMode | str = LogMode.REDACTED, sample: float = 1.0
) -> LogRule:
    """
    Log everything but credentials for a while.

    Args:
        until: When it ends: at most 24 hours ahead, with a time zone.

        ticket: Who asked for it.

        then: What it falls back to, without a restart.

        sample: Which share of the records is logged.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is wrong.
    """
    return LogRule(mode=LogMode.FULL, until=until, ticket=ticket, then=_mode(then), sample=sample)
