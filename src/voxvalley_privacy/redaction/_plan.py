"""
A schema and a policy compiled into tables: field -> what to do.

A record is one loop over its fields. Answers for texts that recur come from bounded memos, which
hold raw values in memory and show none.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from ..actions import Drop, Keep, Parse, Scan
from ..categories import CATEGORIES, IDENTIFYING, NUMBERS
from ..names import Verdict, holds_a_person, judge, shows
from ..reading import Needle
from ..schemas import Node
from ..vocabulary import DataCategory
from ._treat import Treater

__all__ = [
    "CLAIM",
    "DROP",
    "KEEP",
    "SCAN",
    "TREAT",
    "FieldPlan",
    "Shape",
    "Table",
    "reaches_someone",
]

# What is done with the values of a field: show them; treat them by the action of their category;
# look through them; leave them out; show those that look like what the field claims to hold.
KEEP, TREAT, SCAN, DROP, CLAIM = range(5)

_MEMO_ENTRIES = 4096
_MEMO_CHARS = 128
_LEARNED = 2048
_KEY_CHARS = 128
_SHAPES = 256
_SHAPE_KEYS = 512
_SECRET_DIGITS = 5  # digits in a key from which it may be personal itself


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
        "lvl",
        "priority",
        "severity",
        "__cursor",
        "_pid",
    ]
)
_MESSAGES_OF_A_LOG = frozenset({"event", "log", "message", "msg", "text"})

_Entry = tuple[object, Needle | None]


class FieldPlan:
    """What to do with the values of one field."""

    __slots__ = (
        "category",
        "item",
        "judged",
        "key",
        "kind",
        "memo",
        "name",
        "node",
        "reads",
        "table",
        "treated",
        "treater",
        "why",
    )

    def __init__(
        self,
        kind: int,
        category: DataCategory,
        why: str,
        node: Node | None,
        treater: Treater,
        *,
        judged: Verdict | None = None,
    ) -> None:
        self.kind: int = kind
        self.category: DataCategory = category
        self.why: str = why
        self.node: Node | None = node
        self.treater: Treater = treater
        # What the name says where no schema does: a value that disagrees is not of the category.
        self.judged: Verdict | None = judged
        # What is to be parsed may be a whole message.
        self.reads: bool = (
            kind == TREAT
            and category is DataCategory.RAW_MESSAGE
            and isinstance(treater.actions[category], Parse)
        )
        self.key: str | None = None
        # The name of the field, where it is no secret itself: it takes part in what names below mean.
        self.name: str = ""
        self.item: FieldPlan | None = None
        self.table: Table | None = None
        self.memo: dict[str, _Entry] = {}
        self.treated: count[int] = treater.tally.treated.setdefault(category, count())

    def under(self, key: str) -> FieldPlan:
        """Return the same plan for a field whose key is shown as *key*."""
        other = FieldPlan(
            self.kind,
            self.category,
            self.why,
            self.node,
            self.treater,
            judged=self.judged,
        )
        other.key = key
        return other

    def miss(self, text: str) -> _Entry:
        """Treat *text* and remember the answer while the memo has room."""
        entry = self._treat(text)
        if len(text) <= _MEMO_CHARS:
            if len(self.memo) >= _MEMO_ENTRIES:
                self.memo.clear()
            self.memo[text] = entry
        return entry

    def _treat(self, text: str) -> _Entry:
        if self.kind == CLAIM:
            return self._claimed(text), None
        if self.kind == SCAN or not self.agrees(text):
            return self.treater.text(text), None
        if self.category is DataCategory.RECORD_ID and holds_a_person(text):
            return self.treater.typed(text, DataCategory.CALL_ID)
        return self.treater.typed(text, self.category)

    def _claimed(self, text: str) -> object:
        """Return a text that looks like what the field claims to hold; else what is left of it."""
        if shows(self.category, text):
            return text
        if self.category is DataCategory.RECORD_ID and holds_a_person(text):
            # It becomes a token, by which records, traces and logs can still be joined.
            return self.treater.part(text, DataCategory.CALL_ID)
        return self.treater.text(text)

    def agrees(self, value: object) -> bool:
        """Whether a value can be what only the name of the field says it is."""
        return self.judged is None or self.judged.agrees(value)

    def claims(self, text: str) -> bool:
        """Whether the field shows *text* as it is."""
        entry = self.memo.get(text) or self.miss(text)
        return entry[0] == text


class Shape(NamedTuple):
    """
    The keys that records of one shape have, sorted by what is to be done.

    *treated* ones come with the look-up of their memo and the step of their counter, at hand for
    the loop; *kept* ones are swept for what other fields call personal; *allowed* ones are personal
    and the policy shows them all the same; *renamed* are the keys that are treated themselves.
    """

    treated: tuple[tuple[object, Callable[[str], _Entry | None], Callable[[], int], FieldPlan], ...]
    scanned: tuple[tuple[object, FieldPlan], ...]
    kept: tuple[tuple[object, FieldPlan], ...]
    allowed: tuple[tuple[object, FieldPlan], ...]
    renamed: tuple[tuple[object, FieldPlan], ...]


class Table:
    """
    The fields of one place in a record, by key.

    Keys that the schema does not list are learned as they come: the judge says what they are.
    """

    __slots__ = (
        "fields",
        "node",
        "pairs",
        "path",
        "payloads",
        "scan_unknown",
        "shapes",
        "treater",
        "uniform",
    )

    def __init__(
        self,
        node: Node | None,
        treater: Treater,
        scan_unknown: bool,
        uniform: FieldPlan | None = None,
        *,
        path: tuple[str, ...] = (),
    ) -> None:
        self.node: Node | None = node
        self.treater: Treater = treater
        self.scan_unknown: bool = scan_unknown
        # Texts without a name of their own are as personal as the value that holds the record.
        self.uniform: FieldPlan | None = uniform
        # The names above, from the root; they take part in what a name means.
        self.path: tuple[str, ...] = path
        # The fields that pairs of name and value name, apart from keys.
        self.pairs: Table | None = None
        self.fields: dict[object, FieldPlan] = {}
        self.shapes: dict[tuple[object, ...], Shape] = {}
        # Field -> argument of the decoder -> field, where what the octets say is looked at.
        self.payloads: dict[str, dict[str, str]] = {}
        if node is not None:
            for key, child in node.children.items():
                self.fields[key] = field = self._listed(child, child.category)
                field.name = key

    def with_category(self, key: str, category: DataCategory) -> Table:
        """Return a table in which *key* is of another category: the end user's side of a call."""
        other = Table(self.node, self.treater, self.scan_unknown, path=self.path)
        other.payloads = self.payloads
        other.fields[key] = self._listed(self.fields[key].node, category, " (end user's side)")
        return other

    def inner(self, field: FieldPlan) -> Table:
        """Return the table of the records inside *field*."""
        if field.table is None:
            field.table = self._inside(field)
        return field.table

    def _inside(self, field: FieldPlan) -> Table:
        node = field.node
        if node is not None and node is self.node:
            return self
        path = (*self.path, field.name) if field.name else self.path
        listed = node is not None and (node.children or node.patterns)
        if (field.kind == TREAT or field.judged is not None) and not listed:
            return Table(None, self.treater, self.scan_unknown, uniform=field, path=path)
        # Inside a value that is shown or looked through, keys are unknown: looked at, not left out.
        open_ = self.scan_unknown or field.kind in (KEEP, SCAN, CLAIM)
        return Table(node, self.treater, open_, path=path)

    def items(self, field: FieldPlan) -> FieldPlan:
        """Return the plan of the items in a list that is the value of *field*."""
        if field.item is None:
            of_list = field.node
            node = None if of_list is None else of_list.items
            if of_list is None or node is None:
                field.item = field
            else:
                field.item = self._listed(node, node.category or of_list.category)
        return field.item

    def shape(self, keys: tuple[object, ...]) -> Shape:
        """Return what to do with records that have these keys, and keep it while there is room."""
        fields = self._beside_each_other(
            [(key, self.fields.get(key) or self.learn(key)) for key in keys]
        )
        shape = Shape(
            treated=tuple(
                (key, field.memo.get, field.treated.__next__, field)
                for key, field in fields
                if _is_treated(field)
            ),
            scanned=tuple((key, field) for key, field in fields if _is_scanned(field)),
            kept=tuple(
                (key, field)
                for key, field in fields
                if field.kind in (KEEP, CLAIM) and field.category not in IDENTIFYING
            ),
            allowed=tuple(
                (key, field)
                for key, field in fields
                if field.kind in (KEEP, CLAIM) and field.category in IDENTIFYING
            ),
            renamed=tuple(
                (key, field)
                for key, field in fields
                if field.key is not None or type(key) is not str
            ),
        )
        if len(self.shapes) < _SHAPES and len(keys) <= _SHAPE_KEYS and not shape.renamed:
            self.shapes[keys] = shape
        return shape

    def _beside_each_other(
        self, fields: list[tuple[object, FieldPlan]]
    ) -> list[tuple[object, FieldPlan]]:
        """Let a bare `name` be a person's beside a number, and a message the log's own beside a level."""
        if any(is_of_a_log(key) for key, _ in fields):
            fields = [(key, self.of_a_log(key, field)) for key, field in fields]
        if any(reaches_someone(field) for _, field in fields):
            fields = [(key, self.of_someone(key, field)) for key, field in fields]
        return fields

    def of_a_log(self, key: object, field: FieldPlan) -> FieldPlan:
        """Return the plan of a field in a line of a log: its message is looked through, not hidden."""
        is_message = type(key) is str and key.lower() in _MESSAGES_OF_A_LOG
        if not is_message or field.why.startswith("schema"):
            return field
        category = DataCategory.FREE_TEXT
        kind = _kind(self.treater, category)
        return FieldPlan(
            kind, category, "message of a log, by the level beside it", None, self.treater
        )

    def of_someone(self, key: object, field: FieldPlan) -> FieldPlan:
        """Return the plan of a field beside a number or an address of somebody."""
        if type(key) is not str or key.lower() not in _NAMES_OF_SOMEONE:
            return field
        if field.why.startswith("schema") or field.kind == TREAT:
            return field
        category = DataCategory.PERSON_NAME
        verdict = Verdict(category=category, words=(key,), rule="beside a number or an address")
        kind = _kind(self.treater, category)
        return FieldPlan(kind, category, verdict.why, None, self.treater, judged=verdict)

    def learn(self, key: object) -> FieldPlan:
        """Return the plan of a key that is not listed, and keep it while there is room."""
        if type(key) is not str:
            kind = SCAN if self.scan_unknown else DROP
            return self.uniform or FieldPlan(
                kind, DataCategory.UNKNOWN, "unknown field", None, self.treater
            )
        safe = self.safe_key(key)
        node = self.node.child(key) if self.node is not None else None
        field = self._judged(key) if node is None else self._listed(node, node.category)
        if safe is not None:
            return field.under(safe)
        field.name = key
        if len(key) <= _KEY_CHARS and len(self.fields) < _LEARNED:
            self.fields[key] = field
        return field

    def named(self, name: str) -> FieldPlan:
        """Return the plan of the field that a pair of name and value names."""
        if self.pairs is None:
            self.pairs = Table(self.node, self.treater, self.scan_unknown, path=self.path)
        return self.pairs.fields.get(name) or self.pairs.learn(name)

    def safe_key(self, key: str) -> str | None:
        """Return the key without the personal data in it; None when there is none."""
        suspicious = (
            len(key) > _KEY_CHARS
            or not key.isascii()
            or "@" in key
            or sum(map(key.count, "0123456789")) >= _SECRET_DIGITS
        )
        if not suspicious:
            return None
        safe = self.treater.text(key)
        return None if safe == key else safe

    def _listed(
        self, node: Node | None, category: DataCategory | None, note: str = ""
    ) -> FieldPlan:
        if category is None:
            return FieldPlan(
                SCAN, DataCategory.UNKNOWN, "schema: contains fields", node, self.treater
            )
        kind = _kind(self.treater, category)
        return FieldPlan(kind, category, f"schema{note}", node, self.treater)

    def _judged(self, key: str) -> FieldPlan:
        """Return the plan of a key that only its name says something of."""
        verdict = judge((*self.path, key))
        if self.uniform is not None and (verdict.category is None or verdict.inherited):
            return self._as_container(self.uniform)
        if verdict.category is None:
            return self._unknown()
        kind = _kind(self.treater, verdict.category)
        if kind == KEEP or (kind == CLAIM and not self.scan_unknown):
            # A name alone can hide a value; it cannot show one that identifies a person, nor any
            # where the policy leaves out what no schema lists.
            return self._unknown(verdict)
        return FieldPlan(
            kind,
            verdict.category,
            verdict.why,
            None,
            self.treater,
            # Where unknown fields are left out, a value that disagrees is as unknown.
            judged=verdict if self.scan_unknown and kind in (TREAT, DROP) else None,
        )

    def _as_container(self, container: FieldPlan) -> FieldPlan:
        verdict = Verdict(category=container.category, rule=container.why, inherited=True)
        return FieldPlan(
            container.kind, container.category, container.why, None, self.treater, judged=verdict
        )

    def _unknown(self, verdict: Verdict | None = None) -> FieldPlan:
        kind, what = (SCAN, "scanned") if self.scan_unknown else (DROP, "dropped")
        if verdict is None or verdict.category is None:
            return FieldPlan(
                kind, DataCategory.UNKNOWN, f"unknown field, {what}", None, self.treater
            )
        # What is left out is unknown, or an action that keeps the category would show it.
        category = verdict.category if kind == SCAN else DataCategory.UNKNOWN
        return FieldPlan(kind, category, f"{verdict.why}, {what}", None, self.treater)


def is_of_a_log(key: object) -> bool:
    """Whether a key is one that lines of logs have and records of people do not."""
    return type(key) is str and key.lower() in _LEVELS


def reaches_someone(field: FieldPlan) -> bool:
    """Whether a field holds a number or an address of somebody."""
    return field.category in _REACHING


def _is_treated(field: FieldPlan) -> bool:
    return field.kind in (TREAT, DROP) and not field.reads


def _is_scanned(field: FieldPlan) -> bool:
    return field.kind == SCAN or field.reads


def _kind(treater: Treater, category: DataCategory) -> int:
    action = treater.actions[category]
    if isinstance(action, Drop):
        return DROP
    if isinstance(action, Scan):
        return SCAN
    if not isinstance(action, Keep):
        return TREAT
    return KEEP if CATEGORIES[category].shape is None else CLAIM
