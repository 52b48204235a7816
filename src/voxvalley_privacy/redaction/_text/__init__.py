"""The text engine: what is personal in a text, and where."""

from __future__ import annotations

from ._edges import EDGE_FINDER
from ._engine import DEFAULT_FINDERS, find_in_text
from ._finder import Finder, pattern_finder
from ._fold import Folded, fold
from ._known import KnownValues, known_values

__all__ = [
    "DEFAULT_FINDERS",
    "EDGE_FINDER",
    "Finder",
    "Folded",
    "KnownValues",
    "find_in_text",
    "fold",
    "known_values",
    "pattern_finder",
]
