"""Rows of the tables, and all tables together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

import attrs

from ..errors import ConfigurationError

__all__ = [
    "Age",
    "ContactBasis",
    "Deadline",
    "Fact",
    "Facts",
    "Keyword",
    "Override",
    "Place",
    "QuietHours",
    "Recording",
    "RegistryFact",
    "Retention",
]


@attrs.frozen(kw_only=True, cache_hash=True)
class Fact:
    """
    Hold the columns that every row has.

    Args:
        key: The subject of the row; a jurisdiction such as "US-CA" or "FR", "*" for all others.

        source: Keys of `Facts.sources`.

        as_of: The date when it was looked up.

        confidence: `H`, `M`, `L`, `policy` (a choice of this library) or `customer` (an override).

        disputed: Sources disagree, or a change is under way.

        notes: Remarks.
    """

    key: str
    source: str
    as_of: date
    confidence: str
    disputed: bool = False
    notes: str = ""
    instrument: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether sources disagree or are weak, so that only the stricter reading counts."""
        return self.disputed or self.confidence == "L"

    @property
    def citation(self) -> str:
        """The law or code, and its source."""
        parts = (self.instrument, self.source)
        return "; ".join(part for part in parts if part not in ("", "-"))


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _days(days: Iterable[int]) -> frozenset[int]:
    return frozenset(days)


_NEVER_BOUND = frozenset(["emergency", "confirmation"])


@attrs.frozen(kw_only=True, cache_hash=True)
class QuietHours(Fact):
    """
    One window in which contact is allowed: *start* inclusive to *end* exclusive, local time.

    Args:
        exempt: The classes of messages that the row does not bind; a row about solicitation exempts
            `administrative`.
    """

    channels: frozenset[str] = attrs.field(converter=_names)
    days: frozenset[int] = attrs.field(converter=_days)
    start: time
    end: time = attrs.field()
    holidays_open: bool = False
    caps: tuple[tuple[int, timedelta], ...] = ()
    exempt: frozenset[str] = attrs.field(default=_NEVER_BOUND, converter=_names)

    @end.validator
    def _no_midnight(self, _: object, end: time) -> None:
        if not self.start < end:
            raise ConfigurationError(
                "A window must not cross midnight: give one for each side of it."
            )


@attrs.frozen(kw_only=True, cache_hash=True)
class Recording(Fact):
    """The consent that a recording needs: `one_party`, `all_notice` or `all_consent`."""

    regime: str
    needs: str = attrs.field(
        validator=attrs.validators.in_(("one_party", "all_notice", "all_consent"))
    )
    notice_suffices: bool = False


@attrs.frozen(kw_only=True, cache_hash=True)
class Age(Fact):
    """From which age a person consents alone."""

    years: int


@attrs.frozen(kw_only=True, cache_hash=True)
class Deadline(Fact):
    """The deadline for an opt-out to take effect; this library always applies it at once."""

    channel: str
    deadline: str
    unit: str
    keep_for: str = ""


@attrs.frozen(kw_only=True, cache_hash=True)
class Retention(Fact):
    """How long a kind of record must or may be kept."""

    record: str
    min_keep: str = ""
    max_keep: str = ""


@attrs.frozen(kw_only=True, cache_hash=True)
class Place(Fact):
    """Candidate regions and time zones of an area code ("1415") or calling code ("33")."""

    regions: tuple[str, ...]
    zones: tuple[str, ...]


@attrs.frozen(kw_only=True, cache_hash=True)
class RegistryFact(Fact):
    """
    A public list of people who want no such messages, and how it binds.

    Args:
        registry: Its name.

        operator: Who runs it.

        channels: What it binds.

        freshness: How old a copy may be; None where no rule was found.

        exempt: Whom it does not bind, in words.
    """

    registry: str
    operator: str
    channels: frozenset[str] = attrs.field(converter=_names)
    freshness: timedelta | None = None
    exempt: str = ""


@attrs.frozen(kw_only=True, cache_hash=True)
class ContactBasis(Fact):
    """
    A basis on which people may be contacted.

    Args:
        basis: Its name, for example `prior_express_written_consent` or `soft_opt_in`.

        channels: Through what.

        months: How long it lasts; None where the law names no time.

        counted_from: From when the months are counted.

        conditions: What else it needs, in words.
    """

    basis: str
    channels: frozenset[str] = attrs.field(converter=_names)
    months: int | None = None
    counted_from: str = ""
    conditions: str = ""


