"""Walk a record by its tables and build the treated copy."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from math import isfinite
from typing import Any

from ..categories import IDENTIFYING, MEASURES
from ..names import shows
from ..placeholders import (
    BUDGET,
    BYTES,
    CYCLE,
    DEPTH,
    FAULT,
    OMIT,
    label_of,
    object_label,
)
from ..policies import Budget
from ..reading import Needle, as_text, fields_of, rebuild
from ..reading.sip import Engine as SipEngine
from ..vocabulary import DataCategory
from ._beside import PAIR, of_someone, pairs_reach_someone
from ._containers import BASES, MAPPINGS, base_of, rebuilt, rebuilt_mapping
from ._field_plan import CLAIM, DROP, KEEP, LARGE, SCAN, TREAT, FieldPlan
from ._payloads import decode
from ._plan import Table
from ._propagation import Known
from ._record_keys import renamed
from ._text_parts import cut_at_word
from ._text_pass import ReadText, message, read_text
from ._treat import Treater

__all__ = ["Walk"]

# A text that can be the name of a field; one with a number in it is not taken for one.
FIELD_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z_. -]|[0-9](?![0-9]{3})){0,63}")

_NUMBERS = frozenset({int, float, bool})
_ROUNDS = 3  # of reading again what came out
_PAIR_KEYS = 12
_PAIR_VALUES = ("value", "Value", "VALUE")


class Walk:
    """One pass over one record; *known* holds the personal parts that the first pass took out."""

    __slots__ = ("above", "budget", "kept", "known", "levels", "needles", "nodes", "scanned",
                 "sip", "treater")  # fmt: skip

    def __init__(
        self, treater: Treater, sip: SipEngine, budget: Budget, known: Known | None = None
    ) -> None:
        self.treater: Treater = treater
        self.sip: SipEngine = sip
        self.budget: Budget = budget
        self.known: Known | None = known
        self.nodes: int = budget.nodes
        self.levels: int = 0
        self.above: set[int] = set()
        self.kept: list[str] = []
        self.scanned: list[str] = []
        self.needles: list[Needle] = []

    def mapping(self, record: dict[Any, Any], table: Table) -> dict[Any, Any]:
        """Return the treated copy of one level of a record."""
        room, self.nodes = self.nodes, self.nodes - len(record)
        # The copy is one step that no other thread can come between; from here on only the copy is
        # read.
        out = dict.copy(record)
        if self.nodes < 0:
            out = dict(islice(out.items(), max(room, 0)))
        if table.payloads:
            decode(self, out, table)
        keys = tuple(out)
        shape = table.shapes.get(keys) or table.shape(keys)
        needles, texts = self.needles, self.kept
        for key, remembered, step, field in shape.treated:
            value = out[key]
            try:
                if type(value) is str:
                    entry = remembered(value) or field.miss(value)
                    made = entry.redacted
                    made = self._searched(made, value, field, table) if entry.shown else made
                    step()
                    if entry.needle is not None:
                        needles.append(entry.needle)
                else:
                    made = self.other(value, field, table)
            except Exception:  # a fault gives less, never raw, and never an exception
                made = self.mark(FAULT, "fault")
            if made is OMIT:
                del out[key]
            else:
                out[key] = made
        for key, field in shape.scanned:
            out[key] = self._guarded(out[key], field, table)
        known = self.known
        for key, field in shape.kept:
            value = out[key]
            kind = type(value)
            if kind is str and known is None and (field.kind == KEEP or field.claims(value)):
                texts.append(value)
            elif not (value is None or (kind in _NUMBERS and -LARGE <= value <= LARGE)):
                out[key] = self._guarded(value, field, table)
        for key, field in shape.allowed:
            if type(out[key]) is not str:
                out[key] = self._guarded(out[key], field, table)
        if shape.renamed:
            out = renamed(self, out, dict(shape.renamed))
        if self.nodes < 0:
            out[BUDGET] = self.mark(BUDGET, "budget")
        return out

    def _guarded(self, value: Any, field: FieldPlan, table: Table) -> object:
        try:
            return self.value(value, field, table)
        except Exception:  # as in mapping()
            return self.mark(FAULT, "fault")

    def value(self, value: Any, field: FieldPlan, table: Table) -> object:
        """Return the treated copy of a value of *field*."""
        if type(value) is not str:
            return self.other(value, field, table)
        if field.kind in (KEEP, SCAN, CLAIM):
            return self._text(value, field, table)
        if field.reads and (read := message(self, value)) is not None:
            next(field.treated)
            return read
        entry = field.memo.get(value) or field.miss(value)
        next(field.treated)
        if entry.needle is not None:
            self.needles.append(entry.needle)
        if entry.shown and not field.reads:
            return self._searched(entry.redacted, value, field, table)
        return entry.redacted

    def _searched(self, redacted: object, text: str, field: FieldPlan, table: Table) -> object:
        """
        Return what is shown of a text, searched for known values; one that is not what its field
        is for is read, too.
        """
        if field.in_parts and field.agrees(text):
            return self._swept(str(redacted))
        fits = len(text) <= self.budget.text
        read = read_text(self, text, table.in_texts()) if fits else None
        if read is not None:
            redacted = read.text
        elif not isinstance(redacted, str):
            return redacted
        elif self.known is not None and self.known.concerns(redacted):
            return self.known.scan(redacted, self.treater)
        self.scanned.append(redacted)
        return redacted

    def _swept(self, shown: str) -> str:
        """Return what is shown of a parsed value without what other fields hide."""
        self.scanned.append(shown)
        if self.known is not None and self.known.concerns(shown):
            return self.known.sweep(shown, self.treater)
        return shown

    def text(self, text: str, table: Table) -> str:
        """Return the treated copy of a text that is handed in by itself."""
        if len(text) > self.budget.text:
            text = self._cut(text)
        read = read_text(self, text, table)
        treated = self._prose(text) if read is None else self._again(read, table)
        self.scanned.append(treated)
        return treated

    def _again(self, read: ReadText, table: Table) -> str:
        """Read once more where prose changed: what was beside a label may be a value itself."""
        for _ in range(_ROUNDS):
            if not read.prose_changed:
                break
            again = read_text(self, read.text, table)
            if again is None:
                return self._prose(read.text)
            if again.text == read.text:
                break
            read = again
        return read.text

    def _cut(self, text: str) -> str:
        self.treater.tally.add(self.treater.tally.faults, "truncated")
        return cut_at_word(text, self.budget.text)

    def _prose(self, text: str) -> str:
        if not self.treater.shows_text:
            return self.treater.part(text, DataCategory.FREE_TEXT) if text.strip() else text
        if self.known is not None and self.known.concerns(text):
            return self.known.scan(text, self.treater)
        return self.treater.text(text)

    def mark(self, placeholder: str, reason: str) -> str:
        """Count *reason* and return the placeholder that shows it."""
        self.treater.tally.add(self.treater.tally.faults, reason)
        return placeholder

    def _text(self, text: str, field: FieldPlan, table: Table) -> str:
        """Return a kept text without known values, or an unknown one without anything personal."""
        if field.kind == KEEP or (field.kind == CLAIM and field.claims(text)):
            return self._kept(text, field)
        if field.kind == CLAIM and (not self.treater.shows_text or field.is_call_id(text)):
            return str(field.miss(text).redacted)
        if field.kind == SCAN and shows(field.category, text):
            return self._kept(text, field)
        fits = len(text) <= self.budget.text
        inner = read_text(self, text, table.in_texts()) if fits else None
        if inner is not None:
            self.scanned.append(inner.text)
            return inner.text
        if not self.treater.shows_text and text.strip():
            # A text that nothing is known of is prose, wherever it is.
            return self.treater.part(text, DataCategory.FREE_TEXT)
        if self.known is not None and self.known.concerns(text):
            return self.known.scan(text, self.treater)
        made = str((field.memo.get(text) or field.miss(text)).redacted)
        self.scanned.append(made)
        return made

    def _kept(self, text: str, field: FieldPlan) -> str:
        if field.category in IDENTIFYING and field.kind != SCAN:
            return text
        if self.known is None:
            self.kept.append(text)
        elif self.known.concerns(text):
            return self.known.sweep(text, self.treater)
        return text

    def other(self, value: Any, field: FieldPlan, table: Table) -> object:
        """Return the treated copy of a value that is not exactly a str."""
        kind = type(value)
        if value is None or kind is bool:
            return OMIT if field.kind == DROP else value
        if kind is int or kind is float:
            return self._number(value, kind, field, table)
        if kind in MAPPINGS or issubclass(kind, (dict, *BASES)):
            return self._container(value, kind, field, table)
        return self._scalar(value, kind, field, table)

    def _number(self, value: Any, kind: type, field: FieldPlan, table: Table) -> object:
        if field.kind == DROP and (field.judged is None or field.judged.agrees(value)):
            return OMIT
        if field.kind == TREAT and field.agrees(value):
            return self._scalar(value, kind, field, table)
        if -LARGE <= value <= LARGE or (kind is float and not isfinite(value)):
            return value
        if field.category in MEASURES and shows(field.category, str(value)):
            return value
        return self._scalar(value, kind, field, table)

    def _scalar(self, value: Any, kind: type, field: FieldPlan, table: Table) -> object:
        text = as_text(value, kind)
        if field.kind == DROP:
            if text is not None:
                self.value(text, field, table)
            return OMIT
        if text is None:
            return self._object(value, kind, field, table)
        if field.kind == TREAT and field.category in MEASURES:
            next(field.treated)
            if not shows(field.category, text):
                return label_of(field.category)
            return self.treater.actions[field.category](value, field.category)
        made = self.value(text, field, table)
        if made == text:
            return value
        return made.encode() if kind is bytes and isinstance(made, str) else made

    def _object(self, value: Any, kind: type, field: FieldPlan, table: Table) -> object:
        if kind in (int, float) or issubclass(kind, (bytes, bytearray, memoryview)):
            return self.mark(
                BYTES if kind not in (int, float) else label_of(DataCategory.UNKNOWN), "bytes"
            )
        if kind.__module__ == "numpy" and getattr(kind, "__name__", "") not in (
            "ndarray",
            "matrix",
        ):
            item = value.item()
            return (
                self.value(item, field, table)
                if type(item) is not kind
                else self.mark(object_label(kind), "object")
            )
        inner = fields_of(value, kind)
        if inner is None:
            return self.mark(object_label(kind), "object")
        made = self._nested(value, inner, field, table)
        if not isinstance(made, dict):
            return made
        return rebuild(value, kind, {name: made.get(name) for name in inner})

    def _nested(
        self, owner: object, record: dict[Any, object], field: FieldPlan, table: Table
    ) -> object:
        """Walk *record*, the content of *owner*, one level down."""
        stop = self._stopped(owner)
        if stop is not None:
            return stop
        self.above.add(id(owner))
        try:
            return self.mapping(record, table.inner(field))
        finally:
            self.above.discard(id(owner))

    def _stopped(self, owner: object) -> str | None:
        if id(owner) in self.above:
            return self.mark(CYCLE, "cycle")
        if len(self.above) >= self.budget.depth:
            return self.mark(DEPTH, "depth")
        return None if self.nodes > 0 else self.mark(BUDGET, "budget")

    def _container(self, value: Any, kind: type, field: FieldPlan, table: Table) -> object:
        # What only the name calls personal may be a record: each field in it is judged by itself.
        if field.kind == DROP and field.judged is None:
            return OMIT
        if issubclass(kind, dict):
            return self._dict(value, kind, field, table)
        if kind in MAPPINGS:
            return self._nested(value, dict(value), field, table)
        stop = self._stopped(value)
        if stop is not None:
            return stop
        self.above.add(id(value))
        try:
            return self._items(value, kind, field, table)
        finally:
            self.above.discard(id(value))

    def _dict(self, value: Any, kind: type, field: FieldPlan, table: Table) -> object:
        made = self._nested(value, self.paired(value, table), field, table)
        return rebuilt_mapping(value, made) if isinstance(made, dict) else made

    def paired(self, value: dict[Any, Any], table: Table) -> dict[Any, Any]:
        """Read `{"name": "to", "value": ...}` as the field it names."""
        if dict.__len__(value) > _PAIR_KEYS or not any(
            map(partial(dict.__contains__, value), _PAIR_VALUES)
        ):
            return value
        by_name = {key.casefold(): key for key in dict.keys(value) if type(key) is str}
        name, item = by_name.get("name", by_name.get("key")), by_name.get("value")
        if name is None or item is None:
            return value
        field = self._named(dict.__getitem__(value, name), table)
        if field is None:
            return value
        made = self.value(dict.__getitem__(value, item), field, table)
        return {**value, item: None if made is OMIT else made}

    def _named(self, name: object, table: Table, *, someone: bool = False) -> FieldPlan | None:
        """
        Return the plan of the field that *name* names, or None when it names none that is known.
        """
        if type(name) is not str or FIELD_NAME.fullmatch(name) is None:
            return None
        field = table.named(name)
        if someone:
            field = of_someone(name, field, self.treater)
        return None if field.category is DataCategory.UNKNOWN else field

    def _items(self, value: Any, kind: type, field: FieldPlan, table: Table) -> object:
        plan = table.items(field)
        room, self.nodes = self.nodes, self.nodes - len(value)
        base = base_of(kind)
        treat = partial(self._guarded, field=plan, table=table)
        if plan.kind in (SCAN, CLAIM):
            someone = pairs_reach_someone(base.__iter__(value), table.named)
            treat = partial(self._item, plan=plan, table=table, someone=someone)
        redacted = [treat(item) for item in islice(base.__iter__(value), max(room, 0))]
        if hasattr(kind, "_fields"):
            redacted = [None if item is OMIT else item for item in redacted]
        else:
            redacted = [item for item in redacted if item is not OMIT]
        if self.nodes < 0:
            redacted.append(self.mark(BUDGET, "budget"))
        return rebuilt(value, base, redacted)

    def _item(self, item: Any, plan: FieldPlan, table: Table, *, someone: bool) -> object:
        """Return an item of a list of which nothing is known: it may be a pair."""
        try:
            pair = self._pair(item, table, someone)
        except Exception:  # as in mapping()
            return self.mark(FAULT, "fault")
        return self._guarded(item, plan, table) if pair is None else pair

    def _pair(self, item: Any, table: Table, someone: bool) -> object:
        """Read the header pair `["From", ...]` as the field it names; None when it is none."""
        if type(item) not in (list, tuple) or len(item) != PAIR:
            return None
        field = self._named(item[0], table, someone=someone)
        if field is None:
            return None
        made = self.value(item[1], field, table)
        return type(item)((item[0], None if made is OMIT else made))
