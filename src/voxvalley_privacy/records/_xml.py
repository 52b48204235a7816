"""XML without DTDs and entities: texts and attributes are treated as fields of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import attrs

from ._border import FAULT, UNPARSEABLE, Guard, Redact, Tally
from ._frames import Destination, Reader, Source, StreamReport, run
from ._xml_tree import Node, parse_xml, write_xml

__all__ = ["element_value", "redact_xml", "redact_xml_text", "xml_stream"]

_LIMIT = 16 << 20  # bytes of a document
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TEXT = "#"  # the field of texts between elements: no element can have this name
_NOT_IN_XML = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13})
_MARKED = f"<redacted>{UNPARSEABLE}</redacted>"


def redact_xml(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat an XML document; it is held in memory, up to 16 MiB.

    An element is a record of its attributes and children by their local names: `<Call><From>` is
    the field `From`. Elements that only list elements of one name are passed through, so that each
    of those is a record. Namespaces and order stay; comments, processing instructions and dropped
    fields go. A document that is broken, too large, or has a DTD comes out as
    `<redacted>[UNPARSEABLE]</redacted>`.

    Args:
        src: Path or open file.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`.

        progress: Called with the number of bytes read.

    Returns:
        The counts, records out always equal to records in.
    """
    return run(src, dst, partial(xml_stream, redact=redact), progress=progress)


def xml_stream(reader: Reader, redact: Redact) -> tuple[Iterator[bytes], _XmlDocument]:
    """Return a document as the only batch, and the work to be done on it."""
    # The encoding in the declaration is that of the bytes before they became UTF-8.
    encoding = "utf-8" if reader.decoded else None
    return _document(reader), _XmlDocument(Guard(redact), encoding)


def redact_xml_text(text: str, redact: Redact, /) -> str:
    """Treat a text that is an XML document in the way of `redact_xml()`."""
    return _treated(text.encode("utf-8", "replace"), "utf-8", Guard(redact), Tally())


def _document(reader: Reader) -> Iterator[bytes]:
    parts: list[bytes] = []
    held = 0
    while chunk := reader.read(1 << 18):
        held += len(chunk)
        if held <= _LIMIT:
            parts.append(chunk)
    if held:
        yield b"".join(parts) if held <= _LIMIT else b""


@attrs.frozen
class _XmlDocument:
    guard: Guard
    encoding: str | None

    def __call__(self, document: bytes, /) -> tuple[bytes, Tally]:
        tally = Tally()
        before = self.guard.faults()
        text = _treated(document, self.encoding, self.guard, tally)
        tally.faults.update(self.guard.faults() - before)
        return text.encode(), tally


def _treated(document: bytes, encoding: str | None, guard: Guard, tally: Tally) -> str:
    root = parse_xml(document, encoding) if len(document) <= _LIMIT else None
    if root is None:
        tally.records_in += 1
        tally.records_out += 1
        tally.marked["unparseable"] += 1
        return _MARKED + "\n"
    _join_mixed(root, guard, tally)
    kept = _records(root, guard, tally)
    tally.records_out = tally.records_in
    declaration = _DECLARATION if document.lstrip().startswith(b"<?xml") else ""
    body = write_xml(root) if kept else "<redacted/>"
    return declaration + body + "\n" * document.endswith(b"\n")


def _join_mixed(node: Node, guard: Guard, tally: Tally) -> None:
    """Join texts where markup splits a personal value: `<b>202</b>555<i>0132</i>`."""
    if node.elements and node.text.strip():
        texts = list(node.texts())
        joined = guard.text("".join(texts), tally)
        if joined != "".join([guard.text(text, tally) for text in texts]):
            node.children = [joined]
    for child in node.elements:
        _join_mixed(child, guard, tally)


def _records(node: Node, guard: Guard, tally: Tally) -> bool:
    """Treat the records in *node*; False when nothing of it stays."""
    if _lists_records(node):
        node.name = _safe_name(node.name, guard, tally)
        _treat_attributes(node, guard, tally)
        node.children = [_kept(child, guard, tally) for child in node.children]
        return True
    tally.records_in += 1
    if not node.elements and not node.attributes:
        # A document that is one text is a record of one field.
        return _put(node, guard.pairs([(_local(node.name), node.text)], tally)[0][1], guard, tally)
    return _put(node, guard.record(element_value(node), tally), guard, tally)


