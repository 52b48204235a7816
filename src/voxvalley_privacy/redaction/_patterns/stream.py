"""Where a stream of text may be cut, and what touches the edge of a piece."""

from __future__ import annotations

import re

__all__ = ["DIGIT_GROUPS", "EDGE_DIGITS", "HOT", "OPENING"]

# What the text behind it may still make part of a finding, or excuse: digits, address marks, quotes, assignments, armor. Folded text only.
HOT = re.compile(r"[0-9@:=\"]|-----")

# A tag or a terminal code that may still be open.
OPENING = re.compile(r"<(?=[A-Za-z/!])|\x1b|<\Z")

# Digits with at most three other characters between two of them; a cut inside would change what each is taken for.
DIGIT_GROUPS = re.compile(r"[0-9](?:[\W_]{0,3}+[0-9])*+")

# Three digits or more that a piece begins with, whatever marks stand among them.
EDGE_DIGITS = re.compile(r"[\W_]{0,3}+(?P<digits>\d(?:[\W_]{0,3}+\d){2,}+)")
