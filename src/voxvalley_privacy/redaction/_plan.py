"""
A schema and a policy compiled into tables: field -> what to do.

A record is one loop over its fields. Answers for texts that recur come from bounded memos, which
hold raw values in memory and show none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..categories import IDENTIFYING
from ..detection import Excuse, excuse_of_name
from ..names import Verdict, judge
from ..placeholders import is_placeholder
from ..schemas import Node
from ..vocabulary import DataCategory
from ._beside import beside_each_other
from ._field_plan import CLAIM, DROP, KEEP, OPEN, SCAN, TREAT, Entry, FieldPlan, kind_of
from ._treat import Treater

__all__ = ["Shape", "Table", "shape_of"]


_LEARNED = 2048
_KEY_CHARS = 128
_SHAPES = 256
_SHAPE_KEYS = 512
# Keys beside which a name says what field the value is of.
_PAIR_VALUES = frozenset({"value", "Value", "VALUE"})
_SECRET_DIGITS = 5  # digits in a key from which it may be personal itself


class Shape(NamedTuple):
    """
    The keys that records of one shape have, sorted by what is to be done.

    *treated* ones come with the look-up of their memo and the step of their counter, at hand for
    the loop; *kept* ones are swept for what other fields call personal; *allowed* ones are personal
    and the policy shows them all the same; *renamed* are the keys that are treated themselves.
    """

    treated: tuple[tuple[object, Callable[[str], Entry | None], Callable[[], int], FieldPlan], ...]
    scanned: tuple[tuple[object, FieldPlan], ...]
    kept: tuple[tuple[object, FieldPlan], ...]
    allowed: tuple[tuple[object, FieldPlan], ...]
    renamed: tuple[tuple[object, FieldPlan], ...]
    # For records that need no second look: the look-up of every field in order, and what counts.
    fields: tuple[FieldPlan, ...]
    lookups: tuple[Callable[[Any], Entry | None], ...]
    steps: tuple[Callable[[], int], ...]
    counted: tuple[int, ...]
    numbers: tuple[bool, ...]
    drops: bool
    quick: bool


class Table:
    """
    The fields of one place in a record, by key.

    Keys that the schema does not list are learned as they come: the judge says what they are.
    """

    __slots__ = (
        "documents",
        "doubted",
        "excuses",
        "fields",
        "node",
        "pairs",
        "path",
        "payloads",
        "scan_unknown",
        "shapes",
        "texts",
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
        doubted: bool = False,
    ) -> None:
        self.node: Node | None = node
        self.treater: Treater = treater
        self.scan_unknown: bool = scan_unknown
        # Texts without a name of their own are as personal as the value that holds the record.
        self.uniform: FieldPlan | None = uniform
        # The names above, from the root; they take part in what a name means.
        self.path: tuple[str, ...] = path
        # Whether names mean what the schema says only where it hides no less than they do.
        self.doubted: bool = doubted
        self.texts: Table | None = None
        # The fields that pairs of name and value name, apart from keys.
        self.pairs: Table | None = None
        self.fields: dict[object, FieldPlan] = {}
        self.shapes: dict[tuple[object, ...], Shape] = {}
        # What to ask of texts that are a document with these keys; None where readers have to look.
        self.documents: dict[tuple[str, ...], Any] = {}
        self.excuses: dict[str, Excuse | None] = {}
        # Field -> argument of the decoder -> field, where what the octets say is looked at.
        self.payloads: dict[str, dict[str, str]] = {}
        if node is not None:
            for key, child in node.children.items():
                self.fields[key] = field = self._known(key, child)
                field.name = key

    def with_category(self, key: str, category: DataCategory) -> Table:
        """Return a table in which *key* is of another category: the end user's side of a call."""
        other = Table(self.node, self.treater, self.scan_unknown, path=self.path)
        other.payloads = self.payloads
        other.fields[key] = self._listed(self.fields[key].node, category, " (end user's side)")
        return other

    def with_shape(self, shape: Shape, keys: tuple[object, ...], /) -> Table:
        """Return the same table for records with these keys alone; fields are shared."""
        other = Table(
            None,
            self.treater,
            self.scan_unknown,
            self.uniform,
            path=self.path,
            doubted=self.doubted,
        )
        other.node, other.fields, other.payloads = self.node, self.fields, self.payloads
        other.texts, other.pairs = self.texts, self.pairs
        other.documents, other.excuses = self.documents, self.excuses
        other.shapes = {keys: shape}
        return other

    def inner(self, field: FieldPlan) -> Table:
        """Return the table of the records inside *field*."""
        table: Table | None = field.table
        if table is None:
            table = field.table = self._inside(field)
        return table

    def _inside(self, field: FieldPlan) -> Table:
        node = field.node
        if node is not None and node is self.node:
            return self
        path = (*self.path, field.name) if field.name else self.path
        listed = node is not None and not node.is_leaf
        if (field.kind == TREAT or field.judged is not None) and not listed:
            return Table(None, self.treater, self.scan_unknown, uniform=field, path=path)
        # Inside a value that is shown or looked through, keys are unknown: looked at, not left out.
        open_ = self.scan_unknown or field.kind in (KEEP, SCAN, CLAIM)
        return Table(node, self.treater, open_, path=path, doubted=self.doubted)

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
        fields = beside_each_other(
            [(key, self.fields.get(key) or self.learn(key)) for key in keys], self.treater
        )
        shape = shape_of(fields, not self.payloads and _PAIR_VALUES.isdisjoint(keys))
        if len(self.shapes) < _SHAPES and len(keys) <= _SHAPE_KEYS and not shape.renamed:
            self.shapes[keys] = shape
        return shape

    def learn(self, key: object) -> FieldPlan:
        """Return the plan of a key that is not listed, and keep it while there is room."""
        if type(key) is not str:
            kind = SCAN if self.scan_unknown else DROP
            return self.uniform or FieldPlan(
                kind, DataCategory.UNKNOWN, "unknown field", None, self.treater
            )
        safe = self.safe_key(key)
        node = self.node.child(key) if self.node is not None else None
        field = self._judged(key)
        if node is not None:
            field = self._known(key, node, is_open=node.path.endswith(OPEN))
        if safe is not None:
            return field.under(safe)
        field.name = key
        if len(key) <= _KEY_CHARS and len(self.fields) < _LEARNED:
            self.fields[key] = field
        return field

    def _known(self, key: str, node: Node, *, is_open: bool = False) -> FieldPlan:
        """Return the plan of a key that the schema lists."""
        listed = self._listed(node, node.category)
        if node.category is None:
            return self._wrapping(key, listed)
        if _hides(listed) or not (is_open or self.doubted):
            return listed
        # In an open map, or in a text, the key is asked: a schema never protects less than none.
        judged = self._judged(key)
        return judged if _hides(judged) else listed

    def in_texts(self) -> Table:
        """Return the table of the names in a text that is the value of a field of this table."""
        if self.doubted:
            return self
        if self.texts is None:
            self.texts = Table(
                self.node,
                self.treater,
                self.scan_unknown,
                self.uniform,
                path=self.path,
                doubted=True,
            )
        return self.texts

    def named(self, name: str) -> FieldPlan:
        """Return the plan of the field that a pair of name and value names."""
        if self.pairs is None:
            self.pairs = Table(self.node, self.treater, self.scan_unknown, path=self.path)
        return self.pairs.fields.get(name) or self.pairs.learn(name)

    def excuse(self, name: str) -> Excuse | None:
        """Return the reason that a name gives to leave digits alone; most names recur."""
        try:
            return self.excuses[name]
        except KeyError:
            excuse = excuse_of_name(name)
            if len(name) <= _KEY_CHARS and len(self.excuses) < _LEARNED:
                self.excuses[name] = excuse
            return excuse

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
        kind = kind_of(self.treater, category)
        return FieldPlan(kind, category, f"schema{note}", node, self.treater)

    def _wrapping(self, key: str, listed: FieldPlan) -> FieldPlan:
        """Return the plan of a key that wraps records; it may hold a value all the same."""
        verdict = judge((*self.path, key))
        if verdict.category is None or not verdict.personal:
            return listed
        kind = kind_of(self.treater, verdict.category)
        if kind not in (TREAT, DROP):
            return listed
        return FieldPlan(
            kind, verdict.category, verdict.why, listed.node, self.treater, judged=verdict
        )

    def _judged(self, key: str) -> FieldPlan:
        """Return the plan of a key that only its name says something of."""
        if is_placeholder(key):
            # It replaces a key that is gone, and says nothing of the value.
            # It replaces a key, and says nothing of the value.
            return self._as_container(self.uniform) if self.uniform else self._unknown()
        verdict = judge((*self.path, key))
        if self.uniform is not None and (verdict.category is None or verdict.inherited):
            return self._as_container(self.uniform)
        if verdict.category is None:
            return self._unknown()
        kind = kind_of(self.treater, verdict.category)
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


