"""Say in words what becomes looser and what tighter between two configurations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ..disclosure import Recipient
from ._description import rule_in_words
from ._floor import LOG_ORDER, is_looser
from ._front_door import Privacy
from ._sections import Record

__all__ = ["Difference", "diff"]


@attrs.frozen
class Difference:
    """
    One setting that differs.

    Args:
        path: Such as `logs.call`.

        direction: `looser`, `tighter` or `different`.

        old: The old setting.

        new: The new setting.
    """

    path: str
    direction: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.direction}: {self.path} was {self.old}, becomes {self.new}"


def diff(old: Privacy, new: Privacy, /) -> tuple[Difference, ...]:
    """Return what becomes looser and tighter from *old* to *new*; what is looser comes first."""
    differences = [each for section in _SECTIONS for each in section(old, new)]
    rank = ("looser", "different", "tighter")
    return tuple(sorted(differences, key=lambda each: (rank.index(each.direction), each.path)))


def _direction(is_tighter: bool, is_looser_now: bool) -> str:
    if is_tighter == is_looser_now:
        return "different"
    return "tighter" if is_tighter else "looser"


def _audiences(old: Privacy, new: Privacy) -> Iterator[Difference]:
    for name, before in old.policies.items():
        after = new.policies[name]
        path = f"audiences.{name}"
        if before.unknown != after.unknown:
            tighter = after.unknown == "drop"
            direction = _direction(tighter, not tighter)
            yield Difference(f"{path}.unknown", direction, before.unknown, after.unknown)
        for category, was in before.actions.items():
            becomes = after.actions[category]
            words = repr(was), repr(becomes)
            if words[0] != words[1]:
                direction = _direction(is_looser(was, becomes), is_looser(becomes, was))
                yield Difference(f"{path}.actions.{category}", direction, *words)


def _logs(old: Privacy, new: Privacy) -> Iterator[Difference]:
    for kind, was in old.log_modes.items():
        becomes = new.log_modes[kind]
        if was != becomes:
            tighter = LOG_ORDER.index(becomes) < LOG_ORDER.index(was)
            yield Difference(f"logs.{kind}", _direction(tighter, not tighter), was, becomes)


def _records(old: Privacy, new: Privacy) -> Iterator[Difference]:
    for name in sorted(old.records.keys() | new.records.keys()):
        before, after = old.records.get(name), new.records.get(name)
        path = f"records.{name}"
        if before is None:
            yield Difference(path, "different", "unknown", "known")
        elif after is None:
            yield Difference(path, "different", "known", "unknown")
        else:
            yield from _record(path, before, after)


def _record(path: str, before: Record, after: Record) -> Iterator[Difference]:
    was, becomes = set(before.audiences), set(after.audiences)
    if was != becomes:
        direction = _direction(becomes < was, becomes > was)
        yield Difference(f"{path}.audiences", direction, _listed(was), _listed(becomes))
    if before.schema != after.schema:
        words = _schema(before), _schema(after)
        same_name = words[0] == words[1]
        becomes_schema = f"{words[1]} with other fields" if same_name else words[1]
        yield Difference(f"{path}.schema", "different", words[0], becomes_schema)


def _listed(audiences: set[str]) -> str:
    return ", ".join(sorted(audiences)) or "nobody"


def _schema(record: Record) -> str:
    return record.schema.name if record.schema else "none"


def _cache(old: Privacy, new: Privacy) -> Iterator[Difference]:
    before, after = dict(old.cache_policy.lifetimes), dict(new.cache_policy.lifetimes)
    for kind in sorted(before.keys() | after.keys()):
        was, becomes = before.get(kind), after.get(kind)
        if was != becomes:
            tighter = becomes is None or (was is not None and becomes < was)
            words = (str(was or "not kept"), str(becomes or "not kept"))
            yield Difference(f"cache.lifetimes.{kind}", _direction(tighter, not tighter), *words)


def _retention(old: Privacy, new: Privacy) -> Iterator[Difference]:
    """A rule that comes or goes: the schedule as a whole has no one direction."""
    was, becomes = _rules(old), _rules(new)
    for rule in sorted(was - becomes):
        yield Difference("retention", "different", rule, "no such rule")
    for rule in sorted(becomes - was):
        yield Difference("retention", "different", "no such rule", rule)


def _rules(privacy: Privacy) -> set[str]:
    if privacy.retention is None:
        return set()
    return {rule_in_words(rule) for rule in privacy.retention.rules}


def _recipients(old: Privacy, new: Privacy) -> Iterator[Difference]:
    """Who gets data: another recipient, or more of what one may get, is looser."""
    for name in sorted(old.recipients.keys() | new.recipients.keys()):
        before, after = old.recipients.get(name), new.recipients.get(name)
        path = f"recipients.{name}"
        if before is None:
            yield Difference(path, "looser", "gets nothing", "a recipient")
        elif after is None:
            yield Difference(path, "tighter", "a recipient", "gets nothing")
        elif before != after:
            yield from _recipient(path, before.recipient, after.recipient)
            if before.effective != after.effective:
                words = (str(before.effective), str(after.effective))
                yield Difference(f"{path}.effective", "different", *words)


def _recipient(path: str, before: Recipient, after: Recipient) -> Iterator[Difference]:
    for field in attrs.fields(Recipient):
        was, becomes = getattr(before, field.name), getattr(after, field.name)
        if was != becomes:
            direction = "different"
            if field.name in _MORE_IS_LOOSER:
                fewer, more = set(becomes) < set(was), set(becomes) > set(was)
                direction = _direction(fewer, more)
            yield Difference(f"{path}.{field.name}", direction, _said(was), _said(becomes))


_MORE_IS_LOOSER = frozenset(["purposes", "fields", "places", "subprocessors"])


def _said(value: object) -> str:
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(map(str, value))) or "none"
    return str(value or "none")


def _others(old: Privacy, new: Privacy) -> Iterator[Difference]:
    """Settings whose direction is known from their values, and those that have none."""
    age, newer = old.consent["minimum_age"], new.consent["minimum_age"]
    if age != newer:
        direction = _direction(newer > age, newer < age)
        yield Difference("consent.minimum_age", direction, str(age), str(newer))
    was, becomes = old.consent["reassignment_check"], new.consent["reassignment_check"]
    if was != becomes:
        direction = _direction(becomes < was, becomes > was)
        yield Difference("consent.reassignment_check", direction, str(was), str(becomes))
    pairs: list[tuple[str, Any, Any]] = [
        ("region", old.region, new.region),
        ("consent.ledger", old.consent["ledger"], new.consent["ledger"]),
        ("keys.from", old.keys_from, new.keys_from),
        ("cache.shared", old.cache_policy.shared, new.cache_policy.shared),
        ("cache.most_bytes", old.cache_policy.most_bytes, new.cache_policy.most_bytes),
        (
            "cache.unkeyed_query",
            sorted(old.cache_policy.unkeyed_query),
            sorted(new.cache_policy.unkeyed_query),
        ),
    ]
    for path, before, after in pairs:
        if before != after:
            yield Difference(path, "different", str(before or "none"), str(after or "none"))


_SECTIONS = (_audiences, _logs, _records, _cache, _retention, _recipients, _others)
