"""Everything that begins with digits: one pass that finds them, and what each cluster of them could be."""

from __future__ import annotations

from ...vocabulary import DataCategory as C
from .._findings import Finding
from .._patterns import numbers
from ._addresses import ipv4_in
from ._context import Context
from ._identity import find_macs, ibans_in, india_pan_at, may_be_dotted_mac
from ._numbers import numbers_in, plain_in
from ._secrets import find_keys
from ._shape import words_of

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
    C.MAC_ADDRESS,
)

_SHORTEST = 4  # digits that can be anything
_ENOUGH = 7  # digits that make a number
_LONG_WORD = "x" * 14  # the shortest word that is more than digits, a hardware address with dots


def find_in_digits(text: str, shape: str, /) -> list[Finding]:
    """
    Find what has digits in it: numbers of all kinds, IPv4 addresses, codes, coordinates, birth dates, keys and blobs.

    One pass gives the clusters of digits; nearly all texts have few, and what a cluster can be is seen from a few characters.
    """
    found: list[Finding] = []
    if shape.count("0") >= _SHORTEST:
        found += _find_in_clusters(text, shape)
    words = words_of(text)
    if _LONG_WORD in words and numbers.IN_LONG_WORD.search(text) is not None:
        found += find_keys(text, words)
        if may_be_dotted_mac(text):
            found += find_macs(text)
    return found


def _find_in_clusters(text: str, shape: str, /) -> list[Finding]:
    found: list[Finding] = []
    context: Context | None = None
    for cluster in numbers.CLUSTER.finditer(shape):
        start, end = cluster.span()
        plain = plain_in(text, start, end)
        if plain is not None:
            found.append(plain)
            continue
        dots = text.count(".", start, end)
        rest = end - start  # characters that are not yet told
        if dots > 2 and (addresses := ipv4_in(text, start, end)):
            found += addresses
            rest -= sum([address.end - address.start for address in addresses])
            if not rest:
                continue
            context = context or Context(text)
            found += context.codes_beside(addresses, start, end)
        digits = shape.count("0", start, end)
        if context is None:
            context = Context(text)
        if 0 < dots < 3:
            found += context.coordinates_in(start, end)
        if digits < _ENOUGH:
            found += context.short_in(start, end)
            if text[start - 1 : start].isupper():
                found += india_pan_at(text, start)
            continue
        found += context.long_in(start, end)
        if rest < _ENOUGH:
            continue
        found += numbers_in(text, start, end)
        if text[start - 1 : start].isalpha() or text[start - 2 : start - 1].isupper():
            found += ibans_in(text, start, end)
    return found
