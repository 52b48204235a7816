"""Actions that make a value coarser: times, durations, addresses, URLs, software names."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from math import isfinite
from typing import Any, ClassVar

import attrs

from ..errors import ConfigurationError
from ..placeholders import label_of, shown, whole
from ..vocabulary import DataCategory
from ._plain import Action, Exposure

__all__ = [
    "AUTHORITY",
    "CLOCK_TIME",
    "IPV4",
    "ISO_TIME",
    "MEASURE",
    "PRODUCT_NAME",
    "bucket",
    "generalize",
    "host_only",
    "strip_query",
    "truncate",
]

# Patterns of the actions that make a value coarser
# --------------------------------------------------------------------------------------------------

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
IPV4 = re.compile(rf"(?P<network>{_BYTE}\.{_BYTE}\.{_BYTE})\.{_BYTE}")

# 2026-11-23, 2026-11-23T20:15:30.25Z, 2026-11-23 20:15:30 +0000
ISO_TIME = re.compile(
    r"""
    (?P<date> [0-9]{4}-[0-9]{2}-[0-9]{2} )
    (?: (?P<mark>[T ]) (?P<hour>[0-9]{2}) :[0-9]{2} (?: :[0-9]{2} (?:[.,][0-9]{1,9})? )?
        (?P<zone> [ ]?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}) )? )?
    """,
    re.VERBOSE,
)

# Other dates with a clock time: Thu, 30 Jul 2015 20:00:00 +0000; Tue Sep 13 16:24:27 2011;
# 7/30/2015 20:00
CLOCK_TIME = re.compile(
    r"""
    (?P<head>
      (?: [A-Za-z]{3,9},?[ ] )?                                 # Thu,
      (?: [0-9]{1,2}[ -][A-Za-z]{3,9}[ -][0-9]{2,4}             # 30 Jul 2015
        | [A-Za-z]{3,9}[ ]{1,2}[0-9]{1,2} (?:,[ ][0-9]{4})?     # Sep 13
        | [0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4} ),?[ ] )             # 7/30/2015
    (?P<hour>[0-9]{1,2}) :[0-9]{2} (?: :[0-9]{2} (?:\.[0-9]{1,9})? )?
    (?P<tail> (?:[ ]?[AP]M)? (?: [ ](?:[A-Z]{1,5}|[+-][0-9]{4}) )? (?:[ ][0-9]{4})? )
    """,
    re.VERBOSE,
)

# 12 · 12. · 12.5
MEASURE = re.compile(r"[0-9]+(?:\.[0-9]*)?")

# User, host and port of a web address
AUTHORITY = re.compile(r"[^/?#\\]*")

# The first product of a User-Agent, without version or comment.
PRODUCT_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{1,31}")


# Actions that make a value coarser: times, lengths of time, addresses, URLs, software names
# --------------------------------------------------------------------------------------------------

_LARGEST = 10**15
_UNITS = ("hour", "day")


@attrs.frozen
class _Truncate:
    unit: str

    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        if category is DataCategory.IP_ADDRESS:
            return network(value) if isinstance(value, str) else label_of(category)
        if category is DataCategory.TIMESTAMP:
            reduced = self._time(value)
            return label_of(category) if reduced is None else reduced
        return label_of(category)

    def _time(self, value: object) -> object:
        if isinstance(value, dt.datetime):
            hour = value.hour if self.unit == "hour" else 0
            return value.replace(hour=hour, minute=0, second=0, microsecond=0)
        if isinstance(value, dt.date):
            return value
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return _floor_epoch(value, self.unit)
        if isinstance(value, str):
            return self._text(value.strip())
        return None

    def _text(self, text: str) -> str | None:
        if text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_NANOSECONDS:
            floored = _floor_epoch(int(text), self.unit)
            return None if floored is None else str(floored)
        iso = ISO_TIME.fullmatch(text)
        if iso is not None:
            return self._iso(iso)
        clock = CLOCK_TIME.fullmatch(text)
        if clock is None:
            return None
        return f"{clock['head']}{self._hour(clock)}:00:00{clock['tail']}"

    def _iso(self, iso: re.Match[str]) -> str:
        if iso["hour"] is None:
            return iso["date"]
        # A plus sign that was a space once comes back from forms; the zone is a zone either way.
        return f"{iso['date']}{iso['mark']}{self._hour(iso)}:00:00{iso['zone'] or ''}"

    def _hour(self, time: re.Match[str]) -> str:
        return time["hour"] if self.unit == "hour" else "00"

    def __repr__(self) -> str:
        return f"truncate({self.unit!r})"


def truncate(unit: str = "hour") -> Action:
    """
    Cut an IP address to its network and a point in time to the hour or day.

    IPv4 keeps 24 bits, also inside an IPv6 address; other IPv6 addresses keep 48; a port goes.
    Times can be ISO 8601, RFC 2822, `datetime` or an epoch in seconds to nanoseconds, and keep
    their shape. Any other value becomes a label.

    Args:
        unit: `"hour"` or `"day"`.

    Raises:
        voxvalley_privacy.ConfigurationError: If *unit* is another word.
    """
    if unit not in _UNITS:
        raise ConfigurationError("truncate(): 'unit' must be 'hour' or 'day'.")
    return _Truncate(unit)


_DIGITS_OF_NANOSECONDS = 19
_SCALES = (1, 10**3, 10**6, 10**9)  # of an epoch: seconds to nanoseconds
_YEAR_2000, _YEAR_2100 = 946_684_800, 4_102_444_800
_HOUR, _DAY = 3_600, 86_400


def _floor_epoch(value: Any, unit: str) -> object:
    """Floor an epoch between 2000 and 2100 in any scale; None for any other number."""
    seconds = _HOUR if unit == "hour" else _DAY
    for scale in _SCALES:
        if _YEAR_2000 * scale <= value < _YEAR_2100 * scale:
            floored = int(value) // (scale * seconds) * (scale * seconds)
            return type(value)(floored)
    return None


def network(text: str, /) -> str:
    """Return the network of an address, or a label when *text* is not an address."""
    plain = IPV4.fullmatch(text)
    if plain is not None:
        return f"{plain['network']}.0"
    return _network_slowly(text)


_IPV4 = 4
_BITS_OF_IPV4, _BITS_OF_IPV6 = 24, 48
_BITS_OF_6TO4 = 16 + _BITS_OF_IPV4  # 2002: and the address; Source: RFC 3056, section 2


def _network_slowly(text: str) -> str:
    import ipaddress

    bare = text.strip()[:64].replace("%3A", ":").replace("%3a", ":")
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return label_of(DataCategory.IP_ADDRESS)
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return f"::ffff:{network(str(mapped))}"
    bits = _BITS_OF_IPV4 if address.version == _IPV4 else _BITS_OF_IPV6
    if getattr(address, "sixtofour", None) is not None:
        bits = _BITS_OF_6TO4
    return str(ipaddress.ip_network((address, bits), strict=False).network_address)


@attrs.frozen
class _Bucket:
    size: int

    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        if isinstance(value, dt.timedelta):
            return dt.timedelta(seconds=value.total_seconds() // self.size * self.size)
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return self._floor(value)
        if isinstance(value, str) and len(value) <= 20:
            return self._text(value.strip())
        return label_of(category)

    def _floor(self, value: Any) -> object:
        if not (isfinite(value) and -_LARGEST < value < _LARGEST):
            return label_of(DataCategory.DURATION)
        return type(value)(int(value // self.size) * self.size)

    def _text(self, text: str) -> object:
        if MEASURE.fullmatch(text) is None:
            return label_of(DataCategory.DURATION)
        return str(int(text.partition(".")[0]) // self.size * self.size)

    def __repr__(self) -> str:
        return f"bucket({self.size})"


def bucket(size: int, /) -> Action:
    """
    Round a duration or volume down to a multiple of *size*, in the unit the field has.

    Args:
        size: The step, at least 2.

    Raises:
        voxvalley_privacy.ConfigurationError: If *size* is below 2.
    """
    if not whole(size, 2, _LARGEST):
        raise ConfigurationError(
            f"bucket(): the size must be a whole number of at least 2 (got {shown(size)})."
        )
    return _Bucket(size)


@attrs.frozen
class _HostOnly:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        split = _split_url(value)
        if split is None:
            return label_of(category)
        scheme, host, _ = split
        return f"{scheme}://{host}/"

    def __repr__(self) -> str:
        return "host_only"


@attrs.frozen
class _StripQuery:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        if not isinstance(value, str):
            return label_of(category)
        if value.startswith("/") and not value.startswith("//"):
            return _clean_path(value)
        split = _split_url(value)
        if split is None:
            return label_of(category)
        scheme, host, path = split
        return f"{scheme}://{host}{_clean_path(path)}"

    def __repr__(self) -> str:
        return "strip_query"


host_only: Action = _HostOnly()
strip_query: Action = _StripQuery()


_LONGEST_URL = 8192
_LONGEST_SCHEME = 8
_TELLING_DIGITS = 5  # digits from which on a host or a segment can hold a number
_IDS = (32, 34, 36)  # characters of the resource ids of CPaaS APIs and of a UUID
_SAFE_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-:")


def _split_url(value: object) -> tuple[str, str, str] | None:
    """Split an absolute URL into scheme, host and the rest; None when it has no plain host."""
    if not isinstance(value, str) or len(value) > _LONGEST_URL:
        return None
    scheme, mark, rest = value.strip().partition("://")
    if not mark or not _is_scheme(scheme):
        return None
    authority = AUTHORITY.match(rest)
    if authority is None:
        return None
    host = authority[0].rpartition("@")[2].lower()
    return (scheme.lower(), host, rest[authority.end() :]) if _is_plain(host) else None


def _is_scheme(scheme: str) -> bool:
    return scheme.isascii() and scheme.isalpha() and len(scheme) <= _LONGEST_SCHEME


def _is_plain(host: str) -> bool:
    """A host that carries a number or an address says as much as a path that does."""
    name = host.partition(":")[0]
    if not name or not _SAFE_HOST.issuperset(host):
        return False
    return sum(map(str.isdigit, name)) < _TELLING_DIGITS


def _clean_path(path: str) -> str:
    """Drop query and fragment, and every segment that holds digits in a row, an @ or an escape."""
    for mark in "?#;":
        path = path.partition(mark)[0]
    segments = ["[REDACTED]" if _telling(segment) else segment for segment in path.split("/")]
    return "/".join(segments)


def _telling(segment: str) -> bool:
    if not segment.isascii() or not _TELLING.isdisjoint(segment):
        return True
    if ISO_TIME.fullmatch(segment):
        return False
    # An id names a record, not a person.
    if len(segment.partition(".")[0]) in _IDS:
        return False
    return sum(map(str.isdigit, segment)) >= _TELLING_DIGITS


_TELLING = frozenset("@%+=")


@attrs.frozen
class _Generalize:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        product = PRODUCT_NAME.match(value) if isinstance(value, str) else None
        return label_of(category) if product is None else product[0]

    def __repr__(self) -> str:
        return "generalize"


generalize: Action = _Generalize()