@attrs.frozen(kw_only=True, cache_hash=True)
class Keyword(Fact):
    """One word that opts out, opts in or asks for help."""

    kind: str
    language: str = ""
    needs_prompt: bool = False


@attrs.frozen(kw_only=True)
class Override:
    """The approver and the reason of a row that replaced a built-in one."""

    table: str
    key: str
    reason: str
    approver: str


_OVERRIDABLE: dict[str, type[Fact]] = {
    "quiet_hours": QuietHours,
    "recording": Recording,
    "ages": Age,
    "places": Place,
}


def _check_rows(kind: type[Fact], rows: tuple[Fact, ...]) -> None:
    keys = {row.key for row in rows}
    if kind is Fact or len(keys) != 1 or not all(isinstance(row, kind) for row in rows):
        raise ConfigurationError("override() needs a table and rows of that table with one key.")
    if kind is not QuietHours and len(rows) != 1:
        raise ConfigurationError("override() takes one row for this table.")


def _check_reason(reason: str, approver: str) -> None:
    if not reason or not approver:
        raise ConfigurationError("override() needs a 'reason' and an 'approver'.")
    if _may_be_personal(reason):
        # It becomes the citation of decisions, which are logged and shown.
        raise ConfigurationError(
            "'reason' must not hold an address or a number of more than nine digits."
        )


def _may_be_personal(text: str) -> bool:
    # A date has eight digits, a phone number with its country's code ten or more.
    return "@" in text or sum(map(str.isdigit, text)) > 9


@attrs.frozen(kw_only=True)
class Facts:
    """
    Hold all tables; rules take them as an argument. They are not legal advice.

    Args:
        as_of: The date of all tables.

        max_age: After this time every reason that uses the tables says that they are out of date.
    """

    as_of: date
    quiet_hours: Mapping[str, tuple[QuietHours, ...]] = attrs.field(hash=False, repr=False)
    recording: Mapping[str, Recording] = attrs.field(hash=False, repr=False)
    ages: Mapping[str, Age] = attrs.field(hash=False, repr=False)
    places: Mapping[str, Place] = attrs.field(hash=False, repr=False)
    keywords: tuple[Keyword, ...] = attrs.field(hash=False, repr=False)
    deadlines: tuple[Deadline, ...] = attrs.field(hash=False, repr=False)
    retention: tuple[Retention, ...] = attrs.field(hash=False, repr=False)
    registries: tuple[RegistryFact, ...] = attrs.field(hash=False, repr=False, default=())
    bases: tuple[ContactBasis, ...] = attrs.field(hash=False, repr=False, default=())
    sources: Mapping[str, str] = attrs.field(hash=False, repr=False)
    overrides: tuple[Override, ...] = ()
    max_age: timedelta = timedelta(days=365)

    def is_stale(self, on: date, /) -> bool:
        """Whether the tables are out of date."""
        return on - self.as_of > self.max_age

    def override(self, table: str, /, *rows: Fact, reason: str, approver: str) -> Facts:
        """
        Return facts in which *rows* replace all rows with their key.

        Args:
            table: `quiet_hours`, `recording`, `ages` or `places`.

            rows: Rows of that table with one and the same key.

            reason: The reason; it becomes the rows' source.

            approver: The person who is responsible for it.

        Raises:
            voxvalley_privacy.ConfigurationError: If an argument is missing or does not fit.
        """
        kind = _OVERRIDABLE.get(table, Fact)
        _check_rows(kind, rows)
        _check_reason(reason, approver)
        key = rows[0].key
        own = tuple(
            attrs.evolve(row, source=f"override: {reason}", confidence="customer") for row in rows
        )
        old: Mapping[str, object] = getattr(self, table)
        new = {**old, key: own if kind is QuietHours else own[0]}
        note = Override(table=table, key=key, reason=reason, approver=approver)
        changes: dict[str, Any] = {table: new, "overrides": (*self.overrides, note)}
        return attrs.evolve(self, **changes)
