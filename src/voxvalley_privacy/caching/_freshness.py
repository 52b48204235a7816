"""How long a response may still be used: as it says, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ._cache_control import CacheControl, MalformedHeader
from ._dates import parse_date
from ._headers import Headers

__all__ = ["freshness"]


_NO_TIME = timedelta(0)
_LONG_AGO = timedelta(days=36_500)


def freshness(
    headers: Headers,
    said: CacheControl,
    now: datetime,
    /,
    *,
    shared: bool,
    accept_expires: bool,
    limits: Sequence[int],
) -> tuple[timedelta, timedelta] | None:
    """
    Tell how long a response is fresh by what it says itself, and how old it is already.

    Args:
        headers: Of the response.

        said: Its Cache-Control.

        now: When it came.

        shared: Whether s-maxage counts.

        accept_expires: Whether Expires counts where there is no Cache-Control.

        limits: The most seconds that each targeted field allows.

    Returns:
        The lifetime, and the age it is lessened by; None if there is no lifetime. None is guessed from Last-Modified.

    Raises:
        voxvalley_privacy.caching.MalformedHeader: If a date or the age cannot be read, or stands twice.

    Source: RFC 9111, sections 4.2.1 and 4.2.3.
    """
    date = _date(headers, "date")
    age = _age(headers)
    seconds = said.s_maxage if shared and said.s_maxage is not None else said.max_age
    if seconds is not None:
        lifetime = timedelta(seconds=seconds)
    elif accept_expires and "cache-control" not in headers:
        expires = _date(headers, "expires")
        if expires is None or date is None:
            return None
        lifetime = expires - date
    else:
        return None
    if limits:
        lifetime = min(lifetime, timedelta(seconds=min(limits)))
    return lifetime, age if date is None else max(age, now - date)


def _date(headers: Headers, name: str) -> datetime | None:
    lines = headers.get(name)
    if not lines:
        return None
    # Two of them leave a choice, and the server did not make it.
    date = parse_date(lines[0]) if len(lines) == 1 else None
    if date is None:
        raise MalformedHeader("A date is not an IMF-fixdate, or stands twice.")
    return date


def _age(headers: Headers) -> timedelta:
    lines = headers.get("age")
    if not lines:
        return _NO_TIME
    text = lines[0]
    if len(lines) > 1 or not (text.isascii() and text.isdigit()):
        raise MalformedHeader("Age is not a number of seconds, or stands twice.")
    # Ten digits are older than any lifetime; int() of a text without end takes time without end.
    return timedelta(seconds=int(text)) if len(text) <= 10 else _LONG_AGO
