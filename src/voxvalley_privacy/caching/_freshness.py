"""How long a response may still be used: as it says, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from ._cache_control import CacheControl, MalformedHeader, parse_cache_control
from ._headers import Headers, listed
from ._structured import parse_dictionary

__all__ = ["freshness", "parse_date", "targeted"]

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
    Return how long a response is fresh by its own word, and how old it is already.

    Args:
        headers: Of the response.

        said: Its Cache-Control.

        now: When it came.

        shared: Whether s-maxage counts.

        accept_expires: Whether Expires counts where there is no Cache-Control.

        limits: The most seconds that each targeted field allows.

    Returns:
        The lifetime, and the age it is lessened by; None if there is no lifetime. None is guessed
        from Last-Modified.

    Raises:
        voxvalley_privacy.caching.MalformedHeader: If a date or the age cannot be read, or is there
            twice.

    Source: RFC 9111, sections 4.2.1 and 4.2.3.
    """
    date = _date(headers, "date")
    age = _age(headers)
    if date is not None:
        age = max(age, now - date)
    lifetime = _explicit(said, shared=shared)
    if lifetime is None and accept_expires and "cache-control" not in headers:
        lifetime = _until_expires(headers, date)
    if lifetime is None:
        return None
    if limits:
        lifetime = min(lifetime, timedelta(seconds=min(limits)))
    return lifetime, age


def _explicit(said: CacheControl, *, shared: bool) -> timedelta | None:
    if shared and said.s_maxage is not None:
        return timedelta(seconds=said.s_maxage)
    if said.max_age is not None:
        return timedelta(seconds=said.max_age)
    return None


def _until_expires(headers: Headers, date: datetime | None) -> timedelta | None:
    expires = _date(headers, "expires")
    if expires is None or date is None:
        return None
    return expires - date


def _date(headers: Headers, name: str) -> datetime | None:
    lines = headers.get(name)
    if not lines:
        return None
    # Two of them leave a choice, and the server did not make it.
    date = parse_date(lines[0])
    if date is None or len(lines) > 1:
        raise MalformedHeader("A date is not an IMF-fixdate, or is there twice.")
    return date


def _age(headers: Headers) -> timedelta:
    lines = headers.get("age")
    if not lines:
        return _NO_TIME
    text = lines[0]
    if len(lines) > 1 or not (text.isascii() and text.isdigit()):
        raise MalformedHeader("Age is not a number of seconds, or is there twice.")
    # Ten digits are older than any lifetime; int() of a text without end takes time without end.
    if len(text) > 10:
        return _LONG_AGO
    return timedelta(seconds=int(text))


# HTTP dates in the one form that may be sent
# --------------------------------------------------------------------------------------------------

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

    The two obsolete forms are refused: a server that still sends them gives no date to build a
    permission on.

    Returns:
        The time in UTC; None for anything else, also for a weekday that does not fit and for a leap
        second.

    Source: RFC 9110, section 5.6.7.
    """
    # Servers of one second send one date.
    if len(text) != 29:
        return None
    return _parse(text)


@lru_cache(maxsize=64)
def _parse(text: str) -> datetime | None:
    month = _MONTHS.get(text[7:12])
    if month is None or text[16] != " " or text[19] + text[22] + text[25:] != ":: GMT":
        return None
    try:
        at = datetime.fromisoformat(f"{text[12:16]}{month}{text[5:7]}T{text[17:25]}+00:00")
    except ValueError:
        return None
    if text[:5] != _DAYS[at.weekday()]:
        return None
    # Newer Pythons read 24:00:00 as the next day.
    return at if text[17:19] != "24" else None


# Fields for caches of one kind, such as CDN-Cache-Control: here they only ever restrict
# --------------------------------------------------------------------------------------------------

# Understood, and no restriction on keeping a copy that is never served stale.
_HARMLESS = listed(
    """
    immutable must-revalidate must-understand no-transform proxy-revalidate public
    stale-if-error stale-while-revalidate
    """
)
_LIMITING = frozenset(("max-age", "no-cache", "no-store", "private", "s-maxage"))


def targeted(headers: Headers, /) -> tuple[CacheControl, ...]:
    """
    Read every targeted field: any name that ends in `-cache-control`, and Surrogate-Control.

    Returns:
        One answer for each; of it only restrictions may be used. All targets count, ours or not.

    Raises:
        voxvalley_privacy.caching.MalformedHeader: If one cannot be read; the standard would ignore
            it.

    Source: RFC 9213, section 2.
    """
    # One search for what is hardly ever there, instead of one for each name.
    names = " ".join(headers.names)
    if "-cache-control" not in names and "surrogate-control" not in names:
        return ()
    restrictions = [
        _from_dictionary(", ".join(headers.get(n)))
        for n in headers.names
        if n.endswith("-cache-control")
    ]
    return (*restrictions, parse_cache_control(*headers.get("surrogate-control")))


def _from_dictionary(text: str) -> CacheControl:
    members = parse_dictionary(text)
    names = {name for name, _ in members}
    return CacheControl(
        no_store="no-store" in names,
        no_cache="no-cache" in names,
        private="private" in names,
        max_age=_least(members, "max-age"),
        s_maxage=_least(members, "s-maxage"),
        unknown=not names <= _HARMLESS | _LIMITING,
    )


def _least(members: tuple[tuple[str, object], ...], wanted: str) -> int | None:
    seconds = [_checked(value) for name, value in members if name == wanted]
    return min(seconds, default=None)


def _checked(value: object) -> int:
    if type(value) is not int or value < 0:
        raise MalformedHeader("A lifetime in a targeted field is not a number of seconds.")
    return value
