"""Schemas: which field of a record is what."""

from __future__ import annotations

from ._folder import likely, names
from ._parts import normal
from ._paths import Node, UnknownField, compile_paths, diff
from ._schema import ROLES, Field, Schema, get

__all__ = [
    "ROLES",
    "Field",
    "Node",
    "Schema",
    "UnknownField",
    "compile_paths",
    "diff",
    "get",
    "likely",
    "names",
    "normal",
]
