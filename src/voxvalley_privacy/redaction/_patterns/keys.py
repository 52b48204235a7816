"""Patterns that read the names of fields."""

from __future__ import annotations

import re

__all__ = ["KEY_WORDS"]

# The words of a name: `callerIdName`, `X-API-Key`, `from_number`, `sMobNu`.
KEY_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
