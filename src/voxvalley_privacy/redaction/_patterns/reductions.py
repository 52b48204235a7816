"""Patterns of the actions that make a value coarser."""

from __future__ import annotations

import re

__all__ = ["CLOCK_TIME", "IPV4", "ISO_TIME", "PRODUCT_NAME"]

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
IPV4 = re.compile(rf"(?P<network>{_BYTE}\.{_BYTE}\.{_BYTE})\.{_BYTE}")

# 2026-11-23, 2026-11-23T20:15:30.25Z, 2026-11-23 20:15:30 +0000
ISO_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:(?P<mark>[T ])(?P<hour>[0-9]{2}):[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?P<zone> ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)

# Other dates with a clock time: Thu, 30 Jul 2015 20:00:00 +0000; Tue Sep 13 16:24:27 2011; 7/30/2015 20:00
CLOCK_TIME = re.compile(
    r"(?P<head>(?:[A-Za-z]{3,9},? )?"
    r"(?:[0-9]{1,2}[ -][A-Za-z]{3,9}[ -][0-9]{2,4}|[A-Za-z]{3,9} {1,2}[0-9]{1,2}(?:, [0-9]{4})?|[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4}),? )"
    r"(?P<hour>[0-9]{1,2}):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?P<tail>(?: ?[AP]M)?(?: (?:[A-Z]{1,5}|[+-][0-9]{4}))?(?: [0-9]{4})?)"
)

# The first product of a User-Agent, without version or comment.
PRODUCT_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{1,31}")
