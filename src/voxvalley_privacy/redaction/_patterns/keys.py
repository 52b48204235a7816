"""Patterns that read the names of fields."""

from __future__ import annotations

import re

__all__ = ["FIELD_NAME", "KEY_WORDS", "TOKEN_NAME"]

# A text that can be the name of a field; one with a number in it is not taken for one.
FIELD_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z_. -]|[0-9](?![0-9]{3})){0,63}")

# The words of a name: `callerIdName`, `X-API-Key`, `from_number`, `sMobNu`.
KEY_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# One of our tokens, where a number was a key or the first of a pair: its kind is no name of a field.
TOKEN_NAME = re.compile(r"[A-Z][b-df-hj-np-tv-z]{24}")
