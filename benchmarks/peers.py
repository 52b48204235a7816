"""Tell which of the packages we compare with are here, and how fast a call is beside another."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path

_REQUIREMENTS = Path(__file__).with_name("peers.txt")


def names() -> tuple[str, ...]:
    """Name every package of `peers.txt`, in its order."""
    lines = (line.partition("#")[0].strip() for line in _REQUIREMENTS.read_text().splitlines())
    return tuple(re.split(r"[=<>\[]", line)[0] for line in lines if line)


def present() -> dict[str, str | None]:
    """Give each package's version, or None where it is not installed."""
    return {name: _version(name) for name in names()}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def seconds_per_call(
    calls: Mapping[str, Callable[[], object]], *, rounds: int = 5, least: float = 0.1
) -> dict[str, float]:
    """
    Time calls against each other: all in every round, so that a slow moment of the machine hits each alike.

    Args:
        calls: What to time, by name.

        rounds: How often the whole set is gone through; the median counts.

        least: How long one timing lasts at least, in seconds.

    Returns:
        Seconds per call, by name. Only their ratios mean something.
    """
    repeats = {name: _repeats(call, least) for name, call in calls.items()}
    timings: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            timings[name].append(_run(call, repeats[name]) / repeats[name])
    return {name: sorted(found)[rounds // 2] for name, found in timings.items()}


def _repeats(call: Callable[[], object], least: float) -> int:
    repeats = 1
    while _run(call, repeats) < least:
        repeats *= 2
    return repeats


def _run(call: Callable[[], object], repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        call()
    return time.perf_counter() - started


def main() -> None:
    """Print who is there."""
    for name, version in present().items():
        print(f"{name:20} {version or 'not installed'}")


if __name__ == "__main__":
    main()
