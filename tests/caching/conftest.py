"""What the tests of this folder share."""

from __future__ import annotations

import uuid

import pytest

from tests.caching import redis_server


@pytest.fixture(scope="session")
def redis_url():
    """Start a redis-server, or take the one that is named."""
    with redis_server.running() as address:
        yield address


@pytest.fixture
def redis_client(redis_url):
    """Connect to the server."""
    redis = pytest.importorskip("redis")
    client = redis.Redis.from_url(redis_url)
    yield client
    client.close()


@pytest.fixture
def redis_prefix():
    """Name a place in the server that no other test uses."""
    return f"{{test-{uuid.uuid4().hex}}}:"
