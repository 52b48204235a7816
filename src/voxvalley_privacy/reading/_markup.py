"""XML and HTML in a text: attributes, and elements that hold nothing but text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ._leaves import Island, Leaf, as_xml

__all__ = ["markup_in"]

# A start tag with its attributes, and the text up to the next tag.
_ELEMENT = re.compile(
    r"""
    <(?P<tag>[A-Za-z_][\w:.-]{0,63})
    (?P<attributes>(?:\s+[\w:.-]{1,63}\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+)
    \s*+(?P<closed>/?)>(?:<!\[CDATA\[(?P<raw>[^<\]]*+)\]\]>|(?P<text>[^<]*+))
    """,
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"([\w:.-]{1,63})\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")


def markup_in(text: str, /) -> list[Island]:
    """Return the elements of a text that have attributes or text."""
    islands = []
    for element in _ELEMENT.finditer(text):
        leaves = tuple(_leaves_of(element, text))
        if leaves:
            islands.append(Island("markup", element.start(), element.end(), leaves))
    return islands


def _leaves_of(element: re.Match[str], text: str) -> Iterator[Leaf]:
    tag = element["tag"].rpartition(":")[2]
    for attribute in _ATTRIBUTE.finditer(element["attributes"]):
        group = 2 if attribute[2] is not None else 3
        base = element.start("attributes")
        start, end = attribute.span(group)
        value = html.unescape(attribute[group])
        yield Leaf((tag, attribute[1]), value, base + start, base + end, as_xml)
    if element["raw"] is not None:
        yield Leaf((tag,), element["raw"], *element.span("raw"), as_xml)
        return
    start, end = element.span("text")
    content = element["text"]
    closes = text.startswith("</", end)
    if closes and content.strip() and not element["closed"]:
        yield Leaf((tag,), html.unescape(content), start, end, as_xml)
