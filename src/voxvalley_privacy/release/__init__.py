"""Tables about many people in which nobody can be found."""

from __future__ import annotations

from ._aggregate_release import AggregateRelease
from ._grid import Grid
from ._release_book import ReleaseLedger
from ._release_reasons import RELEASE_REASONS
from ._release_spec import DiscreteLaplace, ReleaseSpec, discrete_laplace
from ._released_table import ReleasedTable

__all__ = [
    "RELEASE_REASONS",
    "AggregateRelease",
    "DiscreteLaplace",
    "Grid",
    "ReleaseLedger",
    "ReleaseSpec",
    "ReleasedTable",
    "discrete_laplace",
]
