"""Decide for each kind of log whether a record goes in, and how much of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import attrs

from .. import schemas
from ..decisions import Decision, Effect, Reason
from ..errors import ConfigurationError
from ..schemas import Schema
from ..vocabulary import LogKind
from ._log_rules import KindLog, LogMode, LogRule
from ._texts import LogStats, Redact, checked, snapshot

__all__ = ["LogPolicy"]

_MOST_AHEAD = timedelta(hours=24)

_REASONS = {
    LogMode.OFF: Reason(code="log.off", text="This kind of log is off."),
    LogMode.METADATA: Reason(
        code="log.metadata", text="Only the listed technical fields are logged."
    ),
    LogMode.REDACTED: Reason(code="log.redacted", text="Records are redacted before logging."),
}
_NO_RULE = Reason(code="log.no_rule", text="No rule names this kind of log, so it is off.")
_EXPIRED = Reason(code="log.full_expired", text="The time for full logs has ended.")
_CLOCK = Reason(
    code="error.clock",
    text="The clock has no time zone or went backwards, so full logs are refused.",
)
_SAMPLED_OUT = Reason(code="log.sampled_out", text="This record is not part of the sample.")
_NOT_CACHED = Reason(
    code="log.content_not_cached",
    text="Content that must not be cached is not written in full to the notification log.",
)
_KINDS = frozenset(kind.value for kind in LogKind)
_NOT_A_KIND = f"the kind must be one of {', '.join(LogKind)}"


def _now() -> datetime:
    return datetime.now(UTC)


def _chance() -> float:
    return random.random()  # noqa: S311 - which records are sampled is no secret


def _refused(faults: Iterable[tuple[str, str]]) -> None:
    """Raise with all faults, if there are any."""
    if faults := tuple(faults):
        raise ConfigurationError("This log policy cannot be used.", faults=faults)


def _is_kind(kind: object) -> bool:
    return isinstance(kind, str) and kind in _KINDS


def _rules(settings: Mapping[Any, Any]) -> Mapping[LogKind, LogRule]:
    """Build all rules, or name all that is wrong with them."""
    rules: dict[LogKind, LogRule] = {}
    faults: list[tuple[str, str]] = []
    for at, (kind, rule) in enumerate(settings.items()):
        if not _is_kind(kind):
            faults.append((f"rules[{at}]", _NOT_A_KIND))
            continue
        try:
            rules[LogKind(kind)] = rule if isinstance(rule, LogRule) else LogRule(mode=rule)
        except ConfigurationError as error:
            faults.extend((f"rules[{kind}].{path}", fault) for path, fault in error.faults)
    _refused(faults)
    return MappingProxyType(rules)


def _schemas(settings: Mapping[Any, Any]) -> Mapping[LogKind, Schema]:
    _refused(
        (f"schemas[{at}]", _NOT_A_KIND) for at, kind in enumerate(settings) if not _is_kind(kind)
    )
    return MappingProxyType(
        {
            LogKind(kind): schemas.get(schema) if isinstance(schema, str) else schema
            for kind, schema in settings.items()
        }
    )


class _Latest:
    """The latest time that a policy saw: a clock that is set back does not open full logs again."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at: datetime | None = None

    def of(self, at: datetime, /) -> datetime:
        """Return *at*, or the latest time seen before where that is later."""
        if self.at is None or at > self.at:
            self.at = at
        return self.at


