"""Actions that make a value coarser: times, lengths of time, addresses, URLs, software names."""

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
    "CLOCK_TIME",
    "IPV4",
    "ISO_TIME",
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
            return value.replace(
                hour=0 if self.unit == "day" else value.hour, minute=0, second=0, microsecond=0
            )
        if isinstance(value, dt.date):
            return value
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return _floor_epoch(value, self.unit)
        if isinstance(value, str):
            return self._text(value.strip())
        return None

    def _text(self, text: str) -> str | None:
        if text.isascii() and text.isdigit() and len(text) <= 19:
            floored = _floor_epoch(int(text), self.unit)
            return None if floored is None else str(floored)
        if iso := ISO_TIME.fullmatch(text):
            date, mark, hour, zone = iso["date"], iso["mark"], iso["hour"], iso["zone"] or ""
            if hour is None:
                return date
            # A plus sign that was a space once comes back from forms; the zone is a zone either way.
            return f"{date}{mark}{'00' if self.unit == 'day' else hour}:00:00{zone}"
        if clock := CLOCK_TIME.fullmatch(text):
            return f"{clock['head']}{'00' if self.unit == 'day' else clock['hour']}:00:00{clock['tail']}"
        return None

    def __repr__(self) -> str:
        return f"truncate({self.unit!r})"


def truncate(unit: str = "hour") -> Action:
    """
    Cut an IP address to its network and a point in time to the hour or day.

    IPv4 keeps 24 bits, IPv6 48; a port goes. Times may be ISO 8601, RFC 2822, `datetime` or an epoch in seconds to
    nanoseconds, and keep their shape. What has neither shape becomes a label.

    Args:
        unit: `"hour"` or `"day"`.

    Raises:
        voxvalley_privacy.ConfigurationError: If *unit* is another word.
    """
    if unit not in _UNITS:
        raise ConfigurationError("truncate(): 'unit' must be 'hour' or 'day'.")
    return _Truncate(unit)


def _floor_epoch(value: Any, unit: str) -> object:
    """Floor an epoch between 2000 and 2100 in seconds, milli-, micro- or nanoseconds; None for any other number."""
    for scale in (1, 10**3, 10**6, 10**9):
        if 946_684_800 * scale <= value < 4_102_444_800 * scale:
            whole = int(value)
            return type(value)(whole - whole % (scale * (86_400 if unit == "day" else 3_600)))
    return None


def network(text: str, /) -> str:
    """Return the /24 or /48 network of an address, or a label when *text* is no address."""
    plain = IPV4.fullmatch(text)
    if plain is not None:
        return f"{plain['network']}.0"
    return _network_slowly(text)


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
    bits = 24 if address.version == 4 else 48
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
        whole, _, fraction = text.partition(".")
        if not (
            whole.isascii()
            and whole.isdigit()
            and (not fraction or (fraction.isascii() and fraction.isdigit()))
        ):
            return label_of(DataCategory.DURATION)
        return str(int(whole) // self.size * self.size)

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


def _split_url(value: object) -> tuple[str, str, str] | None:
    """Split an absolute URL into scheme, host and the rest; None when there is no plain host to show."""
    if not isinstance(value, str) or len(value) > 8192:
        return None
    scheme, mark, rest = value.strip().partition("://")
    if not (mark and scheme.isascii() and scheme.isalpha() and len(scheme) <= 8):
        return None
    end = min((i for i in map(rest.find, "/?#\\") if i >= 0), default=len(rest))
    host = rest[:end].rpartition("@")[2].lower()
    name = host.partition(":")[0]
    digits = sum(c.isdigit() for c in name)
    # A host that carries a number or an address says as much as a path that does.
    if (
        not name
        or not host.isascii()
        or digits >= 5
        or not all(c.isalnum() or c in ".-:" for c in host)
    ):
        return None
    return scheme.lower(), host, rest[end:]


def _clean_path(path: str) -> str:
    """Drop query and fragment, and every segment that holds a run of digits, an @ or an escape."""
    for mark in "?#;":
        path = path.partition(mark)[0]
    return "/".join("[REDACTED]" if _telling(part) else part for part in path.split("/"))


def _telling(segment: str) -> bool:
    if (
        not segment.isascii()
        or "@" in segment
        or "%" in segment
        or "+" in segment
        or "=" in segment
    ):
        return True
    digits = sum(c.isdigit() for c in segment)
    if ISO_TIME.fullmatch(segment):
        return False
    # 32 and 34 characters are the resource ids of CPaaS APIs, 36 a UUID: they name a record, not a person.
    return digits >= 5 and len(segment.partition(".")[0]) not in (32, 34, 36)


@attrs.frozen
class _Generalize:
    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        found = PRODUCT_NAME.match(value) if isinstance(value, str) else None
        return found.group() if found else label_of(category)

    def __repr__(self) -> str:
        return "generalize"


generalize: Action = _Generalize()
