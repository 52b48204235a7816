"""Rules, and how they are joined."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import attrs

from ..errors import ConfigurationError
from ._decision import Decision, Effect, Obligation, Reason

__all__ = ["Rule", "all_of", "ask", "join", "rule_failed", "shadow"]

_C = TypeVar("_C")
_C_contra = TypeVar("_C_contra", contravariant=True)

SHADOW_ALLOW = Reason(code="shadow.would_allow", text="The candidate policy would allow this.")
SHADOW_DENY = Reason(code="shadow.would_deny", text="The candidate policy would deny this.")


class Rule(Protocol[_C_contra]):
    """Any callable of this shape is a rule."""

    def __call__(self, context: _C_contra, /) -> Decision:
        """Decide about *context*."""


def rule_failed(verb: str, culprit: object) -> Decision:
    # The class is code, not data; the exception itself may hold the value.
    name = "".join(c for c in type(culprit).__name__ if not c.isdigit())
    return Decision.deny(Reason(code="error.rule", text=f"A rule {verb} {name}."))


def ask(rule: Callable[[_C], object], context: _C) -> Decision:
    try:
        answer = rule(context)
    except Exception as error:
        failure = error
    else:
        return answer if isinstance(answer, Decision) else rule_failed("returned", answer)
    return rule_failed("raised", failure)


_STRICTEST_FIRST = (Effect.DENY, Effect.INDETERMINATE, Effect.ALLOW)


def _strictness(answer: Decision) -> int:
    return _STRICTEST_FIRST.index(answer.effect)


def join(answers: list[Decision]) -> Decision:
    # The sort is stable: answers of one effect stay in the order of the rules.
    if not all(answers):
        answers.sort(key=_strictness)
    strictest = answers[0]
    evaluated_at, valid_until = strictest.evaluated_at, strictest.valid_until
    reasons: dict[int, Reason] = {}
    duties: dict[Obligation, None] = {}
    for answer in answers:
        for reason in answer.reasons:
            # Reasons come from catalogs: the same reason is the same object.
            reasons[id(reason)] = reason
        for duty in answer.obligations:
            duties[duty] = None
        at, until = answer.evaluated_at, answer.valid_until
        if at is not evaluated_at and at < evaluated_at:
            evaluated_at = at
        if until is not None and (valid_until is None or until < valid_until):
            valid_until = until
    return Decision(
        effect=strictest.effect,
        reasons=reasons.values(),
        obligations=duties,
        evaluated_at=evaluated_at,
        valid_until=valid_until,
    )


_JOINED = 256  # answers to remember


@attrs.frozen
class _AllOf(Generic[_C]):
    rules: tuple[Rule[_C], ...]
    # Of many contexts at one time, rules often give the very same answers: these are joined once.
    # The answers are kept with what they make, so that no other answer gets the id of one.
    _joined: dict[tuple[int, ...], tuple[list[Decision], Decision]] = attrs.field(
        factory=dict, eq=False, repr=False, init=False
    )

    def __call__(self, context: _C, /) -> Decision:
        answers = [ask(rule, context) for rule in self.rules]
        same = tuple(map(id, answers))
        known = self._joined.get(same)
        if known is not None:
            return known[1]
        if len(self._joined) >= _JOINED:
            self._joined.clear()
        joined = join(list(answers))
        self._joined[same] = answers, joined
        return joined


def all_of(*rules: Rule[_C]) -> Rule[_C]:
    """
    Allow only what every rule allows, and keep every rule's reasons.

    Args:
        rules: At least one. All are asked, so that an explanation is complete.

    Returns:
        A rule. It denies when a rule denies, raises, or returns anything but a decision.

    Raises:
        voxvalley_privacy.ConfigurationError: If no rule is given, or one cannot be called.
    """
    # An empty conjunction is true in logic and a hole in a consent check.
    if not rules:
        raise ConfigurationError("all_of() needs at least one rule.")
    if not all(map(callable, rules)):
        raise ConfigurationError("all_of(): every rule must be a callable that takes the context.")
    return _AllOf(rules)


@attrs.frozen
class _Shadow(Generic[_C]):
    live: Rule[_C]
    candidate: Rule[_C]
    report: Callable[[Decision, Decision], object] | None

    def __call__(self, context: _C, /) -> Decision:
        answer = ask(self.live, context)
        other = ask(self.candidate, context)
        if bool(answer) is bool(other):
            return answer
        if self.report is not None:
            _tell(self.report, answer, other)
        note = SHADOW_ALLOW if other else SHADOW_DENY
        return attrs.evolve(answer, reasons=(*answer.reasons, note))


def _tell(
    report: Callable[[Decision, Decision], object], live: Decision, candidate: Decision
) -> None:
    # A trial run never disturbs the live answer.
    with suppress(Exception):
        report(live, candidate)


def shadow(
    live: Rule[_C],
    candidate: Rule[_C],
    /,
    *,
    report: Callable[[Decision, Decision], object] | None = None,
) -> Rule[_C]:
    """
    Try a new policy beside the old one.

    Args:
        live: Decides.

        candidate: Is asked too. Where it would answer otherwise, the live answer gets one more
            reason, `shadow.would_allow` or `shadow.would_deny`; one that fails counts as a deny.

        report: Called with both decisions where they differ; what it raises is dropped.

    Returns:
        A rule with the live effect.
    """
    return _Shadow(live, candidate, report)