@attrs.frozen(eq=False)
class LogPolicy:
    """
    The content that each kind of log may hold. A kind without a rule is off.

    Args:
        rules: Kind -> `"off"`, `"metadata"`, `"redacted"`, a `LogRule`, or
            `full(until=..., ticket=...)`.

        redact: Treats records in mode *redacted*.

        schemas: Kind -> schema of its records, or its name; a kind without a schema uses the
            schema of the redactor. Only fields that a schema lists can be metadata.

        clock: Returns the time, with a time zone.

        chance: Returns a number from 0 up to 1, for sampling.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """

    rules: Mapping[LogKind, LogRule] = attrs.field(converter=_rules)
    redact: Redact = attrs.field(kw_only=True)
    schemas: Mapping[LogKind, Schema] = attrs.field(factory=dict, converter=_schemas, kw_only=True)
    clock: Callable[[], datetime] = attrs.field(default=_now, kw_only=True, repr=False)
    chance: Callable[[], float] = attrs.field(default=_chance, kw_only=True, repr=False)
    _built_at: datetime = attrs.field(init=False, repr=False)
    _logs: Mapping[LogKind, KindLog] = attrs.field(init=False, repr=False)
    _latest: _Latest = attrs.field(factory=_Latest, init=False, repr=False)

    @_built_at.default
    def _(self) -> datetime:
        at = self.clock()
        if at.tzinfo is None:
            raise ConfigurationError(
                "LogPolicy(): 'clock' must return a datetime with a time zone."
            )
        return at

    @_logs.default
    def _(self) -> Mapping[LogKind, KindLog]:
        redact = checked(self.redact, "LogPolicy()")
        return MappingProxyType(
            {kind: KindLog.of(redact, self.schemas.get(kind)) for kind in self.rules}
        )

    def __attrs_post_init__(self) -> None:
        _refused(
            (f"rules[{kind}].until", "must be at most 24 hours ahead")
            for kind, rule in self.rules.items()
            if rule.until is not None and rule.until - self._built_at > _MOST_AHEAD
        )

    def decide(self, kind: LogKind, /, *, cached: Decision | None = None) -> Decision:
        """
        Decide whether a record of *kind* is logged, and how much of it.

        Args:
            kind: Which log it is for.

            cached: The decision of a cache policy on the same content. Notifications whose content
                must not be cached are not logged in full.

        Returns:
            A decision whose *value* is the `LogMode`.
        """
        rule = self.rules.get(kind)
        if rule is None:
            return Decision.deny(_NO_RULE, value=LogMode.OFF, policy="log")
        at = self.clock()
        mode, reasons = self._mode(rule, at)
        if kind is LogKind.NOTIFICATION and cached is not None and not cached:
            reasons += (_NOT_CACHED,)
            mode = LogMode.METADATA if mode is LogMode.FULL else mode
        if mode is not LogMode.OFF and self._left_out(rule):
            mode, reasons = LogMode.OFF, (_SAMPLED_OUT, *reasons)
        return Decision(
            effect=Effect.DENY if mode is LogMode.OFF else Effect.ALLOW,
            reasons=reasons,
            value=mode,
            evaluated_at=at if at.tzinfo is not None else _now(),
            valid_until=rule.until if mode is LogMode.FULL else None,
            policy="log",
        )

    def _left_out(self, rule: LogRule) -> bool:
        return rule.sample < 1 and not self.chance() < rule.sample

    def _mode(self, rule: LogRule, at: datetime) -> tuple[LogMode, tuple[Reason, ...]]:
        if rule.mode is not LogMode.FULL or rule.until is None:
            return rule.mode, (_REASONS[rule.mode],)
        if at.tzinfo is None or at < self._built_at:
            return rule.then, (_CLOCK, _REASONS[rule.then])
        if self._latest.of(at) >= rule.until:
            return rule.then, (_EXPIRED, _REASONS[rule.then])
        reason = Reason(
            code="log.full",
            text="Records are logged in full for a limited time.",
            citation=rule.ticket,
        )
        return LogMode.FULL, (reason,)

    def __call__(
        self,
        kind: LogKind,
        record: Any,
        /,
        *,
        cached: Decision | None = None,
        decided: Decision | None = None,
    ) -> Any:
        """
        Return what is logged of *record*, or None when nothing is.

        Args:
            kind: Which log it is for.

            record: A record, or a callable that returns it: not called when nothing is logged.

            cached: As for `decide()`.

            decided: The answer of `decide()` for this record, if it was asked before.

        Returns:
            A copy. If the redactor fails: the metadata, with a field `[FAULT]`.
        """
        rule = self.rules.get(kind)
        # Most logs that are off stay off: no decision is made, no clock read.
        if rule is None:
            return None
        log = self._logs[kind]
        if rule.mode is LogMode.OFF:
            return log.off()
        try:
            decision = self.decide(kind, cached=cached) if decided is None else decided
            mode = decision.value if decision else LogMode.OFF
        except Exception:  # a clock that fails gives less
            mode = LogMode.METADATA
        return log.written(mode if isinstance(mode, LogMode) else LogMode.OFF, record)

    def current(self) -> LogPolicy:
        """Return the policy that counts now: this one; an app with tenants has one for each."""
        return self

    def treating(self, kind: LogKind, decided: Decision, /) -> Redact | None:
        """
        Count a record of *kind* that is logged as was decided, and return its redactor.

        For tools that write records in a way of their own. None where nothing but metadata may be
        shown, or nothing.

        Args:
            kind: Which log it is for.

            decided: The answer of `decide()` for this record.
        """
        log = self._logs.get(kind)
        mode = decided.value if decided else None
        if log is None or not isinstance(mode, LogMode):
            return None
        return log.treating(mode)

    def stats(self) -> Mapping[LogKind, LogStats]:
        """Return for each kind with a rule its counts so far; `changed` counts records by mode."""
        return MappingProxyType(
            {kind: snapshot(log.tally, log.redact) for kind, log in self._logs.items()}
        )

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, LogPolicy) and self._settings() == other._settings()

    def __hash__(self) -> int:
        return hash((frozenset(self.rules.items()), frozenset(self.schemas.items())))

    def _settings(self) -> tuple[object, ...]:
        return (dict(self.rules), self.redact, dict(self.schemas), self.clock, self.chance)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (dict(self.rules), *self._settings()[1:], self._latest.at))


def _rebuild(
    rules: dict[LogKind, LogRule],
    redact: Redact,
    schemas_of_kinds: dict[LogKind, Schema],
    clock: Callable[[], datetime],
    chance: Callable[[], float],
    latest: datetime | None = None,
) -> LogPolicy:
    policy = LogPolicy(rules, redact=redact, schemas=schemas_of_kinds, clock=clock, chance=chance)
    if latest is not None:
        policy._latest.of(latest)  # noqa: SLF001 - its own class
    return policy
