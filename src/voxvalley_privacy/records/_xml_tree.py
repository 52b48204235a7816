"""The part of XML that records use: elements, attributes, texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import attrs

from ..placeholders import DEPTH

__all__ = ["Node", "parse_xml", "write_xml"]

_MAX_DEPTH = 64


@attrs.define(eq=False, repr=False)
class Node:
    """An element: children are elements and texts, in order, no two texts side by side."""

    name: str
    attributes: dict[str, str]
    children: list[Node | str] = attrs.field(factory=list)

    @property
    def is_leaf(self) -> bool:
        """Whether its value is a text: no elements in it, and text or no attributes."""
        return not self.elements and (not self.attributes or bool(self.text.strip()))

    @property
    def elements(self) -> list[Node]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self) -> str:
        """The text between the children."""
        return "".join([child for child in self.children if isinstance(child, str)])

    def texts(self) -> Iterator[str]:
        """Yield every text in it, at any depth, in order."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.texts()


class _Refused(Exception):
    """Something in the document is not read here."""


class _Builder:
    """Build a tree from the events of expat; below 64 levels there is only a placeholder."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._below = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _MAX_DEPTH:
            if not self._below and self._open[-1].children[-1:] != [DEPTH]:
                self._open[-1].children.append(DEPTH)
            self._below += 1
            return
        node = Node(name, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _: str) -> None:
        if self._below:
            self._below -= 1
        else:
            self._open.pop()

    def data(self, text: str) -> None:
        if self._below:
            return
        children = self._open[-1].children
        # A comment between two texts is gone; together they may be a number.
        if children and isinstance(children[-1], str):
            children[-1] += text
        else:
            children.append(text)

    def refuse(self, *_: object) -> int:
        raise _Refused


def parse_xml(document: bytes, encoding: str | None, /, *, whole: bool = True) -> Node | None:
    """
    Return the root of a document; None when it is broken, has a DTD or an unknown encoding.

    With *whole* false the document may be cut, and the elements before the cut are returned.
    """
    builder = _Builder()
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    # Entities come only with a DTD; without one there is nothing to expand.
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(document, whole)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        return None
    return builder.root


def write_xml(node: Node, /) -> str:
    """Return the document whose root is *node*, without a declaration."""
    out: list[str] = []
    _write(node, out.append)
    return "".join(out)


def _write(node: Node, out: Callable[[str], None]) -> None:
    out(f"<{node.name}")
    for name, value in node.attributes.items():
        out(f" {name}={quoteattr(value)}")
    if not node.children:
        out("/>")
        return
    out(">")
    for child in node.children:
        if isinstance(child, Node):
            _write(child, out)
        else:
            out(escape(child))
    out(f"</{node.name}>")
