"""Addresses of machines: IPv4, IPv6, hardware addresses."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

from ..vocabulary import DataCategory
from .findings import Finding

__all__ = [
    "HAS_DOTTED_MAC",
    "HAS_IPV6",
    "HAS_MAC",
    "IPV4",
    "IPV6",
    "MAC",
    "MODEL",
    "NOBODY",
    "PHONE_MAC",
    "find_ipv6",
    "find_macs",
    "find_macs_of_phones",
    "ipv4_in",
    "may_be_dotted_mac",
    "may_be_mac",
]

# IPv4
# --------------------------------------------------------------------------------------------------

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_LATIN = r"0-9A-Za-z\u00c0-\u024f"
# Four numbers with dots, not a part of a word in Latin letters or of a longer dotted number; letters
# of other scripts are glued to what they speak of.
IPV4 = re.compile(
    rf"""
    [0-9] (?<![{_LATIN}].) (?<!\d\..)                                     # begins here
    (?:(?<=0)|(?<=1)[0-9]{{0,2}}|(?<=2)(?:5[0-5]|[0-4]?[0-9])?|(?<=[3-9])[0-9]?)
    (?:\.{_BYTE}){{3}}
    (?![{_LATIN}]|\.\d)
    """,
    re.VERBOSE,
)

# Loopback, unspecified, link-local, broadcast and netmasks: nobody has them.
# Source: RFC 6890, section 2.2.2; RFC 3927.
NOBODY = re.compile(r"(?:127\.|0\.0\.0\.0\Z|169\.254\.|255\.)")

_WORD = 12  # how far back a word before an address is looked for
_VERSION_ENDS = tuple(
    f"{word}{mark}"
    for words, marks in (
        (("build", "firmware", "release", "ver", "version"), " :"),
        (
            (
                "chrome",
                "chromium",
                "crios",
                "edg",
                "edga",
                "edge",
                "firefox",
                "opr",
                "safari",
                "version",
            ),
            "/",
        ),
    )
    for word in words
    for mark in marks
)
# The maker and model of a desk phone, which writes its firmware and hardware address behind them
MODEL = re.compile(
    r"(?:aastra|fanvil|gigaset|grandstream|htek|linksys|obihai|panasonic|polycom|snom|spectralink|vtech"
    r"|yealink)[ /_-][\w./ -]{0,40}\Z",
    re.IGNORECASE,
)
_MODEL = 52  # characters of both


def ipv4_in(text: str, start: int, end: int, /) -> list[Finding]:
    """Find the IPv4 addresses of people and servers; the port stays outside."""
    found = []
    for match in IPV4.finditer(text, start, end + 2):
        left, right = match.span()
        if NOBODY.match(text, left, right) is None and not _is_version(text, left):
            found.append(Finding(left, right, DataCategory.IP_ADDRESS))
    return found


def _is_version(text: str, start: int, /) -> bool:
    before = text[max(0, start - _WORD) : start]
    if before[-2:-1].isalpha() and before.lower().endswith(_VERSION_ENDS):
        return True
    if text[start - 1 : start] != " " or not text[start - 2 : start - 1].isalnum():
        return False
    return MODEL.search(text[max(0, start - _MODEL) : start]) is not None


# IPv6
# --------------------------------------------------------------------------------------------------

# Any run of hexadecimal digits and colons with two colons at least, and its zone
IPV6 = re.compile(
    r"""
    (?<![0-9A-Za-z:.]) (?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)
    (?P<address>[0-9A-Fa-f:]{2,45}(?:\.[0-9]{1,3}){0,3})
    (?:%[0-9A-Za-z_.-]{1,32})?
    (?![0-9A-Za-z])
    """,
    re.VERBOSE,
)
HAS_IPV6 = re.compile(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]")

_FEWEST_COLONS, _MOST_COLONS = 6, 8  # in an IPv6 address; fewer only beside ::
_OF_NOBODY = (bytes(16), bytes(15) + b"\1")  # unspecified and loopback


def find_ipv6(text: str, /) -> Iterator[Finding]:
    """Find IPv6 addresses with their zone, except those that nobody has, such as `::1`."""
    for match in IPV6.finditer(text):
        if _is_ipv6(match["address"]):
            yield Finding(match.start(), match.end(), DataCategory.IP_ADDRESS)


def _is_ipv6(address: str, /) -> bool:
    # Most of what has colons is told from an address without the price of an error.
    colons = address.count(":")
    if colons > _MOST_COLONS or ("::" not in address and colons < _FEWEST_COLONS):
        return False
    try:
        return socket.inet_pton(socket.AF_INET6, address) not in _OF_NOBODY
    except OSError:
        return False


# Hardware addresses
# --------------------------------------------------------------------------------------------------

HAS_MAC = re.compile(r"[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}")
HAS_DOTTED_MAC = re.compile(r"\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}")
_PAIR = "[0-9A-Fa-f]{2}"
MAC = re.compile(
    rf"""
    (?<![0-9A-Fa-f:.-])
    (?: {_PAIR} (?:(?::{_PAIR}){{5}}|(?:-{_PAIR}){{5}}) (?:[:-]{_PAIR}){{0,2}}  # 00:1a:2b:3c:4d:5e
      | [0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}} )                # 001a.2b3c.4d5e
    (?![0-9A-Fa-f]|[:-][0-9A-Fa-f])
    """,
    re.VERBOSE,
)
# Twelve hexadecimal digits as a word of their own, as phones write them behind their model
PHONE_MAC = re.compile(r"(?<=[ ;(/])(?=[0-9a-f]{12}|[0-9A-F]{12})[0-9A-Fa-f]{12}(?![0-9A-Za-z.])")


def may_be_mac(text: str, /) -> bool:
    """Say whether three pairs of hexadecimal digits are together."""
    return (text.count(":") > 4 or text.count("-") > 4) and HAS_MAC.search(text) is not None


def may_be_dotted_mac(text: str, /) -> bool:
    """Say whether two fours of hexadecimal digits are behind dots."""
    return "." in text and HAS_DOTTED_MAC.search(text) is not None


def find_macs(text: str, /) -> Iterator[Finding]:
    """Find hardware addresses."""
    for match in MAC.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.MAC_ADDRESS)


def find_macs_of_phones(text: str, /) -> Iterator[Finding]:
    """Find hardware addresses without marks, in what a desk phone says of itself."""
    for match in PHONE_MAC.finditer(text):
        start, end = match.span()
        if MODEL.search(text[max(0, start - _MODEL) : start]) is not None:
            yield Finding(start, end, DataCategory.MAC_ADDRESS)
