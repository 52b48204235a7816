"""The store under kill -9: what was acknowledged is there, and the chain is whole."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time

from voxvalley_privacy import stores

from .test_sqlite_faults import SEAL, draft

KILLS = 200 if os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1" else 12

# Acknowledges each event over the pipe after append() returned.
WRITER = """
import os, random, sys
from concurrent.futures import ThreadPoolExecutor
from tests.stores.test_sqlite_faults import SEAL, draft, stores
store = stores.sqlite(sys.argv[1])
def write(number):
    for event in store.append(draft(f"k.{number % 3}", body="x" * random.choice((50, 500, 5000))), seal=SEAL):
        os.write(1, event.position.to_bytes(8, "big"))
with ThreadPoolExecutor(4) as pool:
    while True:
        list(pool.map(write, range(40)))
"""


def test_b6_100_kill_9(tmp_path):
    """Whenever a writer of four threads is killed, every acknowledged event is there and the chain verifies."""
    path = tmp_path / "events.db"
    rng = random.Random("kill")
    acknowledged = 0
    for kill in range(KILLS):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE)
        with writer.stdout as pipe:
            first = pipe.read(8)
            time.sleep(rng.random() * 0.05)
            writer.kill()
            data = first + pipe.read()
        writer.wait()
        positions = {
            int.from_bytes(data[at : at + 8], "big") for at in range(0, len(data) // 8 * 8, 8)
        }
        acknowledged += len(positions)
        assert positions, kill
        store = stores.sqlite(path, must_exist=True)
        last = max(positions)
        assert last <= store.head().position
        assert positions <= {event.position for event in store.scan(after=min(positions) - 1)}
        if kill % 20 == 0 or kill == KILLS - 1:
            SEAL.verify(store.scan())
            with store._file.borrow() as connection:
                assert "ok" == connection.execute("PRAGMA integrity_check").fetchone()[0]
        store.close()
    print(f"{KILLS} kills, {acknowledged} acknowledged events, 0 lost")


def test_b6_116_killed_while_creating(tmp_path):
    """A store is there whole or not at all: what a killed creation leaves behind is no store."""
    path = tmp_path / "events.db"
    half = path.with_name(f".{path.name}.1.abcd")
    sqlite3.connect(half).close()
    store = stores.sqlite(path)
    store.append(draft(), seal=SEAL)
    store.close()
