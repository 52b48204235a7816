"""No call of a memo waits for ever, and none fails where the function alone would not."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from datetime import timedelta

import pytest

from voxvalley_privacy.caching import PrivateMemo
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import ContentKind

KEYS = KeyRing.generate()
SECONDS = 5


def memo_of(**settings):
    """Make a memo of prompts."""
    defaults = {"keys": KEYS, "kind": ContentKind.PHONE_NUMBER, "ttl": timedelta(hours=1)}
    return PrivateMemo(**{**defaults, **settings})


def in_threads(*calls):
    """Return what calls at the same time return; a call that does not end is missing."""
    answers = []
    threads = [
        threading.Thread(target=lambda call=call: answers.append(call()), daemon=True)
        for call in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return answers


def test_a_call_in_its_own_work_does_not_wait_for_itself():
    """A function that calls itself with the same arguments is called."""
    depth = []

    @memo_of()
    def lookup(number):
        depth.append(number)
        return "found" if len(depth) > 2 else lookup(number)

    assert ["found"] == in_threads(lambda: lookup("a"))


def test_an_async_call_in_its_own_work_does_not_wait_for_itself():
    """The same in a task, and in a task that it starts."""
    depth = []

    @memo_of()
    async def lookup(number):
        depth.append(number)
        if len(depth) > 2:
            return "found"
        return (await asyncio.gather(lookup(number)))[0]

    assert "found" == asyncio.run(asyncio.wait_for(lookup("a"), SECONDS))


def test_two_threads_do_not_wait_for_each_other():
    """Where each of two calls needs what the other works on, both end."""
    memo = memo_of()
    both = threading.Barrier(2)
    depth = threading.local()

    def work(mine, other):
        depth.calls = getattr(depth, "calls", 0) + 1
        if depth.calls == 1:
            both.wait(SECONDS)
            return other("n")
        return mine

    first = memo(lambda number: work("first", lambda number: second(number)))
    second = memo(lambda number: work("second", lambda number: first(number)))
    assert 2 == len(in_threads(lambda: first("n"), lambda: second("n")))


def test_who_waits_gets_a_generator_of_its_own():
    """A result that cannot be kept is not shared either."""

    @memo_of()
    def parts(number):
        time.sleep(0.1)
        return (part for part in [number, "end"])

    calls = [lambda: list(parts("a"))] * 3
    assert [["a", "end"]] * 3 == in_threads(*calls)


def test_an_object_with_an_async_call_is_awaited():
    """An object that can be called counts as what its call is."""

    class Lookup:
        async def __call__(self, number):
            await asyncio.sleep(0.01)
            return [number]

    lookup = memo_of()(Lookup())

    async def twice():
        return await asyncio.gather(lookup("a"), lookup("a"))

    assert [["a"], ["a"]] == asyncio.run(twice())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_does_not_wait_for_a_thread_of_its_parent():
    """Work that was going on at the fork is not waited for in the child."""
    begun, end = threading.Event(), threading.Event()
    parent = os.getpid()

    @memo_of()
    def lookup(number):
        if os.getpid() == parent:
            begun.set()
            end.wait(SECONDS)
        return number

    thread = threading.Thread(target=lookup, args=("a",))
    thread.start()
    begun.wait(SECONDS)
    child = os.fork()
    if child == 0:
        answered = in_threads(lambda: lookup("a")) == ["a"]
        os._exit(0 if answered else 1)
    _, status = os.waitpid(child, 0)
    end.set()
    thread.join()
    assert 0 == status


class Rubbish:
    """A store that answers with anything but octets."""

    answers_at_once = True

    def __getattr__(self, name):
        return lambda *args, **settings: object()


@pytest.mark.parametrize("settings", [{"store": Rubbish()}, {"clock": lambda: 1 / 0}])
def test_a_fault_of_store_or_clock_does_not_reach_the_call(settings):
    """The function is called as if it were not decorated."""
    lookup = memo_of(**settings)(lambda number: [number])
    assert [["a"], ["a"]] == [lookup("a"), lookup("a")]


@pytest.mark.parametrize("name", ["subjects", "clock"])
def test_a_setting_that_cannot_be_called_is_refused(name):
    """With it nothing would ever be kept, and nobody would know."""
    with pytest.raises(ConfigurationError, match=name):
        memo_of(**{name: "x"})
