"""
Records that all have the same keys, value by value: what a table does once for equal values.

The answers come from the walk that records go through, over a record of one field, with the plan
that the field has beside all the others. What fields say of each other is asked for a row later.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from ..categories import MEASURES
from ..names import all_show
from ..placeholders import OMIT
from ..policies import Budget
from ..reading import Needle
from ..reading.sip import Engine as SipEngine
from ..vocabulary import DataCategory
from ._field_plan import DROP, KEEP, TREAT, FieldPlan
from ._plan import Shape, Table, shape_of
from ._propagation import PLUS_NUMBER, folded_text, spellings
from ._record_pass import Walk
from ._stats import Tally
from ._treat import Treater

__all__ = ["ByColumn", "Cell", "Column"]

_new = tuple.__new__  # of a named tuple, without a call of Python: a tenth of the time of a cell
_PAIR_KEYS = 12  # keys up to which a record may be a pair of name and value


class Cell(NamedTuple):
    """
    One value, treated.

    *value* is `OMIT` where it goes. *digits* and *words* are what the value is known by in texts,
    *kept* and *looked_through* the texts of it that stay, *nodes* its share of the budget.
    """

    value: Any  # `object` cannot be compiled here
    digits: tuple[str, ...]
    words: tuple[str, ...]
    kept: str
    looked_through: str
    nodes: int


class Column:
    """The plan of one field beside the others."""

    __slots__ = ("_field", "_is_kept", "_is_treated", "_key", "_table", "_walk", "name")

    def __init__(
        self, key: str, table: Table, field: FieldPlan, walk: Walk, *, is_kept: bool
    ) -> None:
        self.name: str = key
        self._is_kept = is_kept
        self._is_treated = field.kind == TREAT and not field.reads
        self._key = key
        self._table = table
        self._field = field
        self._walk = walk

    @property
    def is_kept(self) -> bool:
        """Whether most texts of the field stay as they are: asking again is as cheap as knowing."""
        return self._is_kept

    @property
    def leaves_out(self) -> bool:
        """Whether no value of the field stays, whatever it is."""
        field = self._field
        if field.category is DataCategory.RECORD_ID:  # an id that holds a person becomes a token
            return False
        return field.kind == DROP and field.judged is None

    @property
    def writes_text(self) -> bool:
        """Whether numbers become texts: all but measures do, where their field is treated."""
        return self._field.kind == TREAT and self._field.category not in MEASURES

    def keeps_all(self, texts: Sequence[str], /) -> bool:
        """Whether all of the texts stay as they are; False says nothing of any of them."""
        if not self._is_kept:
            return False
        return self._field.kind == KEEP or all_show(self._field.category, texts)

    def _shows(self, text: str) -> bool:
        """
        Whether a text stays, as most ids and times do; half the time of the walk, which comes to
        the same.
        """
        if not self._is_kept:
            return False
        return self._field.kind == KEEP or self._field.would_claim(text)

    def cell(self, value: object, /) -> Cell:
        """Treat one value."""
        if type(value) is str and self._shows(value):
            return _new(Cell, (value, (), (), value, "", 1))
        if type(value) is str and self._is_treated:
            return self._typed(value)
        return self._walked(value)

    def _typed(self, text: str) -> Cell:
        """Treat a text by the action of its category, as the walk does first of all."""
        try:
            entry = self._field.memo.get(text) or self._field.miss(text)
        except Exception:  # the walk counts it, and gives less
            return self._walked(text)
        if entry.shown:  # it is not what its field is for
            return self._walked(text)
        next(self._field.treated)
        digits, words = _spelled([entry.needle] if entry.needle is not None else [])
        return _new(Cell, (entry.redacted, digits, words, "", "", 1))

    def _walked(self, value: object) -> Cell:
        walk = self._walk
        walk.nodes = walk.budget.nodes
        walk.kept, walk.scanned, walk.needles = [], [], []
        treated = walk.mapping({self._key: value}, self._table)
        digits, words = _spelled(walk.needles)
        return Cell(
            treated.get(self._key, OMIT),
            digits,
            words,
            "\0".join(walk.kept),
            "\0".join(walk.scanned),
            walk.budget.nodes - walk.nodes,
        )


def _shows_texts(field: FieldPlan, shape: Shape) -> bool:
    """Whether the texts of a field stay as they are, so far as they look like what it holds."""
    return any(field is kept for _, kept in shape.kept)


def _spelled(needles: list[Needle]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not needles:
        return (), ()
    digits = tuple(dict.fromkeys(needle.digits for needle in needles if needle.digits))
    words = tuple(dict.fromkeys(word for needle in needles for word in spellings(needle)))
    return digits, words


class ByColumn:
    """
    The plan of records that all have *keys*, for one value of the field that says the direction.

    Args:
        columns: The fields, in the order in which a record's texts are compared.

        budget: Bounds of one record.
    """

    __slots__ = ("_tally", "budget", "columns")

    # Nothing but a phone number looks so, wherever it stands.
    number: ClassVar[re.Pattern[str]] = PLUS_NUMBER

    def __init__(self, columns: tuple[Column, ...], budget: Budget, tally: Tally) -> None:
        self.columns: tuple[Column, ...] = columns
        self.budget: Budget = budget
        self._tally = tally

    @classmethod
    def of(
        cls, keys: tuple[str, ...], table: Table, treater: Treater, sip: SipEngine, budget: Budget
    ) -> ByColumn | None:
        """Return the plan; None where the fields decide about each other or about their names."""
        if table.payloads or len(keys) >= budget.nodes or _may_be_pair(keys):
            return None
        shape = table.shapes.get(keys) or table.shape(keys)
        if shape.renamed:
            return None
        walk = Walk(treater, sip, budget)
        walk.above.add(0)  # the record itself, which counts as a level
        fields = [(entry[0], entry[-1]) for part in _sorted_parts(shape) for entry in part]
        columns = tuple(
            Column(
                key,
                _only(key, field, table),
                field,
                walk,
                is_kept=_shows_texts(field, shape),
            )
            for key, field in fields
            if isinstance(key, str)
        )
        return cls(columns, budget, treater.tally)

    def count(self, records: int, /) -> None:
        """Count records that were treated by their columns as calls of the redactor."""
        deque(islice(self._tally.calls, records), maxlen=0)

    @staticmethod
    def readable(text: str, /) -> str:
        """Return a text as it is compared with values."""
        return folded_text(text)


def _sorted_parts(shape: Shape) -> tuple[tuple[tuple[Any, ...], ...], ...]:
    return shape.treated, shape.scanned, shape.kept, shape.allowed


def _may_be_pair(keys: tuple[str, ...]) -> bool:
    return len(keys) <= _PAIR_KEYS and any(key.casefold() == "value" for key in keys)


def _only(key: str, field: FieldPlan, table: Table) -> Table:
    # The records inside are looked up in the table itself: it must not be taken for this copy.
    table.inner(field)
    return table.with_shape(shape_of([(key, field)], flat=False), (key,))
