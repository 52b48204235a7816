"""Bodies in parts: each part of a form has a name, a blank line, and a value."""

from __future__ import annotations

import re

from ._leaves import Island, Leaf

__all__ = ["parts_in"]

_PART = re.compile(
    r"""
    (?m:^)[ \t]*Content-Disposition:[ ]*form-data;[ ]*name="?(?P<name>[^"\r\n\x00;]{1,64})"?
    (?:;[^\r\n]{1,300})?[ \t]*\r?\n
    (?:[ \t]*[A-Za-z][\w-]{0,40}:[^\r\n]{0,300}\r?\n)*+     # Content-Type of the part
    [ \t]*\r?\n
    """,
    re.VERBOSE | re.IGNORECASE,
)
_END = re.compile(r"\r?\n[ \t]*--|\Z")
# The line before a part and behind the last; what it is made of is random.
_BOUNDARY = re.compile(
    r"(?m)^[ \t]*--(?P<boundary>-{0,40}(?:[A-Za-z0-9_']{16,70}))(?:--)?"
    r"(?=[ \t]*(?:\r?\n[ \t]*Content-|\r?\n?\Z|\r?\n[ \t]*\r?\n|\r?$))"
)


def parts_in(text: str, /) -> list[Island]:
    """Return the parts of a form in several parts, each with the name of its field."""
    islands: list[Island] = []
    for part in _PART.finditer(text):
        edge = _END.search(text, max(part.end() - 1, 0))
        start, end = part.end(), len(text) if edge is None else edge.start()
        if start < end:
            value = text[start:end].rstrip()
            leaf = Leaf((part["name"],), value, start, start + len(value), str)
            islands.append(Island("form", part.start(), end, (leaf,)))
    for boundary in _BOUNDARY.finditer(text):
        start, end = boundary.span("boundary")
        leaf = Leaf(("boundary",), boundary["boundary"], start, end, str)
        islands.append(Island("boundary", start, end, (leaf,)))
    return sorted(islands, key=lambda island: island.start)
