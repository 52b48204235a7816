"""Schemas: which field of a record is what."""

from __future__ import annotations

from ._paths import Node, UnknownField, compile_paths, diff, normal
from ._schema import ROLES, Field, Schema, get, names

__all__ = [
    "ROLES",
    "Field",
    "Node",
    "Schema",
    "UnknownField",
    "compile_paths",
    "diff",
    "get",
    "names",
    "normal",
]
