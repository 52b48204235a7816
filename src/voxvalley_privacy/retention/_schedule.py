"""The retention schedule: rules by kind, place and reason; floors and ceilings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum, unique
from itertools import product

import attrs

from ..decisions import Decision, Reason
from ..errors import ConfigurationError
from ..stores import Clock, system_clock
from ._periods import Period, ceiling_end, floor_end

__all__ = ["Disposition", "RecordKind", "RecordMeta", "RetentionSchedule", "Rule", "retain"]


@unique
class RecordKind(StrEnum):
    """The kinds of records that a schedule has rules for."""

    ACCOUNT = "account"
    BILLING = "billing"
    CALL = "call"
    CONTENT = "content"
    LOG = "log"
    MESSAGE = "message"
    NOTIFICATION = "notification"
    RECORDING = "recording"


@unique
class Disposition(StrEnum):
    """How a record is treated now."""

    KEEP = "keep"
    RESTRICT = "restrict"
    PSEUDONYMIZE = "pseudonymize"
    ERASE = "erase"


@attrs.frozen(kw_only=True)
class RecordMeta:
    """
    Describe a record, but for its content.

    Args:
        kind: One of `RecordKind`; anything else is restricted.

        id: Its id in its store.

        subjects: Whose it is, in any spelling; empty if that is not known.

        created: When it was made.

        events: When things happened that a period may count from, by name.

        place: Whose law holds, such as `US` or `US-CA`.
    """

    kind: str
    id: str = attrs.field(default="", repr=False)
    subjects: tuple[str, ...] = attrs.field(default=(), repr=False)
    created: datetime | None = None
    events: Mapping[str, datetime] = attrs.field(factory=dict)
    place: str = ""


@attrs.frozen(kw_only=True)
class Rule:
    """One rule of a schedule; `retain` makes it."""

    kind: str
    at_least: Period | None
    at_most: Period | None
    since: str
    then: Disposition
    place: str
    strength: str
    source: str
    prefer: bool

    def applies(self, meta: RecordMeta, /) -> bool:
        """Whether it is about this kind and place."""
        return self.kind == meta.kind and _within(meta.place, self.place)

    def floor_end(self, start: datetime, /) -> datetime:
        """Return when its floor ends that counts from *start*."""
        assert self.at_least is not None
        return floor_end(start, self.at_least)

    def reason(self, code: str, text: str, /) -> Reason:
        """Return a reason with its source."""
        return Reason(code=code, text=text, citation=self.source)


def retain(
    kind: RecordKind,
    /,
    *,
    at_least: str | None = None,
    at_most: str | None = None,
    since: str = "created",
    then: str = "erase",
    place: str = "",
    strength: str = "policy",
    source: str = "",
    prefer: bool = False,
) -> Rule:
    """
    Make a rule of a schedule.

    Args:
        kind: For which records.

        at_least: The floor, as a period of ISO 8601.

        at_most: The ceiling, likewise.

        since: The event that both count from.

        then: What the ceiling does: `erase` or `pseudonymize`.

        place: Where the rule holds; empty for everywhere.

        strength: `law` is overridden by nobody, `policy` not by a minor's erasure.

        source: The law or policy.

        prefer: Whether its ceiling gives way to a longer floor of another rule.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is wrong.
    """
    if at_least is None and at_most is None:
        raise ConfigurationError("retain() needs 'at_least' or 'at_most'.")
    if strength not in {"law", "policy"}:
        raise ConfigurationError("'strength' must be 'law' or 'policy'.")
    if then not in {"erase", "pseudonymize"}:
        raise ConfigurationError("'then' must be 'erase' or 'pseudonymize'.")
    return Rule(
        kind=RecordKind(kind),
        at_least=Period.parse(at_least) if at_least else None,
        at_most=Period.parse(at_most) if at_most else None,
        since=since,
        then=Disposition(then),
        place=place,
        strength=strength,
        source=source,
        prefer=prefer,
    )


def _in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(rules)


@attrs.frozen
class RetentionSchedule:
    """
    Say what becomes of a record now.

    Args:
        rules: All rules; gaps, overlaps and floors above ceilings are refused, all at once.

        clock: The time, where none is given.

    Raises:
        voxvalley_privacy.ConfigurationError: If the rules contradict each other, or a kind has no
            ceiling.
    """

    rules: tuple[Rule, ...] = attrs.field(converter=_in_order)
    clock: Clock = attrs.field(default=system_clock, kw_only=True, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        faults = tuple(_faults(self.rules))
        if faults:
            raise ConfigurationError("The schedule cannot be used.", faults=faults)

    def __call__(self, meta: RecordMeta, /, *, now: datetime | None = None) -> Decision:
        """Return an allow for an erasure that is due; *value* is the `Disposition`."""
        at = now or self.clock()
        rules = [rule for rule in self.rules if rule.applies(meta)]
        if not rules:
            return _restrict(at, Reason(code="retention.no_rule", text="No rule names this kind."))
        kept = self.floor(meta, now=at)
        if kept is None:
            return self._ceiling(meta, rules, at)
        rule, until = kept
        if until is None:
            return _restrict(at, rule.reason("trigger.missing", "The floor has not begun."))
        return _answer(at, Disposition.KEEP, rule, until, "retention.floor")

    def floor(
        self, meta: RecordMeta, /, *, now: datetime, law_only: bool = False
    ) -> tuple[Rule, datetime | None] | None:
        """
        Return the rule that forbids destroying the record longest, and until when.

        Returns:
            None if no floor holds; a rule without a time if its floor has not begun.
        """
        times = _times(meta)
        floors = [rule for rule in self._floors(meta) if rule.strength == "law" or not law_only]
        not_begun = next((rule for rule in floors if rule.since not in times), None)
        if not_begun is not None:
            return not_begun, None
        ends = [(rule, rule.floor_end(times[rule.since])) for rule in floors]
        last = max(ends, key=lambda pair: pair[1], default=None)
        is_over = last is None or last[1] <= now
        return None if is_over else last

    def _floors(self, meta: RecordMeta) -> list[Rule]:
        return [rule for rule in self.rules if rule.at_least is not None and rule.applies(meta)]

    def due(self, meta: RecordMeta, /, *, only_erase: bool = False) -> datetime | None:
        """
        Return when a record is due, as far as is known now.

        Args:
            meta: The record.

            only_erase: Whether what was pseudonymized already is due for nothing but its erasure.

        Returns:
            None if a floor has not begun, or nothing makes it due.
        """
        times = _times(meta)
        floors = self._floors(meta)
        if not {rule.since for rule in floors} <= times.keys():
            return None
        rules = [rule for rule in self.rules if rule.applies(meta)]
        wanted = {Disposition.ERASE} if only_erase else {*Disposition}
        ends = [end for rule, end in _ends(rules, times) if rule.then in wanted]
        kept = [rule.floor_end(times[rule.since]) for rule in floors]
        return max([min(ends), *kept]) if ends else None

    def _ceiling(self, meta: RecordMeta, rules: list[Rule], now: datetime) -> Decision:
        times = _times(meta)
        ends = _ends(rules, times)
        ceilings = [rule for rule in rules if rule.at_most is not None]
        if len(ends) < len(ceilings):
            reason = ceilings[0].reason("trigger.missing", "No time is known to count from.")
            return _restrict(now, reason)
        if not ends:
            return _restrict(now, Reason(code="retention.no_ceiling", text="No ceiling is known."))
        due = [rule for rule, end in ends if now >= end]
        if due:
            # Where one rule pseudonymizes and a later one erases, both being due means erase.
            first = min(due, key=lambda rule: rule.then is not Disposition.ERASE)
            return _answer(now, first.then, first, None, "retention.due")
        rule, end = min(ends, key=lambda pair: pair[1])
        return _answer(now, Disposition.KEEP, rule, end, "retention.not_due")


def _times(meta: RecordMeta) -> dict[str, datetime]:
    times = dict(meta.events)
    if meta.created is not None:
        times.setdefault("created", meta.created)
    return times


def _ends(rules: Iterable[Rule], times: Mapping[str, datetime]) -> list[tuple[Rule, datetime]]:
    """Return when each ceiling is over that has a time to count from."""
    starts = [(rule, times.get(rule.since) or times.get("created")) for rule in rules]
    return [
        (rule, ceiling_end(start, rule.at_most))
        for rule, start in starts
        if rule.at_most is not None and start is not None
    ]


def _within(place: str, of: str) -> bool:
    return not of or place == of or place.startswith(of + "-")


def _restrict(now: datetime, reason: Reason) -> Decision:
    return attrs.evolve(Decision.deny(reason, evaluated_at=now), value=Disposition.RESTRICT)


def _answer(
    now: datetime, value: Disposition, rule: Rule, until: datetime | None, code: str
) -> Decision:
    reason = rule.reason(code, f"The rule counts from {rule.since}.")
    if code == "retention.due":
        return Decision.allow(reason, value=value, evaluated_at=now)
    return Decision.deny(reason, value=value, evaluated_at=now, valid_until=until)


# Faults of a schedule


def _faults(rules: tuple[Rule, ...]) -> Iterator[tuple[str, str]]:
    seen: set[tuple[object, ...]] = set()
    for number, rule in enumerate(rules):
        same = (rule.kind, rule.place, rule.since, rule.source, rule.at_least, rule.at_most)
        if same in seen:
            yield f"rules[{number}]", "says the same as an earlier rule"
        seen.add(same)
    yield from _gaps(rules)
    for (one, low), (other, high) in product(enumerate(rules), repeat=2):
        if _crossed(low, high):
            yield f"rules[{one}].at_least", f"is above rules[{other}].at_most; settle it by prefer="


def _gaps(rules: tuple[Rule, ...]) -> Iterator[tuple[str, str]]:
    for kind in sorted({rule.kind for rule in rules}):
        for place in sorted({rule.place for rule in rules if rule.kind == kind}):
            if not _has_ceiling(rules, kind, place):
                yield f"{kind}{place and ' in ' + place}", "has a floor and no ceiling"


def _has_ceiling(rules: tuple[Rule, ...], kind: str, place: str) -> bool:
    ceilings = [rule for rule in rules if rule.kind == kind and rule.at_most]
    return any(_within(place, rule.place) for rule in ceilings)


def _crossed(low: Rule, high: Rule) -> bool:
    if low.at_least is None or high.at_most is None:
        return False
    is_longer = low.at_least.about > high.at_most.about
    return is_longer and _meet(low, high) and not high.prefer


def _meet(low: Rule, high: Rule) -> bool:
    """Whether two rules are about the same records, and count from the same time."""
    if (low.kind, low.since) != (high.kind, high.since):
        return False
    return _within(low.place, high.place) or _within(high.place, low.place)
