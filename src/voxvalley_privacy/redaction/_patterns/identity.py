"""Ids that a state, a bank or a maker gives to a person, an account or a device."""

from __future__ import annotations

import re

__all__ = ["HAS_DOTTED_MAC", "HAS_MAC", "IBAN", "INDIA_PAN", "MAC"]

# Two letters, two digits, and 11 to 30 more, spaced as one likes; how many belong to it, its country and its check digits say.
IBAN = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2}[\W_]{0,2}[0-9][\W_]{0,2}[0-9](?:[\W_]{0,2}+[A-Z0-9]){11,30}+|[a-z]{2}[0-9]{2}[a-z0-9]{11,30}+)"
)

# Five letters of which the fourth says what kind of person it is, four digits, a check letter
INDIA_PAN = re.compile(
    r"(?<=[A-Z]{3}[ABCFGHLJPT][A-Z])(?<![A-Za-z0-9].{5})[0-9]{4}[A-Z](?![A-Za-z0-9])"
)

HAS_MAC = re.compile(r"[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}")
HAS_DOTTED_MAC = re.compile(r"\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}")
MAC = re.compile(
    r"(?<![0-9A-Fa-f:.-])(?:[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?:[:-][0-9A-Fa-f]{2}){0,2}"
    r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Fa-f]|[:-][0-9A-Fa-f])"
)
