"""Patterns that tell a text which is itself a record."""

from __future__ import annotations

import re

__all__ = ["FORM_BODY", "HEXADECIMAL"]

# From=%2B14155550132&Body=hi: two pairs at least, no white space.
FORM_BODY = re.compile(
    r"[A-Za-z_][\w.\[\]-]{0,63}=[^&\s=]*(?:&[A-Za-z_][\w.\[\]-]{0,63}=[^&\s=]*)+"
)

# Octets written out, two digits each.
HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")
