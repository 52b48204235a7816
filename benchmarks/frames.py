"""Measure tables: Parquet to Parquet on one core, by columns and by records, and what a day takes. Ratios count."""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import voxvalley_privacy as vp
from voxvalley_privacy import frames
from voxvalley_privacy.frames._table_pass import TablePass

C = vp.DataCategory
SCHEMA = vp.Schema(
    "bench.table",
    {
        "call_id": C.RECORD_ID, "account_id": C.ACCOUNT_ID, "direction": C.STATUS, "from": C.PARTY_NUMBER,
        "to": C.PARTY_NUMBER, "caller_name": C.PERSON_NAME, "start": C.TIMESTAMP, "end": C.TIMESTAMP,
        "duration": C.DURATION, "billsec": C.DURATION, "hangup_cause": C.STATUS, "src_ip": C.IP_ADDRESS,
        "codec": C.STATUS, "user_agent": C.USER_AGENT, "sip_uri": C.SIP_URI, "price": C.PRICE,
    },
)  # fmt: skip
PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "planning.md"
BATCH = 20_000


def table(rows: int, callers: int, notes: bool = False) -> pa.Table:
    """Make calls of as many callers; each has an id and times of its own."""
    chosen = random.Random(555)
    numbers = [f"+1{area}555{line:04d}" for area in range(201, 999) for line in range(100, 200)][
        :callers
    ]
    made = []
    for at in range(rows):
        caller, second = chosen.randrange(callers), at % 86_400
        clock = f"2026-11-23T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
        made.append(
            {
                "call_id": f"{at:08x}-55b0-4a55-9a34-1f3c7e55b04a", "account_id": f"AC{caller % 300:030x}",
                "direction": ("inbound", "outbound")[at % 2], "from": numbers[caller],
                "to": numbers[chosen.randrange(callers)], "caller_name": f"WIRELESS CALLER {chr(65 + caller % 26)}",
                "start": clock, "end": clock, "duration": at % 600, "billsec": at % 590,
                "hangup_cause": ("NORMAL_CLEARING", "USER_BUSY")[at % 2], "src_ip": f"192.0.2.{caller % 250}",
                "codec": "PCMU", "user_agent": "ExamplePhone 1.2", "sip_uri": f"sip:{numbers[caller]}@example.com",
                "price": 0.0132 * (at % 9),
            }
        )  # fmt: skip
        if notes:
            made[-1]["note"] = ("ok", "callback asked for")[at % 2]
    return pa.Table.from_pylist(made)


def by_records(source: str, target: str, redact: vp.Redactor) -> None:
    """Do the same job record by record."""
    file = pq.ParquetFile(source)
    schema = frames.result_schema(file.schema_arrow, redact)
    with pq.ParquetWriter(target, schema) as writer:
        for batch in file.iter_batches(batch_size=BATCH):
            writer.write_batch(
                pa.RecordBatch.from_pylist([redact(row) for row in batch.to_pylist()], schema)
            )


def seconds(job: Callable[[], object], times: int = 3) -> float:
    """Return the least processor time of several runs."""
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        job()
        best = min(best, time.process_time() - started)
    return best


def measured(
    preset: str, schema: vp.Schema | None, rows: int, callers: int, notes: bool = False
) -> dict[str, object]:
    """Return microseconds a row by columns and by records, Parquet to Parquet."""
    redact = vp.Redactor(getattr(vp.policies, preset)(vp.KeyRing.generate()), schema)
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in.parquet"), os.path.join(folder, "out.parquet")
        pq.write_table(table(rows, callers, notes), source, row_group_size=100_000)
        columns = seconds(lambda: frames.redact_table_file(source, target, redact), 2)
        records = seconds(lambda: by_records(source, target, redact), 1)
    return {
        "policy": preset, "schema": "yes" if schema else "no", "callers": callers, "note": "yes" if notes else "no",
        "columns": columns / rows * 1e6, "records": records / rows * 1e6,
    }  # fmt: skip


WORKLOADS = [
    ("debug", SCHEMA, 5_000, False), ("analytics", SCHEMA, 5_000, False), ("debug", None, 5_000, False),
    ("debug", SCHEMA, 500, False), ("debug", SCHEMA, 50_000, False), ("debug", SCHEMA, 5_000, True),
]  # fmt: skip


