"""Stores that lose things, are full, or serve many tenants (FAULTS_2, B16)."""

from __future__ import annotations

import os
import time

import pytest

from tests.caching import redis_server
from voxvalley_privacy.caching import Entry, MemoryCacheStore, RedisCacheStore, SqliteCacheStore

LETTERS = "bcdfghjkmnprtvwx"
POLICIES = (
    "allkeys-lfu",
    "allkeys-lru",
    "allkeys-random",
    "noeviction",
    "volatile-lfu",
    "volatile-lru",
    "volatile-random",
    "volatile-ttl",
)


def letters(number, width=8):
    """Spell a number as a tag is spelled."""
    return "".join(LETTERS[number >> shift & 15] for shift in range(0, 4 * width, 4))


def entry(key, *tags, value=b"sealed", owner="bbb", lifetime=600.0, now=None):
    """Make a copy."""
    now = time.time() if now is None else now
    expires = now + lifetime
    return Entry(
        key=key, value=value, expires=expires, lifetime=lifetime, tags=(owner, *tags), owner=owner
    )


@pytest.fixture(params=["memory", "sqlite", "redis"])
def make(request, tmp_path):
    """Make stores of each kind."""
    if request.param == "memory":
        yield MemoryCacheStore
        return
    if request.param == "sqlite":
        opened = []

        def make_sqlite(**settings):
            opened.append(SqliteCacheStore(tmp_path / f"{len(opened)}.db", **settings))
            return opened[-1]

        yield make_sqlite
        for store in opened:
            store.close()
        return
    client = request.getfixturevalue("redis_client")
    prefix = request.getfixturevalue("redis_prefix")
    yield lambda **settings: RedisCacheStore(client, prefix=prefix, **settings)
    for key in client.scan_iter(f"{prefix}*", count=1000):
        client.delete(key)


class TestForgetWithoutIndex:
    """218: no copy is given out after a forget, whatever the store has lost."""

    def test_b16_218_memory(self):
        """In memory, without the sets of tags."""
        store = MemoryCacheStore()
        store.put(entry("k", "cccsubject"), store.ticket())
        store._tagged.clear()
        assert 0 == store.forget("cccsubject")
        assert None is store.get("k")
        assert 0 == len(store._copies)

    def test_b16_218_sqlite(self, tmp_path):
        """In SQLite, without the rows of tags."""
        store = SqliteCacheStore(tmp_path / "cache.db")
        store.put(entry("k", "cccsubject"), store.ticket())
        with store._file.writing() as connection:
            connection.execute("DELETE FROM tag")
        assert 0 == store.forget("cccsubject")
        assert None is store.get("k")
        store.close()

    @pytest.mark.parametrize("lost", ["tag:", "index", "sizes", "owners", "state", ""])
    def test_b16_218_redis(self, redis_client, redis_prefix, lost):
        """In Redis, without any one of its keys, or without all but the copies."""
        store = RedisCacheStore(redis_client, prefix=redis_prefix)
        store.put(entry("k", "cccsubject"), store.ticket())
        for key in redis_client.scan_iter(f"{redis_prefix}{lost}*"):
            if b"copy:" not in key:
                redis_client.delete(key)
        store.forget("cccsubject")
        assert None is store.get("k")
        assert store.put(entry("k", "cccsubject"), store.ticket())
        assert b"sealed" == store.get("k")

    def test_others_stay(self, make):
        """What was not forgotten is given out as before."""
        store = make()
        store.put(entry("k", "cccsubject"), store.ticket())
        store.forget("dddsubject")
        assert b"sealed" == store.get("k")

    @pytest.mark.parametrize("policy", POLICIES)
    def test_b16_218_eviction(self, policy):
        """A Redis that evicts gives out no copy after its person was forgotten; other copies live."""
        with redis_server.started() as address:
            client = redis_server.connected(address)
            store = RedisCacheStore(client)
            client.config_set("maxmemory", client.info("memory")["used_memory"] + 600_000)
            client.config_set("maxmemory-policy", policy)
            served, kept = count_served(store, copies=int(os.environ.get("COPIES", "1200")))
            evicted = client.info("stats")["evicted_keys"]
            client.close()
        assert 0 == served
        assert kept > 0
        assert policy == "noeviction" or evicted > 0

    def test_b16_218_noeviction_forgets_without_memory(self):
        """A Redis that has no memory left forgets all the same."""
        with redis_server.started() as address:
            client = redis_server.connected(address)
            store = RedisCacheStore(client)
            for number in range(20):
                store.put(entry(f"k{number}", "cccsubject"), store.ticket())
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", 1)
            store.forget("cccsubject")
            found = [store.get(f"k{number}") for number in range(20)]
            client.config_set("maxmemory", 0)
            found += [store.get(f"k{number}") for number in range(20)]
            client.close()
        assert [None] * 40 == found

    def test_b16_218_failover(self):
        """A replica that missed the forget and takes over gives out none of the copies it has."""
        with redis_server.started() as first, redis_server.started() as second:
            client, replica = redis_server.connected(first), redis_server.connected(second)
            port = client.connection_pool.connection_kwargs["port"]
            replica.replicaof("127.0.0.1", port)
            store, promoted = RedisCacheStore(client), RedisCacheStore(replica)
            store.put(entry("k", "cccsubject"), store.ticket())
            client.wait(1, 10_000)
            replica.replicaof("NO", "ONE")
            store.forget("cccsubject")
            copies = sum(1 for _ in replica.scan_iter("*copy:k"))
            found = promoted.get("k")
            ticket = promoted.ticket()
            kept = promoted.put(entry("k", "cccsubject"), ticket)
            late = store.put(entry("k", "cccsubject"), ticket)
            client.close()
            replica.close()
        assert (1, None, True, False) == (copies, found, kept, late)


