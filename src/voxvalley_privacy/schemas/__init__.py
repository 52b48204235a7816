"""Schemas: which field of a record is what."""

from __future__ import annotations

from ._paths import Node, compile_paths, normal
from ._schema import ROLES, Field, Schema, UnknownField, diff, get, names

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
