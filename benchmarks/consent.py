"""Checks of five rules in memory and on disk, durable writes from many threads."""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    consented,
    never_sold,
    not_opted_out,
    outside_quiet_hours,
    within_caps,
)
from voxvalley_privacy.decisions import all_of
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.stores import Draft

FORM = Evidence(method="web_form", affirmative=True)
NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # noon in India
SIZES = (
    (10_000, 100_000, 1_000_000)
    if os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1"
    else (10_000, 50_000)
)
THREADS = 16
WRITES = 640


def number(index: int) -> str:
    return f"+9198{index:08}"


def ask(index: int) -> Contact:
    return Contact(to=number(index), purpose="marketing.sms", channel="sms", at=NOON)


def rules(ledger: ConsentLedger):
    return all_of(
        consented(ledger), not_opted_out(ledger), outside_quiet_hours(), within_caps(), never_sold()
    )


def best(run, count: int) -> float:
    """Return the microseconds of one round, the best of nine."""
    times = []
    for _ in range(9):
        started = time.perf_counter()
        for _ in range(count):
            run()
        times.append((time.perf_counter() - started) / count)
    return min(times) * 1e6


def fill(ledger: ConsentLedger, count: int) -> None:
    """Give consents for many, in large transactions: as `give` does, without its wait for the disk each time."""
    books = ledger._books
    given = ledger._entry("consent.given", purpose="marketing.sms", evidence=FORM)
    body = given.to_body()
    for start in range(0, count, 20_000):
        drafts = [
            Draft(
                stream=books.subjects.tokens(number(index))[0],
                kind=given.kind,
                body=body,
                at=given.at,
            )
            for index in range(start, min(start + 20_000, count))
        ]
        books.store.append(*drafts, seal=books.chain)


def in_memory(keys: KeyRing) -> None:
    clock = stores.FixedClock(NOON - timedelta(days=1))
    ledger = ConsentLedger(stores.memory(), keys=keys, clock=clock)
    for index in range(1000):
        ledger.give(number(index), "marketing.sms", evidence=FORM)
    rule, contact = rules(ledger), ask(7)
    assert rule(contact)
    floor = best(lambda: dict.fromkeys("abcdefghijklmnopqrst", 1).copy(), 20_000)
    same = best(lambda: rule(contact), 2000)
    turn = iter(range(10**9))
    fresh = best(lambda: rule(ask(next(turn) % 1000)), 1000)
    print(
        f"five rules, in memory, the same contact:   {same:7.1f} us ({same / floor:.0f} copies of a dict of 20)"
    )
    print(
        f"five rules, in memory, 1,000 people in turn: {fresh:5.1f} us, making the contact included"
    )


def warm(path: Path) -> None:
    """Have the file in the system's page cache, as that of an app that asks all day is."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


def reads_from_disk() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock


def on_disk(keys: KeyRing, folder: Path) -> None:
    first = 0.0
    for size in SIZES:
        clock = stores.FixedClock(NOON - timedelta(days=1))
        path = folder / f"{size}.db"
        ledger = ConsentLedger(stores.sqlite(path), keys=keys, clock=clock)
        fill(ledger, size)
        warm(path)
        rule = rules(ledger)
        walls, threads, spins, cold = [], [], [], 0
        for turn in range(5000):
            contact = ask(turn * 7919 % size)
            blocks, wall, thread = reads_from_disk(), time.perf_counter(), time.thread_time()
            answer = rule(contact)
            spent = time.thread_time() - thread
            walls.append(time.perf_counter() - wall)
            threads.append(spent)
            cold += reads_from_disk() > blocks
            assert answer
            # The same time again, doing nothing: what its tail has, the machine takes, not the check.
            wall, thread = time.perf_counter(), time.thread_time()
            while time.thread_time() - thread < spent:
                pass
            spins.append(time.perf_counter() - wall)
        (p50, p99), (_, thread_p99), (_, spin_p99) = map(percentiles, (walls, threads, spins))
        first = first or p99
        print(
            f"five rules, SQLite, {size:9,} people ({megabytes(path)} MB): p50 {p50:4.0f} us, p99 {p99:4.0f} us "
            f"({p99 / first:.2f} x that of {SIZES[0]:,}; {thread_p99:.0f} us on the processor, idling as long {spin_p99:.0f} us; "
            f"{cold} of {len(walls):,} read from the disk)"
        )


def megabytes(path: Path) -> int:
    return sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*")) >> 20


def percentiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times) * 1e6, sorted(times)[int(len(times) * 0.99)] * 1e6


def disk_wait(folder: Path) -> float:
    """Return the median time of a wait for the disk, in microseconds."""
    times = []
    with (folder / "wait").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4096))
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def writes(keys: KeyRing, folder: Path, *, slower: float) -> None:
    def run(name: str, threads: int, count: int) -> float:
        ledger = ConsentLedger(
            stores.sqlite(folder / name, timeout=timedelta(seconds=30)), keys=keys
        )
        if slower:
            group = ledger._books.store._group
            commit = group.commit
            group.commit = lambda jobs: (commit(jobs), time.sleep(slower))

        def write(index: int) -> None:
            if index % 2:
                ledger.withdraw(number(index))
            else:
                ledger.give(number(index), "marketing.sms", evidence=FORM)

        started = time.perf_counter()
        if threads == 1:
            for index in range(count):
                write(index)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(write, range(count)))
        took = time.perf_counter() - started
        ledger.verify(anchor=ledger.head())
        return count / took

    wait = disk_wait(folder) + slower * 1e6
    alone = run(f"alone{slower}.db", 1, WRITES // 4)
    grouped = run(f"grouped{slower}.db", THREADS, WRITES)
    print(
        f"durable give and withdraw, {wait:5.0f} us a wait for the disk{' (made longer)' if slower else ''}: "
        f"{alone:.0f} a second one by one, {grouped:.0f} from {THREADS} threads, {grouped / alone:.1f} x"
    )


def main() -> None:
    keys = KeyRing.generate()
    in_memory(keys)
    with tempfile.TemporaryDirectory(dir=os.environ.get("VOXVALLEY_PRIVACY_BENCH_DIR")) as folder:
        on_disk(keys, Path(folder))
        # The shorter the wait, the less there is to share: a network volume takes some milliseconds.
        for slower in (0, 0.002, 0.005):
            writes(keys, Path(folder), slower=slower)


if __name__ == "__main__":
    main()
