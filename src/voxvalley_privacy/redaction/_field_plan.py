"""The plan for the values of one field."""

from __future__ import annotations

import re
from itertools import count
from typing import Any, NamedTuple

from ..actions import Action, Drop, Exposure, Keep, Parse, Scan, exposure
from ..categories import CATEGORIES, IDENTIFYING, MEASURES
from ..names import Verdict, holds_a_person, shows
from ..placeholders import OMIT, is_placeholder, label_of
from ..reading import Needle, may_hold_islands
from ..schemas import Node
from ..vocabulary import DataCategory
from ._propagation import LOOK, marks_of, readable
from ._treat import Treater

__all__ = [
    "CLAIM",
    "CODE",
    "CODES",
    "DROP",
    "KEEP",
    "LARGE",
    "OPEN",
    "SCAN",
    "TREAT",
    "Entry",
    "FieldPlan",
    "kind_of",
]

# What is done with the values of a field: show them; treat them by the action of their category;
# look through them; leave them out; show those that look like what the field claims to hold.
KEEP, TREAT, SCAN, DROP, CLAIM = range(5)

# What a user typed has the shape of a code; numbers of errors and states are not written as texts.
CODES = frozenset({"code", "kode", "codigo"})
CODE = re.compile(r"[0-9]{6}|[0-9]{4}|[0-9]{8}")

OPEN = ("*", ">", "}")  # how the path of any key ends

# A seal with something behind it: of a part of a text.
_SEAL_WITHIN = re.compile(
    r"(?:[ ]|%20)seal[a-z]{1,32}A[bcdfghjkmnprtvwx]{134,}+[^\sbcdfghjkmnprtvwx]"
)

_MEMO_ENTRIES = 4096
_MEMO_CHARS = 128

LARGE = 999_999  # up to it a number is shown where no field says what it is


class Entry(NamedTuple):
    """
    The answer for a text in a field.

    *redacted* is what it becomes, *needle* what to look for in other fields, *marks* what shows
    that one may hold it, and *shown* what such marks of other fields are looked for in.
    """

    redacted: Any  # `object` cannot be compiled here
    needle: Needle | None = None
    marks: tuple[str, ...] = ()
    shown: str = ""


def _shows_parts(action: Action, category: DataCategory) -> bool:
    """Whether what is left of a value has words: a path, a host, the rest of a channel's name."""
    if isinstance(action, Parse):
        return True
    is_short = category in IDENTIFYING or category in MEASURES
    return not is_short and exposure(action) is Exposure.PART


