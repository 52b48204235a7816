"""What disclosure, views and releases cost: `python benchmarks/outer.py [--large]`."""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, date, datetime, timedelta

import voxvalley_privacy as vp

KEYS = vp.KeyRing.generate()
NOW = datetime.now(UTC)
RECORD = {
    "sid": "CA1",
    "caller": "+14155550132",
    "callee": "+447700900123",
    "status": "completed",
    "duration": 61,
    "direction": "inbound",
    "codec": "opus",
    "sip_code": 200,
    "hangup_cause": 16,
    "price": "0.01",
    "currency": "USD",
    "created_at": "2026-11-25T12:00:00Z",
    "retries": 0,
    "jitter_ms": 3,
    "packet_loss": 0.1,
    "mos": 4.2,
    "queue": "sales",
    "region": "north",
    "trunk": "t1",
    "account_id": "AC1",
}


def best(call, rounds, repeat=5):
    """Return the best time of one call, in seconds."""
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        for _ in range(rounds):
            call()
        times.append((time.perf_counter() - started) / rounds)
    return min(times)


def disclosure():
    contract = vp.Contract(
        written=True, instructions="DPA-4", onward_ban=True, valid=(date(2020, 1, 1), None)
    )
    ship = vp.Recipient(
        name="logship",
        role="subprocessor",
        purposes={"support"},
        fields=set(RECORD),
        places=("US",),
        contract=contract,
        transfer="EU_SCC_2021",
    )
    register = vp.RecipientRegister(vp.stores.memory(), keys=KEYS)
    register.put(ship, effective=NOW.date(), announced=NOW.date() - timedelta(days=40))
    said = [vp.Attestation(about="logship", that="EU_SCC_2021", on=NOW.date(), by="dpo")]
    policy = vp.DisclosurePolicy(register, attestations=said)
    asks = [
        vp.Disclosure(
            to="logship",
            purpose="support",
            about=f"+141555501{i:02d}",
            fields=RECORD,
            origin="FR",
            at=NOW,
        )
        for i in range(100)
    ]
    assert all(map(policy, asks))
    took = best(lambda: [policy(ask) for ask in asks], 1, 10) / len(asks)
    print(f"disclosure decision, written, memory: {took * 1e6:.1f} us")


def view():
    redact = vp.Redactor(vp.policies.support(KEYS))
    access = vp.SupportAccess(vp.stores.memory(), keys=KEYS, redact=redact)
    grant = access.request(
        staff="a", ticket="t", tenant="acme", kinds={"call"}, until=NOW + timedelta(hours=1)
    )
    access.approve(grant.id, by="b")
    access.consent(grant.id, by_customer="acme:admin")
    alone = best(lambda: redact(RECORD), 300)
    viewed = best(lambda: access.view(grant, RECORD, kind="call"), 300)
    print(
        f"support view: {viewed * 1e6:.1f} us, redactor alone {alone * 1e6:.1f} us, x{viewed / alone:.2f}"
    )


def visibility():
    redact = vp.Redactor(vp.policies.support(KEYS))
    rows = [{**RECORD, "id": f"u{i}", "visibility": {"status": "public"}} for i in range(1000)]
    see = vp.VisibilityPolicy(default="members", vendor={"caller": "private"})
    alone = best(lambda: [redact(row) for row in rows], 1)
    seen = best(lambda: see.many(rows, viewer="member"), 1)
    print(
        f"visibility of 1,000 rows: {seen * 1e3:.1f} ms, redactor {alone * 1e3:.1f} ms, x{seen / alone:.2f}"
    )


def release_rule():
    grid = vp.Grid(region=[f"r{i}" for i in range(50)])
    books = vp.ReleaseLedger(vp.stores.memory(), keys=KEYS)
    return vp.AggregateRelease(books, dataset="calls", grid=grid, people="caller", account="tenant")


SPEC = vp.ReleaseSpec(by=("hour", "region"), to="share")


def release_rows(size):
    draw = random.Random(1)
    start = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [
        {
            "caller": f"+1{212 + (p := draw.randrange(50_000)) // 100}55501{p % 100:02d}",
            "tenant": f"t{draw.randrange(40)}",
            "region": f"r{draw.randrange(50)}",
            "started_at": start + timedelta(seconds=draw.randrange(86_400)),
        }
        for _ in range(size)
    ]
    started = time.perf_counter()
    assert release_rule()(rows, SPEC)
    print(f"release of {size:,} rows in plain Python: {time.perf_counter() - started:.1f} s")


def release_polars(size):
    import resource

    import polars as pl

    people = pl.Series([f"+1{212 + p // 100}55501{p % 100:02d}" for p in range(50_000)])
    index = pl.int_range(0, size, eager=True)
    frame = pl.DataFrame(
        {
            "caller": people.gather(index.hash(1) % len(people)),
            "tenant": "t" + (index.hash(2) % 40).cast(pl.String),
            "region": "r" + (index.hash(3) % 50).cast(pl.String),
            "started_at": pl.datetime_range(
                datetime(2026, 11, 1, tzinfo=UTC),
                datetime(2026, 11, 8, tzinfo=UTC),
                interval="1s",
                eager=True,
            ).gather(index.hash(4) % 604_800),
        }
    )
    started = time.perf_counter()
    frame.group_by(pl.col("started_at").dt.truncate("1h"), "region").len()
    alone = time.perf_counter() - started
    started = time.perf_counter()
    assert release_rule()(frame, SPEC)
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"release of {size:,} rows in Polars: {took:.1f} s, count alone {alone:.2f} s, x{took / alone:.1f}, peak {peak:.1f} GB"
    )


def noise():
    spec = vp.discrete_laplace(epsilon="0.5", cells_per_person=4)
    from voxvalley_privacy.release._exact_noise import Bits, laplace

    bits = Bits()

    took = best(lambda: laplace(spec.scale, bits), 5_000)
    print(f"exact noise: {1 / took:,.0f} draws/s")


def main():
    disclosure()
    view()
    visibility()
    noise()
    large = "--large" in sys.argv
    release_rows(1_000_000 if large else 100_000)
    release_polars(10_000_000 if large else 1_000_000)


if __name__ == "__main__":
    main()
