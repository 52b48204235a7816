"""Patterns of what the library itself wrote."""

from __future__ import annotations

import re

__all__ = ["SEAL_BEHIND"]

# The seal behind what is shown with it: six letters of key id, 64 of commitment, 32 of tag, and 32 for each block.
SEAL_BEHIND = re.compile(
    r" (?P<token>seal[a-z]{1,32}A[bcdfghjkmnprtvwx]{102}(?:[bcdfghjkmnprtvwx]{32})++)"
)