def shape_of(fields: list[tuple[object, FieldPlan]], flat: bool) -> Shape:
    """Return what to do with records that have these fields; only *flat* ones may be quick."""
    treated = [(key, field) for key, field in fields if _is_treated(field)]
    plans = tuple(field for _, field in fields)
    return Shape(
        treated=tuple((k, field.memo.get, field.treated.__next__, field) for k, field in treated),
        scanned=_picked(fields, _is_scanned),
        kept=_picked(fields, _is_kept),
        allowed=_picked(fields, _is_allowed),
        renamed=tuple(filter(_is_renamed, fields)),
        fields=plans,
        lookups=tuple(field.memo.get for field in plans),
        steps=tuple(field.treated.__next__ for _, field in treated),
        counted=tuple(at for at, field in enumerate(plans) if _is_treated(field)),
        numbers=tuple(not _hides(field) for field in plans),
        drops=any(field.kind == DROP for field in plans),
        quick=bool(fields) and flat,
    )


def _picked(
    fields: list[tuple[object, FieldPlan]], test: Callable[[FieldPlan], bool]
) -> tuple[tuple[object, FieldPlan], ...]:
    return tuple((key, field) for key, field in fields if test(field))


def _is_kept(field: FieldPlan) -> bool:
    return field.kind in (KEEP, CLAIM) and field.category not in IDENTIFYING


def _is_allowed(field: FieldPlan) -> bool:
    return field.kind in (KEEP, CLAIM) and field.category in IDENTIFYING


def _is_renamed(pair: tuple[object, FieldPlan]) -> bool:
    key, field = pair
    return field.key is not None or type(key) is not str


def _hides(field: FieldPlan) -> bool:
    return field.kind in (TREAT, DROP)


def _is_treated(field: FieldPlan) -> bool:
    return _hides(field) and not field.reads


def _is_scanned(field: FieldPlan) -> bool:
    return field.kind == SCAN or field.reads
