"""Treat log records as a log policy says of their kind, which the name of their logger tells."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ..placeholders import FAULT, OMIT
from ..vocabulary import LogKind
from ._log_policy import LogPolicy
from ._protect import Protection, protect_by
from ._record import Treatment
from ._texts import Redact

__all__ = ["ByKind", "Kinds", "flattened", "protect_by_kind"]

_KEPT = 256  # decisions: of the records that threads are writing
_OWN = frozenset(logging.makeLogRecord({}).__dict__)


class Kinds:
    """
    Say of which kind the records of a logger are, by its name or that of a parent.

    Args:
        kinds: Name of a logger -> kind of its records, and of those of its children.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """

    def __init__(self, kinds: Mapping[str, LogKind | str], /) -> None:
        faults = [
            (f"kinds[{at}]", "must be the name of a logger and a LogKind")
            for at, (name, kind) in enumerate(kinds.items())
            if type(name) is not str or kind not in set(LogKind)
        ]
        if faults:
            raise ConfigurationError("These kinds of logs cannot be used.", faults=tuple(faults))
        self._kinds = {name: LogKind(kind) for name, kind in kinds.items()}

    def of(self, name: object, /) -> LogKind | None:
        """Return the kind of a logger's records; None for a logger that nothing is said of."""
        if not isinstance(name, str):
            return None
        kind = self._kinds.get(name)
        while kind is None and "." in name:
            name = name.rpartition(".")[0]
            kind = self._kinds.get(name)
        return kind


@attrs.frozen
class _Decided:
    """
    The decision about a record.

    Args:
        policy: By which policy.

        decision: Its answer.

        redact: Treats the record; None where only metadata is shown, or nothing.
    """

    policy: LogPolicy
    decision: Decision
    redact: Redact | None

    @classmethod
    def by(cls, policy: LogPolicy, kind: LogKind) -> _Decided:
        """Ask a policy, and count its answer."""
        decision = policy.decide(kind)
        if decision:
            return cls(policy, decision, policy.treating(kind, decision))
        policy(kind, None, decided=decision)
        return cls(policy, decision, None)


class ByKind(Treatment):
    """
    Treat each record as the policy of the moment says of its kind.

    Records of a logger without a kind are redacted.

    Args:
        policies: Returns the policy that counts now.

        default: The policy whose redactor treats records without a kind.

        kinds: Which logger writes which kind.

        second_pass: As for `protect`.
    """

    __slots__ = ("_decided", "_kinds", "_policies", "_treatments")

    def __init__(
        self,
        policies: Callable[[], LogPolicy],
        default: LogPolicy,
        kinds: Kinds,
        *,
        second_pass: bool = False,
    ) -> None:
        super().__init__(default.redact, second_pass=second_pass)
        self._policies = policies
        self._kinds = kinds
        # A record comes to several handlers, and through queues: it is decided about once.
        self._decided: OrderedDict[object, _Decided] = OrderedDict()
        self._treatments: dict[int, Treatment] = {}

    def equals(self, other: Treatment, /) -> bool:
        """Whether *other* is this one: policies of an app compare by identity."""
        return self is other

    def admits(self, record: logging.LogRecord, /) -> bool:  # type: ignore[override]
        """Whether the policy logs *record* at all; if it cannot be asked, not."""
        kind = self._kinds.of(record.name)
        if kind is None:
            return True
        try:
            return bool(self._decided_about(kind, record).decision)
        except Exception:  # a clock or a tenant that fails gives less
            self.texts.fault("policy")
            return False

    def __call__(
        self, record: logging.LogRecord, *, rendered: bool = False, extra: bool = True
    ) -> logging.LogRecord:
        """Return the copy of *record* to show; see `Treatment`."""
        kind = self._kinds.of(record.name)
        if kind is None:
            return super().__call__(record, rendered=rendered, extra=extra)
        try:
            decided = self._decided_about(kind, record)
            if decided.redact is not None:
                return self._treatment(decided.redact)(record, rendered=rendered, extra=extra)
            text = _metadata(decided, kind, record)
        except Exception:  # as above
            self.texts.fault("policy")
            text = FAULT
        shown = super().__call__(_bare(record), rendered=rendered, extra=extra)
        # The values were treated; under a policy that shows no free text the line would be lost.
        shown.msg = self.texts.name(text)
        return shown

    def _decided_about(self, kind: LogKind, record: logging.LogRecord) -> _Decided:
        key = (record.created, record.thread, record.process, record.name, record.lineno)
        known = self._decided.get(key)
        if known is None:
            known = self._decided[key] = _Decided.by(self._policies(), kind)
            while len(self._decided) > _KEPT:
                self._decided.popitem(last=False)
        return known

    def _treatment(self, redact: Any) -> Treatment:
        treatment = self._treatments.get(id(redact))
        if treatment is None:
            treatment = Treatment(redact, self.texts.tally, second_pass=self.second_pass)
            self._treatments[id(redact)] = treatment
        return treatment


def _metadata(decided: _Decided, kind: LogKind, record: logging.LogRecord) -> str:
    """Write the fields of *record* that are metadata, and the class of its error."""
    shown = decided.policy(kind, _fields_of(record), decided=decided.decision) or {}
    pairs = [f"{name}={value}" for name, value in shown.items() if value is not OMIT]
    error = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
    if error is not None:
        pairs.append(f"error={error.__name__}")
    return " ".join([kind.value, *pairs])


def _fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of a record: those that were added, and of arguments that are records."""
    fields = {name: value for name, value in record.__dict__.items() if name not in _OWN}
    args: Any = record.args if isinstance(record.args, tuple) else (record.args,)
    for arg in filter(_is_record, args):
        fields.update(arg)
    return flattened(fields)


def flattened(fields: dict[str, Any], /) -> dict[str, Any]:
    """Put the fields of records that are fields beside the others, where a schema knows them."""
    for name, value in [*fields.items()]:
        if _is_record(value):
            del fields[name]
            fields.update(value)
    return fields


def _is_record(value: object) -> bool:
    return isinstance(value, Mapping)


def _bare(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record that says where and when, and no more."""
    shown = {name: value for name, value in record.__dict__.items() if name in _OWN}
    shown.update(msg="", args=(), exc_info=None, exc_text=None, stack_info=None)
    return logging.makeLogRecord(shown)


def protect_by_kind(
    policies: Callable[[], LogPolicy],
    default: LogPolicy,
    kinds: Kinds,
    logger: logging.Logger | str | None = None,
    *,
    second_pass: bool = False,
    exclude: Iterable[logging.Handler | type[logging.Handler]] = (),
) -> Protection:
    """Guard handlers as `protect` does, with a log policy that says how much each line may hold."""
    treatment = ByKind(policies, default, kinds, second_pass=bool(second_pass))
    return protect_by(treatment, logger, exclude)
