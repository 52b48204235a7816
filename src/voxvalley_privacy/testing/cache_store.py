"""The tests that every store of cached copies must pass: subclass `CacheStoreContract`."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ..caching import CacheStore, Entry

__all__ = ["CacheStoreContract"]

_TENANT = "bbbtenant"
_ASTRID = "cccsubject"
_BRUNO = "dddsubject"


def _entry(key: str = "k", value: bytes = b"sealed", *tags: str, lifetime: float = 60) -> Entry:
    return Entry(
        key=key,
        value=value,
        expires=time.time() + lifetime,
        lifetime=lifetime,
        tags=(_TENANT, *tags),
    )


class CacheStoreContract:
    """
    Test a store of cached copies.

    Subclass it in a test file, name the class `Test...` and define `make` and `make_small`.
    """

    def make(self) -> CacheStore:
        """Return a new, empty store."""
        raise NotImplementedError

    def make_small(self) -> CacheStore:
        """Return a new, empty store that keeps at most 3 copies and 100 bytes."""
        raise NotImplementedError

    @pytest.fixture
    def store(self) -> CacheStore:
        """Make a store."""
        return self.make()

    @pytest.fixture
    def small(self) -> CacheStore:
        """Make a store that is soon full."""
        return self.make_small()

    def test_starts_empty(self, store: CacheStore) -> None:
        """A new store holds nothing, and forgetting nothing is not a fault."""
        assert (store.get("k"), store.delete("k"), store.forget(_ASTRID), store.sweep(2e9)) == (
            None,
            False,
            0,
            0,
        )

    def test_gives_back_what_was_put(self, store: CacheStore) -> None:
        """Every octet comes back."""
        value = bytes(range(256)) * 5
        assert store.put(_entry("k", value), store.ticket())
        assert value == store.get("k")

    def test_put_replaces(self, store: CacheStore) -> None:
        """A second put under one key replaces the copy and its tags."""
        store.put(_entry("k", b"one", _ASTRID), store.ticket())
        store.put(_entry("k", b"two", _BRUNO), store.ticket())
        assert store.forget(_ASTRID) == 0
        assert store.get("k") == b"two"
        assert store.forget(_BRUNO) == 1

    def test_delete(self, store: CacheStore) -> None:
        """A deleted copy is gone, and no other."""
        store.put(_entry("k"), store.ticket())
        store.put(_entry("l"), store.ticket())
        assert (store.delete("k"), store.delete("k")) == (True, False)
        assert (store.get("k"), store.get("l")) == (None, b"sealed")

    def test_forget_removes_every_copy_of_a_tag(self, store: CacheStore) -> None:
        """All copies with a tag go, whatever else they are tagged with; others stay."""
        store.put(_entry("a", b"1", _ASTRID), store.ticket())
        store.put(_entry("b", b"2", _ASTRID, _BRUNO), store.ticket())
        store.put(_entry("c", b"3", _BRUNO), store.ticket())
        assert store.forget(_ASTRID) == 2
        assert (store.get("a"), store.get("b"), store.get("c")) == (None, None, b"3")
        assert store.forget(_ASTRID) == 0

    def test_forget_refuses_what_was_begun_before(self, store: CacheStore) -> None:
        """A copy whose ticket is older than a forget of one of its tags is never kept."""
        ticket = store.ticket()
        store.forget(_ASTRID)
        assert not store.put(_entry("k", b"late", _ASTRID), ticket)
        assert not store.put(_entry("k", b"late", _BRUNO, _ASTRID), ticket)
        assert None is store.get("k")

    def test_forget_refuses_nothing_that_is_begun_after(self, store: CacheStore) -> None:
        """A copy begun after a forget is kept."""
        store.forget(_ASTRID)
        assert store.put(_entry("k", b"new", _ASTRID), store.ticket())
        assert store.get("k") == b"new"

    def test_forget_leaves_others_on_their_way(self, store: CacheStore) -> None:
        """A copy about somebody else that was begun before is kept."""
        ticket = store.ticket()
        store.forget(_ASTRID)
        assert store.put(_entry("k", b"other", _BRUNO), ticket)

    def test_refused_put_leaves_the_copy_that_is_there(self, store: CacheStore) -> None:
        """A late put does not harm a newer copy under its key."""
        late = store.ticket()
        store.forget(_ASTRID)
        store.put(_entry("k", b"new", _ASTRID), store.ticket())
        assert not store.put(_entry("k", b"late", _ASTRID), late)
        assert store.get("k") == b"new"

    def test_sweep(self, store: CacheStore) -> None:
        """Copies past their time go, others stay."""
        store.put(_entry("short", lifetime=100), store.ticket())
        store.put(_entry("long", lifetime=1000), store.ticket())
        assert store.sweep(time.time() + 500) == 1
        assert (store.get("short"), store.get("long")) == (None, b"sealed")

    def test_bounded_by_count(self, small: CacheStore) -> None:
        """A store that is full makes room."""
        for at in range(10):
            assert small.put(_entry(f"k{at}", b"x", lifetime=60 + at), small.ticket())
        assert sum(small.get(f"k{at}") is not None for at in range(10)) == 3
        assert small.get("k9") == b"x"

    def test_bounded_by_bytes(self, small: CacheStore) -> None:
        """Large copies make room for each other, and one that is too large alone is not kept."""
        for at in range(3):
            small.put(_entry(f"k{at}", b"x" * 40, lifetime=60 + at), small.ticket())
        assert sum(small.get(f"k{at}") is not None for at in range(3)) == 2
        assert not small.put(_entry("huge", b"x" * 101, lifetime=60), small.ticket())
        assert None is small.get("huge")

    def test_room_is_given_back(self, small: CacheStore) -> None:
        """Copies that were deleted, forgotten, swept or replaced no longer count."""
        for _ in range(5):
            small.put(_entry("k", b"x" * 90, _ASTRID), small.ticket())
            small.put(_entry("k", b"x" * 90, _ASTRID), small.ticket())
            small.forget(_ASTRID)
            small.put(_entry("k", b"x" * 90), small.ticket())
            small.delete("k")
            small.put(_entry("k", b"x" * 90, lifetime=10), small.ticket())
            small.sweep(time.time() + 20)
        assert small.put(_entry("k", b"x" * 90), small.ticket())
        assert small.put(_entry("l", b"x" * 5), small.ticket())
        assert tuple(len(small.get(key) or b"") for key in ("k", "l")) == (90, 5)

    def test_threads(self, store: CacheStore) -> None:
        """Threads do not lose each other's copies."""

        def fill(worker: int) -> None:
            for at in range(10):
                assert store.put(_entry(f"{worker}.{at}", b"%d" % worker), store.ticket())

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(fill, range(4)))
        expected = [b"%d" % worker for worker in range(4) for _ in range(10)]
        assert expected == [store.get(f"{worker}.{at}") for worker in range(4) for at in range(10)]

    def test_forget_wins_every_race(self, store: CacheStore) -> None:
        """A copy begun before a forget returned is not there after it, however they race."""
        for turn in range(10):
            barrier = Barrier(3)

            def put(at: int, barrier: Barrier = barrier, turn: int = turn) -> None:
                ticket = store.ticket()
                barrier.wait()
                store.put(_entry(f"{turn}.{at}", b"late", _ASTRID), ticket)

            def forget(barrier: Barrier = barrier) -> None:
                barrier.wait()
                store.forget(_ASTRID)

            with ThreadPoolExecutor(3) as pool:
                for done in (pool.submit(put, 0), pool.submit(put, 1), pool.submit(forget)):
                    done.result()
            assert [store.get(f"{turn}.{at}") for at in range(2)] == [None, None]
