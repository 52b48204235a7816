"""Measure `redact_csv` on 500,000 call records in one process and with two workers: by the clock, and by CPU seconds."""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import voxvalley_privacy as vp

_RECORDS = 500_000
_HEAD = "sid,from,to,status,duration,start_time,caller_name\n"


def _write(path: Path, records: int) -> None:
    choose = random.Random(11)
    with path.open("w") as out:
        out.write(_HEAD)
        for number in range(records):
            caller = f"+1415555{choose.randrange(100, 200):04}"
            callee = f"+1{choose.randrange(200, 999)}555{choose.randrange(100, 200):04}"
            at = f"2026-03-01T10:{choose.randrange(60):02}:{choose.randrange(60):02}Z"
            out.write(
                f"CA{number:032x},{caller},{callee},completed,{choose.randrange(900)},{at},Zoe Example\n"
            )


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _measured(
    source: Path, target: Path, redact: vp.Redactor, jobs: int
) -> tuple[float, float, float]:
    here, there = _cpu(resource.RUSAGE_SELF), _cpu(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    vp.records.redact_csv(source, target, redact, jobs=jobs)
    wall = time.perf_counter() - start
    return wall, _cpu(resource.RUSAGE_SELF) - here, _cpu(resource.RUSAGE_CHILDREN) - there


def main(records: int = _RECORDS) -> None:
    """Print seconds, and how many times as fast two workers are."""
    os.environ["BENCH_KEYS"] = vp.KeyRing.generate().to_text()
    policy = vp.policies.debug(vp.KeyRing.from_env("BENCH_KEYS"), region="US")
    redact = vp.Redactor(policy, "twilio.call")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "calls.csv", Path(folder) / "clean.csv"
        _write(source, records)
        wall, cpu, _ = _measured(source, target, redact, 1)
        wall_of_two, parent, workers = _measured(source, target, redact, 2)
    busiest = max(parent, workers / 2, (parent + workers) / 2)
    print(
        f"{records} CSV rows, policy debug, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print(
        f"  1 job    {wall:6.1f} s by the clock, {cpu:6.1f} s CPU, {records / cpu:,.0f} rows per CPU second"
    )
    print(
        f"  2 jobs   {wall_of_two:6.1f} s by the clock, {parent:.1f} s CPU here, {workers:.1f} s in the workers"
    )
    print(
        f"  2 jobs are {wall / wall_of_two:.2f} x by the clock, {cpu / busiest:.2f} x by CPU on two free cores"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
