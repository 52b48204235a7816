"""A clock or a store of the app that fails, or answers what it should not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.caching.messages import request, response
from voxvalley_privacy.caching import CachePolicy, PrivateCache, fetch
from voxvalley_privacy.errors import StoreError
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import ContentKind

NUMBER = "+14155550132"


def fails():
    """Fail as a clock may."""
    raise RuntimeError(NUMBER)


@pytest.mark.parametrize("clock", [fails, lambda: None, lambda: 5, lambda: datetime.now()])  # noqa: DTZ005
def test_a_clock_that_fails_keeps_nothing_and_raises_nothing(clock):
    """Every call of the call path says so, and the answer comes from the server."""
    policy = CachePolicy({ContentKind.XML: timedelta(minutes=1)}, clock=clock)
    cache = PrivateCache(policy, keys=KeyRing.generate())
    assert ("error.clock",) == cache.put(request(), response()).codes
    assert ("error.clock",) == cache.explain(request()).codes
    assert cache.get(request()) is None
    assert b"<Response/>" == fetch(cache, request(), lambda _: response()).body
    assert not policy.as_filter(in_call=False)(response())


class Answering:
    """A store that answers every call alike."""

    answers_at_once = True

    def __init__(self, answer):
        self.answer = answer

    def __getattr__(self, name):
        return lambda *args: self.answer


@pytest.mark.parametrize("answer", [None, "yes", object(), [], memoryview(b"x")])
def test_a_store_that_answers_rubbish_promises_nothing(answer):
    """Nothing counts as kept, nothing is given out, and an erasure is not done."""
    policy = CachePolicy({ContentKind.XML: timedelta(minutes=1)})
    cache = PrivateCache(policy, keys=KeyRing.generate(), store=Answering(answer))
    assert not cache.put(request(), response())
    assert cache.get(request()) is None
    with pytest.raises(StoreError):
        cache.forget(NUMBER)
    assert not cache.put(request(), response())


class Broken(Answering):
    """A store that raises errors of its own."""

    def forget(self, tag):
        """Fail."""
        raise OSError(NUMBER)


def test_forget_raises_what_is_documented():
    """An error of a driver comes as a StoreError, without the driver's words."""
    cache = PrivateCache(
        CachePolicy({ContentKind.XML: timedelta(minutes=1)}),
        keys=KeyRing.generate(),
        store=Broken(None),
    )
    with pytest.raises(StoreError) as raised:
        cache.forget(NUMBER)
    assert NUMBER not in str(raised.value)
