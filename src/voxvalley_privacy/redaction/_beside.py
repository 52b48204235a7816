"""The meaning that fields of one record give each other, where no schema does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..categories import NUMBERS
from ..names import Verdict
from ..vocabulary import DataCategory
from ._field_plan import TREAT, FieldPlan, kind_of
from ._treat import Treater

__all__ = [
    "PAIR",
    "beside_each_other",
    "is_of_a_log",
    "of_a_log",
    "of_someone",
    "pairs_reach_someone",
    "reaches_someone",
]

PAIR = 2  # items of a list that are a name and its value

# Names that are a person's where a number or an address is beside them.
_NAMES_OF_SOMEONE = frozenset({"first", "last", "middle", "name", "nombre", "nom", "names"})
_REACHING = (NUMBERS | {DataCategory.EMAIL_ADDRESS}) - {DataCategory.OWN_NUMBER}

# Keys that say a record is a line of a log, and the keys of what it says.
_LEVELS = frozenset(
    [
        "ctx",
        "level",
        "levelname",
        "log_level",
        "logger",
        "loglevel",
        "log.level",
        "log.logger",
        "lvl",
        "priority",
        "severity",
        "severity_text",
        "severitytext",
        "__cursor",
        "_pid",
    ]
)
_MESSAGES_OF_A_LOG = frozenset({"event", "log", "message", "msg", "text"})


def beside_each_other(
    fields: list[tuple[object, FieldPlan]], treater: Treater
) -> list[tuple[object, FieldPlan]]:
    """
    Let a bare `name` be a person's beside a number, and a message the log's own beside a level.
    """
    if any(is_of_a_log(key) for key, _ in fields):
        fields = [(key, of_a_log(key, field, treater)) for key, field in fields]
    if any(reaches_someone(field) for _, field in fields):
        fields = [(key, of_someone(key, field, treater)) for key, field in fields]
    return fields


def of_a_log(key: object, field: FieldPlan, treater: Treater) -> FieldPlan:
    """Return the plan of a field in a line of a log: its message is looked through, not hidden."""
    is_message = type(key) is str and key.lower() in _MESSAGES_OF_A_LOG
    if not is_message or field.is_described:
        return field
    category = DataCategory.FREE_TEXT
    kind = kind_of(treater, category)
    return FieldPlan(kind, category, "message of a log, by the level beside it", None, treater)


def of_someone(key: object, field: FieldPlan, treater: Treater) -> FieldPlan:
    """Return the plan of a field beside a number or an address of somebody."""
    if type(key) is not str or key.lower() not in _NAMES_OF_SOMEONE:
        return field
    if field.is_described or field.kind == TREAT:
        return field
    category = DataCategory.PERSON_NAME
    verdict = Verdict(category=category, words=(key,), rule="beside a number or an address")
    kind = kind_of(treater, category)
    return FieldPlan(kind, category, verdict.why, None, treater, judged=verdict)


def is_of_a_log(key: object) -> bool:
    """Whether a key is one that lines of logs have and records of people do not."""
    return type(key) is str and key.lower() in _LEVELS


def reaches_someone(field: FieldPlan) -> bool:
    """Whether a field holds a number or an address of somebody."""
    return field.category in _REACHING


def pairs_reach_someone(items: Iterable[Any], named: Callable[[str], FieldPlan]) -> bool:
    """Whether a pair of name and value among *items* holds a number or address of somebody."""
    names = (item[0] for item in items if type(item) in (list, tuple) and len(item) == PAIR)
    return any(reaches_someone(named(name)) for name in names if type(name) is str)
