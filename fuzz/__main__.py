"""
Fuzz each target for a while: `python -m fuzz [TARGET ...] [--seconds 60] [--seed N]`.

A finding is printed with the command that shows it again. The input that made it is small and made up: no file is read.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Callable

import hypothesis
from hypothesis import HealthCheck
from hypothesis import strategies as st

from fuzz.targets import TARGETS

_ROUND = 200  # examples between two looks at the clock


def _round(target: Callable[[st.DataObject], None], seed: int) -> None:
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @hypothesis.given(st.data())
    def run(data: st.DataObject) -> None:
        target(data)

    run()


def main() -> int:
    """Run the targets; the exit code is 1 if any has a finding."""
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description="Fuzz each target for a while."
    )
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"default: all of {', '.join(TARGETS)}"
    )
    parser.add_argument(
        "--seconds", type=float, default=60, help="for each target (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, help="run one round only, with this seed")
    given = parser.parse_args()
    unknown = set(given.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    return int(
        sum(_fuzzed(name, given.seconds, given.seed) for name in given.targets or TARGETS) > 0
    )


def _fuzzed(name: str, seconds: float, seed: int | None) -> bool:
    end = time.monotonic() + seconds
    rounds = 0
    while True:
        chosen = secrets.randbits(32) if seed is None else seed
        try:
            _round(TARGETS[name], chosen)
        except Exception as error:
            print(
                f"{name}: {type(error).__name__}: {error}\n"
                + "\n".join(getattr(error, "__notes__", ()))
            )
            print(f"again: python -m fuzz {name} --seed {chosen}", flush=True)
            return True
        rounds += 1
        if seed is not None or time.monotonic() >= end:
            print(f"{name}: {rounds * _ROUND} examples, no finding", flush=True)
            return False


if __name__ == "__main__":
    sys.exit(main())
