"""Containers that a record may hold, and how a treated copy becomes of the same kind."""

from __future__ import annotations

from collections import ChainMap, OrderedDict, defaultdict, deque
from types import MappingProxyType
from typing import Any

__all__ = ["BASES", "MAPPINGS", "base_of", "rebuilt", "rebuilt_mapping"]

_VIEWS = frozenset({type({}.keys()), type({}.values())})
BASES: tuple[type, ...] = (list, tuple, set, frozenset, deque, *_VIEWS)
MAPPINGS = (ChainMap, MappingProxyType)


def base_of(kind: type, /) -> Any:
    """Return the built-in kind of a list, a tuple, a set or a view."""
    return next(base for base in BASES if issubclass(kind, base))


def rebuilt(value: Any, base: Any, items: list[Any], /) -> object:
    """Return a container of the kind of *value* with other items."""
    if base is tuple and len(items) == len(value):
        return tuple.__new__(type(value), items)
    if base is deque:
        return deque(items, value.maxlen)
    return items if base is list or base in _VIEWS else base(items)


def rebuilt_mapping(value: Any, items: dict[Any, Any], /) -> dict[Any, Any]:
    """Return a mapping of the kind of *value*, as far as that is a built-in one."""
    if type(value) is OrderedDict:
        return OrderedDict(items)
    if type(value) is defaultdict:
        return defaultdict(value.default_factory, items)
    return items
