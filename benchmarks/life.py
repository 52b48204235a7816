"""
Time the life of a record: due scans, deletes under holds, keys, fences, files, proofs.

    python -m benchmarks.life [ROWS]

ROWS is the size of the table, 200,000 if left out; the aims are for 10,000,000.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

import voxvalley_privacy as vp
from voxvalley_privacy.audit import generate_signer
from voxvalley_privacy.decisions import Decision, Reason
from voxvalley_privacy.integrations.life_columns import ddl
from voxvalley_privacy.testing import person_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NUMBER = "+1415555{:04}".format


def _timed(name, count, act, unit="/s"):
    """Print how many a second by the clock, and by the time of this process."""
    start, own = time.perf_counter(), time.process_time()
    answer = act()
    seconds, busy = time.perf_counter() - start, time.process_time() - own
    print(f"{name:48} {count / seconds:11,.0f}{unit:5} {count / busy:11,.0f}{unit:5} of CPU")
    return answer


def _p99(name, times):
    times.sort()
    print(f"{name:48} p50 {times[len(times) // 2] * 1e3:8.2f} ms, p99 {times[-1] * 1e3:8.2f} ms")


def _table(folder, rows):
    """Make a table of calls, a tenth of which are due, with its due column filled."""
    engine = sa.create_engine(f"sqlite:///{folder}/calls.db", poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "connect")
    def overwrite(connection, _):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")

    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE calls (sid TEXT PRIMARY KEY, caller TEXT, started_at TEXT)"
        )
        for statement in ddl("sqlite", "calls"):
            connection.exec_driver_sql(statement)
        old, new = NOW - timedelta(days=900), NOW - timedelta(days=1)
        due = [int((NOW + timedelta(days=days)).timestamp()) for days in (-400, 300)]
        connection.exec_driver_sql(
            "INSERT INTO calls VALUES (?, ?, ?, ?)",
            [
                (
                    f"CA{n}",
                    NUMBER(n % 10_000),
                    (new if n % 10 else old).isoformat(),
                    due[n % 10 > 0],
                )
                for n in range(rows)
            ],
        )
    return engine


def _sweeps(folder, rows, holds):
    """Time the question what is due, and deletes that ask about holds in the same statement."""
    engine = _table(folder, rows)
    calls = vp.erasure.sql_table(
        engine,
        "calls",
        subject="caller",
        kind="call",
        event_time="started_at",
        id="sid",
        due="privacy_due",
    )
    schedule = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P13M")])
    calls.look_again(schedule, [])
    with engine.begin() as connection:  # filled above: the first sweep would do it
        connection.exec_driver_sql(
            "UPDATE calls SET privacy_due = CASE WHEN started_at < '2025' THEN 1 ELSE 4e9 END"
        )
    times = []
    for _ in range(5):
        start = time.perf_counter()
        first = calls.looked_at(schedule, NOW)
        batch = [next(first) for _ in range(1_000)]
        times.append(time.perf_counter() - start)
    _p99(f"first 1,000 due of {rows:,} rows, by index", times)
    permit = vp.erasure.Permit(lambda: None, holds_seen=calls.holds_seen())
    due = [*calls.looked_at(schedule, NOW)]
    assert len(batch) <= len(due)
    _timed(
        "delete, asking about holds, 1,000 a transaction",
        len(due),
        lambda: calls.erase(due, None, permit),
    )


def _keys(folder, keys):
    """Time seals and shreds."""
    vault = vp.SubjectVault(vp.stores.keys(Path(folder) / "keys.db"), keys=keys)
    body = bytes(300)

    def seal(count):
        for index in range(count):
            vault.seal(NUMBER(index % 1_000), record_id="CA", data=body, kind="content")

    seal(1_000)
    _timed("seal 300 bytes, 1,000 people", 10_000, lambda: seal(10_000))
    times = []
    for index in range(200):
        start = time.perf_counter()
        vault.shred(NUMBER(index))
        times.append(time.perf_counter() - start)
    _p99("shred a person's keys, with the log cut", times)


def _fences(service, where):
    """Time the question of a writer."""
    record = {"from": "+14155550199", "to": "+14155550177", "at": "2026-11-01T00:00:00+00:00"}

    def ask():
        for _ in range(20_000):
            service.fenced(record)

    _timed(f"ask whether a record is fenced, {where}", 20_000, ask)


def _files(folder):
    """Time reading files without a hit, and writing one anew."""
    path = Path(folder) / "a.jsonl"
    line = json.dumps({"from": "+14155550199", "to": "+14155550177", "at": "2026-11-01"}) + "\n"
    one = json.dumps({"from": "+14155550132", "to": "", "at": "2026-11-01"}) + "\n"
    path.write_text(line * 100_000 + one)
    files = vp.erasure.files(path, subject=("from", "to"), kind="call")
    size = path.stat().st_size
    nobody, ana = person_of("+14155550101"), person_of("+14155550132")
    _timed("read JSONL without a hit", size / 1e6, lambda: files.find(nobody), " MB/s")
    found = files.find(ana)
    _timed(
        "write JSONL anew without one line",
        size / 1e6,
        lambda: files.erase(found, ana, lambda: None),
        " MB/s",
    )


def _proofs(store, keys):
    """Time the log of acts, beside an append of the same size without it."""
    audit = vp.AuditLog(store, keys=keys, signer=generate_signer())
    yes = Decision.allow(Reason(code="bench.yes"))

    def record():
        return [audit.record(yes, actor="a", act="b.c", about="+14155550132") for _ in range(5_000)]

    receipts = _timed("append to the audit log, in memory", 5_000, record)
    audit.checkpoint()
    _timed("prove a leaf of 5,000", 1_000, lambda: [audit.prove(receipts[n]) for n in range(1_000)])


def main():
    """Measure public calls."""
    rows = int(sys.argv[1]) if sys.argv[1:] else 200_000
    keys = vp.KeyRing.generate()
    with tempfile.TemporaryDirectory() as folder:
        store = vp.stores.memory()
        holds = vp.LegalHolds(store, keys=keys)
        _sweeps(folder, rows, holds)
        _keys(folder, keys)
        files = vp.erasure.files(Path(folder) / "*.jsonl", subject="from", kind="call")
        for where, books in (
            ("in memory", store),
            ("SQLite", vp.stores.sqlite(Path(folder) / "p.db")),
        ):
            service = vp.ErasureService(
                vp.Inventory([files]),
                schedule=vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P13M")]),
                holds=vp.LegalHolds(books, keys=keys),
                store=books,
                keys=keys,
            )
            service.execute(service.plan("+14155550132", ticket="T-1"))
            _fences(service, where)
        _files(folder)
        _proofs(store, keys)


if __name__ == "__main__":
    main()
