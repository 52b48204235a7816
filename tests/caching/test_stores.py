"""Stores of sealed copies: the contract, and what is particular to each."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.caching import (
    CachePolicy,
    Entry,
    MemoryCacheStore,
    PrivateCache,
    RedisCacheStore,
    SqliteCacheStore,
)
from voxvalley_privacy.errors import ConfigurationError, StoreCorrupt, StoreError, StoreUnavailable
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.testing.cache_store import CacheStoreContract

_MARK = b"\x00\xffa sealed copy that nobody else has\x80"


def _entry(key="k", value=_MARK, tags=("bbbtag",), lifetime=60.0):
    return Entry(key=key, value=value, expires=time.time() + lifetime, lifetime=lifetime, tags=tags)


def _octets(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


class TestMemory(CacheStoreContract):
    """The store in memory keeps the contract."""

    def make(self):
        return MemoryCacheStore()

    def make_small(self):
        return MemoryCacheStore(most_entries=3, most_bytes=100)

    def test_least_used_goes_first(self):
        """A copy that was used stays longer than one that was not."""
        store = self.make_small()
        for key in ("a", "b", "c"):
            store.put(_entry(key, b"x"), store.ticket())
        store.get("a")
        store.put(_entry("d", b"x"), store.ticket())
        assert (b"x", None) == (store.get("a"), store.get("b"))

    def test_forgotten_tags_take_no_room(self):
        """However many people are forgotten, no more than 4096 marks are kept, and no tag without a copy."""
        store = self.make()
        letters = "bcdfghjkmnprtvwx"
        for number in range(20_000):
            tag = "".join(letters[number >> shift & 15] for shift in (0, 4, 8, 12, 16))
            store.put(_entry(tag, b"x", (tag,)), store.ticket())
            store.forget(tag)
        assert 4096 >= len(store._forgotten)
        assert 0 == len(store._tagged) == len(store._copies) == len(store._owners)
        assert 64 >= len(store._ends)

    def test_repr(self):
        """The repr tells numbers, not contents."""
        store = self.make()
        store.put(_entry(), store.ticket())
        assert f"<MemoryCacheStore 1 copies, {len(_MARK)} bytes>" == repr(store)


class TestSqlite(CacheStoreContract):
    """The store in a file keeps the contract."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.path = tmp_path / "cache.db"
        self.opened = []
        yield
        for store in self.opened:
            store.close()

    def make(self, **settings):
        store = SqliteCacheStore(self.path, **settings)
        self.opened.append(store)
        return store

    def make_small(self):
        return self.make(most_entries=3, most_bytes=100)

    def test_b6_115_forget_leaves_no_octet(self):
        """After forget, delete-and-sweep or purge no octet of the copy is in the file, its log or its shared memory."""
        store = self.make()
        for at in range(20):
            store.put(_entry(f"k{at}", _MARK * 200), store.ticket())
        assert _MARK in _octets(self.path)
        assert 20 == store.forget("bbbtag")
        assert _MARK not in _octets(self.path)

    def test_b6_115_sweep_leaves_no_octet(self):
        """What is swept is gone from the disk too."""
        store = self.make()
        store.put(_entry(), store.ticket())
        store.sweep(time.time() + 120)
        assert _MARK not in _octets(self.path)

    def test_b6_115_forget_does_not_claim_what_a_reader_holds(self):
        """While a reader keeps the log alive, forget raises; the copy is no longer found all the same."""
        store = self.make(timeout=timedelta(milliseconds=50))
        store.put(_entry(), store.ticket())
        reader = sqlite3.connect(self.path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entry").fetchall()
        with pytest.raises(StoreUnavailable):
            store.forget("bbbtag")
        reader.close()
        assert None is store.get("k")
        assert 0 == store.forget("bbbtag")
        assert _MARK not in _octets(self.path)

    def test_second_process_shares_forgetting(self):
        """A forget in another process refuses what this one has begun."""
        store = self.make()
        ticket = store.ticket()
        code = "import sys; from voxvalley_privacy.caching import SqliteCacheStore as S; S(sys.argv[1]).forget('bbbtag')"
        subprocess.run([sys.executable, "-c", code, str(self.path)], check=True)
        assert not store.put(_entry(), ticket)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="There is no fork here.")
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_b6_107_fork(self):
        """A forked child opens the file anew, and the parent goes on."""
        store = self.make()
        store.put(_entry("parent"), store.ticket())
        child = os.fork()
        if child == 0:
            done = store.get("parent") == _MARK and store.put(_entry("child"), store.ticket())
            os._exit(0 if done and len(store._file._left_behind) == 1 else 1)
        assert 0 == os.waitpid(child, 0)[1]
        assert (_MARK, _MARK) == (store.get("parent"), store.get("child"))

    @pytest.mark.parametrize("fate", ["removed", "replaced"])
    def test_b6_106_moved_file(self, fate):
        """A file that is no longer where it was is refused: what is erased must be erased where it is."""
        store = self.make()
        self.path.rename(self.path.with_name("elsewhere"))
        if fate == "replaced":
            self.path.touch()
        for call in (store.ticket, lambda: store.get("k"), lambda: store.forget("bbbtag")):
            with pytest.raises(StoreUnavailable):
                call()

    @pytest.mark.parametrize(
        "octets", [b"no database" * 500, b"SQLite format 3\0" + b"\xff" * 5000]
    )
    def test_b6_104_not_a_database(self, octets):
        """A file of something else is refused at construction."""
        self.path.write_bytes(octets)
        with pytest.raises(StoreError):
            SqliteCacheStore(self.path)

    def test_b6_116_newer_version(self):
        """A file of a newer version is refused."""
        self.make().close()
        with sqlite3.connect(self.path) as connection:
            connection.execute("PRAGMA user_version=2")
        connection.close()
        with pytest.raises(StoreUnavailable, match="newer"):
            SqliteCacheStore(self.path)

    def test_b6_103_missing_folder(self):
        """A folder that is not there is told at construction."""
        with pytest.raises(StoreUnavailable):
            SqliteCacheStore(self.path / "no" / "such" / "folder")

    def test_b6_102_locked(self):
        """A file that another holds too long is unavailable, nothing is left half done, and later it works."""
        store = self.make(timeout=timedelta(milliseconds=20))
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            store.put(_entry(), 0)
        other.execute("ROLLBACK")
        other.close()
        assert store.put(_entry(), store.ticket())

    def test_b6_102_full(self):
        """A disk that is full is unavailable, and what was there before is whole."""
        store = self.make()
        store.put(_entry("a"), store.ticket())
        with store._file.borrow() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreUnavailable):
            store.put(_entry("b", b"x" * 100_000), store.ticket())
        assert (_MARK, None) == (store.get("a"), store.get("b"))

    def test_many_open_a_new_file_at_once(self, tmp_path):
        """Eight threads that open new files at the same time all get them."""
        with ThreadPoolExecutor(8) as pool:
            for number in range(10):
                opened = list(pool.map(SqliteCacheStore, [tmp_path / f"{number}.db"] * 8))
                assert 8 == len(opened)

    def test_b16_229_on_the_file_of_a_ledger(self):
        """A cache on a ledger's file, and a ledger on a cache's, are refused with the true reason."""
        ledger = stores.sqlite(self.path.with_name("ledger.db"))
        with pytest.raises(StoreCorrupt, match="is an event store of this library, not a cache"):
            SqliteCacheStore(ledger.path)
        self.make()
        with pytest.raises(StoreCorrupt, match="is a cache of sealed copies of this library"):
            stores.sqlite(self.path)
        ledger.close()

    def test_b16_229_on_the_file_of_another_program(self):
        """A file of another program is refused, and not changed."""
        with sqlite3.connect(self.path) as other:
            other.execute("CREATE TABLE entry (key)")
        other.close()
        before = self.path.read_bytes()
        with pytest.raises(StoreCorrupt, match="another program"):
            SqliteCacheStore(self.path)
        assert before == self.path.read_bytes()

    def test_b16_229_empty_file(self):
        """A file without content is refused: it may be what is left of something."""
        self.path.touch()
        with pytest.raises(StoreCorrupt, match="empty"):
            SqliteCacheStore(self.path)

    def test_b16_230_forget_under_writers(self):
        """An erasure tries again while another holds the lock, longer than any other call."""
        store = self.make(timeout=timedelta(milliseconds=100))
        store.put(_entry(), store.ticket())
        other = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.25, other.execute, ["ROLLBACK"])
        release.start()
        assert 1 == store.forget("bbbtag")
        release.join()
        other.close()

    @pytest.mark.parametrize("timeout", [timedelta(0), timedelta(seconds=-1)])
    def test_timeout_must_be_positive(self, timeout):
        """It has to wait a little."""
        with pytest.raises(ConfigurationError):
            self.make(timeout=timeout)

    def test_closed(self):
        """A closed store raises, and says so."""
        store = self.make()
        store.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            store.get("k")

    def test_only_the_owner_reads(self):
        """The file is its owner's alone."""
        self.make()
        assert 0o600 == self.path.stat().st_mode & 0o777

    def test_repr(self):
        """The repr tells no path."""
        assert "<SqliteCacheStore>" == repr(self.make())


