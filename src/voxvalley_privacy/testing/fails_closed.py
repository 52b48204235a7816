"""Check that a rule denies, and in time, whatever its store does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from ..decisions import Decision, Rule
from ..stores import EventStore
from .faulty_store import FAULTS, FaultyStore

__all__ = ["assert_fails_closed"]

_C = TypeVar("_C")


def assert_fails_closed(
    build: Callable[[EventStore], Rule[_C]],
    context: _C,
    /,
    *,
    store: Callable[[], EventStore],
    faults: Iterable[str] = FAULTS,
    within: timedelta = timedelta(seconds=1),
) -> None:
    """
    Check that a rule which allows *context* denies it under every fault of its store.

    Args:
        build: Returns the rule on a store. The store works at first, and then fails.

        context: A context that the rule allows as long as the store works.

        store: Makes a store with everything in it that the rule needs.

        faults: Some of `voxvalley_privacy.testing.FAULTS`.

        within: How long an answer may take.

    Raises:
        AssertionError: If the rule does not allow before, allows after, raises, is late, or does
            not return a decision.
    """
    for fault in faults:
        faulty = FaultyStore(store(), fault, after=1_000_000)
        rule = build(faulty)
        assert rule(context), "The rule must allow while the store works, or nothing is tested."
        faulty.after = faulty.calls
        started = time.monotonic()
        decision = rule(context)
        took = time.monotonic() - started
        assert type(decision) is Decision, f"{fault}: the rule returned no decision."
        assert not decision, f"{fault}: the rule allowed: {decision}"
        assert decision.reasons, f"{fault}: the rule gave no reason."
        assert took <= within.total_seconds(), f"{fault}: the rule took {took:.3f} s."
        faulty.close()
