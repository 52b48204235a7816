"""Tell from a name and the first bytes what format a file has, and which schema fits its records."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from operator import itemgetter
from pathlib import PurePath
from urllib.parse import unquote_plus

from ..errors import ConfigurationError
from ..schemas import Schema, get, names, normal
from ._border import Tally
from ._jsonl import NOT_JSON, parse_json, parse_json_at
from ._layout import column_names, is_header, sniffed
from ._xml_tree import Node, parse_xml

__all__ = ["guess_format", "guess_schema"]

_BY_NAME = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xml": "xml"}
_LINES = 50
_FEWEST = 3  # fields that a schema must know to be guessed

# How packed files begin. Source: RFC 1952, PKWARE APPNOTE, and the manuals of bzip2, xz and zstd.
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"(\xb5/\xfd": "zstd",
}


def guess_format(head: bytes, name: str = "", /) -> str:
    """
    Return `csv`, `form`, `json`, `jsonl`, `radius`, `xml`, or `text` for what looks like nothing else.

    Args:
        head: The first bytes of the file, 64 KiB are enough.

        name: Its name; the ending decides where it is one of `.csv`, `.tsv`, `.jsonl`, `.ndjson` and `.xml`.

    Raises:
        voxvalley_privacy.ConfigurationError: If the bytes are those of a packed file; what is inside cannot be seen.
    """
    for magic, packer in _PACKED.items():
        if head.startswith(magic):
            raise ConfigurationError(
                f"This is packed by {packer}, and nothing in it can be seen; unpack it first."
            )
    named = _BY_NAME.get(PurePath(name).suffix.casefold())
    if named is not None:
        return named
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()]
    if text[:1] in ("{", "["):
        return _json_or_lines(lines)
    if text.startswith("<") and (text[1:2].isalpha() or text[1:2] in ("?", "!", "_")):
        return "xml"
    if any(line[0] in "\t " and " = " in line for line in lines):
        return "radius"
    if lines and all(_is_form(line) for line in lines[:-1] or lines):
        return "form"
    return "csv" if _is_csv(lines) else "text"


def guess_schema(
    head: bytes, kind: str, /, *, schemas: Iterable[Schema] | None = None
) -> str | None:
    """
    Return the name of the schema that knows most of the fields of the first record, or None when none knows half,
    or several that know as much read it in different ways.

    Args:
        head: The first bytes of the file.

        kind: The format, as `guess_format` tells it.

        schemas: Where to look. Default: all built-in ones.
    """
    known = [get(name) for name in names()] if schemas is None else list(schemas)
    if kind == "csv":
        text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=sniffed(text)) if row
        ][:_LINES]
        if rows and not is_header(rows[0], rows[1:], ()):
            return next(
                (s.name for s in known if s.column_orders and column_names(s.column_orders, rows)),
                None,
            )
        return _best(rows[0] if rows else (), known)
    return _best(_keys(head, kind), known)


def _best(keys: Collection[str], known: Iterable[Schema]) -> str | None:
    """Return the schema that knows most of *keys*; of equals the one with least else, and none where they do not agree."""
    wanted = {normal(key.strip()) for key in keys}
    scored = []
    for schema in known:
        fields = {
            normal(path.partition(".")[0].partition("(")[0].removesuffix("[]")): field.category
            for path, field in schema.fields.items()
        }
        shared = {field: category for field, category in fields.items() if field in wanted}
        scored.append((len(shared), len(shared) / max(len(fields), 1), schema.name, shared))
    scored.sort(key=itemgetter(0, 1, 2), reverse=True)
    if not scored or scored[0][0] < _FEWEST or 2 * scored[0][0] < len(wanted):
        return None
    most, _, name, read = scored[0]
    return name if all(shared == read for count, _, _, shared in scored if count == most) else None


def _keys(head: bytes, kind: str) -> Collection[str]:
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    first = next(iter(text.splitlines()), "")
    if kind == "form":
        return [unquote_plus(part.partition("=")[0]) for part in first.split("&")]
    if kind == "radius":
        return [line.split()[0] for line in text.splitlines()[:_LINES] if " = " in line]
    if kind == "xml":
        root = parse_xml(head, None)
        return [] if root is None else _element_keys(root)
    if kind in ("json", "jsonl"):
        return _json_keys(text)
    return []


def _element_keys(node: Node) -> list[str]:
    elements = node.elements
    if elements and all(element.elements for element in elements):
        return (
            _element_keys(elements[0])
            if len({e.name for e in elements}) == 1
            else [e.name for e in elements]
        )
    return [element.name.rpartition(":")[2] for element in elements]


def _json_keys(text: str) -> list[str]:
    found = parse_json_at(
        text, 1 + len(text[1:]) - len(text[1:].lstrip()) if text.startswith("[") else 0
    )
    value = found.value if found is not None else None
    if not isinstance(value, dict):
        return []
    # A page wraps its records in a list.
    pages = [
        item
        for item in value.values()
        if isinstance(item, list) and item and isinstance(item[0], dict)
    ]
    return list(pages[0][0] if len(pages) == 1 and len(value) <= 12 else value)


def _json_or_lines(lines: list[str]) -> str:
    whole = parse_json(lines[0].strip(), Tally()) is not NOT_JSON
    return "jsonl" if whole and len(lines) > 1 else "json"


def _is_form(line: str) -> bool:
    line = line.strip()
    return (
        "=" in line
        and not any(c in line for c in ' "<>{},;\t')
        and all("=" in part for part in line.split("&"))
    )


def _is_csv(lines: list[str]) -> bool:
    text = "\n".join(lines)
    delimiter = sniffed(text)
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    widths = [len(row) for row in rows]
    # A comma or two is in any text; three columns that stand in line, two in many rows or below a header, are a table.
    width = max(widths, key=widths.count, default=0)
    if width < 2 or widths.count(width) < 0.9 * len(widths):
        return False
    return width > 2 or len(widths) >= 5 or is_header(rows[0], rows[1:], ())
