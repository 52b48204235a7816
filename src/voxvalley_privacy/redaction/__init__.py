"""Redaction: the redactor, which carries out a policy on records and texts."""

from __future__ import annotations

from types import FunctionType

from ._by_column import ByColumn, Cell, Column
from ._explain import Explained, Explanation
from ._memory import memory_of_request, request_scope
from ._quick_pass import quick_pass
from ._redactor import Redactor, scrub
from ._stats import Stats, Tally
from ._text_stream import TextStream, treated_pieces

__all__ = [
    "ByColumn",
    "Cell",
    "Column",
    "Explained",
    "Explanation",
    "Redactor",
    "Stats",
    "Tally",
    "TextStream",
    "compiled",
    "memory_of_request",
    "request_scope",
    "scrub",
    "treated_pieces",
]

# Whether the modules that mypyc compiled run here, or their sources.
compiled: bool = type(quick_pass) is not FunctionType
