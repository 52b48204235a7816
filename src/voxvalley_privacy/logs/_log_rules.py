"""How much one kind of log may hold, and what is written of a record in each mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum, unique
from typing import Any

import attrs

from .. import schemas
from ..actions import drop, keep, scan
from ..categories import METADATA
from ..detection import Finder
from ..errors import ConfigurationError
from ..placeholders import FAULT
from ..policies import Policy
from ..reading import fields_of
from ..redaction import Redactor, Tally, scrub
from ..schemas import Node, Schema, compile_paths
from ..vocabulary import DataCategory
from ._texts import Redact

__all__ = ["METADATA", "KindLog", "LogMode", "LogRule", "full", "metadata_fields"]

_TICKET_CHARS = 64


@unique
class LogMode(StrEnum):
    """How much of a record a log holds, from nothing to all."""

    OFF = "off"  # nothing; the record is not even looked at
    METADATA = "metadata"  # the fields that its schema lists as technical
    REDACTED = "redacted"  # everything, treated by the redactor
    FULL = "full"  # everything but credentials; for hours, with a ticket


_VALUES = frozenset(mode.value for mode in LogMode)


def _mode(setting: Any) -> LogMode:
    # Anything that is not a mode is left for the check to name.
    is_mode = isinstance(setting, str) and setting in _VALUES
    mode: LogMode = LogMode(setting) if is_mode else setting
    return mode


@attrs.frozen(kw_only=True)
class LogRule:
    """
    How much one kind of log holds.

    Args:
        mode: How much.

        sample: Which share of the records is logged, above 0 up to 1.

        until: When *full* ends: at most 24 hours ahead, with a time zone.

        ticket: Who asked for *full*, such as `"TICKET-4711"`. It must not hold personal data: it is
            shown in decisions.

        then: The mode after *full* has ended.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once.
    """

    mode: LogMode = attrs.field(converter=_mode)
    sample: float = 1.0
    until: datetime | None = None
    ticket: str = ""
    then: LogMode = attrs.field(default=LogMode.REDACTED, converter=_mode)

    def __attrs_post_init__(self) -> None:
        faults = (*self._faults_of_modes(), *self._faults_of_sample(), *self._faults_of_full())
        if faults:
            raise ConfigurationError("This log rule cannot be used.", faults=faults)

    def _faults_of_modes(self) -> Iterator[tuple[str, str]]:
        for name, mode in (("mode", self.mode), ("then", self.then)):
            if type(mode) is not LogMode:
                yield name, f"must be one of {', '.join(LogMode)}"

    def _faults_of_sample(self) -> Iterator[tuple[str, str]]:
        # Types are checked for callers whose own are not.
        sample: object = self.sample
        if type(sample) not in (int, float) or not 0 < self.sample <= 1:
            yield "sample", "must be a number above 0 and at most 1"

    def _faults_of_full(self) -> Iterator[tuple[str, str]]:
        if self.then is LogMode.FULL:
            yield "then", "must be less than full"
        if self.mode is not LogMode.FULL:
            if self.until is not None or self.ticket:
                yield "until", "and 'ticket' belong to full"
            return
        if not isinstance(self.until, datetime) or self.until.tzinfo is None:
            yield "until", "must be a datetime with a time zone, at most 24 hours ahead"
        if not _names_a_ticket(self.ticket):
            yield (
                "ticket",
                "must name who asked for full logs without personal data, such as 'TICKET-4711'",
            )


def _names_a_ticket(ticket: object) -> bool:
    if type(ticket) is not str or not 0 < len(ticket) <= _TICKET_CHARS:
        return False
    return "@" not in ticket and scrub(ticket) == ticket


def full(
    *, until: datetime, ticket: str, then: LogMode | str = LogMode.REDACTED, sample: float = 1.0
) -> LogRule:
    """
    Log everything but credentials for a while.

    Args:
        until: When it ends: at most 24 hours ahead, with a time zone.

        ticket: Who asked for it, without personal data.

        then: The mode after it has ended, without a restart.

        sample: Which share of the records is logged.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is wrong.
    """
    return LogRule(mode=LogMode.FULL, until=until, ticket=ticket, then=_mode(then), sample=sample)


# Metadata ---------------------------------------------------------------------------------------


def metadata_fields(schema: Schema | str, /) -> tuple[str, ...]:
    """
    Return the paths of *schema* that a log in mode *metadata* holds.

    Args:
        schema: A schema, or the name of a built-in schema.
    """
    known = schemas.get(schema) if isinstance(schema, str) else schema
    return tuple(path for path, field in known.fields.items() if field.category in METADATA)


def _scanned_metadata() -> Policy:
    # A status can quote a number, an id can hold an address.
    actions = {c: scan if c in METADATA else drop for c in DataCategory}
    return Policy("metadata", actions, unknown="drop")


def _listed(value: Any, place: Node) -> Any:
    """Return what of a record its schema lists as metadata; names that are only judged are not."""
    if isinstance(value, dict):
        fields = ((key, item, _place(place, key)) for key, item in value.items())
        return {key: _listed(item, inner) for key, item, inner in fields if inner is not None}
    if isinstance(value, list):
        return [_listed(item, place.items or place) for item in value]
    return value


def _place(place: Node, key: object) -> Node | None:
    """Return the place of a field in a schema; None where the schema does not list it as metadata."""
    inner = place.child(key) if isinstance(key, str) else None
    if inner is None or inner.category in METADATA:
        return inner
    contains_fields = inner.children or inner.patterns or inner.items or inner is place
    return inner if contains_fields else None


def _all_but_credentials() -> Policy:
    actions = {c: drop if c is DataCategory.CREDENTIAL else keep for c in DataCategory}
    return Policy("full", actions, unknown="scan")


# Records ----------------------------------------------------------------------------------------


@attrs.frozen
class KindLog:
    """
    The redactors that one kind of log needs; its own, so that its counts are its own.

    Args:
        redact: Treats records in mode *redacted*.

        listed: The places that a schema lists.

        scanned: Leaves only metadata, with its values treated.

        full: Drops credentials only.

        tally: Counts records by mode.
    """

    redact: Redact
    listed: Node
    scanned: Redactor
    full: Redactor
    tally: Tally

    @classmethod
    def of(cls, redact: Redact, schema: Schema | None) -> KindLog:
        """Build the redactors for records of *schema*; None for the schema of *redact*."""
        finders: tuple[Finder, ...] = ()
        if isinstance(redact, Redactor):
            schema = schema or redact.schema
            finders = redact.finders
            redact = attrs.evolve(redact, schema=schema)
        return cls(
            redact,
            Node() if schema is None else compile_paths(schema),
            Redactor(_scanned_metadata(), schema, finders),
            Redactor(_all_but_credentials(), schema),
            Tally(),
        )

    def written(self, mode: LogMode, record: Any) -> Any:
        """Return what a log in *mode* holds of *record*, or of what it returns when called."""
        if mode is LogMode.OFF:
            return self.off()
        self._count(mode)
        try:
            record = record() if callable(record) else record
            if mode is LogMode.FULL:
                return self.full(record)
            if mode is LogMode.METADATA:
                return self._metadata(record)
            redacted = self.redact(record)
            if not _failed(record, redacted):
                return redacted
        except Exception:  # noqa: S110 - a fault gives less, never raw, never reaches the call path
            pass
        self.tally.add(self.tally.faults, "redactor")
        return self._marked(record)

    def treating(self, mode: LogMode) -> Redact | None:
        """Count a record, and return what treats it; None where only metadata is shown."""
        if mode is LogMode.REDACTED:
            self._count(mode)
            return self.redact
        if mode is LogMode.FULL:
            self._count(mode)
            return self.full
        return None

    def off(self) -> None:
        """Count a record that is not looked at."""
        self._count(LogMode.OFF)

    def _count(self, mode: LogMode) -> None:
        next(self.tally.calls)
        self.tally.add(self.tally.treated, mode.value)

    def _metadata(self, record: Any) -> dict[Any, Any]:
        fields = record if isinstance(record, dict) else _fields(record)
        # The treated copy is bounded, and has no cycles.
        shown: dict[Any, Any] = _listed(self.scanned(fields), self.listed) if fields else {}
        return shown

    def _marked(self, record: Any) -> dict[Any, Any]:
        return {**self._metadata(record), FAULT: FAULT}


def _fields(record: object) -> dict[Any, Any]:
    """Return the fields of an object or a mapping; a text has none, so none that a schema lists."""
    if isinstance(record, Mapping):
        return dict(record)
    return fields_of(record, type(record)) or {}


def _failed(record: Any, redacted: Any) -> bool:
    if isinstance(record, dict):
        return not isinstance(redacted, dict) or FAULT in redacted
    return redacted is None or redacted == FAULT
