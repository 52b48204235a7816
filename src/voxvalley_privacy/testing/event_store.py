"""The tests that every event store must pass: subclass `EventStoreContract`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ..errors import StoreCorrupt
from ..stores import GENESIS, Chain, Conflict, Draft, Event, EventStore

__all__ = ["EventStoreContract"]

_NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def _draft(
    stream: str = "bcdfgh.a", kind: str = "test", body: str = "", key: str = "", **more: int
) -> Draft:
    return Draft(
        stream=stream, kind=kind, body=body, at=_NOON, key=key, expected=more.get("expected")
    )


class EventStoreContract:
    """
    Test an event store.

    Subclass it in a test file, name the class `Test...` and define `make`.
    """

    def make(self) -> EventStore:
        """Return a new, empty store."""
        raise NotImplementedError

    @pytest.fixture
    def store(self) -> Iterator[EventStore]:
        """Make a store, and close it when the test is over."""
        store = self.make()
        yield store
        store.close()

    @pytest.fixture
    def seal(self) -> Chain:
        """Seal with a key of the tests."""
        return Chain({"bcdfgh": b"k" * 32})

    def test_starts_empty(self, store: EventStore) -> None:
        """A new store holds nothing and says so."""
        assert (store.head(), store.read("bcdfgh.a"), list(store.scan())) == (None, (), [])

    def test_reads_what_was_written(self, store: EventStore, seal: Chain) -> None:
        """An event comes back as it was returned, with every field."""
        (event,) = store.append(_draft(body='{"a": "ü"}', key="k1"), seal=seal)
        expected = ("bcdfgh.a", "test", '{"a": "ü"}', "k1", _NOON, 1, 1, GENESIS)
        got = (
            event.stream,
            event.kind,
            event.body,
            event.key,
            event.at,
            event.position,
            event.seq,
            event.previous,
        )
        assert expected == got
        assert (event,) == store.read("bcdfgh.a")
        assert event == store.head()
        seal.check(event)

    def test_positions_and_seqs_have_no_gaps(self, store: EventStore, seal: Chain) -> None:
        """The store counts all events, each stream its own."""
        for stream in ("bcdfgh.a", "bcdfgh.b", "bcdfgh.a", "bcdfgh.a"):
            store.append(_draft(stream), seal=seal)
        assert [event.position for event in store.scan()] == [1, 2, 3, 4]
        assert [event.seq for event in store.read("bcdfgh.a")] == [1, 2, 3]
        assert [event.position for event in store.scan(after=2)] == [3, 4]

    def test_reads_several_streams_in_the_order_of_the_store(
        self, store: EventStore, seal: Chain
    ) -> None:
        """Streams are merged by position."""
        for stream in ("bcdfgh.b", "bcdfgh.a", "bcdfgh.c", "bcdfgh.b"):
            store.append(_draft(stream), seal=seal)
        assert [event.position for event in store.read("bcdfgh.a", "bcdfgh.b")] == [1, 2, 4]

    def test_compares_and_swaps(self, store: EventStore, seal: Chain) -> None:
        """A draft that expects another size of its stream changes nothing."""
        store.append(_draft(expected=0), seal=seal)
        for wrong in (0, 2):
            with pytest.raises(Conflict):
                store.append(_draft(expected=wrong), seal=seal)
        store.append(_draft(expected=1), seal=seal)
        assert len(store.read("bcdfgh.a")) == 2

    def test_drafts_are_stored_together_or_not_at_all(self, store: EventStore, seal: Chain) -> None:
        """A conflict in the last draft keeps the first out too."""
        with pytest.raises(Conflict):
            store.append(_draft("bcdfgh.a", key="k1"), _draft("bcdfgh.b", expected=7), seal=seal)
        assert list(store.scan()) == []
        made = store.append(_draft("bcdfgh.a", key="k1"), _draft("bcdfgh.a", expected=1), seal=seal)
        assert [event.seq for event in made] == [1, 2]

    def test_repeats_an_idempotency_key(self, store: EventStore, seal: Chain) -> None:
        """A second append with a key returns the first event and stores nothing."""
        first = store.append(_draft(key="k1"), _draft(key="k1"), seal=seal)
        again = store.append(_draft(key="k1", expected=0), seal=seal)
        assert {first[0]} == {*first, *again}
        assert len(store.read("bcdfgh.a")) == 1

    def test_refuses_a_key_that_belongs_to_another_event(
        self, store: EventStore, seal: Chain
    ) -> None:
        """A key is bound to its stream and kind."""
        store.append(_draft(key="k1"), seal=seal)
        for other in (_draft("bcdfgh.b", key="k1"), _draft(kind="other", key="k1")):
            with pytest.raises(Conflict):
                store.append(other, seal=seal)

    def test_chain_is_whole(self, store: EventStore, seal: Chain) -> None:
        """Every event follows the one before it, and the head anchors them."""
        for number in range(5):
            store.append(_draft(body=str(number)), _draft("bcdfgh.b"), seal=seal)
        head = store.head()
        assert head is not None
        assert (10, head.mac) == seal.verify(store.scan(), anchor=(head.position, head.mac))

    def test_scrubs_bodies_only(self, store: EventStore, seal: Chain) -> None:
        """Scrubbing forgets bodies up to a seq; everything else stays and still proves itself."""
        for _ in range(3):
            store.append(_draft(body="secret"), seal=seal)
        store.append(_draft("bcdfgh.b", body="kept"), seal=seal)
        before = store.read("bcdfgh.a")
        store.scrub("bcdfgh.a", through=2)
        assert [event.body for event in store.read("bcdfgh.a")] == [None, None, "secret"]
        assert [attrs.evolve(event, body=None) for event in before[:2]] == [
            *store.read("bcdfgh.a")[:2]
        ]
        assert store.read("bcdfgh.b")[0].body == "kept"
        seal.verify(store.scan())

    def test_many_threads_lose_nothing(self, store: EventStore, seal: Chain) -> None:
        """Appends from 8 threads are all there, once each, in one chain."""

        def write(number: int) -> Event:
            return store.append(_draft(f"bcdfgh.{number % 3}", key=f"k{number}"), seal=seal)[0]

        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(write, range(200)))
        assert set(range(1, 201)) == {event.position for event in made}
        assert sorted(made, key=lambda event: event.position) == list(store.scan())
        seal.verify(store.scan())

    def test_one_of_many_compare_and_swaps_wins(self, store: EventStore, seal: Chain) -> None:
        """Of 8 threads that expect an empty stream one writes."""

        def race(_: int) -> bool:
            try:
                store.append(_draft(expected=0), seal=seal)
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(race, range(8))) == 1

    def test_a_changed_field_is_seen(self, store: EventStore, seal: Chain) -> None:
        """No field of an event can change without the check failing."""
        (event,) = store.append(_draft(body="a", key="k"), seal=seal)
        changes: dict[str, Any] = {
            "position": 2,
            "seq": 2,
            "kind": "x",
            "body": "b",
            "key": "",
            "mac": bytes(32),
        }
        changes |= {
            "stream": "bcdfgh.z",
            "at": datetime(2020, 1, 1, tzinfo=UTC),
            "previous": b"x" * 32,
        }
        for name, value in (changes | {"body_mac": bytes(32)}).items():
            with pytest.raises(StoreCorrupt):
                seal.check(attrs.evolve(event, **{name: value}))
