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
# An end tag, and the text behind it, which belongs to the element that it is in.
_END_TAG = re.compile(r"</(?P<end>[A-Za-z_][\w:.-]{0,63})\s*+>(?P<tail>[^<]*+)")
# Elements that say how a text looks or that it is a value; what it is says the one around them.
_PLAIN = frozenset(
    ["b", "div", "em", "font", "i", "item", "li", "p", "s", "small", "span", "string", "strong",
     "td", "text", "u", "value", "v"]
)  # fmt: skip
# Elements whose attribute says what they hold: <field name="caller_name">Zoe</field>.
_NAMED = frozenset(
    ["arg", "attribute", "cell", "column", "data", "entry", "field", "header", "int", "item",
     "param", "parameter", "property", "string", "tag", "var", "variable"]
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][\w.-]{1,63}")
_DEEPEST = 64
_ATTRIBUTE = re.compile(r"([\w:.-]{1,63})\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")


def markup_in(text: str, /) -> list[Island]:
    """Return the elements of a text that have attributes or text."""
    islands: list[Island] = []
    document = _Document(text)
    for element in _ELEMENT.finditer(text):
        islands += document.ended_before(element.start())
        leaves = tuple(document.leaves_of(element))
        if leaves:
            islands.append(Island("markup", element.start(), element.end(), leaves))
        document.open(element)
    return [*islands, *document.ended_before(len(text))]


class _Document:
    """The elements of a text that are open at a place, and the names of those that ever end."""

    __slots__ = ("around", "closed", "ends", "said", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.ends = list(_END_TAG.finditer(text))
        self.closed = frozenset(end["end"] for end in self.ends)
        self.ends.reverse()
        self.around: list[str] = []
        self.said = ""  # by the <name> of a <member>

    def open(self, element: re.Match[str]) -> None:
        tag = element["tag"]
        if tag in self.closed and not element["closed"] and len(self.around) < _DEEPEST:
            self.around.append(_local(tag))

    def ended_before(self, at: int) -> Iterator[Island]:
        """Close the elements that end before a place; yield the texts between their ends."""
        while self.ends and self.ends[-1].start() < at:
            end = self.ends.pop()
            self._leave(_local(end["end"]))
            if self.around and end["tail"].strip():
                start, stop = end.span("tail")
                path = self._path(self.around[-1], self.around[:-1])
                leaf = Leaf(path, html.unescape(end["tail"]), start, stop, as_xml)
                yield Island("markup", start, stop, (leaf,))

    def _leave(self, tag: str) -> None:
        if tag not in self.around:
            return
        while self.around.pop() != tag:
            pass
        if tag == "member":
            self.said = ""

    def _path(self, tag: str, around: list[str]) -> tuple[str, ...]:
        """Return the names of an element: its own, and that of the one it is in."""
        named = [name for name in around if name.lower() not in _PLAIN][-1:]
        if tag.lower() not in _PLAIN:
            return (*named, tag)
        if self.said and named == ["member"]:
            return (self.said,)
        return tuple(named) or (tag,)

    def leaves_of(self, element: re.Match[str]) -> Iterator[Leaf]:
        tag = _local(element["tag"])
        path = self._path(tag, self.around)
        pairs = list(_ATTRIBUTE.finditer(element["attributes"]))
        said = _said_by(tag, pairs)
        for pair in pairs:
            group = 2 if pair[2] is not None else 3
            base = element.start("attributes")
            start, end = pair.span(group)
            if said and pair[group] == said:
                continue
            names = (said,) if said and pair[1].lower() == "value" else (tag, pair[1])
            yield Leaf(names, html.unescape(pair[group]), base + start, base + end, as_xml)
        yield from self._texts_of(element, (said,) if said else path)

    def _texts_of(self, element: re.Match[str], path: tuple[str, ...]) -> Iterator[Leaf]:
        if element["raw"] is not None:
            yield Leaf(path, element["raw"], *element.span("raw"), as_xml)
            return
        content = element["text"]
        if element["closed"] or element["tag"] not in self.closed or not content.strip():
            return
        if path == ("member", "name"):
            self.said = content.strip() if _NAME.fullmatch(content.strip()) else ""
            return
        yield Leaf(path, html.unescape(content), *element.span("text"), as_xml)


def _local(tag: str) -> str:
    """Return the name of an element without the prefix of its namespace."""
    return tag.rpartition(":")[2]


def _said_by(tag: str, pairs: list[re.Match[str]]) -> str:
    """Return the name of a field that the attributes of an element say, or nothing."""
    if tag.lower() not in _NAMED:
        return ""
    names = [pair[2] or pair[3] or "" for pair in pairs if pair[1].lower() in ("name", "key")]
    return next((name for name in names if _NAME.fullmatch(name) is not None), "")
