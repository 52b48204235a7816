"""No two functions share the results of a private memo."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from voxvalley_privacy.caching import MemoryCacheStore, PrivateMemo
from voxvalley_privacy.caching._function_names import name_of_function
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import ContentKind

KEYS = KeyRing.generate()


def memo_of(store=None):
    """Make a memo of prompts."""
    return PrivateMemo(
        keys=KEYS, kind=ContentKind.PHONE_NUMBER, ttl=timedelta(hours=1), store=store
    )


def greeting_of(tenant):
    """Make a function that greets for one tenant."""

    def greeting(name):
        return f"{tenant} greets {name}"

    return greeting


def counting_from(state):
    """Make a function that answers from an object that can change."""

    def answer(name):
        return [name, *state]

    return answer


class Desk:
    """Something with a method."""

    def __init__(self, tenant):
        self.tenant = tenant

    def greeting(self, name):
        """Greet for a tenant."""
        return f"{self.tenant} greets {name}"


class Caller:
    """An object that can be called."""

    def __init__(self, tenant):
        self.tenant = tenant

    def __call__(self, name):
        return f"{self.tenant} greets {name}"


def plain(name):
    """Answer with what was asked."""
    return name


PAIRS = {
    "lambdas": (lambda name: f"a {name}", lambda name: f"b {name}"),
    "closures": (greeting_of("a"), greeting_of("b")),
    "changing": (counting_from(["a"]), counting_from(["b"])),
    "methods": (Desk("a").greeting, Desk("b").greeting),
    "objects": (Caller("a"), Caller("b")),
    "partials": (partial("{} {}".format, "a"), partial("{} {}".format, "b")),
    "defaults": (lambda name, of="a": of + name, lambda name, of="b": of + name),
    "keywords": (lambda name, *, of="a": of + name, lambda name, *, of="b": of + name),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_functions_that_answer_differently_do_not_share_results(kind):
    """Each of two functions gets its own results, where one memo keeps both."""
    first, second = PAIRS[kind]
    expected = [first("x"), second("x")]
    memo = memo_of()
    kept_first, kept_second = memo(first), memo(second)
    assert expected == [kept_first("x"), kept_second("x")]
    assert expected == [kept_first("x"), kept_second("x")]


def test_a_function_finds_its_results_in_another_process():
    """What refers to nothing that can change has one name everywhere."""
    store = MemoryCacheStore()
    calls = []
    assert name_of_function(plain) == name_of_function(plain)
    assert name_of_function(greeting_of("a")) == name_of_function(greeting_of("a"))
    assert name_of_function(calls.append) != name_of_function(calls.append)
    assert "x" == memo_of(store)(plain)("x") == memo_of(store)(plain)("x")
    assert "1 copies" in repr(store)
