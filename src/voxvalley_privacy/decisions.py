"""
Answers an app can act on, show and keep: allow or deny, why, what is still to do, until when it holds.

A rule is any callable that takes one context and returns a `Decision`. `all_of` joins rules; a deny, an error or a
missing fact in one of them denies the whole, and nothing lets one allow outvote a deny.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Generic, NoReturn, Protocol, TypeVar

import attrs

from .errors import ConfigurationError, Denied

__all__ = [
    "AsyncRule",
    "Decision",
    "Effect",
    "Obligation",
    "PendingDecision",
    "Reason",
    "Rule",
    "all_of",
    "all_of_async",
    "in_thread",
    "shadow",
]

_C = TypeVar("_C")
_C_contra = TypeVar("_C_contra", contravariant=True)


@unique
class Effect(StrEnum):
    """What a decision says; only `ALLOW` lets the act happen."""

    ALLOW = "allow"
    DENY = "deny"
    INDETERMINATE = "indeterminate"


def _check_words(_: object, attribute: attrs.Attribute[str], text: str) -> None:
    # Five digits are enough for "16 years" or "section 1200"; a number, a card or a birth date has more.
    if "@" in text or sum(map(str.isdigit, text)) > 5:
        raise ConfigurationError(f"{attribute.name!r} must not hold an address or more than five digits.")


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ConfigurationError("A time of a decision or obligation needs a time zone.")
    return at


def _aware_or_none(at: datetime | None) -> datetime | None:
    return None if at is None else _aware(at)


@attrs.frozen(kw_only=True, cache_hash=True)
class Reason:
    """
    Say why a rule answered as it did.

    Args:
        code: A stable dotted name, as `cache.no_permission`.

        text: One sentence. It names fields and rules, never values: more than five digits or an `@` are refused.

        citation: The law, standard or table the rule rests on.

        as_of: The date of the table, as an ISO date.

        confidence: How sure the table is: `H`, `M`, `L` or `policy`.

        disputed: Whether sources disagree; the stricter reading was taken.
    """

    code: str = attrs.field(validator=_check_words)
    text: str = attrs.field(default="", validator=_check_words)
    citation: str = ""
    as_of: str = ""
    confidence: str = ""
    disputed: bool = False

    def __str__(self) -> str:
        notes = [self.citation, f"as of {self.as_of}" if self.as_of else ""]
        notes += [f"confidence {self.confidence}" if self.confidence else "", "disputed" if self.disputed else ""]
        source = "; ".join(note for note in notes if note)
        return f"{self.code}: {self.text}" + (f" [{source}]" if source else "")


@attrs.frozen(kw_only=True, cache_hash=True)
class Obligation:
    """
    Name something the app has yet to do.

    Args:
        code: A stable dotted name, as `suppression.confirm`.

        text: One sentence without values.

        due: Until when, with a time zone.
    """

    code: str = attrs.field(validator=_check_words)
    text: str = attrs.field(default="", validator=_check_words)
    due: datetime | None = attrs.field(default=None, converter=_aware_or_none)

    def __str__(self) -> str:
        return f"{self.code}: {self.text}" + (f" (due {self.due.isoformat()})" if self.due else "")


def _now() -> datetime:
    return datetime.now(UTC)


def _effect(effect: Effect | str) -> Effect:
    return effect if type(effect) is Effect else Effect(effect)


def _reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    found = tuple(reasons)
    if not found:
        raise ConfigurationError("A decision needs at least one reason.")
    return found


def _obligations(obligations: Iterable[Obligation]) -> tuple[Obligation, ...]:
    return tuple(obligations)


NO_APPLICABLE_RULE = Reason(code="no_applicable_rule", text="No rule permits this.")
ERROR_TIMEOUT = Reason(code="error.timeout", text="A rule did not answer in time.")
SHADOW_ALLOW = Reason(code="shadow.would_allow", text="The candidate policy would allow this.")
SHADOW_DENY = Reason(code="shadow.would_deny", text="The candidate policy would deny this.")


def _rule_failed(verb: str, found: object) -> Decision:
    # The class is code, not data; the exception itself may hold the value.
    name = "".join(c for c in type(found).__name__ if not c.isdigit())
    return Decision.deny(Reason(code="error.rule", text=f"A rule {verb} {name}."))


@attrs.frozen(kw_only=True)
class Decision:
    """
    Hold an answer; its truth is true for an allow and for nothing else.

    It holds no personal data except in *value*, which neither `repr`, `str`, `explain` nor `to_json` shows.

    Args:
        effect: Allow, deny or indeterminate.

        reasons: Every rule's reason, those that deny first. Never empty.

        obligations: What the app has yet to do.

        value: What the decision grants, as a set of fields or a lifetime.

        evaluated_at: When it was made.

        valid_until: From when it must be asked for again; None for never.

        policy: Name or hash of the policy that decided.
    """

    effect: Effect = attrs.field(converter=_effect)
    reasons: tuple[Reason, ...] = attrs.field(converter=_reasons)
    obligations: tuple[Obligation, ...] = attrs.field(default=(), converter=_obligations)
    value: object = attrs.field(default=None, repr=False)
    evaluated_at: datetime = attrs.field(factory=_now, converter=_aware)
    valid_until: datetime | None = attrs.field(default=None, converter=_aware_or_none)
    policy: str = ""

    @classmethod
    def allow(
        cls,
        *reasons: Reason,
        obligations: Iterable[Obligation] = (),
        value: object = None,
        evaluated_at: datetime | None = None,
        valid_until: datetime | None = None,
        policy: str = "",
    ) -> Decision:
        """
        Say yes.

        Raises:
            voxvalley_privacy.ConfigurationError: If no reason is given.
        """
        return cls(
            effect=Effect.ALLOW,
            reasons=reasons,
            obligations=obligations,
            value=value,
            evaluated_at=evaluated_at or _now(),
            valid_until=valid_until,
            policy=policy,
        )

    @classmethod
    def deny(
        cls,
        *reasons: Reason,
        obligations: Iterable[Obligation] = (),
        value: object = None,
        evaluated_at: datetime | None = None,
        valid_until: datetime | None = None,
        policy: str = "",
    ) -> Decision:
        """Say no; without a reason the answer is `no_applicable_rule`."""
        return cls(
            effect=Effect.DENY,
            reasons=reasons or (NO_APPLICABLE_RULE,),
            obligations=obligations,
            value=value,
            evaluated_at=evaluated_at or _now(),
            valid_until=valid_until,
            policy=policy,
        )

    @classmethod
    def indeterminate(cls, *reasons: Reason, evaluated_at: datetime | None = None, policy: str = "") -> Decision:
        """Say that no answer can be given; it is as false as a deny."""
        return cls(effect=Effect.INDETERMINATE, reasons=reasons, evaluated_at=evaluated_at or _now(), policy=policy)

    def __bool__(self) -> bool:
        return self.effect is Effect.ALLOW

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all reasons, in order."""
        return tuple(reason.code for reason in self.reasons)

    def require(self) -> Decision:
        """
        Return this decision when it allows.

        Raises:
            voxvalley_privacy.Denied: If it does not.
        """
        if self.effect is not Effect.ALLOW:
            raise Denied(self)
        return self

    def __str__(self) -> str:
        return f"{self.effect}: {', '.join(self.codes)}"

    def explain(self) -> str:
        """Tell the answer, every reason and every obligation, one a line."""
        until = f", valid until {self.valid_until.isoformat()}" if self.valid_until else ""
        lines = [f"{self.effect.upper()} at {self.evaluated_at.isoformat()}{until}"]
        lines += [f"  because {reason}" for reason in self.reasons]
        lines += [f"  must {obligation}" for obligation in self.obligations]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Write everything but *value* as one line of JSON with sorted keys."""
        shown = attrs.asdict(self, filter=attrs.filters.exclude("value"))
        return json.dumps(shown, sort_keys=True, default=datetime.isoformat)


class Rule(Protocol[_C_contra]):
    """Any callable of this shape is a rule."""

    def __call__(self, context: _C_contra, /) -> Decision:
        """Decide about *context*."""


class AsyncRule(Protocol[_C_contra]):
    """Any callable of this shape is an asynchronous rule."""

    def __call__(self, context: _C_contra, /) -> Awaitable[Decision]:
        """Promise a decision about *context*."""


def _ask(rule: Callable[[_C], object], context: _C) -> Decision:
    try:
        answer = rule(context)
    except Exception as error:
        failure = error
    else:
        return answer if isinstance(answer, Decision) else _rule_failed("returned", answer)
    return _rule_failed("raised", failure)


def _strictness(answer: Decision) -> int:
    if answer.effect is Effect.ALLOW:
        return 2
    return 1 if answer.effect is Effect.INDETERMINATE else 0


def _join(answers: list[Decision]) -> Decision:
    # Stable: deny first, then indeterminate, then allow, each in the order of the rules.
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
        evaluated_at = min(evaluated_at, answer.evaluated_at)
        if answer.valid_until is not None and (valid_until is None or answer.valid_until < valid_until):
            valid_until = answer.valid_until
    return Decision(
        effect=strictest.effect,
        reasons=reasons.values(),
        obligations=duties,
        evaluated_at=evaluated_at,
        valid_until=valid_until,
    )


@attrs.frozen
class _AllOf(Generic[_C]):
    rules: tuple[Rule[_C], ...]

    def __call__(self, context: _C, /) -> Decision:
        return _join([_ask(rule, context) for rule in self.rules])


def all_of(*rules: Rule[_C]) -> Rule[_C]:
    """
    Allow only what every rule allows, and keep every rule's reasons.

    Args:
        rules: At least one. All are asked, so that an explanation is complete.

    Returns:
        A rule. It denies when a rule denies, raises, or returns anything but a decision.

    Raises:
        voxvalley_privacy.ConfigurationError: If no rule is given.
    """
    # An empty conjunction is true in logic and a hole in a consent check.
    if not rules:
        raise ConfigurationError("all_of() needs at least one rule.")
    return _AllOf(rules)


class PendingDecision:
    """Promise a decision; await it. Its own truth raises, so a forgotten `await` cannot pass for a yes."""

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
        return _join(list(await asyncio.gather(*[_ask_async(rule, context) for rule in self.rules])))


async def _ask_async(rule: Rule[_C] | AsyncRule[_C], context: _C) -> Decision:
    try:
        answer: object = rule(context)
        if isinstance(answer, Awaitable):
            answer = await answer
    except Exception as error:
        failure = error
    else:
        return answer if isinstance(answer, Decision) else _rule_failed("returned", answer)
    return _rule_failed("raised", failure)


def all_of_async(*rules: Rule[_C] | AsyncRule[_C]) -> Callable[[_C], PendingDecision]:
    """
    Do what `all_of` does for rules of both kinds; await the answer.

    Raises:
        voxvalley_privacy.ConfigurationError: If no rule is given.
    """
    if not rules:
        raise ConfigurationError("all_of_async() needs at least one rule.")
    return _AllOfAsync(rules)


@attrs.frozen
class _InThread(Generic[_C]):
    rule: Rule[_C]
    timeout: timedelta

    def __call__(self, context: _C, /) -> PendingDecision:
        return PendingDecision(lambda: self._decide(context))

    async def _decide(self, context: _C) -> Decision:
        answer = asyncio.to_thread(_ask, self.rule, context)
        try:
            return await asyncio.wait_for(answer, self.timeout.total_seconds())
        except TimeoutError:
            return Decision.deny(ERROR_TIMEOUT)


def in_thread(rule: Rule[_C], /, *, timeout: timedelta = timedelta(seconds=1)) -> Callable[[_C], PendingDecision]:
    """
    Ask a rule that may wait for a disk or a lock without holding up the event loop.

    Args:
        rule: A rule that is safe to call from any thread.

        timeout: After this the answer is a deny with `error.timeout`.
    """
    if timeout <= timedelta(0):
        raise ConfigurationError("'timeout' must be above zero.")
    return _InThread(rule, timeout)


@attrs.frozen
class _Shadow(Generic[_C]):
    live: Rule[_C]
    candidate: Rule[_C]
    report: Callable[[Decision, Decision], object] | None

    def __call__(self, context: _C, /) -> Decision:
        answer = _ask(self.live, context)
        other = _ask(self.candidate, context)
        if bool(answer) is bool(other):
            return answer
        if self.report is not None:
            _tell(self.report, answer, other)
        note = SHADOW_ALLOW if other else SHADOW_DENY
        return attrs.evolve(answer, reasons=(*answer.reasons, note))


def _tell(report: Callable[[Decision, Decision], object], live: Decision, candidate: Decision) -> None:
    # A trial run never disturbs the live answer.
    with suppress(Exception):
        report(live, candidate)


def shadow(
    live: Rule[_C], candidate: Rule[_C], /, *, report: Callable[[Decision, Decision], object] | None = None
) -> Rule[_C]:
    """
    Try a new policy beside the old one.

    Args:
        live: Decides.

        candidate: Is asked too. Where it would answer otherwise, the live answer gets one more reason,
            `shadow.would_allow` or `shadow.would_deny`; a candidate that fails counts as a deny.

        report: Called with both decisions where they differ; what it raises is dropped.

    Returns:
        A rule with the live effect.
    """
    return _Shadow(live, candidate, report)
