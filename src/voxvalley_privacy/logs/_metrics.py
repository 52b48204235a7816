"""Counts of what was logged and treated, as text that Prometheus reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import ConfigurationError
from ._texts import LogStats

__all__ = ["metrics"]

_PREFIX = "voxvalley_privacy_log"
_SOURCE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_NOT_A_NAME = re.compile(r"[^A-Za-z_.]")
# Field of `LogStats` -> name of the counter, its label, and its help text.
_COUNTERS = (
    ("records", "records_total", "", "Log records that came in."),
    ("changed", "changed_total", "part", "Parts of records in which something was treated."),
    ("categories", "values_total", "category", "Values that the redactor treated."),
    ("faults", "faults_total", "reason", "Faults, each of which gave a placeholder."),
)


def metrics(sources: Mapping[str, Any], /) -> str:
    """
    Return the counts of protections, policies and adapters in the text format of Prometheus.

    Args:
        sources: Name -> anything with `stats()`: what `protect()` returns, a `LogPolicy`, an
            adapter. A name is a word of letters, digits and underscores.

    Returns:
        Lines to answer a scrape with, content type `text/plain; version=0.0.4`. They hold names
        of counters and numbers, and no value of any record.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.

    Source: Prometheus exposition formats, text-based format, version 0.0.4.
    """
    _check(sources)
    stats = dict(_all_stats(sources))
    lines: list[str] = []
    for field, name, label, text in _COUNTERS:
        lines.append(f"# HELP {_PREFIX}_{name} {text}")
        lines.append(f"# TYPE {_PREFIX}_{name} counter")
        for source, counts in stats.items():
            values = getattr(counts, field)
            by_label = values if isinstance(values, Mapping) else {"": values}
            lines += _samples(name, source, label, by_label)
    return "\n".join([*lines, ""])


def _check(sources: Mapping[Any, Any]) -> None:
    faults: list[tuple[str, str]] = []
    for at, (name, source) in enumerate(sources.items()):
        if not isinstance(name, str) or _SOURCE.fullmatch(name) is None:
            faults.append((f"sources[{at}]", "the name must be a word of ASCII letters"))
        if not callable(getattr(source, "stats", None)):
            faults.append((f"sources[{at}]", "must have stats()"))
    if faults:
        raise ConfigurationError("metrics(): these sources cannot be used.", faults=tuple(faults))


def _all_stats(sources: Mapping[str, Any]) -> Iterator[tuple[str, LogStats]]:
    """Give the counts of each source; a log policy has one for each kind of log."""
    for name, source in sources.items():
        stats = source.stats()
        if isinstance(stats, LogStats):
            yield name, stats
            continue
        for kind, counts in stats.items():
            yield f"{name}.{kind}", counts


def _samples(name: str, source: str, label: str, counts: Mapping[str, int]) -> Iterator[str]:
    for value, count in counts.items():
        second = f',{label}="{_shown(value)}"' if label else ""
        yield f'{_PREFIX}_{name}{{source="{source}"{second}}} {count}'


def _shown(value: object) -> str:
    # Names of parts, categories and reasons are ours; an adapter may count under a name of its own.
    return _NOT_A_NAME.sub("_", str(value))
