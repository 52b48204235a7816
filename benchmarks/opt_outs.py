"""Opt-outs: what a text says, imports at once and one by one, and webhooks from many threads."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from voxvalley_privacy import KeyRing, stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    InboundMessage,
    Inbox,
    Senders,
    classify_keyword,
    import_consents,
)

ROWS = 100_000 if os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1" else 20_000
ALONE = 1_000  # rows that are imported one by one
MESSAGES = 4_000
THREADS = 32
SHOP = "+14155550100"
ACME = Senders({"acme": [SHOP]})


def number(index: int) -> str:
    """Return a number of India."""
    return f"+9198{index:08}"


def rows(first: int, count: int) -> list[dict[str, str]]:
    """Return rows as a mailing list exports them."""
    return [
        {"subject": number(first + n), "status": "unsubscribed", "at": "2026-03-01T10:00:00+00:00"}
        for n in range(count)
    ]


def rate(count: int, run: Callable[[], object]) -> float:
    """Return how many of *count* are done in a second."""
    started = time.perf_counter()
    run()
    return count / (time.perf_counter() - started)


def imports(folder: Path, keys: KeyRing) -> None:
    """Import at once and one by one into files of their own."""
    alone = ConsentLedger(stores.sqlite(folder / "alone.db"), keys=keys)
    slow = rate(ALONE, lambda: [import_consents(alone, [row]) for row in rows(0, ALONE)])
    many = ConsentLedger(stores.sqlite(folder / "many.db"), keys=keys)
    fast = rate(ROWS, lambda: import_consents(many, rows(0, ROWS)))
    again = rate(ROWS, lambda: import_consents(many, rows(0, ROWS)))
    print(
        f"import of {ROWS:,} opt-outs, SQLite: {fast:,.0f}/s at once, {slow:,.0f}/s one by one: "
        f"{fast / slow:.1f} times; the same file again {again:,.0f}/s"
    )


def webhooks(folder: Path, keys: KeyRing, *, threads: int, count: int) -> float:
    """Return how many STOPs a second an inbox takes, each answered when it is on the disk."""
    inbox = Inbox(ConsentLedger(stores.sqlite(folder / f"{threads}.db"), keys=keys), senders=ACME)

    def receive(index: int) -> int:
        message = InboundMessage(sender=number(index), to=SHOP, text="STOP", id=f"SM{index}")
        return inbox.receive(message).http_status

    def run() -> None:
        assert {200} == set(answers(receive, range(count), threads))

    return rate(count, run)


def answers(receive: Callable[[int], int], ids: Iterable[int], threads: int) -> Iterable[int]:
    """Call in this thread, or from many."""
    if threads == 1:
        return [receive(index) for index in ids]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(receive, ids))


TEXTS = (
    "ok see you at the station at six then",
    "Thanks for the call, the invoice is paid. Could you send the receipt to my office?",
    "haha no way, tell me more tomorrow",
    "Bin gleich da, fang schon mal an",
    "llego en diez minutos, espérame en la puerta",
    "please stop texting me",
    "STOP",
)


def texts() -> None:
    """Read ordinary messages and two that say no, as an inbox does."""
    for country in ("US", ""):
        for text in TEXTS:
            classify_keyword(text, country=country)
        times = []
        for _ in range(5):
            started = time.process_time()
            for _ in range(400):
                for text in TEXTS:
                    classify_keyword(text, country=country)
            times.append((time.process_time() - started) / 400 / len(TEXTS))
        where = f"from {country}" if country else "from anywhere, in all languages"
        print(f"what a text says, {where}: {min(times) * 1e6:.0f} us")


def main() -> None:
    """Measure all."""
    texts()
    keys = KeyRing.generate()
    with tempfile.TemporaryDirectory(dir=os.environ.get("VOXVALLEY_PRIVACY_BENCH_DIR")) as folder:
        imports(Path(folder), keys)
        alone = webhooks(Path(folder), keys, threads=1, count=MESSAGES // 4)
        grouped = webhooks(Path(folder), keys, threads=THREADS, count=MESSAGES)
        print(
            f"inbox, durable, SQLite: {alone:,.0f} messages/s one by one, {grouped:,.0f}/s from "
            f"{THREADS} threads: {grouped / alone:.1f} times"
        )


if __name__ == "__main__":
    main()
