"""The question of a release, checked when it is built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Literal

import attrs

from ..errors import ConfigurationError
from ..placeholders import whole
from ._grid import LEVELS, Span

__all__ = ["LINES", "DiscreteLaplace", "ReleaseSpec", "discrete_laplace", "exact"]

# How many people a cell needs, by who reads the table; may only be raised.
LINES: Mapping[str, int] = MappingProxyType({"share": 20, "affiliates": 10, "public": 50})
MOST_OF_TWO = Fraction(4, 5)
_ACCOUNTS = 3
_MOST_SHARE = 0.5
_LARGEST = 10**9


def exact(number: object, /) -> Fraction:
    """
    Return a decimal or fraction exactly.

    Raises:
        voxvalley_privacy.ConfigurationError: For a float, whose low bits nobody chose, and for
            anything that is not above 0.
    """
    value = Fraction(0)
    if isinstance(number, str | int | Fraction) and not isinstance(number, bool):
        try:
            value = Fraction(number)
        except (ValueError, ZeroDivisionError):
            value = Fraction(0)
    if value <= 0:
        raise ConfigurationError("A budget is a decimal text or fraction above 0, never a float.")
    return value


@attrs.frozen(kw_only=True)
class DiscreteLaplace:
    """Noise of whole numbers; made by `discrete_laplace()`."""

    epsilon: Fraction
    cells_per_person: int

    @property
    def scale(self) -> Fraction:
        """How far a draw goes: the cells that one person can change, by epsilon."""
        return self.cells_per_person / self.epsilon


def discrete_laplace(*, epsilon: str | int | Fraction, cells_per_person: int) -> DiscreteLaplace:
    """
    Add noise to every cell, and charge it to the budget.

    Args:
        epsilon: What one release costs, as a decimal text or a fraction.

        cells_per_person: In how many cells of a table one person counts; a keyed draw says which.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is not above 0, or a float.

    Source: Canonne, Kamath, Steinke, The Discrete Gaussian for Differential Privacy, 2020.
    """
    if not whole(cells_per_person, 1, _LARGEST):
        raise ConfigurationError("'cells_per_person' must be a whole number from 1.")
    return DiscreteLaplace(epsilon=exact(epsilon), cells_per_person=cells_per_person)


def _dimensions(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise ConfigurationError("'by' is several names, not one text.")
    return tuple(names)


def _both(window: Span) -> Span:
    start, end = window
    return start, end


def _as_time(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@attrs.frozen(kw_only=True)
class ReleaseSpec:
    """
    Ask for a table of counts.

    Args:
        count: `people`, `records`, or the name of a field whose whole numbers are added up.

        by: One time at most (`hour`, `day`, `month`), one place at most (`region`, `area`), and
            labels of the grid.

        to: Who reads it: `share` (another company), `affiliates` or `public`.

        people_at_least: How many people a cell needs; 20, 10 and 50 by default, and never fewer.

        accounts_at_least: How many accounts a cell needs.

        most_share: The most that the largest person or account may have of a cell; at most 0.5.

        round_to: Counts are rounded to multiples of this.

        clamp: Between what one record counts when a field is added up.

        window: From when (inclusive) to when (exclusive). Needed without a time in *by*, and with
            noise: which cells there are must not depend on who is in the data.

        totals: `published` for sums of published cells, `true` for true ones of two dimensions,
            `none` for none.

        noise: `discrete_laplace(...)`, for tables that are published again and again.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """

    count: str = "people"
    by: tuple[str, ...] = attrs.field(converter=_dimensions)
    to: str
    people_at_least: int = 0
    accounts_at_least: int = _ACCOUNTS
    most_share: float = _MOST_SHARE
    round_to: int = 5
    clamp: tuple[int, int] = (0, 14_400)
    window: tuple[datetime, datetime] | None = None
    totals: Literal["published", "true", "none"] = "published"
    noise: DiscreteLaplace | None = None

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /) -> ReleaseSpec:
        """
        Build one from plain values: times are ISO 8601, `noise` is a table of the arguments of
        `discrete_laplace()`.

        Raises:
            voxvalley_privacy.ConfigurationError: If a name is unknown, missing, or of another kind.
        """
        values = dict(table)
        try:
            if values.get("noise"):
                values["noise"] = discrete_laplace(**values["noise"])
            if values.get("window"):
                start, end = map(_as_time, values["window"])
                values["window"] = (start, end)
            return cls(**values)
        except ConfigurationError:
            raise
        except (TypeError, ValueError):
            pass
        raise ConfigurationError("A question has the names of ReleaseSpec, and ISO times.")

    def __attrs_post_init__(self) -> None:
        try:
            faults = tuple(self._faults())
        except (TypeError, ValueError, AttributeError):
            faults = (("", "has a value of another kind"),)
        if faults:
            raise ConfigurationError("This release cannot be asked.", faults=faults)

    def _faults(self) -> Iterable[tuple[str, str]]:
        least = LINES.get(self.to, 0)
        if not least:
            yield "to", "must be 'share', 'affiliates' or 'public'"
        elif self.people_at_least and not whole(self.people_at_least, least, _LARGEST):
            yield "people_at_least", f"may only be raised above {least}"
        if len(set(self.by)) != len(self.by) or len(set(LEVELS) & set(self.by)) > 1:
            yield "by", "must name each dimension once, and one time at most"
        if {"region", "area"} <= set(self.by):
            yield "by", "must name one place at most"
        if not whole(self.accounts_at_least, 1, _LARGEST):
            yield "accounts_at_least", "must be a whole number from 1"
        if not 0 < self.most_share <= 0.5:  # NaN is neither
            yield "most_share", "must be above 0 and at most 0.5"
        if not whole(self.round_to, 1, _LARGEST):
            yield "round_to", "must be a whole number from 1"
        yield from self._faults_of_bounds()

    def _faults_of_bounds(self) -> Iterable[tuple[str, str]]:
        low, high = self.clamp
        if not (whole(low, 0, _LARGEST) and whole(high, 1, _LARGEST) and low < high):
            yield "clamp", "must be two whole numbers, the lower first, none below 0"
        if self.window and any(at.tzinfo is None for at in _both(self.window)):
            yield "window", "must have a time zone"
        if self.totals not in ("published", "true", "none"):
            yield "totals", "must be 'published', 'true' or 'none'"
        if self.totals == "true" and (len(self.by) != 2 or self.count == "people" or self.noise):
            yield "totals", "can be 'true' for two dimensions of records, without noise"
        if self.noise and self.count != "people":
            yield "noise", "needs count='people'"
        if self.noise and self.accounts_at_least > _ACCOUNTS:
            yield "accounts_at_least", "has no effect with noise, which counts people; leave it out"
        if self.noise and self.most_share < _MOST_SHARE:
            yield "most_share", "has no effect with noise, which bounds each person; leave it out"

    @property
    def line(self) -> int:
        """How many people a cell needs."""
        return self.people_at_least or LINES[self.to]

    @property
    def level(self) -> str:
        """The time of the breakdown; empty for none."""
        return next((name for name in self.by if name in LEVELS), "")

    @property
    def settings(self) -> str:
        """A hash of everything that changes an answer, but for the window."""
        shown = [self.count, self.by, self.to, self.line, self.accounts_at_least]
        shown += [str(self.most_share), self.round_to, self.clamp, self.totals, str(self.noise)]
        return sha256(json.dumps(shown).encode()).hexdigest()[:32]
