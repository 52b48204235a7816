"""Schemas: which field of a record is what."""

from __future__ import annotations

from ._changes import Change, UnknownField, changes, diff
from ._folder import by_vendor, likely, names, with_columns
from ._parts import normal
from ._paths import Node, compile_paths
from ._schema import MORE_COLUMNS, ROLES, Field, Schema, get

__all__ = [
    "MORE_COLUMNS",
    "ROLES",
    "Change",
    "Field",
    "Node",
    "Schema",
    "UnknownField",
    "by_vendor",
    "changes",
    "compile_paths",
    "diff",
    "get",
    "likely",
    "names",
    "normal",
    "with_columns",
]
