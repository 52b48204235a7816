"""
A text, read: names and values where a reader finds them, prose between them.

Each leaf is treated as a field of that name would be, and spelled for its place; the rest of the
text stays as it is, but for what the finders see in it. Where the policy shows no free text, prose
becomes its label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ..detection import Finding
from ..names import holds_a_person
from ..placeholders import BUDGET, OMIT, is_placeholder, label_of
from ..reading import Island, Leaf, Needle, islands_in, may_hold_islands
from ..reading.sip import Engine, in_record, is_sip, session_in_record
from ..vocabulary import DataCategory
from ._beside import is_of_a_log, of_a_log, of_someone, reaches_someone
from ._document_pass import EXCUSABLE
from ._field_plan import CLAIM, DROP, SCAN, FieldPlan
from ._leaf_meaning import believed, by_value, is_boundary, widened, with_seal
from ._plan import Table
from ._propagation import Known
from ._text_parts import Part, assembled, labels_between, without_parts
from ._treat import Treater

__all__ = ["Part", "message", "parts_of", "read_text"]

_MOST_ROUNDS = 3  # readers inside readers


_BY_READER = {
    "channel": DataCategory.CHANNEL_NAME,
    "name_addr": DataCategory.NAME_ADDR,
}


# A session description by itself. Source: RFC 8866, section 5.
_SESSION = re.compile(r"v=0\r?\no=")


# Read whole values with `fullmatch` or from one place with `match`, and are never searched for.
WHOLE = frozenset({"_SESSION"})


class Pass(Protocol):
    """The pass over the record that a text belongs to."""

    treater: Treater
    sip: Engine
    known: Known | None
    levels: int
    nodes: int
    kept: list[str]
    scanned: list[str]
    needles: list[Needle]

    def value(self, value: object, field: FieldPlan, table: Table, /) -> object:
        """Return the treated copy of a value."""

    def mark(self, placeholder: str, reason: str, /) -> str:
        """Count a fault, and return the placeholder that shows it."""


class ReadText(NamedTuple):
    """A text with its leaves and its prose treated, and whether it has to be read again."""

    text: str
    prose_changed: bool


def read_text(run: Pass, text: str, table: Table, /) -> ReadText | None:
    """Treat the leaves and the prose of a text; None where no reader finds anything."""
    parts = parts_of(run, text, table)
    if parts is None:
        return None
    leaves, prose = parts
    changed = bool(prose) or any(_goes_on(part, text) for part in leaves)
    return ReadText(assembled(text, sorted([*leaves, *prose])), changed)


def _goes_on(part: Part, text: str) -> bool:
    """Whether a value that was looked through may end in the first half of a number."""
    if part.category not in EXCUSABLE or not part.text[-1:].isdigit():
        return False
    return part.text != text[part.start : part.end]


def parts_of(run: Pass, text: str, table: Table, /) -> tuple[list[Part], list[Part]] | None:
    """Return the leaves of a text, those that stay included, and the parts of its prose that go."""
    if run.levels >= _MOST_ROUNDS or not may_hold_islands(text):
        return None
    islands = islands_in(text)
    if not islands:
        return None
    run.levels += 1
    try:
        beside = _Beside.of(islands, table, run.treater)
        read = [part for island in islands for part in _island(run, island, text, table, beside)]
    finally:
        run.levels -= 1
    if not run.treater.shows_text:
        # Nothing is known by name of an island without a part; it is as much prose as the rest.
        starts = {part.start for part in read}
        islands = [
            island
            for island in islands
            if any(_is_read(leaf, starts) for leaf in island.leaves) or _is_document(island, text)
        ]
        read += [hidden for island in islands for hidden in _hidden(island, starts)]
    return read, _prose(run, text, islands, read)


def _is_document(island: Island, text: str) -> bool:
    """Whether a text is one document of JSON, which it has to stay."""
    if island.reader != "literal" or text[: island.start].strip() or text[island.end :].strip():
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_read(leaf: Leaf, starts: set[int]) -> bool:
    return leaf.start in starts or is_placeholder(str(leaf.value))


def _hidden(island: Island, starts: set[int]) -> Iterator[Part]:
    """Yield a label for each leaf of an island that was not read."""
    label = label_of(DataCategory.FREE_TEXT)
    for leaf in island.leaves:
        if leaf.value != "" and leaf.end > leaf.start and not _is_read(leaf, starts):
            yield Part(leaf.start, leaf.end, DataCategory.FREE_TEXT, leaf.spell(label))


def message(run: Pass, text: str, /) -> str | None:
    """Return a SIP message or its session description treated; None when *text* is neither."""
    is_session = _SESSION.match(text) is not None
    if not (is_session or is_sip(text)):
        return None
    treat = session_in_record if is_session else in_record
    treated, inner = treat(run.sip, text, run.known)
    if "\n" not in text:
        # A request line by itself is no message: it gets no header.
        treated = treated.partition("\n")[0].rstrip("\r")
    run.needles += inner.needles
    run.kept += inner.kept
    run.scanned += inner.scanned
    return treated


class _Beside(NamedTuple):
    """The meaning that leaves of a text give each other."""

    someone: bool
    log: bool

    @classmethod
    def of(cls, islands: list[Island], table: Table, treater: Treater) -> _Beside:
        leaves = [leaf for island in islands for leaf in island.leaves if leaf.path]
        return cls(
            any(reaches_someone(_place(leaf.path, table, treater)[0]) for leaf in leaves),
            any(is_of_a_log(leaf.path[-1]) for leaf in leaves),
        )

    def judged(self, name: str, field: FieldPlan, table: Table) -> FieldPlan:
        if self.log:
            field = of_a_log(name, field, table.treater)
        return of_someone(name, field, table.treater) if self.someone else field


# Leaves ---------------------------------------------------------------------------------------


def _island(run: Pass, island: Island, text: str, table: Table, beside: _Beside) -> Iterator[Part]:
    for leaf in island.leaves:
        run.nodes -= 1
        if run.nodes < 0:
            yield Part(leaf.start, len(text), DataCategory.UNKNOWN, run.mark(BUDGET, "budget"))
            return
        part = _leaf(run, island.reader, leaf, text, table, beside)
        if part is not None:
            yield part


def _leaf(
    run: Pass, reader: str, leaf: Leaf, text: str, table: Table, beside: _Beside
) -> Part | None:
    """Treat one leaf. None leaves it to the finders: nothing is known of it by its name."""
    if reader == "sip":
        treated = message(run, str(leaf.value))
        if treated is None:
            return None
        if leaf.end - leaf.start < len(text):
            treated = _ended_alike(treated, str(leaf.value))
        return Part(leaf.start, leaf.end, DataCategory.RAW_MESSAGE, leaf.spell(treated))
    if is_boundary(leaf, reader):
        return Part(*_span(leaf), DataCategory.UNKNOWN, text[slice(*_span(leaf))])
    category = _BY_READER.get(reader) or by_value(leaf, reader)
    if category is not None:
        return _typed(run, leaf, category)
    field, inner = _place(leaf.path, table, run.treater)
    if leaf.path:
        field = beside.judged(leaf.path[-1], field, inner)
    if not (_is_call_id(field, leaf) or believed(field, reader, leaf, text)):
        return None
    leaf = with_seal(widened(leaf, field, reader, text), text)
    if leaf.value == "":
        return None
    if field.category in EXCUSABLE and _is_technical(leaf, inner):
        # The finders see its name, too, where they look at the whole text.
        return None
    as_it_is = Part(*_span(leaf), field.category, text[slice(*_span(leaf))])
    if field.kind == DROP and run.treater.would_show(field.category, str(leaf.value)):
        # The text of a strict policy is what its readers know by name.
        return as_it_is
    shown = run.value(leaf.value, field, inner)
    if shown is OMIT:
        shown = label_of(field.category)
    if shown != leaf.value or type(shown) is not type(leaf.value):
        return Part(*_span(leaf), field.category, leaf.spell(str(shown)))
    # In a literal a value is read whole, with its quotes: no finder reads over them.
    settled = reader == "literal" or (
        field.category is not DataCategory.UNKNOWN and field.agrees(leaf.value)
    )
    return as_it_is if settled else None


def _ended_alike(treated: str, message: str) -> str:
    """Return a message in a longer text with the line ends behind it that it had."""
    if "\n\n" in message or "\r\n\r\n" in message:
        return treated
    # Its head is cut off, and has no blank line behind it.
    return treated.rstrip("\r\n") + message[len(message.rstrip("\r\n")) :]


def _is_technical(leaf: Leaf, table: Table) -> bool:
    """Say whether the name of a leaf is a reason to leave the digits of its value alone."""
    excuse = table.excuse(leaf.path[-1]) if leaf.path else None
    return excuse is not None and excuse.fits(str(leaf.value))


def _span(leaf: Leaf) -> tuple[int, int]:
    return leaf.start, leaf.end


def _typed(run: Pass, leaf: Leaf, category: DataCategory) -> Part:
    """Treat a leaf whose reader says what it is."""
    value = str(leaf.value)
    treated, needle = run.treater.typed(value, category)
    if needle is not None:
        run.needles.append(needle)
    shown = treated if isinstance(treated, str) else label_of(category)
    return Part(leaf.start, leaf.end, category, leaf.spell(shown))


def _place(path: tuple[str, ...], table: Table, treater: Treater) -> tuple[FieldPlan, Table]:
    """Return the plan of the field that a path of names leads to, and the table it is in."""
    if not path:
        return FieldPlan(SCAN, DataCategory.UNKNOWN, "text", None, treater), table
    for name in path[:-1]:
        table = table.inner(table.fields.get(name) or table.learn(name))
    return table.fields.get(path[-1]) or table.learn(path[-1]), table


def _is_call_id(field: FieldPlan, leaf: Leaf) -> bool:
    """Whether a leaf is an id with the host of a call: it gets the token that a field would get."""
    value = leaf.value
    is_id = field.category is DataCategory.RECORD_ID and field.kind in (CLAIM, SCAN)
    return is_id and isinstance(value, str) and holds_a_person(value)


# Prose ----------------------------------------------------------------------------------------


def _prose(run: Pass, text: str, islands: list[Island], read: list[Part]) -> list[Part]:
    """Return what is to be replaced outside the leaves."""
    if not run.treater.shows_text:
        return list(labels_between(text, islands))
    rest = without_parts(text, read)
    known = None if run.known is None else run.known.in_text(rest)
    findings = run.treater.findings(rest, known)
    if not findings:
        return []
    leaves = {_span(leaf): leaf for island in islands for leaf in island.leaves}
    return [_found(run, text, finding, leaves) for finding in findings]


def _found(run: Pass, text: str, finding: Finding, leaves: dict[tuple[int, int], Leaf]) -> Part:
    """Return what a finding is replaced by; what is a whole value is spelled as one."""
    shown = run.treater.found(text, finding)
    leaf = leaves.get((finding.start, finding.end))
    return Part(*finding, shown if leaf is None else leaf.spell(shown))
