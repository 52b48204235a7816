"""Guess from a name and the first bytes which format a file has."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from ._binary import refuse_binary
from ._border import Tally
from ._byte_source import PACKERS, plain_head
from ._jsonl import NOT_JSON, parse_json, parse_json_at
from ._layout import is_table

__all__ = ["guess_format"]

_BY_NAME = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xml": "xml"}
_PACKED = frozenset(packer.suffix for packer in PACKERS)
_LINES = 50


def guess_format(head: bytes, name: str = "", /) -> str:
    """
    Return `csv`, `form`, `json`, `jsonl`, `radius` or `xml`, and `text` for anything else.

    Args:
        head: The first bytes of the file, packed or not; 64 KiB are enough.

        name: Its name; `.csv`, `.tsv`, `.jsonl`, `.ndjson` and `.xml` at its end decide, also
            before `.gz`, `.bz2`, `.xz` or `.zst`.

    Raises:
        voxvalley_privacy.ConfigurationError: If the bytes are binary data.
    """
    plain = plain_head(head)
    refuse_binary(plain, named=False)
    path = PurePath(name)
    if path.suffix.casefold() in _PACKED:
        path = path.with_suffix("")
    named = _BY_NAME.get(path.suffix.casefold())
    return named or _format_of_text(_text(plain).lstrip())


def _text(head: bytes) -> str:
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _format_of_text(text: str) -> str:
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()]
    if not lines:
        return "text"
    if "\x1e" in text and _is_json(lines):  # a JSON text sequence, RFC 7464
        return "json"
    return next((name for name, fits in _TESTS if fits(lines)), "text")


# An object begins with a key, a list with another value: not `{'a': 1}`, not `[2026-03-01 10:11]`.
_JSON = re.compile(
    r"""
    \{ \s* (?: " | \} | $ )                                   # an object
    | \[ \s* (?: ["\[{\]] | $                                  # a list of texts, lists, objects
        | (?: -?\d+ (?: \.\d+ )? (?: [eE][+-]?\d+ )?          # ... of numbers
            | true | false | null ) \s* (?: [,\]] | $ ) )       # ... of other values
    """,
    re.VERBOSE,
)


def _is_json(lines: list[str]) -> bool:
    if not _JSON.match(lines[0]):
        return False
    parsed = parse_json_at(lines[0], 0)
    # Text that follows a value on its line, as in `[1] starting`, makes it the line of a log.
    return parsed is None or lines[0][parsed.end :].lstrip()[:1] in ("", "{", "[", ",")


def _are_json_lines(lines: list[str]) -> bool:
    if len(lines) < 2 or not _is_json(lines):
        return False
    if parse_json(lines[0].strip(), Tally()) is NOT_JSON:
        return False
    starts = sum(1 for line in lines if _JSON.match(line.lstrip()))
    return 2 * starts >= len(lines)


def _has_json_line(lines: list[str]) -> bool:
    """Whether the first line is a whole JSON value."""
    return _is_json(lines) and parse_json(lines[0].strip(), Tally()) is not NOT_JSON


def _is_document(lines: list[str]) -> bool:
    # A log in which the first line happens to be JSON is a text.
    return _is_json(lines) and (len(lines) < 2 or not _has_json_line(lines))


def _is_xml(lines: list[str]) -> bool:
    opening, following = lines[0][:1], lines[0][1:2]
    return opening == "<" and (following.isalpha() or following in ("?", "!", "_"))


# An attribute of a RADIUS packet: a name of letters and dashes, an operator, a value.
_ATTRIBUTE = re.compile(r"[ \t]+[A-Za-z0-9][\w.-]* (?:=|:=|\+=|==) ")

# Read from one place with `match`, or whole with `fullmatch`; never searched for.
WHOLE = frozenset({"_ATTRIBUTE"})


def _is_radius(lines: list[str]) -> bool:
    return any(map(_ATTRIBUTE.match, lines))


def _are_forms(lines: list[str]) -> bool:
    # The last line may be cut.
    return all(map(_is_form, lines[:-1] or lines))


def _is_form(line: str) -> bool:
    body = line.strip()
    if "=" not in body or not _NOT_IN_FORMS.isdisjoint(body):
        return False
    return all("=" in part for part in body.split("&"))


_NOT_IN_FORMS = frozenset(' "<>{},;\t')


# In this order: what passes two of the tests is the first.
_TESTS: tuple[tuple[str, Callable[[list[str]], bool]], ...] = (
    ("jsonl", _are_json_lines),
    ("json", _is_document),
    ("xml", _is_xml),
    ("radius", _is_radius),
    ("form", _are_forms),
    ("csv", is_table),
)
