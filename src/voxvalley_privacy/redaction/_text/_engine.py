"""Find everything personal in a text: separate passes behind cheap tests, merged so that nothing found is left uncovered."""

from __future__ import annotations

from collections.abc import Iterable

from ...vocabulary import DataCategory as C  # noqa: N817 - a table reads better so
from .._findings import Finding
from .._patterns import numbers
from ._addresses import find_emails, find_ipv4, find_ipv6, find_sip_uris, find_urls
from ._finder import Finder
from ._numbers import find_numbers, has_digits

__all__ = ["DEFAULT_FINDERS", "find_in_text"]

_NUMBER_KINDS = (C.PHONE_NUMBER, C.PAYMENT_CARD, C.IMEI, C.IMSI, C.ICCID, C.AADHAAR, C.US_SSN)

DEFAULT_FINDERS = (
    Finder("numbers", _NUMBER_KINDS, has_digits, find_numbers),
    Finder("e-mail", (C.EMAIL_ADDRESS,), lambda text: "@" in text, find_emails),
    Finder("IPv4", (C.IP_ADDRESS,), lambda text: text.count(".") > 2, find_ipv4),
    Finder("IPv6", (C.IP_ADDRESS,), lambda text: text.count(":") > 1, find_ipv6),
    Finder("SIP", (C.SIP_URI,), lambda text: ":" in text, find_sip_uris),
    Finder("URL", (C.URL,), lambda text: "://" in text, find_urls),
)

# Where two findings overlap, the one that says more about what it is names both; the digits of an address are not a number.
_STRENGTH = {category: rank for rank, category in enumerate((C.PHONE_NUMBER, C.PAYMENT_CARD, C.IP_ADDRESS, C.EMAIL_ADDRESS, C.SIP_URI, C.URL))}


def find_in_text(text: str, /, *, finders: Iterable[Finder] = DEFAULT_FINDERS, known: object = None) -> tuple[Finding, ...]:
    """
    Find everything personal in a text.

    Returns:
        Findings in order, none overlapping another.
    """
    if numbers.ANY.search(text) is None and text.isascii():
        return ()
    found = [finding for finder in finders if finder.cheap(text) for finding in finder.find(text)]
    return tuple(merged(found)) if len(found) > 1 else tuple(found)


def merged(found: list[Finding], /) -> list[Finding]:
    """Join findings that overlap into one that covers both and bears the stronger name."""
    found.sort()
    result = [found[0]]
    for finding in found[1:]:
        last = result[-1]
        if finding.start >= last.end:
            result.append(finding)
            continue
        stronger = max(last, finding, key=lambda one: (_STRENGTH.get(one.category, 99), one.end - one.start))
        result[-1] = Finding(last.start, max(last.end, finding.end), stronger.category)
    return result
