"""
One pass over the texts that logs hold most: a flat object of JSON or Python between a few words.

The scanner of the standard library reads it, the quick pass treats it as the record it is, and an
encoder writes it as it was. What takes more (a spelling that no encoder writes, a container, a key
that says something, a value that only the finders may judge) is left to the readers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from ..detection import DEFAULT_FINDERS, Excuse
from ..names import TECHNICAL
from ..placeholders import OMIT, label_of
from ..reading import is_plain_key, islands_in, may_hold_islands
from ..vocabulary import DataCategory
from ._field_plan import CODE, CODES, DROP, LARGE, TREAT, FieldPlan
from ._plan import Shape, Table
from ._propagation import readable
from ._quick_pass import quick_values

__all__ = ["EXCUSABLE", "quick_document"]

# A name with such digits is a reason to leave them; one that says more decides by itself.
EXCUSABLE = TECHNICAL | {DataCategory.UNKNOWN}

_OPAQUE = '"aB3dE5gH7jK9mN1p"'  # says nothing, but where its name says that it is a secret
_CONSTANTS = ((": None", ": null"), (": True", ": true"), (": False", ": false"))
_TAKEN = "|"  # in place of the document, for readers and finders of what is beside it
_DOCUMENTS = 256  # shapes that are remembered
_SEPARATORS = ((", ", ": "), (",", ":"))


def _encoders(*, ascii_only: bool) -> tuple[Callable[[object], str], ...]:
    return tuple(
        json.JSONEncoder(separators=separators, ensure_ascii=ascii_only).encode
        for separators in _SEPARATORS
    )


# By whether the text is of ASCII only, and by whether it has no blanks.
_ENCODERS = (_encoders(ascii_only=False), _encoders(ascii_only=True))
_SCAN = json.JSONDecoder().raw_decode


class _Doubt(NamedTuple):
    """A value that is not judged by its field alone: where it is, and what to ask."""

    at: int
    field: FieldPlan
    is_code: bool
    excuse: Excuse | None

    def settles(self, values: list[Any]) -> bool:
        """Whether the record pass does with the value what a reader of texts would do."""
        value = values[self.at]
        if self.is_code and type(value) is str and CODE.fullmatch(value) is not None:
            return False
        if self.excuse is None or _is_small(value) or not self.excuse.fits(str(value)):
            return True
        # A reader leaves such digits alone; the field may not.
        return type(value) is str and self.field.shows(value)


class _Document(NamedTuple):
    """
    The plan of documents with the same keys: *labels* are those of fields that are left out, and
    *personal* is where those are that a name calls so.
    """

    shape: Shape
    doubts: tuple[_Doubt, ...]
    labels: tuple[tuple[int, str], ...]
    personal: tuple[int, ...]


def _is_small(value: object) -> bool:
    return type(value) in (int, float) and -LARGE <= value <= LARGE  # type: ignore[operator]


def quick_document(text: str, table: Table, nodes: int, /) -> str | None:
    """
    Return a text with a flat object of JSON or Python treated; None when a reader has to look.

    Args:
        text: Some text within the budget.
        table: What the fields of a text without a name are.
        nodes: How many fields the budget permits.
    """
    at = text.find("{")
    is_python = text.startswith("{'", at)
    if at < 0 or not (is_python or text.startswith('{"', at)):
        return None
    try:
        record, end = _SCAN(_as_json(text) if is_python else text, at)
    except (ValueError, RecursionError):
        return None
    document, beside = text[at:end], f"{text[:at]}{_TAKEN}{text[end:]}"
    if is_python:
        encode: Callable[[object], str] = repr
    else:
        encode = _ENCODERS[document.isascii()][": " not in document]
    # A spelling that no encoder writes may hold what the record does not: a key twice, an escape.
    if len(record) > nodes or encode(record) != document or not _is_clean(beside, table):
        return None
    redacted = _treated(record, table, readable(beside) if len(beside) > 1 else "")
    if redacted is None:
        return None
    return text if redacted == record else f"{text[:at]}{encode(redacted)}{text[end:]}"


def _as_json(text: str) -> str:
    """Return a text with the marks of Python as those of JSON have them, each as long as before."""
    text = text.replace("'", '"')
    for ours, theirs in _CONSTANTS:
        if ours in text:
            text = text.replace(ours, theirs)
    return text


def _is_clean(words: str, table: Table) -> bool:
    """Whether nothing in the words beside a document has to be read."""
    if words == _TAKEN:
        return True
    if may_hold_islands(words) and islands_in(words):
        return False
    return not table.treater.findings(words)


def _treated(record: dict[str, Any], table: Table, beside: str) -> dict[str, Any] | None:
    keys = tuple(record)
    document = _document_of(keys, table)
    if document is None:
        return None
    values = list(record.values())
    if not all(doubt.settles(values) for doubt in document.doubts):
        return None
    redacted = quick_values(record, document.shape, beside)
    if redacted is None:
        return None
    if any(redacted[at] == values[at] and _says_something(values[at]) for at in document.personal):
        # A value that is not what its name says: the finders of texts may know it by the name.
        return None
    treated = dict(zip(keys, redacted, strict=True))
    for at, label in document.labels:
        if treated[keys[at]] is OMIT:
            # What would be left out of a record leaves its label in a text; no data stays none.
            treated[keys[at]] = label if _says_something(values[at]) else values[at]
    return treated


def _says_something(value: object) -> bool:
    """Whether a value is of somebody: what is none, or yes and no, is nobody's."""
    return value is not None and type(value) is not bool and value != ""


def _document_of(keys: tuple[str, ...], table: Table) -> _Document | None:
    """Return what to do with documents that have these keys; None where readers have to look."""
    try:
        return cast("_Document | None", table.documents[keys])
    except KeyError:
        document = _planned(keys, table)
        if len(table.documents) < _DOCUMENTS:
            table.documents[keys] = document
        return document


def _planned(keys: tuple[str, ...], table: Table) -> _Document | None:
    shape = table.shapes.get(keys) or table.shape(keys)
    is_quick = shape.quick and not shape.renamed and table.scan_unknown
    if not is_quick or table.treater.finders is not DEFAULT_FINDERS:
        return None
    if not all(map(is_plain_key, keys)) or table.treater.findings(_probe(keys, shape)):
        return None
    fields = tuple(enumerate(zip(keys, shape.fields, strict=True)))
    doubts = (
        _Doubt(at, field, key.lower() in CODES, _excuse(key, field, table))
        for at, (key, field) in fields
    )
    return _Document(
        shape,
        tuple(doubt for doubt in doubts if doubt.is_code or doubt.excuse is not None),
        tuple((at, label_of(field.category)) for at, (_, field) in fields if field.kind == DROP),
        tuple(at for at, (_, field) in fields if field.kind in (TREAT, DROP)),
    )


def _probe(keys: tuple[str, ...], shape: Shape) -> str:
    """Return a document in which finders see what only a key makes of a value, or a key itself."""
    return "\n".join(
        f'"{key}": {"|" if field.kind in (TREAT, DROP) else _OPAQUE}'
        for key, field in zip(keys, shape.fields, strict=True)
    )


def _excuse(key: str, field: FieldPlan, table: Table) -> Excuse | None:
    return table.excuse(key) if field.category in EXCUSABLE else None
