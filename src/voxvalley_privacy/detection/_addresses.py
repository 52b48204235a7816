"""Addresses of people: e-mail and payment addresses, SIP and web addresses."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from ..vocabulary import DataCategory
from ._digit_shapes import is_id
from .findings import Finding

__all__ = [
    "AT_HOST",
    "HOST_ALONE",
    "LOCAL_PART",
    "PORT",
    "SIP_URI",
    "URL",
    "URL_SECRET",
    "find_at_signs",
    "find_sip_uris",
    "find_urls",
]

# E-mail and payment addresses
# --------------------------------------------------------------------------------------------------

# Vowel signs of India's and its neighbours' scripts are letters here, though \w has none of them.
_SIGNS = r"\u0900-\u0963\u0966-\u0df3\u0f3e\u0f3f\u0f7f\u102b-\u109d\u17b4-\u17d3"
# An at sign with a host behind it: @example.com · @[192.0.2.1] · @okaxis
AT_HOST = re.compile(
    rf"@(?:\[[0-9A-Fa-f.:IPv]{{2,50}}\]|\w[\w{_SIGNS}-]*+(?:\.\w[\w{_SIGNS}-]*+)*+)"
)
# The name in front of it, read backwards: alice · "alice b"
LOCAL_PART = re.compile(rf"[\w{_SIGNS}.+%&'-]{{1,128}}+|\"[^\"\r\n]{{1,64}}\"")

_LOCAL = 128  # characters in front of an at sign

# Who runs payment addresses in India; the part behind the at sign.
# Source: NPCI, list of UPI apps and handles (2026-11).
_UPI_HANDLES = frozenset(
    (
        "abfspay", "airtel", "allbank", "apl", "axisb", "axisbank", "axl", "barodampay", "cnrb",
        "dbs", "fam", "fbl", "federal", "freecharge", "hdfcbank", "hsbc", "ibl", "icici", "idbi",
        "idfcbank", "ikwik", "indus", "jio", "jupiteraxis", "kotak", "mahb", "mbk", "naviaxis",
        "okaxis", "okhdfcbank", "okicici", "oksbi", "paytm", "pnb", "postbank", "ptaxis", "pthdfc",
        "ptsbi", "ptyes", "rbl", "sbi", "sib", "slc", "superyes", "tapicici", "timecosmos", "uboi",
        "upi", "waaxis", "wahdfcbank", "waicici", "wasbi", "yapl", "ybl", "yes", "yesbank",
        "yespay",
    )
)  # fmt: skip


def find_at_signs(text: str, told: Container[int] = (), /) -> Iterator[Finding]:
    """
    Find e-mail addresses, and India's payment addresses, whose host is a handle without a dot.

    Args:
        text: The text.

        told: Offsets of at signs that are behind the user of a web address.
    """
    says_upi: bool | None = None  # asked once, and only where a host has no dot
    for match in AT_HOST.finditer(text):
        host, at = match[0], match.start()
        if at in told:
            continue
        head = text[max(0, at - _LOCAL) : at]
        category = DataCategory.UPI_ID
        if "." in host or host[1] == "[":
            category = DataCategory.EMAIL_ADDRESS
        elif host[1:].lower() not in _UPI_HANDLES:
            if says_upi is None:
                says_upi = "upi" in text.lower()
            if not says_upi or "upi" not in head.lower():
                continue
        local = LOCAL_PART.match(head[::-1])
        if local is not None:
            yield Finding(at - len(local[0].rstrip("'.")), match.end(), category)


# SIP addresses
# --------------------------------------------------------------------------------------------------

# The colon of an address of a person, and what follows it up to a blank or a closing mark. Which of
# the groups took part says how many letters the scheme has.
SIP_URI = re.compile(
    r"""
    :(?<=[smlop]:)(?=[\w+%"*\#(])
    (?: (?:(?<=sip:)|(?<=tel:)|(?<=\bsms:))(?P<three>)
      | (?:(?<=sips:)|(?<=xmpp:)|(?<=\bpres:))(?P<four>)
      | (?<=\bim:)(?P<two>)
      | (?<=callto:)(?P<six>)
      | (?<=whatsapp:)(?P<eight>) )
    [^\s<>"'\\^`{|}]++
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LETTERS = {"two": 2, "three": 3, "four": 4, "six": 6, "eight": 8}  # of schemes
_CLOSING = ".,;:!?)]'"  # marks that close a sentence, not an address

# A host without a user, which is a server: gw1.carrier.example.net:5060
HOST_ALONE = re.compile(
    r":[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){1,8}(?:[:;][a-z0-9;=._-]*)?", re.IGNORECASE
)
# A port at the end, which is not a part of who is meant
PORT = re.compile(r"(?<=[\w\]]):[0-9]{1,5}\Z")
_MANY_DIGITS = 7  # of a host name that could hold a number


def find_sip_uris(text: str, first: int, /) -> Iterator[Finding]:
    """Find sip:, tel: and other addresses of a person from an offset on, without a port at the end."""
    for match in SIP_URI.finditer(text, first):
        colon = match.start()
        start = colon - _LETTERS[match.lastgroup or ""]
        address = match[0].rstrip(_CLOSING)
        if _is_server(address):
            continue
        port = PORT.search(address) if "@" in address else None
        end = len(address) if port is None else port.start()
        yield Finding(start, colon + end, DataCategory.SIP_URI)


def _is_server(address: str, /) -> bool:
    if HOST_ALONE.fullmatch(address) is None:
        return False
    return sum(map(str.isdigit, address.partition(".")[0])) < _MANY_DIGITS


# Web addresses
# --------------------------------------------------------------------------------------------------

URL = re.compile(r"://[^\s<>\"\\^`{|}]++")

# The parts of a web address that are secret: its user, and everything from a parameter on that is
# named as a key or holds a long value. Numbers in it are found like any others.
URL_SECRET = re.compile(
    r"""
    (?<=://) (?P<user>[^/?\#@]*+) @
    | [?&\#][^=&\#]{0,32}(?:amz|auth|credential|goog|hmac|jwt|key|pass|policy|pwd|sas|secret|session
                          |sig|token)[^=&\#]{0,32}=
    | [?&\#][^=&\#]{0,64}= (?P<long>[^&\#]{20,})
    """,
    re.IGNORECASE | re.VERBOSE,
)


def find_urls(text: str, /) -> Iterator[Finding]:
    """Find the personal parts of web addresses: user and password, a key, a long value."""
    for match in URL.finditer(text):
        start = match.start()
        url = match[0].rstrip(_CLOSING)
        for secret in URL_SECRET.finditer(url):
            if secret["user"] is not None:
                left, right = secret.span("user")
                yield Finding(start + left, start + right, DataCategory.CREDENTIAL)
            elif secret["long"] is None or not is_id(secret["long"]):
                yield Finding(start + secret.start(), start + len(url), DataCategory.URL)
                break
