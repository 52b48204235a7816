"""A schema's paths as a tree: what a key of a record leads to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import attrs

from ..vocabulary import DataCategory
from ._schema import Schema, get

__all__ = ["Node", "UnknownField", "compile_paths", "diff", "normal"]

# Keys under which APIs wrap the record itself: pages, webhooks, event envelopes.
_ENVELOPES = frozenset({
    "call_logs", "call_summaries", "calls", "cdr", "cdr_root", "cdrs", "conversations", "data",
    "event", "eventbody", "items", "main_cdr", "messages", "object", "objects", "payload", "record",
    "recordings", "records", "resource", "results", "sms_histories", "sms_sessions",
    "transferbatch", "voice_mails",
})  # fmt: skip
# Such keys too, but only in a record that a schema describes: elsewhere they name values.
_WRAPPERS = frozenset({"changes", "entries", "entry", "params", "result", "statuses", "value"})

_MAX_DEPTH = 64


class Node:
    """
    One place in a record.

    *category* is what a value here is, None where only deeper paths are known; *items* is the node
    of a list's items.
    """

    __slots__ = (
        "any_key",
        "category",
        "children",
        "items",
        "loose",
        "path",
        "patterns",
        "prefixes",
    )

    def __init__(self, path: str = "") -> None:
        self.path: str = path
        self.category: DataCategory | None = None
        self.children: dict[str, Node] = {}
        self.loose: dict[str, Node] = {}
        self.patterns: list[tuple[str, str, Node]] = []
        self.prefixes: list[tuple[str, Node]] = []
        self.any_key: Node | None = None
        self.items: Node | None = None

    def child(self, key: str) -> Node | None:
        """
        Return the node of *key*: as spelled, in another spelling of case and separators, by
        pattern, by envelope.
        """
        found = self.children.get(key) or self.loose.get(normal(key))
        if found is not None:
            return found
        for prefix, suffix, node in self.patterns:
            if _fits(key, prefix, suffix):
                return node
        for prefix, root in self.prefixes:
            if key.startswith(prefix):
                found = root.child(key[len(prefix) :])
                if found is not None:
                    return found
        if not self.path and self._wraps(key.casefold()):
            return self
        return self.any_key

    def _wraps(self, key: str) -> bool:
        return key in _ENVELOPES or (bool(self.children) and key in _WRAPPERS)

    def unknown(self, value: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
        """Yield path and type name of everything in *value* that no path leads to."""
        if depth > _MAX_DEPTH:
            return
        if type(value) is dict:
            for key, item in value.items():
                yield from self._unknown_at(key, item, path, depth)
        elif type(value) is list:
            for item in value[:100]:
                yield from (self.items or self).unknown(item, f"{path}[]", depth + 1)

    def _unknown_at(
        self, key: object, item: object, path: str, depth: int
    ) -> Iterator[tuple[str, str]]:
        here = _shown(key)
        if path:
            here = f"{path}.{here}"
        node = None
        if isinstance(key, str):
            node = self.child(key)
        if node is None:
            yield here, type(item).__name__
        elif node.children or node.patterns or node.items or node is self:
            yield from node.unknown(item, here, depth + 1)


def _shown(key: object) -> str:
    if not isinstance(key, str) or len(key) > 100:
        return "[KEY]"
    if sum(map(str.isdigit, key)) >= 5:
        return "[KEY]"
    return key


def _fits(key: str, prefix: str, suffix: str) -> bool:
    """Tell whether something stands in *key* between a prefix and a suffix."""
    if len(key) <= len(prefix) + len(suffix):
        return False
    return key.startswith(prefix) and key.endswith(suffix)


def normal(key: str) -> str:
    """Fold a key's case and separators: `X-API-Key`, `x_api_key` and `xApiKey` are one name."""
    return key.casefold().replace("_", "").replace("-", "").replace(" ", "").replace(".", "")


def compile_paths(schema: Schema) -> Node:
    """Return the root of *schema*'s tree, nested and prefixed schemas grafted in."""
    if _is_built_in(schema):
        return _compiled(schema.name, schema.version)
    return _compile(schema)


def _is_built_in(schema: Schema) -> bool:
    try:
        return get(schema.name) is schema
    except ValueError:
        return False


@cache
def _compiled(name: str, version: int) -> Node:
    return _compile(get(name))


def _compile(schema: Schema) -> Node:
    root = Node()
    for path, field in schema.fields.items():
        _grow(root, path).category = field.category
    for path, name in schema.nested.items():
        target = _grow(root, path)
        inner = compile_paths(get(name))
        target.children, target.loose, target.patterns = inner.children, inner.loose, inner.patterns
    for prefix, name in schema.prefixed.items():
        root.prefixes.append((prefix, compile_paths(get(name))))
    _loosen(root)
    return root


def _grow(node: Node, path: str) -> Node:
    for part in path.split("."):
        name, lists = part, 0
        while name.endswith("[]"):
            name, lists = name[:-2], lists + 1
        node = _step(node, name)
        for _ in range(lists):
            if node.items is None:
                node.items = Node(node.path + "[]")
            node = node.items
    return node


def _step(node: Node, name: str) -> Node:
    path = f"{node.path}.{name}" if node.path else name
    for start, end in (("{", "}"), ("<", ">"), ("*", "*")):
        head, found, rest = name.partition(start)
        if found:
            tail = rest if start == "*" else rest.partition(end)[2]
            made = Node(path)
            if head or tail:
                node.patterns.append((head, tail, made))
            else:
                node.any_key = made
            return made
    # A RADIUS attribute is listed with its number, `User-Name(1)`, and comes as a name.
    head, mark, tail = name.partition("(")
    if mark and tail[:-1].isdigit():
        name = head
    return node.children.setdefault(name, Node(path))


def _loosen(node: Node) -> None:
    for key, child in node.children.items():
        node.loose.setdefault(normal(key), child)
        _loosen(child)
    if node.items is not None:
        _loosen(node.items)


@attrs.frozen
class UnknownField:
    """
    A path that a record has and its schema has not; *kind* is the type of the value, never the
    value.
    """

    path: str
    kind: str


def diff(schema: Schema | str, record: object, /) -> tuple[UnknownField, ...]:
    """
    Tell the fields of *record* that *schema* does not know: what a vendor added.

    Keys that hold five digits or more are shown as `[KEY]`: they may be numbers themselves.
    """
    tree = compile_paths(get(schema) if isinstance(schema, str) else schema)
    return tuple(UnknownField(path, kind) for path, kind in tree.unknown(record))
