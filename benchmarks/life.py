"""
Time sealing, shredding, fences, files without a hit, and proofs; print figures.

    python -m benchmarks.life
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import voxvalley_privacy as vp
from voxvalley_privacy.audit import generate_signer
from voxvalley_privacy.decisions import Decision, Reason
from voxvalley_privacy.testing import person_of


def _timed(name, count, act, unit="/s"):
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    print(f"{name:44} {count / seconds:14,.0f}{unit}   {seconds / count * 1e6:10.2f} us each")


def main():
    """Measure public calls."""
    keys = vp.KeyRing.generate()
    number = "+1415555{:04}".format
    with tempfile.TemporaryDirectory() as folder:
        vault = vp.SubjectVault(vp.stores.keys(Path(folder) / "keys.db"), keys=keys)
        body = bytes(300)

        def seal():
            for index in range(2000):
                vault.seal(number(100 + index % 100), record_id="CA", data=body, kind="content")

        _timed("seal 300 bytes, 100 people", 2000, seal)
        _timed(
            "shred a person's keys", 100, lambda: [vault.shred(number(100 + n)) for n in range(100)]
        )
        store = vp.stores.memory()
        holds = vp.LegalHolds(store, keys=keys)
        path = Path(folder) / "a.jsonl"
        line = json.dumps({"from": "+14155550199", "to": "+14155550177", "at": "2026-11-01"}) + "\n"
        path.write_text(line * 20_000)
        files = vp.erasure.files(path, subject=("from", "to"), kind="call")
        size = path.stat().st_size
        _timed(
            "read JSONL without a hit, bytes",
            size,
            lambda: files.find(person_of("+14155550132")),
            " B/s",
        )
        schedule = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P13M")])
        service = vp.ErasureService(
            vp.Inventory([files]), schedule=schedule, holds=holds, store=store, keys=keys
        )
        record = {"from": "+14155550199", "at": "2026-11-01T00:00:00+00:00"}
        _timed(
            "ask whether a record is fenced",
            20_000,
            lambda: [service.fenced(record) for _ in range(20_000)],
        )
        audit = vp.AuditLog(store, keys=keys, signer=generate_signer())
        yes = Decision.allow(Reason(code="bench.yes"))
        receipts = []
        _timed(
            "append to the audit log, in memory",
            5000,
            lambda: receipts.extend(
                audit.record(yes, actor="a", act="b.c", about="+14155550132") for _ in range(5000)
            ),
        )
        audit.checkpoint()
        _timed(
            "prove a leaf of 5,000", 1000, lambda: [audit.prove(receipts[n]) for n in range(1000)]
        )


if __name__ == "__main__":
    main()
