"""Everything that begins with digits: one pass that finds them, and what each cluster of them could be."""

from __future__ import annotations

from ...vocabulary import DataCategory as C
from .._findings import Finding
from .._patterns import numbers
from ._addresses import ipv4_in
from ._context import coordinates_in, words_in
from ._identity import ibans_in, india_pan_at
from ._numbers import numbers_in
from ._secrets import find_announced, find_blobs, find_keys, in_long_word

__all__ = ["KINDS", "find_in_digits"]

KINDS = (
    C.PHONE_NUMBER,
    C.PAYMENT_CARD,
    C.IMEI,
    C.IMSI,
    C.ICCID,
    C.AADHAAR,
    C.US_SSN,
    C.LOCATION,
    C.SUBSCRIBER_ID,
    C.IP_ADDRESS,
    C.IBAN,
    C.INDIA_PAN,
    C.ONE_TIME_CODE,
    C.DATE_OF_BIRTH,
    C.COORDINATES,
    C.CREDENTIAL,
    C.RAW_MESSAGE,
)

_SEVEN = "seven"
_ENOUGH = 7  # digits that make a number


def find_in_digits(text: str, /) -> list[Finding]:
    """
    Find what has digits in it: numbers of all kinds, IPv4 addresses, codes, coordinates, birth dates, keys and blobs.

    One pass gives the clusters of digits; nearly all texts have few, and what a cluster can be is seen from a few characters.
    """
    found: list[Finding] = []
    glued = False  # whether digits stand in a word that is long enough to be a token, a key or a blob
    for cluster in numbers.CLUSTER.finditer(text):
        size = cluster.lastgroup
        start, end = cluster.span()
        before = text[max(0, start - 2) : start]
        if not glued and (before[-1:].isalpha() or text[end : end + 1].isalpha()):
            glued = in_long_word(text, start, end)
        if size is None:
            continue
        dots = text.count(".", start, end)
        rest = end - start  # characters that are not yet told
        if dots > 2:
            for address in ipv4_in(text, start, end):
                found.append(address)
                rest -= address.end - address.start
        elif dots:
            found += coordinates_in(text, start, end)
        found += words_in(text, start, end, short=size != _SEVEN)
        if size == _SEVEN and rest >= _ENOUGH:
            found += numbers_in(text, start, end)
            if before[-1:].isalpha() or before[:1].isupper():
                found += ibans_in(text, start, end)
        elif before[-1:].isupper():
            found += india_pan_at(text, start)
    if glued:
        found += find_announced(text)
        found += find_keys(text)
        found += find_blobs(text)
    return found