def count_served(store, *, copies):
    """Put copies of many people, forget each person, and count what is given out after that."""
    served = kept = 0
    for number in range(copies):
        key, tag = f"k{number}", letters(number)
        try:
            store.put(entry(key, tag, value=b"s" * 500), store.ticket())
        except OSError:  # no memory left, under noeviction
            store.forget("bbb")
        kept += store.get(key) is not None
        if number >= 20:
            gone = number - 20
            store.forget(letters(gone))
            served += store.get(f"k{gone}") is not None
    served += sum(store.get(f"k{number}") is not None for number in range(copies - 20))
    return served, kept


class TestRoom:
    """224, 225: limits, shares and what is over."""

    def test_b16_224_too_large_alone(self, make):
        """A copy above the limit is refused before anything makes room for it."""
        store = make(most_bytes=100)
        store.put(entry("small", value=b"x" * 60), store.ticket())
        assert not store.put(entry("huge", value=b"x" * 101), store.ticket())
        assert b"x" * 60 == store.get("small")

    @pytest.mark.parametrize("limits", [{"most_entries": 10}, {"most_bytes": 1000}])
    def test_b16_224_one_tenant_with_many(self, make, limits):
        """A tenant that floods the store loses its own copies, not those of others."""
        store = make(**limits)
        for at in range(3):
            store.put(entry(f"quiet{at}", value=b"q" * 100, owner="ccc"), store.ticket())
        for at in range(40):
            copy = entry(f"loud{at}", value=b"l" * 100, owner="ddd", lifetime=9000.0 + at)
            store.put(copy, store.ticket())
        assert [True] * 3 == [store.get(f"quiet{at}") is not None for at in range(3)]
        assert 7 == sum(store.get(f"loud{at}") is not None for at in range(40))

    def test_b16_225_each_put_sweeps_a_few(self, make):
        """Copies that are over go with later puts, without a sweep."""
        store = make()
        hour_ago = time.time() - 3600
        for at in range(20):
            store.put(entry(f"old{at}", "ccc", now=hour_ago, lifetime=3599.0), store.ticket())
        for at in range(4):
            store.put(entry(f"new{at}"), store.ticket())
        assert 0 == store.sweep(time.time())
        assert 0 == store.forget("ccc")

    def test_ends_are_listed_once(self):
        """Copies that are replaced again and again take no more room for their ends."""
        store = MemoryCacheStore()
        for _ in range(1000):
            store.put(entry("k"), store.ticket())
        assert 100 > len(store._ends)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="There is no fork here.")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_b16_230_fork_with_the_memory_store():
    """A forked child starts with an empty store, even if the parent held the lock."""
    store = MemoryCacheStore()
    store.put(entry("k"), store.ticket())
    with store._lock:
        child = os.fork()
        if child == 0:
            is_empty = store.get("k") is None
            os._exit(0 if is_empty and store.put(entry("l"), store.ticket()) else 1)
    assert 0 == os.waitpid(child, 0)[1]
    assert (b"sealed", None) == (store.get("k"), store.get("l"))
