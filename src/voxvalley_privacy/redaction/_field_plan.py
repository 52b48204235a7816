"""The plan for the values of one field."""

from __future__ import annotations

from itertools import count
from typing import Any

from ..actions import Drop, Keep, Parse, Scan
from ..categories import CATEGORIES, MEASURES
from ..names import Verdict, holds_a_person, shows
from ..placeholders import is_placeholder, label_of
from ..reading import Needle, may_hold_islands
from ..schemas import Node
from ..vocabulary import DataCategory
from ._treat import Treater

__all__ = ["CLAIM", "DROP", "KEEP", "SCAN", "TREAT", "Entry", "FieldPlan", "kind_of"]

# What is done with the values of a field: show them; treat them by the action of their category;
# look through them; leave them out; show those that look like what the field claims to hold.
KEEP, TREAT, SCAN, DROP, CLAIM = range(5)

_MEMO_ENTRIES = 4096
_MEMO_CHARS = 128

# What a value becomes, and the part of it to look for in other fields.
Entry = tuple[object, Needle | None]


class FieldPlan:
    """The plan for the values of one field."""

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
        "unread",
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
        # The name of the field, where it is no secret itself: it takes part in what names below
        # mean.
        self.name: str = ""
        self.item: FieldPlan | None = None
        # The table of the records inside; it is a `Table`, which is built of plans like this one.
        self.table: Any = None
        self.memo: dict[str, Entry] = {}
        # Of a field that claims something: texts in which a reader has to look for names.
        self.unread: set[str] = set()
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

    def miss(self, text: str) -> Entry:
        """Treat *text* and remember the answer while the memo has room."""
        entry = self._treat(text)
        if len(text) <= _MEMO_CHARS:
            if len(self.memo) >= _MEMO_ENTRIES:
                self.memo.clear()
                self.unread.clear()
            self.memo[text] = entry
        return entry

    def _treat(self, text: str) -> Entry:
        if self.kind == CLAIM:
            return self._claimed(text), None
        if self.kind == SCAN or not self.agrees(text):
            return self.treater.text(text), None
        if self.category is DataCategory.RECORD_ID and holds_a_person(text):
            return self.treater.typed(text, DataCategory.CALL_ID)
        if self._is_no_measure(text):
            return label_of(self.category), None
        return self.treater.typed(text, self.category)

    def _is_no_measure(self, text: str) -> bool:
        """Whether the field is to show a part of a measure, and the text is not one."""
        if self.kind != TREAT or self.category not in MEASURES:
            return False
        return not (is_placeholder(text) or shows(self.category, text))

    def _claimed(self, text: str) -> object:
        """Return a text that looks like what the field claims to hold; else what is left of it."""
        if is_placeholder(text):
            return text
        if shows(self.category, text):
            # Programs name themselves freely: names in such a text are read all the same.
            if self.treater.shows_text and ("=" in text or "{" in text):
                self._leave_to_readers(text)
            return text
        if self.category is DataCategory.RECORD_ID and holds_a_person(text):
            # It becomes a token, by which records, traces and logs can still be joined.
            return self.treater.part(text, DataCategory.CALL_ID)
        if not self.treater.shows_text:
            return label_of(self.category)
        if may_hold_islands(text):
            self._leave_to_readers(text)
        return self.treater.text(text)

    def _leave_to_readers(self, text: str) -> None:
        if len(self.unread) >= _MEMO_ENTRIES:
            self.unread.clear()
        self.unread.add(text)

    def agrees(self, value: object) -> bool:
        """Whether a value can be what only the name of the field says it is."""
        return self.judged is None or self.judged.agrees(value)

    def claims(self, text: str) -> bool:
        """Whether the field shows *text* as it is."""
        entry = self.memo.get(text) or self.miss(text)
        return entry[0] == text and text not in self.unread

    def would_claim(self, text: str) -> bool:
        """Whether the field shows *text* as it is, without remembering it."""
        if text in self.memo:
            return self.claims(text)
        if "=" in text or "{" in text or is_placeholder(text):
            return False  # a reader may have to look
        return shows(self.category, text)


def kind_of(treater: Treater, category: DataCategory) -> int:
    """Return what a policy does with values of a category."""
    action = treater.actions[category]
    if isinstance(action, Drop):
        return DROP
    if isinstance(action, Scan):
        return SCAN
    if not isinstance(action, Keep):
        return TREAT
    return KEEP if CATEGORIES[category].shape is None else CLAIM