def _lists_records(node: Node) -> bool:
    """Whether the children of an element are records: elements of one name that have children."""
    elements = node.elements
    if len({element.name for element in elements}) != 1:
        return False
    return all(element.elements for element in elements)


def _kept(child: Node | str, guard: Guard, tally: Tally) -> Node | str:
    if isinstance(child, str):
        return guard.text(child, tally) if child.strip() else child
    return child if _records(child, guard, tally) else ""


def element_value(node: Node) -> Any:
    """Return an element as a field's value: a text, or a record of attributes, texts, children."""
    if node.is_leaf:
        return node.text
    record: dict[str, Any] = {}
    for name, parts in _fields(node).items():
        values = [element_value(part) if isinstance(part, Node) else part for part in parts]
        record[name] = values[0] if len(values) == 1 else values
    return record


def _fields(node: Node) -> dict[str, list[Node | str]]:
    """Return the values of each local name in *node*: attributes, then texts and elements."""
    fields: dict[str, list[Node | str]] = {}
    for name, value in node.attributes.items():
        if not _is_namespace(name):
            fields.setdefault(_local(name), []).append(value)
    for child in node.children:
        if isinstance(child, Node):
            fields.setdefault(_local(child.name), []).append(child)
        elif child.strip():
            fields.setdefault(_TEXT, []).append(child)
    return fields


def _put(node: Node, treated: Any, guard: Guard, tally: Tally) -> bool:
    """Write the treated value of *node* back into it; False when it was dropped."""
    if treated is None:
        return False
    leaf = node.is_leaf
    node.name = _safe_name(node.name, guard, tally)
    if leaf:
        node.children = [_as_text(treated)]
        _treat_attributes(node, guard, tally)
    elif isinstance(treated, dict):
        _put_fields(node, treated, guard, tally)
    else:
        node.children, node.attributes = [_as_text(treated)], {}
    return True


def _put_fields(node: Node, treated: dict[Any, Any], guard: Guard, tally: Tally) -> None:
    queues = {
        name: _spread(treated.get(name), len(values)) for name, values in _fields(node).items()
    }
    _put_attributes(node, lambda name: next(queues[_local(name)]), guard, tally)
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, Node):
            if _put(child, next(queues[_local(child.name)]), guard, tally):
                children.append(child)
        elif not child.strip():
            children.append(child)
        elif (redacted := next(queues[_TEXT])) is not None:
            children.append(_as_text(redacted))
    node.children = children


def _spread(treated: Any, length: int) -> Iterator[Any]:
    if length == 1:
        return iter([treated])
    if isinstance(treated, list) and len(treated) == length:
        return iter(treated)
    return iter([None if treated is None else FAULT] * length)


def _treat_attributes(node: Node, guard: Guard, tally: Tally) -> None:
    """Treat as a record the attributes of an element whose own value is a text."""
    names = [name for name in node.attributes if not _is_namespace(name)]
    if names:
        pairs = guard.pairs([(_local(name), node.attributes[name]) for name in names], tally)
        redacted = {name: value for name, (_, value) in zip(names, pairs, strict=True)}
        _put_attributes(node, redacted.__getitem__, guard, tally)
    else:
        _put_attributes(node, node.attributes.__getitem__, guard, tally)


def _put_attributes(node: Node, redacted: Callable[[str], Any], guard: Guard, tally: Tally) -> None:
    """Write the treated attributes back; one that was dropped, or has a personal name, goes."""
    attributes: dict[str, str] = {}
    for name, before in node.attributes.items():
        value = guard.text(before, tally) if _is_namespace(name) else redacted(name)
        if value is not None and guard.names([name], tally) == [name]:
            attributes[name] = _as_text(value)
    node.attributes = attributes


def _safe_name(name: str, guard: Guard, tally: Tally) -> str:
    return name if guard.names([name], tally) == [name] else "redacted"


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_namespace(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _as_text(value: Any) -> str:
    """Return a treated value as a text that XML can hold."""
    text = str(value) if isinstance(value, str | int | float) else FAULT
    return text.encode("utf-8", "replace").decode().translate(_NOT_IN_XML)
