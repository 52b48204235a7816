"""Patterns that read the names of fields."""

from __future__ import annotations

import re

__all__ = ["FIELD_NAME"]

# A text that can be the name of a field; one with a number in it is not taken for one.
FIELD_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z_. -]|[0-9](?![0-9]{3})){0,63}")
