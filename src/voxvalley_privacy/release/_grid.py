"""The grid: fixed, public cells of time, place and labels. Nothing finer can be asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import attrs

from ..errors import ConfigurationError

__all__ = ["LEVELS", "Grid", "Span"]

# From the finest to the coarsest; each lies whole within one of the next.
LEVELS = ("hour", "day", "month")
_PERIODS = {"PT1H": "hour", "P1D": "day", "P1M": "month"}
QUARTER = 900  # seconds: every zone's days and hours begin on a quarter of an hour

Span = tuple[datetime, datetime]


def _regions(regions: Mapping[str, str] | Iterable[str]) -> Mapping[str, str]:
    if isinstance(regions, Mapping):
        return dict(regions)
    return {region: region for region in regions}


def _labels(labels: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(sorted(set(values))) for name, values in labels.items()}


@attrs.frozen(kw_only=True, eq=False)
class Grid:
    """
    Fix the cells that may ever be published of a data set.

    Args:
        time: The finest time: `PT1H`, `P1D` or `P1M`.

        zone: Where days and months begin.

        region: The public regions; or a mapping from what records say to them. Anything else is not
            counted.

        areas: Region -> the area it lies in, for releases that are coarser.

        labels: Name of a further field -> the values that may be shown of it.

        time_field: The field with the time, with a zone, or a number of seconds since 1970.

        region_field: The field with the place.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting cannot be used.
    """

    time: str = "PT1H"
    zone: str = "UTC"
    region: Mapping[str, str] = attrs.field(converter=_regions)
    areas: Mapping[str, str] = attrs.field(factory=dict, converter=dict)
    labels: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_labels)
    time_field: str = "started_at"
    region_field: str = "region"
    _zone: ZoneInfo = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        faults = []
        if self.time not in _PERIODS:
            faults.append(("time", "must be PT1H, P1D or P1M: nothing finer than an hour is kept"))
        if not self.region:
            faults.append(("region", "must name at least one region"))
        if self.areas and not set(self.region.values()) <= set(self.areas):
            faults.append(("areas", "must name the area of every region"))
        texts = [*self.region, *self.region.values(), *self.areas, *self.areas.values()]
        texts += [value for values in self.labels.values() for value in values]
        if not all(isinstance(text, str) for text in texts):
            faults.append(("region", "and areas and labels must be texts, as records have them"))
        if set(self.labels) & {*LEVELS, "region", "area"}:
            faults.append(("labels", "may not have the name of a time or a place"))
        if faults:
            raise ConfigurationError("This grid cannot be used.", faults=tuple(faults))
        try:
            zone = ZoneInfo(self.zone)
        except (ValueError, OSError):
            zone = None
        if zone is None:
            raise ConfigurationError("'zone' must be a name such as 'Europe/Berlin'.")
        object.__setattr__(self, "_zone", zone)

    @property
    def finest(self) -> str:
        """The finest level of time."""
        return _PERIODS[self.time]

    @property
    def fingerprint(self) -> str:
        """A hash of all settings: two grids of one data set could be compared."""
        parts = [self.time, self.zone, self.region, self.areas, self.labels]
        text = json.dumps([*parts, self.time_field, self.region_field], sort_keys=True)
        return sha256(text.encode()).hexdigest()[:32]

    @property
    def places(self) -> tuple[str, ...]:
        """All public regions, sorted."""
        return tuple(sorted(set(self.region.values())))

    @property
    def dimensions(self) -> frozenset[str]:
        """The names that a release may be broken down by."""
        times = LEVELS[LEVELS.index(self.finest) :]
        area = ("area",) if self.areas else ()
        return frozenset([*times, "region", *area, *self.labels])

    def start_of(self, level: str, at: datetime, /) -> datetime:
        """Return the begin of the hour, day or month that *at* is in, in the grid's zone."""
        local = at.astimezone(self._zone).replace(minute=0, second=0, microsecond=0)
        if level == "hour":
            return local.astimezone(UTC)
        local = local.replace(hour=0, fold=0)
        if level == "month":
            local = local.replace(day=1)
        return local.astimezone(UTC)

    def span_of(self, level: str, start: datetime, /) -> Span:
        """Return begin and end of the hour, day or month that begins at *start*."""
        if level == "hour":
            return start, start + timedelta(hours=1)
        days = 1 if level == "day" else 31
        # Half a day further than the longest: never in the same one, never past the next.
        after = start + timedelta(days=days, hours=12)
        return start, self.start_of(level, after)

    def on_grid(self, span: Span, level: str, /) -> bool:
        """Whether a window begins and ends where cells of *level* do."""
        start, end = span
        return start < end and all(self.start_of(level, at) == at for at in span)

    def name_of(self, level: str, start: datetime, /) -> str:
        """Return how a table writes the hour, day or month that begins at *start*."""
        local = start.astimezone(self._zone).isoformat()
        if level == "hour":
            return local
        return local[:10] if level == "day" else local[:7]
