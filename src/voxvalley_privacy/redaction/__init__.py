"""Redaction: the redactor, which carries out a policy on records and texts."""

from __future__ import annotations

from ._by_column import ByColumn, Cell, Column
from ._explain import Explained, Explanation
from ._memory import memory_of_request, request_scope
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
    "memory_of_request",
    "request_scope",
    "scrub",
    "treated_pieces",
]