class TestRedis(CacheStoreContract):
    """The store in Redis keeps the contract."""

    @pytest.fixture(autouse=True)
    def _client(self, redis_client, redis_prefix):
        self.client, self.prefix = redis_client, redis_prefix
        yield
        for key in self.keys():
            self.client.delete(key)

    def keys(self):
        return list(self.client.scan_iter(f"{self.prefix}*", count=1000))

    def make(self, **settings):
        return RedisCacheStore(self.client, prefix=self.prefix, **settings)

    def make_small(self):
        return self.make(most_entries=3, most_bytes=100)

    def test_every_key_has_an_end(self):
        """Whatever is done, no key is without a time to live."""
        store = self.make()
        store.delete("nothing")
        store.put(_entry("a", tags=("bbbtag", "ccctag")), store.ticket())
        store.put(_entry("b", lifetime=600), store.ticket())
        store.delete("a")
        store.forget("ccctag")
        store.put(_entry("a"), store.ticket())
        store.sweep(0)
        assert self.keys()
        assert [] == [key for key in self.keys() if self.client.ttl(key) < 0]

    def test_copies_end_by_themselves(self):
        """A copy is gone when it is over, without a sweep, and a forgotten store leaves nothing but its state."""
        store = self.make()
        store.put(_entry("a", lifetime=0.05), store.ticket())
        time.sleep(0.1)
        assert None is store.get("a")
        assert 0 == store.forget("bbbtag")

    def test_forget_leaves_no_octet(self):
        """After forget, no key and no value of the server holds an octet of the copy."""
        store = self.make()
        store.put(_entry("somekey"), store.ticket())
        assert self._holds(_MARK)
        assert 1 == store.forget("bbbtag")
        assert not self._holds(_MARK)
        assert not self._holds(b"somekey")

    def _holds(self, octets):
        return any(octets in key or octets in (self.client.dump(key) or b"") for key in self.keys())

    def test_lost_state_refuses_what_was_begun_before(self):
        """A server that lost everything does not take what was begun before it did."""
        store = self.make()
        ticket = store.ticket()
        store.forget("bbbtag")
        self.client.delete(*self.keys())
        assert not store.put(_entry(), ticket)
        assert store.put(_entry(), store.ticket())

    def test_server_down(self):
        """A server that cannot be reached raises our error, which holds nothing of what it was given."""
        redis = pytest.importorskip("redis")
        retry = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
        store = RedisCacheStore(redis.Redis(port=1, socket_connect_timeout=0.2, retry=retry))
        with pytest.raises(StoreUnavailable) as caught:
            store.get("k")
        assert None is caught.value.__context__

    def test_decoding_client(self, redis_url):
        """A client that decodes what it gets is refused: copies are octets."""
        redis = pytest.importorskip("redis")
        with pytest.raises(ConfigurationError):
            RedisCacheStore(redis.Redis.from_url(redis_url, decode_responses=True))

    def test_repr(self):
        """The repr tells no address."""
        assert "<RedisCacheStore>" == repr(self.make())


@pytest.mark.parametrize("settings", [{"most_entries": 0}, {"most_bytes": 0}])
def test_limits(settings, tmp_path, redis_client):
    """A limit below 1 is refused by every store."""
    for make in (
        MemoryCacheStore,
        lambda **limits: SqliteCacheStore(tmp_path / "cache.db", **limits),
        lambda **limits: RedisCacheStore(redis_client, **limits),
    ):
        with pytest.raises(ConfigurationError):
            make(**settings)


def test_what_is_no_store_is_refused():
    """A client of Redis in place of its store, and an asynchronous client, are refused at once."""
    redis = pytest.importorskip("redis.asyncio")
    with pytest.raises(ConfigurationError, match="RedisCacheStore"):
        PrivateCache(CachePolicy({}), keys=KeyRing.generate(), store=redis.Redis())
    for client in (redis.Redis(), "redis://127.0.0.1"):
        with pytest.raises(ConfigurationError, match=r"redis\.Redis"):
            RedisCacheStore(client)
