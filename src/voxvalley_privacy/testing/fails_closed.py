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
            not return a decision; or if no fault is named, as then nothing is tested.
    """
    chosen = tuple(faults)
    _expect(bool(chosen), "No fault is named, so nothing is tested.")
    for fault in chosen:
        faulty = FaultyStore(store(), fault, after=1_000_000)
        rule = build(faulty)
        _expect(
            bool(rule(context)), "The rule must allow while the store works, or nothing is tested."
        )
        faulty.after = faulty.calls
        started = time.monotonic()
        try:
            decision = rule(context)
        except Exception as error:  # its message is the rule's own, and not for a report
            raised = type(error).__name__
            decision = None
        else:
            raised = ""
        took = time.monotonic() - started
        faulty.close()
        _expect(not raised, f"{fault}: the rule raised {raised}.")
        _check(fault, decision)
        _expect(took <= within.total_seconds(), f"{fault}: the rule took {took:.3f} s.")


def _check(fault: str, decision: object) -> None:
    if type(decision) is not Decision:
        raise AssertionError(f"{fault}: the rule returned no decision.")
    _expect(not decision, f"{fault}: the rule allowed: {decision}")
    _expect(bool(decision.reasons), f"{fault}: the rule gave no reason.")


def _expect(is_so: bool, message: str) -> None:
    """Raise as `assert` does, under `python -O` as well."""
    if not is_so:
        raise AssertionError(message)
