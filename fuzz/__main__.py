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

from fuzz.builds import COMPILED, compared
from fuzz.targets import TARGETS

_BUILDS = "builds"  # the sources against the compiled wheel
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
        "targets",
        nargs="*",
        metavar="TARGET",
        help=f"default: all of {', '.join([*TARGETS, _BUILDS])}",
    )
    parser.add_argument(
        "--seconds", type=float, default=60, help="for each target (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, help="run one round only, with this seed")
    parser.add_argument(
        "--inputs", type=int, default=0, help="of `builds`: as many, however long it takes"
    )
    given = parser.parse_args()
    unknown = set(given.targets) - {*TARGETS, _BUILDS}
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    names = given.targets or [*TARGETS, _BUILDS]
    if _BUILDS in names and not COMPILED.exists():
        print("builds: not compared, as there is no compiled wheel: `make wheel-compiled` first")
        if given.targets:
            return 1
        names.remove(_BUILDS)
    findings = [
        compared(given.seconds, _seed(given.seed), given.inputs)
        if name == _BUILDS
        else _fuzzed(name, given.seconds, given.seed)
        for name in names
    ]
    return int(any(findings))


def _seed(seed: int | None) -> int:
    return secrets.randbits(32) if seed is None else seed


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
