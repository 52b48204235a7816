"""
A schema and a policy compiled into tables: field -> what to do.

A record is one loop over its fields. Results for texts that recur come from bounded memo tables,
which hold raw values in memory and show none.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from ..actions import Drop, Exposure, Keep, Parse, Scan, exposure
from ..categories import IDENTIFYING, MEASURES
from ..names import hint
from ..reading import Needle
from ..schemas import Node
from ..vocabulary import DataCategory
from ._treat import Treater

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
        "category",
        "item",
        "key",
        "kind",
        "memo",
        "node",
        "reads",
        "table",
        "treated",
        "treater",
        "why",
    )

    def __init__(
        self, kind: int, category: DataCategory, why: str, node: Node | None, treater: Treater
    ) -> None:
        self.kind: int = kind
        self.category: DataCategory = category
        self.why: str = why
        self.node: Node | None = node
        self.treater: Treater = treater
        # What is to be parsed may be a whole message.
        self.reads: bool = (
            kind == TREAT
            and category is DataCategory.RAW_MESSAGE
            and type(treater.actions[category]) is Parse
        )
        self.key: str | None = None
        self.item: FieldPlan | None = None
        self.table: Table | None = None
        self.memo: dict[str, _Entry] = {}
        self.treated: count[int] = treater.tally.treated.setdefault(category, count())

    def under(self, key: str) -> FieldPlan:
        """Return the same plan for a field whose key is shown as *key*."""
        other = FieldPlan(self.kind, self.category, self.why, self.node, self.treater)
        other.key = key
        return other

    def miss(self, text: str) -> _Entry:
        """Treat *text* and remember the answer while the memo has room."""
        entry = (
            (self.treater.text(text), None)
            if self.kind == SCAN
            else self.treater.typed(text, self.category)
        )
        if len(text) <= _MEMO_CHARS:
            if len(self.memo) >= _MEMO_ENTRIES:
                self.memo.clear()
            self.memo[text] = entry
        return entry


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
    The fields of one place in a record, by key; keys that the schema does not list are learned as
    they come.
    """

    __slots__ = ("fields", "node", "payloads", "scan_unknown", "shapes", "treater", "uniform")

    def __init__(
        self,
        node: Node | None,
        treater: Treater,
        scan_unknown: bool,
        uniform: FieldPlan | None = None,
    ) -> None:
        self.node: Node | None = node
        self.treater: Treater = treater
        self.scan_unknown: bool = scan_unknown
        # Every field of a record inside a personal value is as personal as the value.
        self.uniform: FieldPlan | None = uniform
        self.fields: dict[object, FieldPlan] = {}
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
            elif field.kind == TREAT and not (
                node is not None and (node.children or node.patterns)
            ):
                field.table = Table(None, self.treater, self.scan_unknown, uniform=field)
            else:
                # Inside a value that the policy keeps or looks through, keys are unknown: looked
                # at, not thrown away.
                field.table = Table(
                    node, self.treater, self.scan_unknown or field.kind in (KEEP, SCAN)
                )
        return field.table

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
        fields = [(key, self.fields.get(key) or self.learn(key)) for key in keys]
        made = Shape(
            treated=tuple(
                (key, field.memo.get, field.treated.__next__, field)
                for key, field in fields
                if field.kind in (TREAT, DROP) and not field.reads
            ),
            scanned=tuple(
                (key, field) for key, field in fields if field.kind == SCAN or field.reads
            ),
            kept=tuple(
                (key, field)
                for key, field in fields
                if field.kind == KEEP and field.category not in IDENTIFYING
            ),
            allowed=tuple(
                (key, field)
                for key, field in fields
                if field.kind == KEEP and field.category in IDENTIFYING
            ),
            renamed=tuple(
                (key, field)
                for key, field in fields
                if field.key is not None or type(key) is not str
            ),
        )
        if len(self.shapes) < _SHAPES and len(keys) <= _SHAPE_KEYS and not made.renamed:
            self.shapes[keys] = made
        return made

    def learn(self, key: object) -> FieldPlan:
        """
        Return the plan of a key that is not listed, and keep it while there is room and the key is
        harmless.
        """
        if type(key) is not str:
            kind = SCAN if self.scan_unknown else DROP
            return self.uniform or FieldPlan(
                kind, DataCategory.UNKNOWN, "unknown field", None, self.treater
            )
        safe = self.safe_key(key)
        node = self.node.child(key) if self.node is not None else None
        field = self._guessed(key) if node is None else self._listed(node, node.category)
        if safe is not None:
            return field.under(safe)
        if len(key) <= _KEY_CHARS and len(self.fields) < _LEARNED:
            self.fields[key] = field
        return field

    def safe_key(self, key: str) -> str | None:
        """Return the key without the personal data in it; None when there is none."""
        if (
            len(key) > _KEY_CHARS
            or not key.isascii()
            or "@" in key
            or sum(map(key.count, "0123456789")) >= 5
        ):
            made = self.treater.text(key)
            return None if made == key else made
        return None

    def _listed(
        self, node: Node | None, category: DataCategory | None, note: str = ""
    ) -> FieldPlan:
        if category is None:
            return FieldPlan(
                SCAN, DataCategory.UNKNOWN, "schema: contains fields", node, self.treater
            )
        return FieldPlan(
            _kind(self.treater, category), category, f"schema{note}", node, self.treater
        )

    def _guessed(self, key: str) -> FieldPlan:
        treater = self.treater
        category = hint(key)
        if self.uniform is not None and category is not DataCategory.CREDENTIAL:
            # A credential stays one wherever it stands.
            return self.uniform
        if category is not None:
            # A name alone can hide a value, never show it; a rounded number would be most of it.
            if exposure(treater.actions[category]) < Exposure.ALL and category not in MEASURES:
                return FieldPlan(
                    _kind(treater, category), category, "name of the field", None, treater
                )
            if self.scan_unknown:
                return FieldPlan(SCAN, category, "name of the field, scanned", None, treater)
        if self.scan_unknown:
            return FieldPlan(SCAN, DataCategory.UNKNOWN, "unknown field, scanned", None, treater)
        return FieldPlan(DROP, DataCategory.UNKNOWN, "unknown field, dropped", None, treater)


def _kind(treater: Treater, category: DataCategory) -> int:
    action = type(treater.actions[category])
    if action is Drop:
        return DROP
    if action is Scan:
        return SCAN
    return KEEP if action is Keep else TREAT
