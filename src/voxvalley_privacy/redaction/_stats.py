"""Counts of what a redactor did, without values."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from types import MappingProxyType

import attrs

__all__ = ["Stats", "Tally"]


@attrs.frozen
class Stats:
    """
    Say how much a redactor did since it was made.

    Args:
        calls: Records and texts that came in.

        treated: Category -> how many values of typed fields were treated.

        found: Category -> how many findings in text were treated.

        faults: Reason -> how often: `fault`, `depth`, `cycle`, `budget`, `truncated`, `object`,
            `bytes`; for SIP messages
            also `refused` and `unparseable`.
    """

    calls: int
    treated: Mapping[str, int]
    found: Mapping[str, int]
    faults: Mapping[str, int]


class Tally:
    """Count across threads without a lock: `itertools.count` steps in one call of C."""

    __slots__ = ("calls", "faults", "found", "treated")

    def __init__(self) -> None:
        self.calls: count[int] = count()
        self.treated: dict[str, count[int]] = {}
        self.found: dict[str, count[int]] = {}
        self.faults: dict[str, count[int]] = {}

    def add(self, table: dict[str, count[int]], name: str) -> None:
        """Add one to *name* in one of the tables."""
        next(table.get(name) or table.setdefault(name, count()))

    def snapshot(self) -> Stats:
        """Return the counts so far."""
        return Stats(
            _read(self.calls), _table(self.treated), _table(self.found), _table(self.faults)
        )


def _read(counter: count[int]) -> int:
    # A counter shows its next value in its repr and nowhere else that does not step it.
    return int(repr(counter)[6:-1])


def _table(counters: dict[str, count[int]]) -> Mapping[str, int]:
    read = {name: _read(counter) for name, counter in list(counters.items())}
    return MappingProxyType({name: n for name, n in sorted(read.items()) if n})
