"""The records at the start of a file, and which of their fields a schema or a redactor knows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from ..redaction import Redactor
from ..schemas import Node as PathNode
from ..schemas import Schema, compile_paths
from ..vocabulary import DataCategory
from ._border import FieldReport, Guard, Tally
from ._jsonl import parse_json_at
from ._layout import layout_of
from ._xml import element_value
from ._xml_tree import Node, parse_xml

__all__ = ["Leaf", "field_report", "first_records", "leaves", "leaves_of", "report_of"]

_MOST = 20  # records that are looked at
_DEEPEST = 32
_MOST_LEAVES = 2_000  # of one record


# Records ------------------------------------------------------------------------------------------


def first_records(head: bytes, kind: str, redact: object = None, /) -> list[Any]:
    """
    Return the records that the head of a file holds, at most 20; none for a text.

    Args:
        head: The first bytes, unpacked and in UTF-8; they may be cut.

        kind: The format that `guess_format()` returned.

        redact: The redactor, whose schema may name the columns of a table.
    """
    read = _READERS.get(kind)
    return [] if read is None else list(islice(read(head, redact), _MOST))


def _text(head: bytes) -> str:
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _csv_records(head: bytes, redact: object) -> Iterator[Any]:
    guard = Guard(redact)  # type: ignore[arg-type] # only its schema and names() are used
    layout = layout_of(head, guard, columns=None, header=None, delimiter=None)
    if layout.names is None:
        return
    text = _text(head[layout.preface :])
    rows = csv.reader(io.StringIO(text, newline=""), **layout.reading)
    skip = layout.header
    try:
        for row in rows:
            if len(row) != layout.width:
                continue
            if not skip:
                yield dict(zip(layout.names, row, strict=True))
            skip = False
    except csv.Error:
        return


def _json_records(head: bytes, redact: object) -> Iterator[Any]:
    text = _text(head).lstrip("\x1e \t\r\n")
    if text.startswith("["):
        text = text[1:].lstrip()
    while text:
        parsed = parse_json_at(text, 0) or parse_json_at(_closed(text), 0)
        if parsed is None:
            return
        yield parsed.value
        text = text[parsed.end :].lstrip("\x1e \t\r\n,")


# A text, which may be cut, or a sign of the structure.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],]', re.DOTALL)
_CLOSERS = {"{": "}", "[": "]"}


def _closed(text: str) -> str:
    """Return the start of a JSON document up to its last whole value, with its brackets closed."""
    open_brackets: list[str] = []
    last, closers = 0, ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in _CLOSERS:
            open_brackets.append(_CLOSERS[sign])
        elif sign == ",":
            last, closers = token.start(), "".join(reversed(open_brackets))
        elif open_brackets and sign in "}]":
            open_brackets.pop()
    return text[:last] + closers


def _form_records(head: bytes, redact: object) -> Iterator[Any]:
    for line in _text(head).split("\n")[:_MOST]:
        parts = [part.partition("=") for part in line.strip().split("&") if part]
        if parts:
            yield {unquote_plus(name): unquote_plus(value) for name, _, value in parts}


def _radius_records(head: bytes, redact: object) -> Iterator[Any]:
    for block in _text(head).replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip().partition(" ") for line in block.split("\n") if " = " in line]
        if lines:
            yield {name: value.lstrip("= ").strip('"') for name, _, value in lines}


def _xml_records(head: bytes, redact: object) -> Iterator[Any]:
    root = parse_xml(head, None) or parse_xml(head, None, whole=False)
    if root is not None:
        yield from _elements(root)


def _elements(node: Node) -> Iterator[Any]:
    """Yield the records of an element: itself, or the children that it only lists."""
    elements = node.elements
    is_list = len({element.name for element in elements}) == 1
    if is_list and elements[0].elements:
        for element in elements:
            yield from _elements(element)
        return
    value = element_value(node)
    yield value if isinstance(value, dict) else {node.name.rpartition(":")[2]: value}


_READERS: dict[str, Callable[[bytes, object], Iterator[Any]]] = {
    "csv": _csv_records,
    "form": _form_records,
    "json": _json_records,
    "jsonl": _json_records,
    "radius": _radius_records,
    "xml": _xml_records,
}


# Fields -------------------------------------------------------------------------------------------


class Leaf(NamedTuple):
    """A value of a record: its path, its own name, and its category by a schema, None for none."""

    path: str
    name: str
    value: object
    category: DataCategory | None
    is_spelled: bool


def leaves(record: object, schema: Schema, /) -> dict[str, DataCategory | None]:
    """
    Return the path of each value of *record*, and its category by *schema*; None where unknown.

    Keys that wrap the record, and nested paths, are followed as the redactor follows them.
    """
    return {leaf.path: leaf.category for leaf in leaves_of(record, schema)}


def leaves_of(record: object, schema: Schema, /) -> tuple[Leaf, ...]:
    """Return the values of *record*, one of each path, as *schema* reads them."""
    root = Leaf("", "", record, None, False)
    walked = islice(_walk(root, compile_paths(schema), 0), _MOST_LEAVES)
    return tuple({leaf.path: leaf for leaf in walked}.values())


def _walk(leaf: Leaf, node: PathNode | None, depth: int) -> Iterator[Leaf]:
    if depth > _DEEPEST:
        return
    for step, item, below, is_spelled in _inner(leaf.value, node):
        is_item = step == "[]"
        path = f"{leaf.path}{step}" if is_item or not leaf.path else f"{leaf.path}.{step}"
        category = _category_of(item, below)
        name = leaf.name if is_item else step
        yield from _walk(Leaf(path, name, item, category, is_spelled), below, depth + 1)
    if leaf.path and not _is_nested(leaf.value):
        yield leaf


def _category_of(value: object, node: PathNode | None) -> DataCategory | None:
    """Return what a node says of a value; of a list, what it says of the items."""
    if node is None:
        return None
    if isinstance(value, list) and node.items is not None:
        return node.items.category or node.category
    return node.category


def _is_nested(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict | list)
    return isinstance(value, Mapping)


def _inner(
    value: object, node: PathNode | None
) -> Iterator[tuple[str, object, PathNode | None, bool]]:
    """Yield step, value and node of what a value holds, and if the schema spells the step so."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key), item, _below(node, key), node is not None and key in node.children
    elif isinstance(value, list) and _is_nested(value):
        items = None if node is None else node.items or node
        for item in value[:_MOST]:
            yield "[]", item, items, False


