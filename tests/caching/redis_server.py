"""A redis-server for tests: the one that is named, or one that is started here on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import require


@contextmanager
def running() -> Iterator[str]:
    """Give the address of a server that holds nothing anybody needs."""
    if address := os.environ.get("VOXVALLEY_PRIVACY_REDIS_URL"):
        yield address
        return
    with started() as address:
        yield address


@contextmanager
def started() -> Iterator[str]:
    """Start a server of its own, which a test may set up and fill as it likes."""
    program = shutil.which("redis-server")
    if program is None:
        require.absent("There is no redis-server on this machine.", required_by=require.SERVICES)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    settings += ["--repl-diskless-sync-delay", "0", "--dir", "/tmp", "--dbfilename", f"{port}.rdb"]
    server = subprocess.Popen(
        [program, *settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def connected(address):
    """Connect to a server."""
    redis = pytest.importorskip("redis")
    return redis.Redis.from_url(address)


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("redis-server did not start.")
