"""Ask about a campaign at once and one by one: in SQLite, and in PostgreSQL where its address is set."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from voxvalley_privacy import KeyRing, stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    import_consents,
    may_contact,
)
from voxvalley_privacy.stores import Draft, EventStore

CONTACTS = 2_000
FIRST = "+12125550100"
FORM = Evidence(method="web_form", affirmative=True)
DAY = timedelta(days=1)
NOON = datetime(2026, 7, 1, 17, tzinfo=UTC)


def contacts(count: int) -> list[Contact]:
    """Return contacts about as many people."""
    return [
        Contact(to=f"+1{area}55501{last:02}", purpose="marketing", channel="sms")
        for area in _areas(count)
        for last in range(100)
    ][:count]


def _areas(count: int) -> Iterator[int]:
    areas = [212, 312, 415, 213, 617, 713, 404, 206, 303, 702, 602, 503, 314, 412, 513, 614, 216]
    areas += [313, 414, 612, 816, 504, 901, 615, 704, 804, 202, 215, 718, 646]
    yield from areas[: -(-count // 100)]


def fill(store: EventStore, asked: list[Contact], keys: KeyRing) -> None:
    """Let everybody consent, and every tenth person say no later; in one write each."""
    ledger = ConsentLedger(store, keys=keys, clock=lambda: NOON - DAY)
    ledger.give(FIRST, "marketing.sms", evidence=FORM)
    body = ledger.history(FIRST)[0].to_body()
    books = ledger.books
    drafts = [
        Draft(stream=ledger.token(contact.to), kind="consent.given", body=body, at=NOON - DAY)
        for contact in asked
    ]
    books.append(*drafts)
    import_consents(
        ledger, [{"subject": contact.to, "status": "opted-out"} for contact in asked[::10]]
    )


def ticking() -> datetime:
    """Return a time that goes on, as an app's clock does."""
    return NOON + timedelta(seconds=perf_counter())


def measure(name: str, open_store: Callable[[], EventStore]) -> None:
    """Print contacts a second, one by one and at once, each by a process that knows nobody yet."""
    keys = KeyRing.generate()
    asked = contacts(CONTACTS)
    fill(open_store(), asked, keys)

    def rule():
        may = may_contact(ConsentLedger(open_store(), keys=keys, clock=ticking))
        may(asked[0])
        return may

    one_by_one, at_once = [], []
    for _ in range(3):
        may = rule()
        started = perf_counter()
        alone = [bool(may(contact)) for contact in asked]
        one_by_one.append(perf_counter() - started)
        may = rule()
        started = perf_counter()
        many = [bool(decision) for decision in may.many(asked)]
        at_once.append(perf_counter() - started)
        assert alone == many
    slow, fast = min(one_by_one), min(at_once)
    print(
        f"{name}: {CONTACTS / slow:,.0f}/s one by one, {CONTACTS / fast:,.0f}/s at once: "
        f"{slow / fast:.1f} times"
    )


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", lambda: stores.sqlite(Path(folder) / "campaign.db"))
    url = os.environ.get("VOXVALLEY_PRIVACY_POSTGRES_URL")
    if url is None:
        print("PostgreSQL: VOXVALLEY_PRIVACY_POSTGRES_URL is not set", file=sys.stderr)
        return
    table = f"campaign_{secrets.token_hex(4)}"
    from voxvalley_privacy.stores.sql import sql

    measure("PostgreSQL", lambda: sql(url, table=table))


if __name__ == "__main__":
    main()
