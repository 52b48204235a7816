"""Guess from a name and the first bytes which format a file has, and which schema fits it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from itertools import islice
from operator import attrgetter
from pathlib import PurePath
from urllib.parse import unquote_plus

import attrs

from ..errors import ConfigurationError
from ..schemas import Schema, get, names, normal
from ..vocabulary import DataCategory
from ._border import Tally
from ._jsonl import NOT_JSON, parse_json, parse_json_at
from ._layout import column_names, is_header, sniffed
from ._xml_tree import Node, parse_xml

__all__ = ["guess_format", "guess_schema"]

_BY_NAME = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xml": "xml"}
_LINES = 50
_FEWEST = 3  # fields that a schema must know to be guessed
_LONGEST_PAGE = 12  # fields beside the list of records that a page of an API has

# How packed files begin. Source: RFC 1952, PKWARE APPNOTE, the manuals of bzip2, xz and zstd.
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"(\xb5/\xfd": "zstd",
}


# The format ---------------------------------------------------------------------------------------


def guess_format(head: bytes, name: str = "", /) -> str:
    """
    Return `csv`, `form`, `json`, `jsonl`, `radius` or `xml`, and `text` for anything else.

    Args:
        head: The first bytes of the file, 64 KiB are enough.

        name: Its name; `.csv`, `.tsv`, `.jsonl`, `.ndjson` and `.xml` at its end decide.

    Raises:
        voxvalley_privacy.ConfigurationError: If the bytes are those of a packed file.
    """
    for magic, packer in _PACKED.items():
        if head.startswith(magic):
            raise ConfigurationError(f"This file is packed by {packer}; unpack it first.")
    named = _BY_NAME.get(PurePath(name).suffix.casefold())
    return named or _format_of_text(_text(head).lstrip())


def _text(head: bytes) -> str:
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _format_of_text(text: str) -> str:
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()]
    if not lines:
        return "text"
    return next((name for name, fits in _TESTS if fits(lines)), "text")


def _is_json_lines(lines: list[str]) -> bool:
    if len(lines) < 2 or not _is_json(lines):
        return False
    return parse_json(lines[0].strip(), Tally()) is not NOT_JSON


def _is_json(lines: list[str]) -> bool:
    return lines[0].startswith(("{", "["))


def _is_xml(lines: list[str]) -> bool:
    opening, following = lines[0][:1], lines[0][1:2]
    return opening == "<" and (following.isalpha() or following in ("?", "!", "_"))


def _is_radius(lines: list[str]) -> bool:
    return any(line[0] in "\t " and " = " in line for line in lines)


def _are_forms(lines: list[str]) -> bool:
    # The last line may be cut.
    return all(map(_is_form, lines[:-1] or lines))


def _is_form(line: str) -> bool:
    body = line.strip()
    if "=" not in body or not _NOT_IN_FORMS.isdisjoint(body):
        return False
    return all("=" in part for part in body.split("&"))


_NOT_IN_FORMS = frozenset(' "<>{},;\t')


def _is_table(lines: list[str]) -> bool:
    """Whether most rows have one width."""
    rows = list(filter(None, csv.reader(lines, delimiter=sniffed("\n".join(lines)))))
    if not rows:
        return False
    width, times = Counter(map(len, rows)).most_common(1)[0]
    if width < 2 or times < 0.9 * len(rows):
        return False
    # Any text has a comma or two: three columns are a table, two in many rows or below a header.
    return width > 2 or len(rows) >= 5 or is_header(rows[0], rows[1:], ())


# In this order: what passes two of the tests is the first.
_TESTS: tuple[tuple[str, Callable[[list[str]], bool]], ...] = (
    ("jsonl", _is_json_lines),
    ("json", _is_json),
    ("xml", _is_xml),
    ("radius", _is_radius),
    ("form", _are_forms),
    ("csv", _is_table),
)


# The schema ---------------------------------------------------------------------------------------


def guess_schema(
    head: bytes, kind: str, /, *, schemas: Iterable[Schema] | None = None
) -> str | None:
    """
    Return the name of the schema that knows most of the fields of the first record.

    Args:
        head: The first bytes of the file.

        kind: The format, as returned by `guess_format()`.

        schemas: Where to look. Default: all built-in ones.

    Returns:
        None when no schema knows half of the fields, or when several know as many and disagree.
    """
    known = tuple(map(get, names()) if schemas is None else schemas)
    if kind != "csv":
        return _best(_keys(head, kind), known)
    rows = _rows(_text(head))
    if not rows:
        return None
    if is_header(rows[0], rows[1:], ()):
        return _best(rows[0], known)
    return next((schema.name for schema in known if _has_order(schema, rows)), None)


def _rows(text: str) -> list[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=sniffed(text))
    return list(islice(filter(None, rows), _LINES))


def _has_order(schema: Schema, rows: list[list[str]]) -> bool:
    return bool(schema.column_orders) and column_names(schema.column_orders, rows) is not None


@attrs.frozen
class _Match:
    """How much of a record a schema knows: the fields in common, and their share of the schema."""

    shared: dict[str, DataCategory]
    size: int
    name: str

    @classmethod
    def of(cls, schema: Schema, wanted: set[str]) -> _Match:
        fields = {_top_name(path): field.category for path, field in schema.fields.items()}
        shared = {name: category for name, category in fields.items() if name in wanted}
        return cls(shared, len(fields), schema.name)

    @property
    def rank(self) -> tuple[int, float, str]:
        return len(self.shared), len(self.shared) / max(self.size, 1), self.name

    def rivals(self, best: _Match) -> bool:
        """Whether it knows as much as *best* and reads it in another way."""
        return len(self.shared) == len(best.shared) and self.shared != best.shared


_NO_MATCH = _Match({}, 0, "")


def _top_name(path: str) -> str:
    return normal(path.partition(".")[0].partition("(")[0].removesuffix("[]"))


def _best(keys: Collection[str], known: Iterable[Schema]) -> str | None:
    """Return the schema that knows most of *keys*; None where equals disagree."""
    wanted = {normal(key.strip()) for key in keys}
    matches = [_Match.of(schema, wanted) for schema in known]
    best = max(matches, key=attrgetter("rank"), default=_NO_MATCH)
    if len(best.shared) < max(_FEWEST, len(wanted) / 2):
        return None
    disagree = any(match.rivals(best) for match in matches)
    return None if disagree else best.name


def _keys(head: bytes, kind: str) -> Collection[str]:
    keys = _KEYS.get(kind)
    return () if keys is None else keys(head)


def _form_keys(head: bytes) -> list[str]:
    body = _text(head).lstrip().partition("\n")[0]
    return [unquote_plus(part.partition("=")[0]) for part in body.strip().split("&")]


def _radius_keys(head: bytes) -> list[str]:
    lines = _text(head).lstrip().splitlines()[:_LINES]
    return [line.split()[0] for line in lines if " = " in line]


def _xml_keys(head: bytes) -> list[str]:
    root = parse_xml(head, None)
    return [] if root is None else _element_keys(root)


def _element_keys(node: Node) -> list[str]:
    elements = node.elements
    names = [element.name.rpartition(":")[2] for element in elements]
    # Elements that only list elements of one name are passed through.
    is_list = len(set(names)) == 1 and all(element.elements for element in elements)
    if is_list:
        return _element_keys(elements[0])
    return names


def _json_keys(head: bytes) -> list[str]:
    text = _text(head).lstrip().removeprefix("[").lstrip()
    parsed = parse_json_at(text, 0)
    if parsed is None or not isinstance(parsed.value, dict):
        return []
    record = parsed.value
    pages = list(filter(_is_page, record.values()))
    if len(pages) == 1 and len(record) <= _LONGEST_PAGE:
        return list(pages[0][0])
    return list(record)


def _is_page(value: object) -> bool:
    """Whether a value is a list of records, as a page of an API wraps them."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


_KEYS: dict[str, Callable[[bytes], Collection[str]]] = {
    "form": _form_keys,
    "json": _json_keys,
    "jsonl": _json_keys,
    "radius": _radius_keys,
    "xml": _xml_keys,
}