class FieldPlan:
    """The plan for the values of one field."""

    __slots__ = (
        "category",
        "in_parts",
        "item",
        "judged",
        "key",
        "kind",
        "memo",
        "name",
        "node",
        "older",
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
        # What shows parts of a value may show in them what another field hides.
        self.in_parts: bool = (
            kind == TREAT and not self.reads and _shows_parts(treater.actions[category], category)
        )
        self.key: str | None = None
        # The name of the field, where it is no secret itself: it takes part in what names below
        # mean.
        self.name: str = ""
        self.item: FieldPlan | None = None
        # The table of the records inside; it is a `Table`, which is built of plans like this one.
        self.table: Any = None
        self.memo: dict[str, Entry] = {}
        self.older: dict[str, Entry] = {}
        self.treated: count[int] = treater.tally.treated.setdefault(category, count())

    @property
    def is_described(self) -> bool:
        """Whether a schema lists this very field; in an open map it lists any."""
        if self.node is not None and self.node.path.endswith(OPEN):
            return False
        return self.why.startswith("schema")

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
        """Treat *text* and remember the answer, as far as the redactor may remember any."""
        entry = self.older.pop(text, None) or self._entry(text)
        if len(text) <= _MEMO_CHARS:
            self.treater.remembered.put(self, text, entry)
        return entry

    def _entry(self, text: str) -> Entry:
        if self.reads:
            return Entry(*self._treat(text), shown=LOOK)
        if self.kind == KEEP:
            return self._shown(text, text)
        if self.kind == CLAIM:
            return self._claimed(text)
        if self.kind == SCAN:
            return self._looked_through(text)
        redacted, needle = self._treat(text)
        if self.in_parts and isinstance(redacted, str):
            return Entry(redacted, needle, marks_of(needle), readable(redacted))
        if not self.treater.shows_text or not isinstance(redacted, str) or self.agrees(text):
            return Entry(redacted, needle, marks_of(needle))
        # The name says nothing of such a text; names within it do.
        return Entry(redacted, shown=LOOK if may_hold_islands(text) else readable(redacted))

    def _shown(self, text: str, redacted: str) -> Entry:
        # What is personal and shown by the policy all the same is not looked through.
        if redacted == text and self.category in IDENTIFYING and self.kind in (KEEP, CLAIM):
            return Entry(redacted)
        return Entry(redacted, shown=readable(redacted))

    def _looked_through(self, text: str) -> Entry:
        if self._is_code(text):
            return Entry(self.treater.part(text, DataCategory.ONE_TIME_CODE))
        if shows(self.category, text):
            return self._shown(text, text)
        if may_hold_islands(text) or len(text) > self.treater.limit:
            return Entry(self.treater.text(text), shown=LOOK)
        if self.treater.shows_text or not text.strip():
            return self._shown(text, self.treater.text(text))
        # A text that nothing is known of is prose, wherever it is.
        return Entry(self.treater.part(text, DataCategory.FREE_TEXT))

    def quick(self, value: object) -> Entry | None:
        """Return what is known of a value that is no container; None if its record has to be."""
        if type(value) is str:
            return self.miss(value)
        if value is None or type(value) is bool:
            return _LEFT_OUT if self.kind == DROP else Entry(value)
        return None

    def _treat(self, text: str) -> tuple[object, Needle | None]:
        if not self.agrees(text):
            return self._unexpected(text), None
        if self.is_call_id(text):
            return self.treater.typed(text, DataCategory.CALL_ID)
        if self._is_no_measure(text):
            return label_of(self.category), None
        return self.treater.typed(text, self.category)

    def _unexpected(self, text: str) -> object:
        """Treat a text that is not what the name of its field says: nothing is known of it."""
        if self.treater.shows_text or not any(map(str.isalnum, text)) or is_placeholder(text):
            return self.treater.text(text)
        return self.treater.part(text, DataCategory.FREE_TEXT)

    def _is_no_measure(self, text: str) -> bool:
        """Whether the field is to show a part of a measure, and the text is not one."""
        if self.kind != TREAT or self.category not in MEASURES:
            return False
        return not (is_placeholder(text) or shows(self.category, text))

    def _claimed(self, text: str) -> Entry:
        """Show a text that looks like what the field claims to hold; else what is left of it."""
        if is_placeholder(text):
            return self._shown(text, text)
        treater = self.treater
        if self._is_code(text):
            return Entry(treater.part(text, DataCategory.ONE_TIME_CODE))
        if shows(self.category, text):
            # Programs name themselves freely: names in such a text are read all the same.
            if treater.shows_text and ("=" in text or "{" in text):
                return Entry(text, shown=LOOK)
            return self._shown(text, text)
        if self.is_call_id(text):
            # It becomes a token, by which records, traces and logs can still be joined.
            return Entry(treater.part(text, DataCategory.CALL_ID))
        if not treater.shows_text:
            return Entry(label_of(self.category))
        if may_hold_islands(text):
            return Entry(treater.text(text), shown=LOOK)
        return self._shown(text, treater.text(text))

    def is_call_id(self, text: str) -> bool:
        """Whether a text is an id that holds a number or an address: it becomes one token."""
        return self.category is DataCategory.RECORD_ID and holds_a_person(text)

    def agrees(self, value: object) -> bool:
        """Whether a value can be what only the name of the field says it is."""
        if self.judged is None:
            return True
        if isinstance(value, str) and is_placeholder(value):
            return False  # it is what became of a value that was not what the name says
        if isinstance(value, str) and "seal" in value and _SEAL_WITHIN.search(value) is not None:
            return False  # parts of it were sealed, for the same reason
        return self.judged.agrees(value)

    def shows(self, text: str) -> bool:
        """Whether a text in the field stays as it is."""
        shown: bool = (self.memo.get(text) or self.miss(text)).redacted == text
        return shown

    def claims(self, text: str) -> bool:
        """Whether the field shows *text* as it is, and no reader has to look at it."""
        entry = self.memo.get(text) or self.miss(text)
        is_shown: bool = entry.redacted == text
        return is_shown and (entry.shown != LOOK or not self._is_read(text))

    def _is_read(self, text: str) -> bool:
        """Whether a reader has to look for names in a text that the field would show."""
        if not self.treater.shows_text:
            return False
        return "=" in text or "{" in text or not shows(self.category, text)

    def _is_code(self, text: str) -> bool:
        """Whether a text is what a person types, under a name that states have, too."""
        if self.is_described or self.name.lower() not in CODES:
            return False
        return CODE.fullmatch(text) is not None

    def would_claim(self, text: str) -> bool:
        """Whether the field shows *text* as it is, without remembering it."""
        if text in self.memo:
            return self.claims(text)
        if "=" in text or "{" in text or is_placeholder(text):
            return False  # a reader may have to look
        return shows(self.category, text) and not self._is_code(text)


_LEFT_OUT = Entry(OMIT)


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
