"""Laws of the key, of the people of an answer, and of every store."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.caching.messages import URL, policy, request, response
from tests.caching.test_b16_stores import entry, letters
from voxvalley_privacy.caching import MemoryCacheStore, PrivateCache
from voxvalley_privacy.caching._request_key import QueryRule
from voxvalley_privacy.keys import KeyRing

KEYS = KeyRing.generate()

names = st.text("abCS%d2+", min_size=1, max_size=4)
queries = st.lists(st.tuples(names, st.text("01a=", max_size=3)), max_size=6).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
rules = st.builds(
    QueryRule,
    ignored=st.frozensets(names, max_size=3),
    only=st.none() | st.frozensets(names, max_size=3),
    is_unordered=st.booleans(),
)
numbers = st.integers(0, 99).map(lambda last: f"+1415555{100 + last:04d}")
spellings = st.sampled_from(
    [
        lambda number: number,
        lambda number: number[1:],
        lambda number: number[2:],
        lambda number: f"{number[2:5]}-{number[5:8]}-{number[8:]}",
        lambda number: f"({number[2:5]}) {number[5:8]}-{number[8:]}",
        lambda number: f"00{number[1:]}",
    ]
)
places = st.sampled_from(
    [
        lambda text: (request(url=f"{URL}/{text.replace(' ', '%20')}/x"), response()),
        lambda text: (request(url=f"{URL}?a=1&To={text.replace(' ', '+')}"), response()),
        lambda text: (request(("X-To", text)), response()),
        lambda text: (request(), response(body=f"<R><Dial>{text}</Dial></R>".encode())),
        lambda text: (request(), response(subjects=[text])),
    ]
)


class TestQueryRule:
    """What is left out of a query stays out."""

    @given(rules, queries)
    def test_twice_is_once(self, rule, query):
        """Leaving out twice changes nothing."""
        once = rule.apply(f"/voice?{query}")
        assert once == rule.apply(once)

    @given(st.frozensets(names, max_size=3), queries, st.text("01", max_size=3))
    def test_value_of_what_is_ignored(self, ignored, query, value):
        """Another value of an ignored parameter changes nothing, of any other parameter it does."""
        rule = QueryRule(ignored=ignored)
        for name in ("a", *ignored):
            other = rule.apply(f"/?{query}&{quote(name)}={value}")
            is_same = other == rule.apply(f"/?{query}&{quote(name)}={value}0")
            assert is_same == (name in ignored)

    @given(rules, queries)
    def test_credentials_stay(self, rule, query):
        """No rule leaves out a credential."""
        assert "token=abc" in rule.apply(f"/voice?{query}&token=abc")


class TestPeople:
    """Whoever is in an answer, in any spelling and anywhere, can be forgotten in any other."""

    @given(numbers, spellings, spellings, places)
    def test_forgotten_in_any_spelling(self, number, written, asked_for, place):
        """What a number led into the cache leads out of it."""
        asked, answered = place(written(number))
        cache = PrivateCache(policy(), keys=KEYS, region="US")
        assert cache.put(asked, answered)
        assert 1 == cache.forget(asked_for(number))
        assert None is cache.get(asked)


class TestStores:
    """218: whatever is put, forgotten and lost in whatever order, nothing forgotten is given out."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["put", "forget", "lose", "late"]),
                st.integers(0, 3),
                st.integers(0, 3),
            ),
            max_size=30,
        )
    )
    def test_nothing_forgotten_comes_back(self, steps):
        """A copy is given out only if nobody it is about was forgotten after it was begun."""
        store = MemoryCacheStore()
        early = store.ticket()
        kept: dict[int, tuple[int, bool]] = {}
        forgotten: set[int] = set()
        for step, key, person in steps:
            if step == "lose":
                store._tagged.clear()
            elif step == "forget":
                store.forget(letters(person + 1))
                forgotten.add(person)
                kept = {k: (p, p != person and ok) for k, (p, ok) in kept.items()}
            else:
                is_late = step == "late"
                ticket = early if is_late else store.ticket()
                done = store.put(entry(f"k{key}", letters(person + 1)), ticket)
                assert done == (not is_late or person not in forgotten)
                if done:
                    kept[key] = (person, True)
        for key, (_, is_kept) in kept.items():
            assert is_kept == (store.get(f"k{key}") is not None)


@pytest.mark.parametrize("query", ["?", "?a", "?a=1&&b=2", "?=1"])
def test_odd_queries(query):
    """A query that is no list of pairs is part of the key as it is."""
    cache = PrivateCache(policy(unkeyed_query=("x",)), keys=KEYS)
    cache.put(request(url=URL + query), response())
    assert cache.get(request(url=URL + query))
