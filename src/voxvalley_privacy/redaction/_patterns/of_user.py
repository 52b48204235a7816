"""Patterns that users bring: compiled here, judged by the text engine before they run."""

from __future__ import annotations

import re

__all__ = ["compiled"]


def compiled(regex: str, /, *, flags: int = 0) -> re.Pattern[str] | None:
    """Compile a user's regex; None if it is not one. The error of the regex module would hold the pattern."""
    try:
        return re.compile(regex, flags)
    except (re.error, RecursionError, OverflowError):
        return None
