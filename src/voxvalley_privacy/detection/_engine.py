"""Find everything personal in a text: separate passes behind cheap tests, merged so that nothing found is left uncovered."""

from __future__ import annotations

from collections.abc import Iterable

from ..categories import CATEGORIES
from ..vocabulary import DataCategory as C
from ._addresses import (
    HAS_IPV6,
    SIP_URI,
    find_at_signs,
    find_ipv6,
    find_sip_uris,
    find_urls,
    ipv4_in,
)
from ._context import Context
from ._digit_runs import ANY_SCRIPT, CLUSTER, IN_LONG_WORD
from ._folding import ESCAPES, Folded, folded, may_hide, shape_of, words_of
from ._identity import find_macs, ibans_in, india_pan_at, may_be_dotted_mac, may_be_mac
from ._known import KnownValues
from ._numbers import numbers_in, plain_in
from ._own_finders import Finder
from ._secrets import (
    ASSIGNS,
    KEY_BLOCK,
    find_announced,
    find_keys,
    find_named,
    find_private_keys,
    may_announce,
)
from .findings import Finding

__all__ = ["DEFAULT_FINDERS", "KINDS", "find_by_signs", "find_in_digits", "find_in_text", "merged"]

# Everything that begins with digits: one pass that finds them, and what each cluster of them could be
# --------------------------------------------------------------------------------------------------

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
    if _LONG_WORD in words and IN_LONG_WORD.search(text) is not None:
        found += find_keys(text, words)
        if may_be_dotted_mac(text):
            found += find_macs(text)
    return found


def _find_in_clusters(text: str, shape: str, /) -> list[Finding]:
    found: list[Finding] = []
    context: Context | None = None
    for cluster in CLUSTER.finditer(shape):
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


# Everything that stands beside a sign: an at sign, a colon, an equals sign, dashes, or the name of a scheme
# --------------------------------------------------------------------------------------------------


def find_by_signs(text: str, /) -> list[Finding]:
    """Find addresses of people and machines, web addresses, secrets, and private keys."""
    found: list[Finding] = []
    if "@" in text:
        found += find_at_signs(text)
    colon = ":" in text
    if colon:
        sip = SIP_URI.search(text)
        if sip is not None:
            found += find_sip_uris(text, sip.start())
        if HAS_IPV6.search(text) is not None:
            found += find_ipv6(text)
        if "://" in text:
            found += find_urls(text)
    if (colon or "=" in text) and ASSIGNS.search(text) is not None:
        found += find_named(text)
    if (colon or "-" in text) and may_be_mac(text):
        found += find_macs(text)
    if KEY_BLOCK in text:
        found += find_private_keys(text)
    if may_announce(text):
        found += find_announced(text)
    return found


# Find everything personal in a text: separate passes behind cheap tests, merged so that nothing found is left uncovered
# --------------------------------------------------------------------------------------------------


def _always(_text: str, /) -> bool:
    return True


def _find(text: str, shape: str, /) -> list[Finding]:
    """Find everything that the library knows by itself."""
    found = find_in_digits(text, shape) if "0" in shape else []
    found += find_by_signs(text)
    return found


def _find_alone(text: str, /) -> list[Finding]:
    return _find(text, shape_of(text))


# One, as its parts share what they look at; a user's own stand beside it.
DEFAULT_FINDERS: tuple[Finder, ...] = (
    Finder(
        "default",
        (*KINDS, C.EMAIL_ADDRESS, C.UPI_ID, C.SIP_URI, C.URL),
        _always,
        _find_alone,
    ),
)


# Where findings overlap, the strongest names them all: what is known beats what opens something, that beats an address, that beats
# a kind of number, and a mere run of digits beats only an unknown blob.
_STRENGTH = {category: row.rank for category, row in CATEGORIES.items()}
_ESCAPED_DIGITS = 5  # digits outside escapes that make a finding in the raw text count


def find_in_text(
    text: str, /, *, finders: Iterable[Finder] = DEFAULT_FINDERS, known: KnownValues | None = None
) -> tuple[Finding, ...]:
    """
    Find everything personal in a text, in time linear in its length.

    Args:
        text: Any text; lone surrogates and control characters are fine.

        finders: What is looked for; a user's own stand beside `DEFAULT_FINDERS`.

        known: What else of this record is personal, see `known_values`.

    Returns:
        Findings in order, none overlapping another. Where two finders saw parts of one thing, one finding covers both.
    """
    shape = shape_of(text)
    if known is None and not _has_anything(text, shape):
        return ()
    found = _find(text, shape) if finders is DEFAULT_FINDERS else _ask(finders, text)
    read = folded(text) if may_hide(text, shape) else None
    if read is not None and read.text is not text:
        found = [finding for finding in found if _outside_escapes(text, finding)]
        again = (
            _find(read.text, shape_of(read.text))
            if finders is DEFAULT_FINDERS
            else _ask(finders, read.text)
        )
        found += [Finding(*read.back(start, end), kind) for start, end, kind in again]
    if known is not None:
        read = read or Folded(text)
        found += [
            Finding(*read.back(start, end), kind) for start, end, kind in known.find(read.text)
        ]
    return tuple(merged(found)) if found else ()


def _has_anything(text: str, shape: str, /) -> bool:
    """Say whether a text has a character without which there is nothing to find; most messages have none."""
    return (
        "0" in shape
        or ":" in text
        or "@" in text
        or "=" in text
        or (not text.isascii() and ANY_SCRIPT.search(text) is not None)
        or KEY_BLOCK in text
    )


def _ask(finders: Iterable[Finder], text: str, /) -> list[Finding]:
    """Ask each finder that is worth it."""
    return [finding for finder in finders if finder.cheap(text) for finding in finder.find(text)]


def _outside_escapes(text: str, finding: Finding, /) -> bool:
    """Say whether digits were found that are not those of escapes: %20%20%20%20 is a row of spaces."""
    part = text[finding.start : finding.end]
    for mark, pattern in ESCAPES.items():
        if mark in part:
            part = pattern.sub("", part)
    return sum(map(str.isalnum, part)) >= min(_ESCAPED_DIGITS, finding.end - finding.start)


def merged(found: list[Finding], /) -> list[Finding]:
    """Join findings that overlap into one that covers them all and bears the strongest name."""
    if len(found) < 2:
        return found
    found.sort()
    result: list[Finding] = []
    last = found[0]
    for finding in found[1:]:
        if finding.start >= last.end:
            result.append(last)
            last = finding
        elif finding.category is last.category:
            if finding.end > last.end:
                last = Finding(last.start, finding.end, last.category)
        else:
            strongest = finding if _is_stronger(finding, last) else last
            last = Finding(last.start, max(last.end, finding.end), strongest.category)
    result.append(last)
    return result


def _is_stronger(finding: Finding, other: Finding, /) -> bool:
    rank, other_rank = _STRENGTH[finding.category], _STRENGTH[other.category]
    return rank > other_rank or (
        rank == other_rank and finding.end - finding.start > other.end - other.start
    )