def _below(node: PathNode | None, key: object) -> PathNode | None:
    """Return the node of a key; an open map, which takes any key, says nothing about a record."""
    if node is None or not isinstance(key, str):
        return None
    below = node.child(key)
    return None if below is node.any_key else below


def field_report(head: bytes, kind: str, redact: Redactor, /) -> FieldReport:
    """Return which fields of the records in *head* the redactor knows."""
    return report_of(first_records(head, kind, redact), redact)


def report_of(records: Iterable[Any], redact: Redactor, /) -> FieldReport:
    """Return which fields of some records the redactor knows."""
    by_schema: dict[str, None] = {}
    by_name: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for record in records:
        if redact.schema is not None:
            read = leaves(record, redact.schema)
            by_schema |= dict.fromkeys(path for path, category in read.items() if category)
        for row in redact.explain(record):
            known = row.category is not DataCategory.UNKNOWN
            (by_name if known else unknown)[row.path] = None
    guard = Guard(redact)
    return FieldReport(
        schema=None if redact.schema is None else redact.schema.name,
        by_schema=_shown(by_schema, guard),
        by_name=_shown(by_name.keys() - by_schema.keys(), guard),
        unknown=_shown(unknown.keys() - by_schema.keys() - by_name.keys(), guard),
    )


def _shown(paths: Iterable[str], guard: Guard) -> tuple[str, ...]:
    """Return paths in order; a name can be personal, and is then shown treated."""
    return tuple(guard.names(sorted(paths), Tally()))
