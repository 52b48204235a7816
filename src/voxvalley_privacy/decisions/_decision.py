"""Decisions, their reasons and obligations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum, unique

import attrs

from ..errors import ConfigurationError, Denied

__all__ = ["EXPIRED", "NO_APPLICABLE_RULE", "Decision", "Effect", "Obligation", "Reason"]


@unique
class Effect(StrEnum):
    """The effect of a decision; only `ALLOW` lets the act happen."""

    ALLOW = "allow"
    DENY = "deny"
    INDETERMINATE = "indeterminate"


def _check_words(_: object, attribute: attrs.Attribute[str], text: str) -> None:
    # Five digits are enough for "16 years" or "section 1200"; a number or a birth date has more.
    if "@" in text or sum(map(str.isdigit, text)) > 5:
        raise ConfigurationError(
            f"{attribute.name!r} must not hold an address or more than five digits."
        )


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
        code: A stable dotted name such as `cache.no_permission`.

        text: One sentence. It names fields and rules, never values: more than five digits or an `@`
            are refused.

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
        notes = (
            self.citation,
            self.as_of and f"as of {self.as_of}",
            self.confidence and f"confidence {self.confidence}",
            "disputed" * self.disputed,
        )
        source = "; ".join(filter(None, notes))
        said = f"{self.code}: {self.text}"
        return f"{said} [{source}]" if source else said


@attrs.frozen(kw_only=True, cache_hash=True)
class Obligation:
    """
    Name an act that the app still has to do.

    Args:
        code: A stable dotted name such as `suppression.confirm`.

        text: One sentence without values.

        due: The latest time, with a time zone.
    """

    code: str = attrs.field(validator=_check_words)
    text: str = attrs.field(default="", validator=_check_words)
    due: datetime | None = attrs.field(default=None, converter=_aware_or_none)

    def __str__(self) -> str:
        due = f" (due {self.due.isoformat()})" if self.due else ""
        return f"{self.code}: {self.text}{due}"


def _now() -> datetime:
    return datetime.now(UTC)


def _effect(effect: Effect | str) -> Effect:
    return effect if type(effect) is Effect else Effect(effect)


def _reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    kept = tuple(reasons)
    if not kept:
        raise ConfigurationError("A decision needs at least one reason.")
    return kept


def _obligations(obligations: Iterable[Obligation]) -> tuple[Obligation, ...]:
    return tuple(obligations)


EXPIRED = Reason(code="decision.expired", text="The answer is past its time: ask again.")
NO_APPLICABLE_RULE = Reason(code="no_applicable_rule", text="No rule permits this.")


@attrs.frozen(kw_only=True)
class Decision:
    """
    Hold an answer; its truth is true for an allow and for nothing else.

    It holds no personal data except in *value*, which is not in `repr`, `str`, `explain()` and
    `to_json()`.

    Args:
        effect: Allow, deny or indeterminate.

        reasons: Every rule's reason, those that deny first. Never empty.

        obligations: The acts that the app still has to do.

        value: The granted value, such as a set of fields or a lifetime.

        evaluated_at: The time of the decision.

        valid_until: The time after which the rule must be asked again; None for never.

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
    def indeterminate(
        cls, *reasons: Reason, evaluated_at: datetime | None = None, policy: str = ""
    ) -> Decision:
        """Say that no answer can be given; it is as false as a deny."""
        return cls(
            effect=Effect.INDETERMINATE,
            reasons=reasons,
            evaluated_at=evaluated_at or _now(),
            policy=policy,
        )

    def __bool__(self) -> bool:
        return self.effect is Effect.ALLOW

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all reasons, in order."""
        return tuple(reason.code for reason in self.reasons)

    def require(self, *, at: datetime | None = None) -> Decision:
        """
        Return this decision when it allows, and is not past its time.

        Args:
            at: The time of the act, for apps and tests with a clock of their own; None for now.

        Raises:
            voxvalley_privacy.Denied: If it does not, or *at* is not before `valid_until`.
        """
        if self.effect is not Effect.ALLOW:
            raise Denied(self)
        if self.valid_until is not None:
            acts_at = _now() if at is None else _aware(at)
            if acts_at >= self.valid_until:
                raise Denied(Decision.deny(EXPIRED, evaluated_at=acts_at))
        return self

    def __str__(self) -> str:
        return f"{self.effect}: {', '.join(self.codes)}"

    def explain(self) -> str:
        """Return the answer, every reason and every obligation, one a line."""
        until = f", valid until {self.valid_until.isoformat()}" if self.valid_until else ""
        lines = [f"{self.effect.upper()} at {self.evaluated_at.isoformat()}{until}"]
        lines += [f"  because {reason}" for reason in self.reasons]
        lines += [f"  must {obligation}" for obligation in self.obligations]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Write everything but *value* as one line of JSON with sorted keys."""
        shown = attrs.asdict(self, filter=attrs.filters.exclude("value"))
        return json.dumps(shown, sort_keys=True, default=datetime.isoformat)
