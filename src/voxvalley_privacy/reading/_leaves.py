"""A leaf: one value that a reader found in a text, where it is, and how to spell another there."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

__all__ = [
    "Island",
    "Leaf",
    "as_bare",
    "as_form",
    "as_json",
    "as_literal",
    "as_quoted",
    "as_sql",
    "as_xml",
]


class Leaf(NamedTuple):
    """
    One value in a text.

    *path* holds the names that lead to it, *value* what it says with its escapes undone. *wide* is
    where it ends if it is a text of several words, or 0: a bare value has no end of its own.
    *spell* writes a replacement for the place.
    """

    path: tuple[str, ...]
    value: Any  # `object` cannot be compiled here
    start: int
    end: int
    spell: Callable[[str], str]
    wide: int = 0


class Island(NamedTuple):
    """A part of a text that a reader understands: its leaves, in order; none overlaps another."""

    reader: str
    start: int
    end: int
    leaves: tuple[Leaf, ...]


def as_json(text: str, /) -> str:
    """Spell a text as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def as_literal(quote_mark: str, /) -> Callable[[str], str]:
    """Return what spells a text as a Python string in these quotes."""
    return _SINGLE if quote_mark == "'" else as_json


def _single(text: str) -> str:
    inner = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{inner}'"


_SINGLE = _single


def as_form(text: str, /) -> str:
    """Spell a text as the value of a query or a form."""
    return quote(text, safe="[]*:,/")


def as_quoted(text: str, /) -> str:
    """Spell a text between the double quotes of a keyed value, which stay."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def as_sql(text: str, /) -> str:
    """Spell a text as a string of SQL."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def as_xml(text: str, /) -> str:
    """Spell a text as content of an element or an attribute."""
    return escape(text).replace("&#x27;", "&apos;")


def as_bare(text: str, /) -> str:
    """Spell a text where only a word fits: its line ends become blanks."""
    return text.replace("\r", " ").replace("\n", " ")