def rows_of_page(rows: int) -> list[str]:
    """Return the lines of the planning page's table."""
    lines = [
        "| policy | schema | callers | a note | µs a row by columns | µs a row by records | ratio | core hours for 10^9 rows |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for preset, schema, callers, notes in WORKLOADS:
        one = measured(preset, schema, rows, callers, notes)
        columns, records = float(str(one["columns"])), float(str(one["records"]))
        lines.append(
            f"| {preset} | {one['schema']} | {callers:,} | {one['note']} | {columns:.1f} | {records:.1f} |"
            f" {records / columns:.1f} | {columns * 1e3 / 3600:.1f} |"
        )
        print(lines[-1], flush=True)
    return lines


def growth(rows: int) -> list[str]:
    """Return how the cost of a row grows with fields and with the length of a note."""
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), SCHEMA)
    calls = table(rows, 5_000)
    lines = ["| a row of | µs a row by columns | µs a row by records |", "|---|---|---|"]
    wider = calls
    for name in ("from", "to"):
        for at in range(8):
            wider = wider.append_column(f"{name}_number_{chr(97 + at)}", calls.column(name))
    words = "the caller asked to be called back after lunch about the order "
    notes = {
        length: calls.append_column(
            "note", pa.array([f"{at} {words * 9}"[:length] for at in range(rows)])
        )
        for length in (40, 160, 480)
    }
    kinds = {"16 fields": calls, "32 fields, of which 16 repeat its numbers": wider}
    kinds |= {
        f"16 fields and a note of {length} characters": each for length, each in notes.items()
    }
    for kind, each in kinds.items():
        by_columns = seconds(lambda: frames.redact(each, redact), 2)  # noqa: B023 - called at once
        listed = each.to_pylist()
        one_by_one = seconds(lambda: [redact(row) for row in listed], 1)  # noqa: B023 - as above
        lines.append(f"| {kind} | {by_columns / rows * 1e6:.1f} | {one_by_one / rows * 1e6:.1f} |")
        print(lines[-1], flush=True)
    return lines


def megabytes(texts: int = 50_000) -> float:
    """Return what a column's remembered texts of 20 characters take, with what became of them."""
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), SCHEMA, memo=0)
    column = pa.table({"from": [f"+1{at:018d}" for at in range(texts)]})
    way = TablePass(column.schema, redact, memo=texts)
    tracemalloc.start()
    for batch in column.to_batches(max_chunksize=BATCH):
        way.batch(batch)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / 1e6


def worked_out(columns: float, backfill_years: int = 10) -> list[str]:
    """Return the example of 10^9 calls a day, from the cost of a row."""
    day = columns * 1e3 / 3600
    years = day * 365 * backfill_years
    return [
        f"By the first line of the table, a day of 10^9 calls takes {day:.1f} hours of one core: two cores are busy for {day / 2:.1f} hours.",
        f"A backfill of {backfill_years} years is {365 * backfill_years:,} such days, and takes {years:,.0f} core hours: {years / 2400:.1f} days on 100 cores.",
        "These are hours of work alone; what reading, writing and waiting add depends on the store, so time a month before the rest.",
    ]


def write(lines: list[str], name: str = "table", page: Path = PAGE) -> None:
    """Put lines between the two marks of the page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    tail = rest.partition(end)[2]
    page.write_text(f"{head}{begin}\n" + "\n".join(lines) + f"\n{end}{tail}", encoding="utf-8")


def main() -> None:
    """Print the table; with --page, write it to the planning page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--page", action="store_true")
    arguments, _ = parser.parse_known_args()
    pa.set_cpu_count(1)
    lines = rows_of_page(arguments.rows)
    cost = float(lines[2].split("|")[5])
    memory = [
        f"50,000 texts of 20 characters, with what became of them, took {megabytes():.0f} MB in a column of numbers."
    ]
    parts = {
        "table": lines, "growth": growth(arguments.rows), "day": worked_out(cost), "memory": memory,
    }  # fmt: skip
    for name, part in parts.items():
        print("\n".join(part) if name != "table" else "")
        if arguments.page:
            write(part, name)


if __name__ == "__main__":
    main()
