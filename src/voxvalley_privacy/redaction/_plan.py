"""
A schema and a policy compiled into tables: field -> what to do.

A record is one loop over its fields. Results for texts that recur come from bounded memo tables, which hold raw values in memory
and show none.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from ..names import TECHNICAL, judge
from ..names import Verdict as NameVerdict
from ..vocabulary import DataCategory
from ._actions import Exposure, _Drop, _Keep, _Parse, _Scan, exposure
from ._paths import Node
from ._treat import Treater
from ._values import MEASURES, PERSONAL, Needle

__all__ = ["DROP", "KEEP", "SCAN", "TREAT", "FieldPlan", "Shape", "Table"]

KEEP, TREAT, SCAN, DROP = 0, 1, 2, 3

_MEMO_ENTRIES = 4096
_MEMO_CHARS = 128
_LEARNED = 2048
_KEY_CHARS = 128
_SHAPES = 256
_SHAPE_KEYS = 512


_Entry = tuple[object, Needle | None]


class FieldPlan:
    """What to do with the values of one field."""

    __slots__ = (
        "category", "item", "judged", "key", "kind", "memo", "names", "node", "reads", "table", "treated", "treater", "why"
    )  # fmt: skip

    def __init__(
        self,
        kind: int,
        category: DataCategory,
        why: str,
        node: Node | None,
        treater: Treater,
        names: tuple[str, ...] = (),
        judged: NameVerdict | None = None,
    ) -> None:
        self.kind: int = kind
        self.category: DataCategory = category
        self.why: str = why
        self.node: Node | None = node
        self.treater: Treater = treater
        # The names from the root to here, and what they say where no schema does.
        self.names: tuple[str, ...] = names
        self.judged: NameVerdict | None = judged
        # What is to be parsed may be a whole message.
        self.reads: bool = (
            kind == TREAT and category is DataCategory.RAW_MESSAGE and type(treater.actions[category]) is _Parse
        )
        self.key: str | None = None
        self.item: FieldPlan | None = None
        self.table: Table | None = None
        self.memo: dict[str, _Entry] = {}
        self.treated: count[int] = treater.tally.treated.setdefault(category, count())

    def under(self, key: str) -> FieldPlan:
        """Return the same plan for a field whose key is shown as *key*."""
        other = FieldPlan(self.kind, self.category, self.why, self.node, self.treater, self.names, self.judged)
        other.key = key
        return other

    def miss(self, text: str) -> _Entry:
        """Treat *text* and remember the answer while the memo has room."""
        doubted = self.judged is not None and not self.judged.agrees(text)
        if self.kind == SCAN or doubted:
            entry: _Entry = (self.treater.text(text), None)
        else:
            entry = self.treater.typed(text, self.category)
        if len(text) <= _MEMO_CHARS:
            if len(self.memo) >= _MEMO_ENTRIES:
                self.memo.clear()
            self.memo[text] = entry
        return entry


class Shape(NamedTuple):
    """
    The keys that records of one shape have, sorted by what is to be done.

    *treated* ones come with the look-up of their memo and the step of their counter, at hand for the loop; *kept* ones are
    swept for what other fields call personal; *allowed* ones are personal and the policy shows them all the same; *renamed*
    are the keys that are treated themselves.
    """

    treated: tuple[tuple[object, Callable[[str], _Entry | None], Callable[[], int], FieldPlan], ...]
    scanned: tuple[tuple[object, FieldPlan], ...]
    kept: tuple[tuple[object, FieldPlan], ...]
    allowed: tuple[tuple[object, FieldPlan], ...]
    renamed: tuple[tuple[object, FieldPlan], ...]


class Table:
    """The fields of one place in a record, by key; keys that the schema does not list are learned as they come."""

    __slots__ = ("fields", "names", "node", "pairs", "payloads", "scan_unknown", "shapes", "treater", "uniform")

    def __init__(
        self,
        node: Node | None,
        treater: Treater,
        scan_unknown: bool,
        uniform: FieldPlan | None = None,
        names: tuple[str, ...] = (),
    ) -> None:
        self.node: Node | None = node
        # The names above the fields of this table.
        self.names: tuple[str, ...] = names
        self.treater: Treater = treater
        self.scan_unknown: bool = scan_unknown
        # A text inside a personal value is as personal as the value, unless its own name says what it is.
        self.uniform: FieldPlan | None = uniform
        self.fields: dict[object, FieldPlan] = {}
        # The fields that pairs of name and value name, kept apart from keys.
        self.pairs: Table | None = None
        self.shapes: dict[tuple[object, ...], Shape] = {}
        # Field -> argument of the decoder -> field, where what the octets say is looked at.
        self.payloads: dict[str, dict[str, str]] = {}
        if node is not None:
            for key, child in node.children.items():
                self.fields[key] = self._listed(child, child.category)

    def with_category(self, key: str, category: DataCategory) -> Table:
        """Return a table in which *key* is of another category: the end user's side of a call."""
        other = Table(self.node, self.treater, self.scan_unknown)
        other.payloads = self.payloads
        other.fields[key] = self._listed(self.fields[key].node, category, " (end user's side)")
        return other

    def inner(self, field: FieldPlan) -> Table:
        """Return the table of the records inside *field*."""
        if field.table is None:
            node = field.node
            if node is not None and node is self.node:
                field.table = self
            elif (field.kind == TREAT or field.judged is not None) and not (
                node is not None and (node.children or node.patterns)
            ):
                field.table = Table(None, self.treater, self.scan_unknown, uniform=field, names=field.names)
            else:
                # Inside a value that the policy keeps or looks through, keys are unknown: looked at, not thrown away.
                field.table = Table(
                    node, self.treater, self.scan_unknown or field.kind in (KEEP, SCAN), names=field.names
                )
        return field.table

    def items(self, field: FieldPlan) -> FieldPlan:
        """Return the plan of the items in a list that is the value of *field*."""
        if field.item is None:
            node = field.node.items if field.node is not None else None
            field.item = field if node is None else self._listed(node, node.category or field.node.category)  # type: ignore[union-attr]
        return field.item

    def shape(self, keys: tuple[object, ...]) -> Shape:
        """Return what to do with records that have these keys, and keep it while there is room."""
        fields = [(key, self.fields.get(key) or self.learn(key)) for key in keys]
        made = Shape(
            treated=tuple(
                (key, field.memo.get, field.treated.__next__, field)
                for key, field in fields
                if field.kind in (TREAT, DROP) and not field.reads
            ),
            scanned=tuple((key, field) for key, field in fields if field.kind == SCAN or field.reads),
            kept=tuple((key, field) for key, field in fields if field.kind == KEEP and field.category not in PERSONAL),
            allowed=tuple((key, field) for key, field in fields if field.kind == KEEP and field.category in PERSONAL),
            renamed=tuple((key, field) for key, field in fields if field.key is not None or type(key) is not str),
        )
        if len(self.shapes) < _SHAPES and len(keys) <= _SHAPE_KEYS and not made.renamed:
            self.shapes[keys] = made
        return made

    def learn(self, key: object) -> FieldPlan:
        """Return the plan of a key that is not listed, and keep it while there is room and the key is harmless."""
        if type(key) is not str:
            kind = SCAN if self.scan_unknown else DROP
            return self.uniform or FieldPlan(
                kind, DataCategory.UNKNOWN, "unknown field", None, self.treater, self.names
            )
        safe = self.safe_key(key)
        node = self.node.child(key) if self.node is not None else None
        field = self._guessed(key) if node is None else self._listed(node, node.category)
        if safe is not None:
            return field.under(safe)
        if len(key) <= _KEY_CHARS and len(self.fields) < _LEARNED:
            self.fields[key] = field
        return field

    def named(self, name: str) -> FieldPlan:
        """Return the plan of the field that a pair of name and value names."""
        if self.pairs is None:
            self.pairs = Table(self.node, self.treater, self.scan_unknown, names=self.names)
        return self.pairs.fields.get(name) or self.pairs.learn(name)

    def safe_key(self, key: str) -> str | None:
        """Return the key without the personal data in it; None when there is none."""
        if len(key) > _KEY_CHARS or not key.isascii() or "@" in key or sum(map(key.count, "0123456789")) >= 5:
            made = self.treater.text(key)
            return None if made == key else made
        return None

    def _listed(self, node: Node | None, category: DataCategory | None, note: str = "") -> FieldPlan:
        if category is None:
            return FieldPlan(SCAN, DataCategory.UNKNOWN, "schema: contains fields", node, self.treater, _names_of(node))
        return FieldPlan(_kind(self.treater, category), category, f"schema{note}", node, self.treater, _names_of(node))

    def _guessed(self, key: str) -> FieldPlan:
        names = (*self.names, key)
        verdict = judge(names)
        category = verdict.category
        if self.uniform is not None and (category is None or verdict.inherited):
            return self.uniform
        if category is not None and not verdict.inherited:
            # A name alone can hide a value, never show it; a rounded number would be most of it.
            if exposure(self.treater.actions[category]) < Exposure.ALL and category not in MEASURES:
                return self._unlisted(_kind(self.treater, category), category, verdict, names)
            if self.scan_unknown:
                return self._unlisted(SCAN, category, verdict, names)
        return self._unlisted(SCAN if self.scan_unknown else DROP, DataCategory.UNKNOWN, None, names)

    def _unlisted(
        self, kind: int, category: DataCategory, verdict: NameVerdict | None, names: tuple[str, ...]
    ) -> FieldPlan:
        """Return the plan of a field that no schema lists, with the words of its name that decided."""
        why = "unknown field" if verdict is None else f"name of the field: {verdict.why}"
        doing = {SCAN: ", scanned", DROP: ", dropped"} if verdict is None else {SCAN: ", scanned"}
        # Where unknown fields are left out, a value that disagrees with its name is as unknown.
        checked = None if verdict is None or category in TECHNICAL or not self.scan_unknown else verdict
        return FieldPlan(kind, category, why + doing.get(kind, ""), None, self.treater, names, checked)


def _names_of(node: Node | None) -> tuple[str, ...]:
    return () if node is None else tuple(node.path.replace("[]", "").split("."))


def _kind(treater: Treater, category: DataCategory) -> int:
    action = type(treater.actions[category])
    if action is _Drop:
        return DROP
    if action is _Scan:
        return SCAN
    return KEEP if action is _Keep else TREAT
