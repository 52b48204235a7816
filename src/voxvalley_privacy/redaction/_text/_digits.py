"""Everything that begins with digits: one pass that finds them, and what each cluster of them could be."""

from __future__ import annotations

from ...vocabulary import DataCategory as C  # noqa: N817 - a table reads better so
from .._findings import Finding
from .._patterns import numbers
from ._addresses import ipv4_in
from ._context import birth_dates_in, codes_in, coordinates_in, named_coordinates_in, says_birth, says_code, says_place, short_numbers_in
from ._identity import ibans_in, india_pan_at
from ._numbers import numbers_in

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
)

_SEVEN = "seven"


def find_in_digits(text: str, /) -> list[Finding]:
    """
    Find what has digits in it: numbers of all kinds, IPv4 addresses, codes, coordinates, birth dates.

    One pass gives the clusters of digits; nearly all texts have few, and what a cluster can be is seen from a few characters.
    """
    found: list[Finding] = []
    low = ""
    code = False
    for cluster in numbers.CLUSTER.finditer(text):
        size = cluster.lastgroup
        if size is None:
            continue
        start, end = cluster.span()
        if not low:
            low = text.lower()
            code = says_code(low)
            if says_birth(low):
                found += birth_dates_in(text)
            if says_place(low):
                found += named_coordinates_in(text)
        dots = text.count(".", start, end)
        if dots:
            found += coordinates_in(text, start, end)
            if dots > 2:
                found += ipv4_in(text, start, end)
        if code:
            found += codes_in(text, start, end)
        before = text[max(0, start - 2) : start]
        if size == _SEVEN:
            found += numbers_in(text, start, end)
            if before[-1:].isalpha() or before[:1].isupper():
                found += ibans_in(text, start, end)
        else:
            found += short_numbers_in(text, start, end)
            if before[-1:].isupper():
                found += india_pan_at(text, start)
    return found
