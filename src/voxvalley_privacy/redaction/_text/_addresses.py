"""Addresses: e-mail and payment addresses, IP, SIP and web."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import network

__all__ = ["find_at_signs", "find_ipv6", "find_sip_uris", "find_urls", "ipv4_in", "may_be_ipv6"]

_LOCAL = 128  # characters in front of an at sign
_WORD = 12  # how far back a word or a scheme before an address is looked for
_FEWEST_COLONS, _MOST_COLONS = 6, 8  # in an IPv6 address; fewer only beside ::
_VERSION_ENDS = tuple(
    name + mark
    for names, marks in (
        (("version", "release", "firmware", "ver", "build"), " :"),
        (
            (
                "chrome",
                "chromium",
                "crios",
                "edg",
                "edge",
                "edga",
                "opr",
                "safari",
                "version",
                "firefox",
            ),
            "/",
        ),
    )
    for name in names
    for mark in marks
)
_LETTERS = {"two": 2, "three": 3, "four": 4, "six": 6, "eight": 8}  # of schemes
_CLOSING = ".,;:!?)]'"  # marks that close a sentence, not an address

# Who runs payment addresses in India; the part behind the at sign. Source: NPCI, list of UPI apps and handles (2026-11).
_UPI_HANDLES = frozenset(
    {
        "abfspay", "airtel", "allbank", "apl", "axisb", "axisbank", "axl", "barodampay", "cnrb", "dbs", "fam", "fbl", "federal",
        "freecharge", "hdfcbank", "hsbc", "ibl", "icici", "idbi", "idfcbank", "ikwik", "indus", "jio", "jupiteraxis", "kotak",
        "mahb", "mbk", "naviaxis", "okaxis", "okhdfcbank", "okicici", "oksbi", "paytm", "pnb", "postbank", "ptaxis", "pthdfc",
        "ptsbi", "ptyes", "rbl", "sbi", "sib", "slc", "superyes", "tapicici", "timecosmos", "uboi", "upi", "waaxis", "wahdfcbank",
        "waicici", "wasbi", "yapl", "ybl", "yes", "yesbank", "yespay",
    }
)  # fmt: skip


def find_at_signs(text: str, /) -> Iterator[Finding]:
    """Find e-mail addresses, and India's payment addresses, whose host is a handle without a dot."""
    says_upi: bool | None = None  # asked once, and only where a host has no dot
    for match in network.AT_HOST.finditer(text):
        host = match[0]
        at = match.start()
        if "." in host or host[1] == "[":
            category = DataCategory.EMAIL_ADDRESS
        elif host[1:].lower() in _UPI_HANDLES:
            category = DataCategory.UPI_ID
        else:
            if says_upi is None:
                says_upi = "upi" in text.lower()
            if not says_upi or "upi" not in text[max(0, at - _LOCAL) : at].lower():
                continue
            category = DataCategory.UPI_ID
        local = network.LOCAL_PART.match(text[max(0, at - _LOCAL) : at][::-1])
        if local is not None:
            yield Finding(at - len(local[0].rstrip("'.")), match.end(), category)


def ipv4_in(text: str, start: int, end: int, /) -> list[Finding]:
    """Find IPv4 addresses whole; the port stays outside, and a version is none."""
    whole = network.IPV4.match(text, start, end + 2)
    if whole is not None and whole.end() == end:  # the only one, as nearly always
        spans = [(start, end)]
    else:
        spans = [match.span() for match in network.IPV4.finditer(text, start, end + 2)]
    return [
        Finding(left, right, DataCategory.IP_ADDRESS)
        for left, right in spans
        if not text[left - 2 : left - 1].isalpha()
        or not text[max(0, left - _WORD) : left].lower().endswith(_VERSION_ENDS)
    ]


def may_be_ipv6(text: str, /) -> bool:
    """Say whether two colons stand as in an address."""
    return network.HAS_IPV6.search(text) is not None


def find_ipv6(text: str, /) -> Iterator[Finding]:
    """Find IPv6 addresses, except those that name no machine, as `::` alone."""
    for match in network.IPV6.finditer(text):
        start, end = match.span()
        if _is_ipv6(text[start:end]):
            yield Finding(start, end, DataCategory.IP_ADDRESS)


def _is_ipv6(candidate: str, /) -> bool:
    # Most of what has colons is told from an address without the price of an error.
    colons = candidate.count(":")
    if colons > _MOST_COLONS or ("::" not in candidate and colons < _FEWEST_COLONS):
        return False
    try:
        return int(IPv6Address(candidate)) > 0
    except AddressValueError:
        return False


def find_sip_uris(text: str, first: int, /) -> Iterator[Finding]:
    """Find sip:, sips:, tel: and other addresses of a person from an offset on; what closes a sentence stays outside."""
    for match in network.SIP_URI.finditer(text, first):
        colon = match.start()
        start = colon - _LETTERS[match.lastgroup or ""]
        yield Finding(start, colon + len(match[0].rstrip(_CLOSING)), DataCategory.SIP_URI)


def find_urls(text: str, /) -> Iterator[Finding]:
    """Find web addresses from the first part that is personal: user and password, a key, a long value."""
    for match in network.URL.finditer(text):
        start = match.start()
        url = match[0].rstrip(_CLOSING)
        secret = network.URL_SECRET.search(url)
        if secret is not None:
            yield Finding(start + secret.start(), start + len(url), DataCategory.URL)
