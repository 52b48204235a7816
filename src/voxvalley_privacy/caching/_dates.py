"""HTTP dates in the one form that may be sent."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["parse_date"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
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
    if len(text) != 29 or not text.isascii():
        return None
    separators = text[3:5] + text[7] + text[11] + text[16] + text[19] + text[22] + text[25:]
    month = _MONTHS.get(text[8:11])
    numbers = (text[12:16], text[5:7], text[17:19], text[20:22], text[23:25])
    if separators != ",    :: GMT" or month is None or not "".join(numbers).isdigit():
        return None
    year, day, hour, minute, second = map(int, numbers)
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return at if _DAYS[at.weekday()] == text[:3] else None
