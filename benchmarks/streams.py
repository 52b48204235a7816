"""Measure JSON lines and CSV files: rate beside the in-memory rate, memory, and what two workers bring. Ratios count."""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import voxvalley_privacy as vp

from .records import CDR, SCHEMA

_KEYS = "VOXVALLEY_PRIVACY_BENCH_KEYS"
_CALLERS = 5_000


def _record(i: int) -> dict[str, object]:
    number = f"+1{201 + i % _CALLERS // 100}555{100 + i % 100:04d}"
    return CDR | {"uuid": f"{i:032x}", "from": number, "sip_uri": f"sip:{number}@example.com"}


def _redactor() -> vp.Redactor:
    return vp.Redactor(vp.policies.debug(vp.KeyRing.from_env(_KEYS)), SCHEMA)


def _write(folder: Path, n: int) -> tuple[Path, Path]:
    lines, rows = folder / "calls.jsonl", folder / "calls.csv"
    with lines.open("w") as jsonl, rows.open("w", newline="") as table:
        writer = csv.DictWriter(table, list(CDR))
        writer.writeheader()
        for i in range(n):
            record = _record(i)
            jsonl.write(json.dumps(record) + "\n")
            writer.writerow(record)
    return lines, rows


def _in_memory(n: int) -> dict[str, float]:
    """Return records a second of the redactor alone, and between `json.loads` and `json.dumps`."""
    redact = _redactor()
    lines = [json.dumps(_record(i)) for i in range(n)]
    records = [json.loads(line) for line in lines]
    rates = {}
    started = time.perf_counter()
    for record in records:
        redact(record)
    rates["redactor alone"] = n / (time.perf_counter() - started)
    redact = _redactor()
    started = time.perf_counter()
    for line in lines:
        json.dumps(redact(json.loads(line)))
    rates["loads, redactor, dumps"] = n / (time.perf_counter() - started)
    return rates


def _child(src: str, jobs: int) -> None:
    """Run one stream; print its seconds and by how many KiB its peak memory is above that after a short stream."""
    redact = _redactor()
    with tempfile.TemporaryDirectory() as folder:
        dst = Path(folder) / "out"
        with Path(src).open() as file, (Path(folder) / "head").open("w+", newline="") as head:
            head.writelines(next(file) for _ in range(100))
            head.seek(0)
            vp.records.redact_file(head, dst, redact)
        before = _peak()
        started = time.perf_counter()
        report = vp.records.redact_file(src, dst, redact, jobs=jobs)
        seconds = time.perf_counter() - started
        if report.records_in != report.records_out or report.marked or report.faults:
            raise SystemExit(f"unexpected counts: {report}")
        print(seconds, _peak() - before, report.records_in)


def _peak() -> int:
    """Return the peak memory of this process in KiB; what getrusage() says starts with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(
            int(line.split()[1])
            for line in status.read_text().splitlines()
            if line.startswith("VmHWM")
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _stream(src: Path, jobs: int, *, at_once: int = 1) -> tuple[float, float]:
    """Return records a second and MiB of growth, in a process of its own, or the slowest rate of some at once."""
    command = [sys.executable, "-m", "benchmarks.streams", "--child", str(src), "--jobs", str(jobs)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(at_once)]
    printed = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit("a stream failed")
    rates = []
    for line in printed:
        seconds, growth, records = map(float, line.split())
        rates.append((records / seconds, growth / 1024))
    return min(rates)


def main() -> None:
    """Print the table, or be one of the processes that are measured."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--records", type=int, default=100_000)
    arguments.add_argument("--child")
    arguments.add_argument("--jobs", type=int, default=1)
    given = arguments.parse_args()
    if given.child:
        _child(given.child, given.jobs)
        return
    os.environ[_KEYS] = vp.KeyRing.generate().to_text()
    memory = _in_memory(20_000)
    alone, around = memory.values()
    for name, rate in memory.items():
        print(f"{name:<32}{rate:>10,.0f} records/s")
    with tempfile.TemporaryDirectory() as folder:
        lines, rows = _write(Path(folder), given.records)
        for src in (lines, rows):
            one, growth = _stream(src, 1)
            two, _ = _stream(src, 2)
            # What this machine gives to two programs that share nothing is all that two workers can bring.
            apart, _ = _stream(src, 1, at_once=2)
            print(f"{f'redact_file, {src.suffix[1:]}':<32}{one:>10,.0f} records/s", end="")
            print(
                f"  {one / alone:.2f} x redactor alone, {one / around:.2f} x loads, redactor, dumps",
                end="",
            )
            print(
                f"  peak memory +{growth:.1f} MiB  jobs=2: {two / one:.2f} x (two programs apart: {2 * apart / one:.2f} x)"
            )


if __name__ == "__main__":
    main()
