"""Detection: what is personal in a text, and where."""

from __future__ import annotations

from ._announced import find_people, looks_like_a_name, may_name_people
from ._context import BODY_CODE
from ._engine import DEFAULT_FINDERS, find_in_text, merged
from ._folding import Folded, fold
from ._known import KnownValues, known_values
from ._own_finders import Finder, pattern_finder
from ._reasons import Excuse, excuse_of_name
from .findings import Finding

__all__ = [
    "BODY_CODE",
    "DEFAULT_FINDERS",
    "Excuse",
    "Finder",
    "Finding",
    "Folded",
    "KnownValues",
    "excuse_of_name",
    "find_in_text",
    "find_people",
    "fold",
    "known_values",
    "looks_like_a_name",
    "may_name_people",
    "merged",
    "pattern_finder",
]
