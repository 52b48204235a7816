"""XML without DTDs and entities: the structure stays, texts and attributes are treated as fields of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import attrs

from ._border import FAULT, UNPARSEABLE, Guard, Redact, Tally
from ._frames import Destination, Reader, Source, StreamReport, run
from ._xml_tree import Node, parse_xml, write_xml

__all__ = ["redact_xml", "redact_xml_text", "xml_stream"]

_LIMIT = 16 << 20  # bytes of a document
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TEXT = "#"  # the field of texts between elements: no element has this name, and it tells nothing
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

    An element is a record of its attributes and children by their local names: `<Call><From>` is the field `From`.
    Elements that only list elements of one name are passed through, so that each of those is a record. Namespaces and
    order stay; comments, processing instructions and dropped fields go. A document that is broken, too large, or has a
    DTD comes out as `<redacted>[UNPARSEABLE]</redacted>`.

    Args:
        src: Path or open file.

        dst: Path or open file. A path is written beside and put in place at the end; on an error it stays as it was.

        redact: A `voxvalley_privacy.Redactor`.

        progress: Called with the number of bytes read.

    Returns:
        The counts, records out always equal to records in.
    """
    return run(src, dst, partial(xml_stream, redact=redact), progress=progress)


def xml_stream(reader: Reader, redact: Redact) -> tuple[Iterator[bytes], _XmlDocument]:
    """Return a document as the only batch, and the work to be done on it."""
    return _document(reader), _XmlDocument(Guard(redact))


def redact_xml_text(text: str, redact: Redact, /) -> str:
    """Treat an XML document given as text, as `redact_xml` does."""
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

    def __call__(self, document: bytes, /) -> tuple[bytes, Tally]:
        tally = Tally()
        before = self.guard.faults()
        text = _treated(document, None, self.guard, tally)
        tally.faults.update(self.guard.faults() - before)
        return text.encode(), tally


def _treated(document: bytes, encoding: str | None, guard: Guard, tally: Tally) -> str:
    if not document.strip():
        document = b""
    root = parse_xml(document, encoding) if len(document) <= _LIMIT else None
    if root is None:
        tally.records_in += 1
        tally.records_out += 1
        tally.marked["unparseable"] += 1
        return _MARKED + "\n"
    _join_mixed(root, guard, tally)
    kept = _records(root, guard, tally)
    tally.records_out = tally.records_in
    declared = document.lstrip().startswith(b"<?xml")
    return (
        (_DECLARATION if declared else "")
        + (write_xml(root) if kept else "<redacted/>")
        + "\n" * document.endswith(b"\n")
    )


def _join_mixed(node: Node, guard: Guard, tally: Tally) -> None:
    """Make one text of an element in which something personal goes across markup: `<b>202</b>555<i>0132</i>`."""
    if node.elements and node.text.strip():
        texts = list(node.texts())
        joined = guard.text("".join(texts), tally)
        if joined != "".join([guard.text(text, tally) for text in texts]):
            node.children = [joined]
    for child in node.elements:
        _join_mixed(child, guard, tally)


def _records(node: Node, guard: Guard, tally: Tally) -> bool:
    """Treat the records in *node*; False when nothing of it stays."""
    elements = node.elements
    if (
        elements
        and len({element.name for element in elements}) == 1
        and all(element.elements for element in elements)
    ):
        node.name = _safe_name(node.name, guard, tally)
        _treat_attributes(node, guard, tally)
        node.children = [_kept(child, guard, tally) for child in node.children]
        return True
    tally.records_in += 1
    if not elements and not node.attributes:
        # A document that is one text is a record of one field.
        return _put(node, guard.pairs([(_local(node.name), node.text)], tally)[0][1], guard, tally)
    return _put(node, guard.record(_value(node), tally), guard, tally)


def _kept(child: Node | str, guard: Guard, tally: Tally) -> Node | str:
    if isinstance(child, str):
        return guard.text(child, tally) if child.strip() else child
    return child if _records(child, guard, tally) else ""


def _value(node: Node) -> Any:
    """Return an element as the value of a field: a text, or a record of its attributes, texts and children."""
    if node.is_leaf:
        return node.text
    record: dict[str, Any] = {}
    for name, values in _fields(node).items():
        given = [_value(value) if isinstance(value, Node) else value for value in values]
        record[name] = given[0] if len(given) == 1 else given
    return record


def _fields(node: Node) -> dict[str, list[Node | str]]:
    """Return what stands under each local name in *node*: attributes, then texts and elements in order."""
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
    attributes: dict[str, str] = {}
    for name, value in node.attributes.items():
        made = guard.text(value, tally) if _is_namespace(name) else next(queues[_local(name)])
        if made is not None and guard.names([name], tally) == [name]:
            attributes[name] = _as_text(made)
    node.attributes = attributes
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, Node):
            if _put(child, next(queues[_local(child.name)]), guard, tally):
                children.append(child)
        elif not child.strip():
            children.append(child)
        elif (made := next(queues[_TEXT])) is not None:
            children.append(_as_text(made))
    node.children = children


def _spread(treated: Any, length: int) -> Iterator[Any]:
    if length == 1:
        return iter([treated])
    if isinstance(treated, list) and len(treated) == length:
        return iter(treated)
    return iter([None if treated is None else FAULT] * length)


def _treat_attributes(node: Node, guard: Guard, tally: Tally) -> None:
    """Treat the attributes of an element whose own value is not a record, as a record of their own."""
    names = [name for name in node.attributes if not _is_namespace(name)]
    treated = (
        guard.pairs([(_local(name), node.attributes[name]) for name in names], tally)
        if names
        else []
    )
    made = {name: value for name, (_, value) in zip(names, treated, strict=True)}
    attributes = {
        name: made.get(name) if name in made else guard.text(value, tally)
        for name, value in node.attributes.items()
    }
    node.attributes = {
        name: _as_text(value)
        for name, value in attributes.items()
        if value is not None and guard.names([name], tally) == [name]
    }


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
