"""An app that is killed: every STOP that it answered holds, and no permit is used after it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    InboundMessage,
    Inbox,
    not_opted_out,
)
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.testing import FaultyStore

ROOT = Path(__file__).parents[2]
KILLS = 40 if os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1" else 1

# Answers each STOP over the pipe, after receive() returned 200; half of the hosts have no store.
APP = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from voxvalley_privacy import stores
from voxvalley_privacy.consent import ConsentLedger, Evidence, InboundMessage, Inbox
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.testing import FaultyStore
path, first, fails = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "fails"
store = FaultyStore(stores.sqlite(path), "unavailable", after=10**9)
keys = KeyRing.from_text(sys.stdin.read())
inbox = Inbox(ConsentLedger(store, keys=keys, journal=path + ".host"))
if fails:
    store.after = store.calls
def receive(number):
    message = InboundMessage(sender=f"p{number}@example.com", to="news", text="STOP", id=str(number))
    if inbox.receive(message).http_status == 200:
        os.write(1, number.to_bytes(8, "big"))
with ThreadPoolExecutor(4) as pool:
    while True:
        list(pool.map(receive, range(first, first + 40)))
        first += 40
"""


def mail_to(name):
    """Return a contact by mail."""
    at = datetime.now(UTC)
    return Contact(to=f"{name}@example.com", purpose="marketing", channel="email", at=at)


def answered_before_the_kill(path, keys, first, state):
    """Run the app for a moment, kill it, and return whose STOP it answered."""
    app = subprocess.Popen(
        [sys.executable, "-c", APP, path, str(first), state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    app.stdin.write(keys.to_text().encode())
    app.stdin.close()
    with app.stdout as pipe:
        data = pipe.read(8)
        time.sleep(0.03)
        app.kill()
        data += pipe.read()
    app.wait()
    return [int.from_bytes(data[at : at + 8], "big") for at in range(0, len(data) // 8 * 8, 8)]


@pytest.mark.parametrize("state", ["works", "fails"])
def test_b7_120_kill_9(tmp_path, state):
    """Whenever the app is killed, whether its store works or not, no answered STOP is lost."""
    path, keys = tmp_path / "p.db", KeyRing.generate()
    ConsentLedger(stores.sqlite(path), keys=keys).suppress("first@example.com")
    for kill in range(KILLS):
        answered = answered_before_the_kill(path, keys, 10_000 * kill, state)
        assert answered
        ledger = ConsentLedger(stores.sqlite(path), keys=keys, journal=f"{path}.host")
        rule = not_opted_out(ledger)
        assert [] == [number for number in answered if rule(mail_to(f"p{number}"))]
        assert rule(mail_to("nobody"))
        assert ledger.verify(anchor=ledger.head()) >= 1


def test_a_new_journal_outlives_the_power(tmp_path, keys, monkeypatch):
    """Before the STOP is answered, the name of the journal is on the disk, and not its lines alone."""
    store = FaultyStore(stores.memory(), "unavailable", after=1)
    ledger = ConsentLedger(store, keys=keys, journal=tmp_path / "journal")
    synced, fsync = [], os.fsync

    def watched(handle):
        synced.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    assert ("withdrawal.journaled",) == ledger.withdraw("sue@example.com").codes
    assert {"folder", "file"} == set(synced)
    synced.clear()
    ledger.withdraw("ann@example.com")
    assert ["file"] == synced


def test_a_storm_is_answered_once(tmp_path, keys):
    """Of a STOP that comes a hundred times at once, one is confirmed, and one entry is kept."""
    ledger = ConsentLedger(stores.sqlite(tmp_path / "p.db"), keys=keys)
    inbox = Inbox(ledger)
    stop = InboundMessage(sender="sue@example.com", to="news", text="STOP", id="m1")
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(inbox.receive, [stop] * 100))
    assert 1 == sum(outcome.reply for outcome in outcomes)
    assert {200} == {outcome.http_status for outcome in outcomes}
    assert 1 == len(ledger.history("sue@example.com"))
