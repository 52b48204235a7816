"""A schema's paths as a tree: what a key of a record leads to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ..categories import hidden
from ..vocabulary import DataCategory
from ._folder import NUMBERED, envelopes, steps_of
from ._parts import Part, free_parts, is_fitting, normal, parts_of
from ._schema import Schema, get

__all__ = ["Node", "compile_paths"]

_MAX_DEPTH = 64


class Node:
    """
    One place in a record.

    *category* is what a value here is, None where only deeper paths are known; *items* is the node
    of a list's items; *wrappers* are the keys that wrap a record, at the root alone.
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
        "wrappers",
    )

    def __init__(self, path: str = "") -> None:
        self.path: str = path
        self.category: DataCategory | None = None
        self.children: dict[str, Node] = {}
        self.loose: dict[str, Node] = {}
        self.patterns: list[tuple[tuple[str, ...], Node]] = []
        self.prefixes: list[tuple[str, Node]] = []
        self.any_key: Node | None = None
        self.items: Node | None = None
        self.wrappers: frozenset[str] = frozenset()

    @property
    def is_leaf(self) -> bool:
        """Whether no path goes on below."""
        return not (self.children or self.patterns or self.prefixes or self.any_key)

    def child(self, key: str) -> Node | None:
        """
        Return the node of *key*: as spelled, in another spelling of case and separators, by
        pattern, by envelope.
        """
        listed = self.children.get(key) or self.loose.get(normal(key))
        if listed is not None:
            return listed
        free = self._by_pattern(key) or self._by_prefix(key)
        if free is not None:
            return free
        if not self.path and self._wraps(key.casefold()):
            return self
        return self.any_key

    def _by_pattern(self, key: str) -> Node | None:
        return next((node for fixed, node in self.patterns if is_fitting(key, fixed)), None)

    def _by_prefix(self, key: str) -> Node | None:
        for prefix, root in self.prefixes:
            rest = key.removeprefix(prefix)
            if rest != key and (node := root.child(rest)) is not None:
                return node
        return None

    def _wraps(self, key: str) -> bool:
        known = envelopes()
        if not self.children:
            return key in known.always
        return key in self.wrappers or key in known.described

    @property
    def leads_on(self) -> bool:
        """Whether the schema says anything of what is inside a value here."""
        return bool(self.children or self.patterns or self.items)

    def inner(self) -> Iterator[Node]:
        """Yield the nodes one step below."""
        yield from self.children.values()
        yield from dict(self.patterns).values()
        yield from filter(None, (self.items, self.any_key))

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
        elif node is self or node.leads_on:
            yield from node.unknown(item, here, depth + 1)


def _shown(key: object) -> str:
    if not isinstance(key, str) or len(key) > 100:
        return "[KEY]"
    if sum(map(str.isdigit, key)) >= 5:
        return "[KEY]"
    return key


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
    _include(root, schema)
    _unlisted(root)
    root.wrappers = steps_of(schema.found_under)
    _loosen(root)
    return root


def _unlisted(node: Node) -> None:
    """Let an object stand where a list of them is described: XML has no list of one element."""
    for below in node.inner():
        _unlisted(below)
    if node.items is not None and node.is_leaf:
        _graft(node, node.items)


def _include(root: Node, schema: Schema) -> None:
    """Add the schemas that values and keys with a prefix follow."""
    for path, name in schema.nested.items():
        _graft(_grow(root, path), compile_paths(get(name)))
    for prefix, name in schema.prefixed.items():
        inner = root if name == schema.name else compile_paths(get(name))
        root.prefixes.append((prefix, inner))


def _graft(target: Node, inner: Node) -> None:
    """Add what *inner* knows to a node; what the node knows itself goes before."""
    for key, child in inner.children.items():
        target.children.setdefault(key, child)
    target.patterns.extend(inner.patterns)
    target.prefixes.extend(inner.prefixes)
    target.any_key = target.any_key or inner.any_key


def _grow(node: Node, path: str) -> Node:
    for part in parts_of(path):
        node = _step(node, part)
        for _ in range(part.lists):
            if node.items is None:
                node.items = Node(node.path + "[]")
            node = node.items
    return node


def _step(node: Node, part: Part) -> Node:
    path = f"{node.path}.{part.key}" if node.path else part.key
    fixed = free_parts(part)
    if fixed is None:
        return node.children.setdefault(NUMBERED.sub("", part.key), Node(path))
    if not any(fixed):
        node.any_key = node.any_key or Node(path)
        return node.any_key
    by_pattern = dict(node.patterns)
    if fixed not in by_pattern:
        by_pattern[fixed] = Node(path)
        node.patterns.append((fixed, by_pattern[fixed]))
    return by_pattern[fixed]


# Spellings ----------------------------------------------------------------------------------------


def _loosen(node: Node) -> None:
    """Let every key below *node* be spelled in other cases and with other separators."""
    if node.loose:
        return  # a part of another schema's tree
    for below in node.inner():
        _loosen(below)
    for key, child in node.children.items():
        folded = normal(key)
        other = node.loose.setdefault(folded, child)
        if other is not child:
            node.loose[folded] = _joined(other, child)


def _joined(one: Node, other: Node) -> Node:
    """Return a node for a spelling that may be either: the stricter category, the paths of both."""
    joined = Node(one.path)
    known = [node.category for node in (one, other) if node.category is not None]
    joined.category = max(known, key=hidden, default=None)
    joined.children = one.children | other.children
    joined.loose = one.loose | other.loose
    joined.patterns = one.patterns + other.patterns
    joined.any_key = one.any_key or other.any_key
    joined.items = one.items or other.items
    return joined
