"""Public holidays of every country, by the package `holidays`; needs the extra `holidays`."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from ..errors import ConfigurationError

__all__ = ["package_calendars"]


@attrs.frozen(eq=False)
class _PackageCalendars(Mapping[str, Container[date]]):
    """
    A calendar by jurisdiction, made when it is asked for.

    Args:
        module: The package `holidays`.

        divisions: The countries that it knows, each with its divisions.
    """

    module: Any = attrs.field(repr=False)
    divisions: Mapping[str, list[str]] = attrs.field(repr=False)
    _made: dict[str, Container[date]] = attrs.field(factory=dict, init=False, repr=False)

    def __getitem__(self, jurisdiction: str, /) -> Container[date]:
        calendar = self._made.get(jurisdiction)
        if calendar is None:
            calendar = self._made[jurisdiction] = self._make(jurisdiction)
        return calendar

    def _make(self, jurisdiction: str) -> Container[date]:
        country, _, division = jurisdiction.partition("-")
        # A division without holidays of its own has those of the country: `layers` asks both.
        if country not in self.divisions or (division and division not in self.divisions[country]):
            raise KeyError(jurisdiction)
        calendar: Container[date] = self.module.country_holidays(country, subdiv=division or None)
        return calendar

    def __iter__(self) -> Iterator[str]:
        for country, divisions in self.divisions.items():
            yield country
            yield from (f"{country}-{division}" for division in divisions)

    def __len__(self) -> int:
        return sum(1 + len(divisions) for divisions in self.divisions.values())


def package_calendars() -> Mapping[str, Container[date]]:
    """
    Return the calendars of the package `holidays`.

    Raises:
        voxvalley_privacy.ConfigurationError: If it is not installed.
    """
    try:
        import holidays
    except ImportError:
        pass
    else:
        return _PackageCalendars(holidays, holidays.list_supported_countries())
    raise ConfigurationError(
        "holidays='package' needs the extra: pip install 'voxvalley-privacy[holidays]'"
    )
