"""The tables of the front page and of README, taken from the pages that runs have written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_REFERENCE = Path(__file__).parent / "reference"
_APP = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (leaks|safe) \| (leaks|safe) \|$", re.MULTILINE)
_SPELLINGS = re.compile(r"^\| ([^|]+) \| (\d+ of 66) \| [^|]+ \|$", re.MULTILINE)
_RECORD = re.compile(r"^([a-z][a-z ,.-]*?) {2,}([0-9.]+) +[0-9.]+ +[0-9.]+$", re.MULTILINE)
_RECORDS_SHOWN = ("json.dumps", "ours, schema, debug", "sentry-sdk", "presidio")


def fill(text: str, name: str, lines: str) -> str:
    """Return a page with *lines* between the marks of *name*; a page without them as it is."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if begin not in text:
        return text
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{lines}\n{end}{after}"


def with_tables(text: str) -> str:
    """Return a page with the tables that it has marks for."""
    filled = fill(text, "apps", "\n".join(_apps()))
    return fill(filled, "measured", "\n".join(_measured()))


def _read(name: str) -> str:
    return (_REFERENCE / name).read_text(encoding="utf-8")


def _apps() -> Iterator[str]:
    apps: dict[str, list[tuple[str, str, str]]] = {}
    for app, channel, before, after in _APP.findall(_read("logs.md")):
        apps.setdefault(app, []).append((channel, before, after))
    yield from ("| app | channels | as it comes | protected |", "|---|---|---|---|")
    for app, rows in apps.items():
        channels = ", ".join(channel for channel, _, _ in rows)
        before, after = (_worst([row[at] for row in rows]) for at in (1, 2))
        yield f"| {app} | {channels} | {before} | {after} |"


def _worst(states: list[str]) -> str:
    return "leaks" if "leaks" in states else "safe"


def _measured() -> Iterator[str]:
    yield from ("| one number in 66 spellings | hidden |", "|---|---|")
    for engine, hidden in _SPELLINGS.findall(_read("accuracy.md")):
        yield f"| {engine} | {hidden} |"
    yield from ("", "| a call record of 20 fields | microseconds |", "|---|---|")
    times = dict(_RECORD.findall(_read("benchmarks.md")))
    for name in _RECORDS_SHOWN:
        yield f"| {name} | {float(times[name]):,.0f} |"
