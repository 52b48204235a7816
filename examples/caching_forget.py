"""Forget a person, and search what is left: in an SQLite file, and in Redis where a server is on this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import voxvalley_privacy as vp
from voxvalley_privacy.caching import (
    CachePolicy,
    CacheStore,
    PrivateCache,
    RedisCacheStore,
    Request,
    Response,
    SqliteCacheStore,
)

NUMBER = "+14155550132"
POLICY = CachePolicy({vp.ContentKind.PHONE_NUMBER: timedelta(hours=1)})
REQUEST = Request(method="GET", url=f"https://lookup.example.com/v1/{NUMBER}", in_call=False)
RESPONSE = Response(
    status=200,
    headers=[("Content-Type", "application/json"), ("Cache-Control", "max-age=600")],
    body=b'{"carrier": "Example Mobile"}',
    kind=vp.ContentKind.PHONE_NUMBER,
)


class Noting:
    """Note the last copy that goes into a store, to look for it later."""

    def __init__(self, store: CacheStore) -> None:
        self.store = store
        self.octets = b""

    def put(self, entry: vp.caching.Entry, ticket: int, /) -> bool:
        self.octets = entry.value
        return self.store.put(entry, ticket)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


def show(name: str, store: CacheStore, search: Callable[[bytes], int]) -> None:
    noting = Noting(store)
    # Generous, so that the first connection counts as well; the default is 50 ms.
    budget = timedelta(seconds=5)
    cache = PrivateCache(POLICY, keys=vp.KeyRing.generate(), store=noting, budget=budget)
    cache.put(REQUEST, RESPONSE)
    print(
        f"{name}: the sealed copy is in {search(noting.octets)} place(s), the number in {search(NUMBER[2:].encode())}"
    )
    print(f"{name}: forgot {cache.forget('+1 (415) 555-0132')} copy")
    print(f"{name}: the sealed copy is in {search(noting.octets)} place(s)")


def in_sqlite() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteCacheStore(Path(folder) / "cache.db")
        show(
            "sqlite",
            store,
            lambda octets: sum(octets in file.read_bytes() for file in Path(folder).iterdir()),
        )
        store.close()


def in_redis(program: str) -> None:
    import redis

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([program, *settings], stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    try:
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)

        def search(octets: bytes) -> int:
            hashes = [key for key in client.scan_iter() if client.type(key) == b"hash"]
            return sum(octets in value for key in hashes for value in client.hvals(key))

        show("redis", RedisCacheStore(client), search)
    finally:
        client.close()
        server.terminate()
        server.wait(10)


def main() -> None:
    in_sqlite()
    program = shutil.which("redis-server")
    if program:
        in_redis(program)
    else:
        print("redis: no redis-server on this machine")


if __name__ == "__main__":
    main()
