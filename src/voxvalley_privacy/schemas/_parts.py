"""The grammar of a path: `legs[].sip`, `SipHeader_*`, `ml{N}_midx{M}_ip`, `"sip.callID"`."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Part", "free_parts", "is_fitting", "is_path", "is_place", "normal", "parts_of"]

# A run of any characters in a key: `{N}`, `<name>`, `*`.
_FREE = re.compile(r"\{[^{}]{0,40}\}|<[^<>]{0,40}>|\*")


class Part(NamedTuple):
    """A key, whether it was quoted, and how many lists its value is in."""

    key: str
    is_quoted: bool
    lists: int


def parts_of(path: str, /) -> tuple[Part, ...]:
    """Return the parts of a path; none for a text that is not a path."""
    parts: list[Part] = []
    rest: str | None = path
    while rest is not None:
        split = _quoted(rest) if rest.startswith('"') else _plain(rest)
        if split is None:
            return ()
        part, rest = split
        parts.append(part)
    return tuple(parts)


def _plain(text: str) -> tuple[Part, str | None]:
    """Split the first part from a path, and return what follows its dot."""
    key, dot, rest = text.partition(".")
    key, lists = _without_lists(key)
    return Part(key, False, lists), rest if dot else None


def _quoted(text: str) -> tuple[Part, str | None] | None:
    """Split a part in quotes from a path; None where the quotes do not end a part."""
    key, mark, tail = text[1:].partition('"')
    tail, dot, rest = tail.partition(".")
    left, lists = _without_lists(tail)
    if not (key and mark) or left:
        return None
    return Part(key, True, lists), rest if dot else None


def _without_lists(key: str) -> tuple[str, int]:
    lists = 0
    while key.endswith("[]"):
        key, lists = key[:-2], lists + 1
    return key, lists


def is_path(path: object, /) -> bool:
    """Whether a text is a path, each part with a key."""
    parts = parts_of(path) if isinstance(path, str) else ()
    return bool(parts) and all(part.key for part in parts)


def is_place(path: object, /) -> bool:
    """Whether records can come under a path: as `is_path()`, and it may begin with a list."""
    parts = parts_of(path) if isinstance(path, str) else ()
    return bool(parts) and all(part.key or part.lists for part in parts)


def free_parts(part: Part, /) -> tuple[str, ...] | None:
    """Return the fixed texts around the free parts of a key, None where it has no free part."""
    if part.is_quoted or not _FREE.search(part.key):
        return None
    return tuple(_FREE.split(part.key))


def is_fitting(key: str, fixed: tuple[str, ...], /) -> bool:
    """Whether *key* is the fixed texts in their order, with one character or more between two."""
    first, *middle, last = fixed
    end = len(key) - len(last)
    if not (key.startswith(first) and key.endswith(last)):
        return False
    at = len(first)
    for text in middle:
        place = key.find(text, at + 1, end)
        if place < 0:
            return False
        at = place + len(text)
    return at < end


def normal(key: str) -> str:
    """Fold a key's case and separators: `X-API-Key`, `x_api_key` and `xApiKey` are one name."""
    return key.casefold().replace("_", "").replace("-", "").replace(" ", "").replace(".", "")
