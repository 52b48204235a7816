"""The text engine: what is personal in a text, and where."""

from __future__ import annotations

from ._engine import DEFAULT_FINDERS, find_in_text
from ._finder import Finder

__all__ = ["DEFAULT_FINDERS", "Finder", "find_in_text"]
