"""Runs of digits: seven or more with at most three other characters between two of them."""

from __future__ import annotations

import re

__all__ = ["ANY", "DIGITS", "EXTENSION", "NEXT_NUMBER", "RUN"]

# A text in which this finds nothing holds nothing for any finder that is not a known value.
ANY = re.compile(r"[0-9@:=]")

RUN = re.compile(r"[0-9](?:[\W_]{0,3}+[0-9]){6,}+")

DIGITS = re.compile(r"[0-9]++")

# 415 555 0132 x17, ext. 17, #17
EXTENSION = re.compile(r"[ ,;]{0,2}(?:x|ext\.?|extn\.?|extension|#|poste|Durchwahl|доб\.?) ?[0-9]{1,6}(?![0-9])", re.IGNORECASE)

# What stands between two numbers rather than inside one: a line end, a list mark, a new plus.
NEXT_NUMBER = re.compile(r"[\n,;|&]|/ | /|\+|\) ?\(|  ")
