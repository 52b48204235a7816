"""HTTP dates in the one form that may be sent."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

__all__ = ["parse_date"]

_DAYS = ("Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, ", "Sun, ")
_MONTHS = {
    f" {name} ": f"-{number:02}-"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        start=1,
    )
}


def parse_date(text: str, /) -> datetime | None:
    """
    Read an IMF-fixdate as `Sun, 06 Nov 1994 08:49:37 GMT`, and nothing else.

    The two obsolete forms are refused: a server that still sends them gives no date to build a permission on.

    Returns:
        The time in UTC; None for anything else, also for a weekday that does not fit and for a leap second.

    Source: RFC 9110, section 5.6.7.
    """
    # Servers of one second send one date.
    return _parse(text) if len(text) == 29 else None


@lru_cache(maxsize=64)
def _parse(text: str) -> datetime | None:
    month = _MONTHS.get(text[7:12])
    if month is None or text[16] != " " or text[19] + text[22] + text[25:] != ":: GMT":
        return None
    try:
        at = datetime.fromisoformat(f"{text[12:16]}{month}{text[5:7]}T{text[17:25]}+00:00")
    except ValueError:
        return None
    # Newer Pythons read 24:00:00 as the next day.
    return at if text[:5] == _DAYS[at.weekday()] and text[17:19] != "24" else None
