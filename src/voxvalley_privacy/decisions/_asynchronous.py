"""Rules that are awaited; asyncio is loaded by the first that is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from datetime import timedelta
from typing import Generic, NoReturn, Protocol, TypeVar

import attrs

from ..errors import ConfigurationError
from ._combinators import Rule, ask, join, rule_failed
from ._decision import Decision, Reason

__all__ = ["AsyncRule", "PendingDecision", "all_of_async", "in_thread"]

_C = TypeVar("_C")
_C_contra = TypeVar("_C_contra", contravariant=True)

ERROR_TIMEOUT = Reason(code="error.timeout", text="A rule did not answer in time.")


class AsyncRule(Protocol[_C_contra]):
    """Any callable of this shape is an asynchronous rule."""

    def __call__(self, context: _C_contra, /) -> Awaitable[Decision]:
        """Promise a decision about *context*."""


class PendingDecision:
    """Promise a decision; await it. Its own truth raises: a forgotten `await` cannot allow."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Awaitable[Decision]], /) -> None:
        self._make = make

    def __await__(self) -> Generator[object, None, Decision]:
        return self._make().__await__()

    def __bool__(self) -> NoReturn:
        raise TypeError("This decision is still pending: await it.")


@attrs.frozen
class _AllOfAsync(Generic[_C]):
    rules: tuple[Rule[_C] | AsyncRule[_C], ...]

    def __call__(self, context: _C, /) -> PendingDecision:
        return PendingDecision(lambda: self._decide(context))

    async def _decide(self, context: _C) -> Decision:
        import asyncio

        return join(list(await asyncio.gather(*[_ask_async(rule, context) for rule in self.rules])))


async def _ask_async(rule: Rule[_C] | AsyncRule[_C], context: _C) -> Decision:
    try:
        answer: object = rule(context)
        if isinstance(answer, Awaitable):
            answer = await answer
    except Exception as error:
        failure = error
    else:
        return answer if isinstance(answer, Decision) else rule_failed("returned", answer)
    return rule_failed("raised", failure)


def all_of_async(*rules: Rule[_C] | AsyncRule[_C]) -> Callable[[_C], PendingDecision]:
    """
    Do what `all_of` does for rules of both kinds; await the answer.

    Raises:
        voxvalley_privacy.ConfigurationError: If no rule is given, or one cannot be called.
    """
    if not rules:
        raise ConfigurationError("all_of_async() needs at least one rule.")
    if not all(map(callable, rules)):
        raise ConfigurationError(
            "all_of_async(): every rule must be a callable that takes the context."
        )
    return _AllOfAsync(rules)


@attrs.frozen
class _InThread(Generic[_C]):
    rule: Rule[_C]
    timeout: timedelta

    def __call__(self, context: _C, /) -> PendingDecision:
        return PendingDecision(lambda: self._decide(context))

    async def _decide(self, context: _C) -> Decision:
        import asyncio

        answer = asyncio.to_thread(ask, self.rule, context)
        try:
            return await asyncio.wait_for(answer, self.timeout.total_seconds())
        except TimeoutError:
            return Decision.deny(ERROR_TIMEOUT)


def in_thread(
    rule: Rule[_C], /, *, timeout: timedelta = timedelta(seconds=1)
) -> Callable[[_C], PendingDecision]:
    """
    Ask a rule that may wait for a disk or a lock without holding up the event loop.

    Args:
        rule: A rule that is safe to call from any thread.

        timeout: After this time the answer is a deny with `error.timeout`.
    """
    if timeout <= timedelta(0):
        raise ConfigurationError("'timeout' must be above zero.")
    return _InThread(rule, timeout)
