"""Addresses: e-mail and payment addresses, IP, SIP and web."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from ..vocabulary import DataCategory
from .findings import Finding

__all__ = [
    "AT_HOST",
    "HAS_IPV6",
    "IPV4",
    "IPV6",
    "LOCAL_PART",
    "SIP_URI",
    "URL",
    "URL_SECRET",
    "find_at_signs",
    "find_ipv6",
    "find_sip_uris",
    "find_urls",
    "ipv4_in",
    "may_be_ipv6",
]

# Addresses of machines and people: IP, MAC, e-mail, SIP and web addresses
# --------------------------------------------------------------------------------------------------

# Four numbers with dots, no part of a word or of a longer dotted number
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = re.compile(
    r"[0-9](?<![^\W_].)(?<!\d\..)(?:(?<=0)|(?<=1)[0-9]{0,2}|(?<=2)(?:5[0-5]|[0-4]?[0-9])?|(?<=[3-9])[0-9]?)"
    rf"(?:\.{_BYTE}){{3}}(?![^\W_]|\.\d)"
)
# Any run of hexadecimal digits and colons with two colons at least; what it is, `_addresses` decides.
IPV6 = re.compile(
    r"(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{2,45}(?:\.[0-9]{1,3}){0,3}(?:%[0-9A-Za-z_.-]{1,32})?(?![0-9A-Za-z])"
)
HAS_IPV6 = re.compile(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]")

# An at sign with a host behind it, and, read backwards from it, the name in front: alice@example.com, "alice b"@[192.0.2.1], a@okaxis
# Vowel signs of India's and its neighbours' scripts are letters here, though \w has none of them.
_SIGNS = r"\u0900-\u0963\u0966-\u0df3\u0f3e\u0f3f\u0f7f\u102b-\u109d\u17b4-\u17d3"
AT_HOST = re.compile(
    rf"@(?:\[[0-9A-Fa-f.:IPv]{{2,50}}\]|\w[\w{_SIGNS}-]*+(?:\.\w[\w{_SIGNS}-]*+)*+)"
)
LOCAL_PART = re.compile(rf"[\w{_SIGNS}.+%&'-]{{1,128}}+|\"[^\"\r\n]{{1,64}}\"")

# The colon of an address of a person, and what follows it up to a blank or a closing mark. Which of the groups took part tells how
# many letters the scheme has.
SIP_URI = re.compile(
    r":(?<=[smlop]:)(?=[\w+%\"*#(])(?:(?:(?<=sip:)|(?<=tel:)|(?<=\bsms:))(?P<three>)|(?:(?<=sips:)|(?<=xmpp:)|(?<=\bpres:))(?P<four>)"
    r"|(?<=\bim:)(?P<two>)|(?<=callto:)(?P<six>)|(?<=whatsapp:)(?P<eight>))[^\s<>\"'\\^`{|}]++",
    re.IGNORECASE,
)

URL = re.compile(r"://[^\s<>\"\\^`{|}]++")

# From where on a web address is secret: its user part, or a parameter that is named as a key or holds a long value. Numbers in it are
# found like any others.
URL_SECRET = re.compile(
    r"(?<=://)[^/?#@]*+@"
    r"|[?&#](?:[^=&#]{0,32}(?:token|sig|key|auth|pass|pwd|secret|credential|session|jwt|sas|hmac|policy|amz|goog)[^=&#]{0,32}=|[^=&#]{0,64}=[^&#]{20})",
    re.IGNORECASE,
)


# Addresses: e-mail and payment addresses, IP, SIP and web
# --------------------------------------------------------------------------------------------------

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
    for match in AT_HOST.finditer(text):
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
        local = LOCAL_PART.match(text[max(0, at - _LOCAL) : at][::-1])
        if local is not None:
            yield Finding(at - len(local[0].rstrip("'.")), match.end(), category)


def ipv4_in(text: str, start: int, end: int, /) -> list[Finding]:
    """Find IPv4 addresses whole; the port stays outside, and a version is none."""
    whole = IPV4.match(text, start, end + 2)
    if whole is not None and whole.end() == end:  # the only one, as nearly always
        spans = [(start, end)]
    else:
        spans = [match.span() for match in IPV4.finditer(text, start, end + 2)]
    return [
        Finding(left, right, DataCategory.IP_ADDRESS)
        for left, right in spans
        if not text[left - 2 : left - 1].isalpha()
        or not text[max(0, left - _WORD) : left].lower().endswith(_VERSION_ENDS)
    ]


def may_be_ipv6(text: str, /) -> bool:
    """Say whether two colons stand as in an address."""
    return HAS_IPV6.search(text) is not None


def find_ipv6(text: str, /) -> Iterator[Finding]:
    """Find IPv6 addresses, except those that name no machine, as `::` alone."""
    for match in IPV6.finditer(text):
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
    for match in SIP_URI.finditer(text, first):
        colon = match.start()
        start = colon - _LETTERS[match.lastgroup or ""]
        yield Finding(start, colon + len(match[0].rstrip(_CLOSING)), DataCategory.SIP_URI)


def find_urls(text: str, /) -> Iterator[Finding]:
    """Find web addresses from the first part that is personal: user and password, a key, a long value."""
    for match in URL.finditer(text):
        start = match.start()
        url = match[0].rstrip(_CLOSING)
        secret = URL_SECRET.search(url)
        if secret is not None:
            yield Finding(start + secret.start(), start + len(url), DataCategory.URL)
