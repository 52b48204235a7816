"""Counts of what happened to log records, without values: the audit trail of the log itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ..redaction import Stats, Tally

__all__ = ["LogStats", "snapshot"]


@attrs.frozen
class LogStats:
    """
    Say how much was treated since a protection or policy was made; a metrics exporter can read it at any time.

    Args:
        records: Log records that came in.

        changed: Part -> how often something was treated in it: `message`, `args`, `extra`, `exception`, `stack`, `origin`.

        categories: Data category -> how many values of it the redactor treated, in logs and wherever else it is used.

        faults: Reason -> how often: `redactor`, `format`, `reentrant`, and what the redactor itself counts.
    """

    records: int
    changed: Mapping[str, int]
    categories: Mapping[str, int]
    faults: Mapping[str, int]


def snapshot(tally: Tally, redact: object, /) -> LogStats:
    """Return the counts so far, with those of *redact* if it keeps any."""
    own = tally.snapshot()
    stats = getattr(redact, "stats", None)
    inner = stats() if callable(stats) else None
    if not isinstance(inner, Stats):
        return LogStats(own.calls, own.treated, MappingProxyType({}), own.faults)
    return LogStats(
        own.calls, own.treated, _sum(inner.found, inner.treated), _sum(own.faults, inner.faults)
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    names = sorted({*one, *other})
    return MappingProxyType({str(name): one.get(name, 0) + other.get(name, 0) for name in names})
