"""Find everything personal in a text: separate passes behind cheap tests, joined where they meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ..categories import CATEGORIES
from ..vocabulary import DataCategory as C
from ._accounts import ibans_in, india_pan_at
from ._addresses import SIP_URI, find_at_signs, find_sip_uris, find_urls
from ._context import Context
from ._digit_shapes import DIGITS_OF_A_NUMBER, count_digits, is_time_stamp
from ._encoded import find_in_words
from ._folding import ESCAPES, Folded, folded, may_hide
from ._known import KnownValues
from ._network import (
    HAS_IPV6,
    find_ipv6,
    find_macs,
    find_macs_of_phones,
    ipv4_in,
    may_be_dotted_mac,
    may_be_mac,
)
from ._numbers import numbers_in, parts_of, plain_in
from ._outlines import shape_of, words_of
from ._own_finders import Finder
from ._secrets import (
    ASSIGNS,
    KEY_BEGINS,
    KEY_BLOCK,
    find_announced,
    find_keys_in,
    find_named,
    find_private_keys,
    find_told,
    may_announce,
)
from .findings import Finding

__all__ = [
    "ANY_SCRIPT",
    "CLUSTER",
    "DEFAULT_FINDERS",
    "IN_LONG_WORD",
    "find_by_signs",
    "find_in_digits",
    "find_in_text",
    "merged",
]

# Everything that begins with digits: one pass that finds them, and what each cluster could be
# --------------------------------------------------------------------------------------------------

# In the shape of a text: four digits or more with at most three other characters between two
CLUSTER = re.compile(r"0(?:-{0,3}+0){3,}+")

# A digit beside a letter, in a word that is long enough to be a token, a key or a blob
IN_LONG_WORD = re.compile(r"[0-9](?:(?=[A-Za-z])|(?<=[A-Za-z].))(?:(?=\S{8})|(?<=\S{9}))")

_SHORTEST = 4  # digits that can be anything
_DOTS_OF_IPV4 = 3
_LONG_WORD = "x" * 15  # the shortest key in the outline of `words_of`
_MAC = "x" * 12


def find_in_digits(text: str, shape: str, addresses: list[Finding], /) -> list[Finding]:
    """
    Find everything that has digits in it.

    One pass gives the clusters of digits; nearly all texts have few, and a few characters show what
    a cluster can be.

    Args:
        text: The text.

        shape: Its shape, from `shape_of` gives it.

        addresses: The IPv6 addresses in it, whose digits are not looked at again.
    """
    found: list[Finding] = []
    if shape.count("0") >= _SHORTEST:
        found += _find_in_clusters(text, shape, addresses)
    if _has_mixed_words(shape):
        found += _find_in_mixed_words(text)
    if may_be_dotted_mac(text):
        found += find_macs(text)
    return found


def _has_mixed_words(shape: str, /) -> bool:
    return "a0" in shape or "0a" in shape or "O0" in shape or "0O" in shape


def _find_in_mixed_words(text: str, /) -> Iterator[Finding]:
    """Find keys, blobs and hardware addresses, which have digits beside letters."""
    yield from find_told(text)
    words = words_of(text)
    if _LONG_WORD in words and IN_LONG_WORD.search(text) is not None:
        yield from find_in_words(text, words)
    if _MAC in words:
        yield from find_macs_of_phones(text)


def _find_in_clusters(text: str, shape: str, addresses: list[Finding], /) -> Iterator[Finding]:
    context = Context(text)
    for cluster in CLUSTER.finditer(shape):
        start, end = cluster.span()
        if addresses and any(one.start <= start and end <= one.end for one in addresses):
            continue
        plain = plain_in(text, start, end)
        if plain is not None:
            yield plain
        elif is_time_stamp(text, start, end):
            yield from context.births_in(start, end)
        else:
            yield from _find_in_cluster(text, start, end, context)


def _find_in_cluster(text: str, start: int, end: int, context: Context, /) -> list[Finding]:
    """Find what a cluster of digits is: addresses, places and birth dates first, then numbers."""
    found: list[Finding] = []
    dots = text.count(".", start, end)
    if dots >= _DOTS_OF_IPV4:
        found += ipv4_in(text, start, end)
        if found and found[0][:2] == (start, end):
            return found
        found += list(context.codes_beside(found, start, end))
    elif dots:
        found += context.coordinates_in(start, end)
    found += context.births_in(start, end)
    numbers, parts = parts_of(text, start, end)
    for part in parts:
        found += _find_in_part(text, *part, context)
    found += numbers
    if text[start - 1 : start].isalpha() or text[start - 2 : start - 1].isupper():
        found += _accounts_in(text, start, end)
    return found


def _find_in_part(text: str, start: int, end: int, context: Context, /) -> Iterator[Finding]:
    """Find the code or number that a part of a cluster is."""
    digits = count_digits(text[start:end])
    if digits >= DIGITS_OF_A_NUMBER:
        yield from context.long_in(start, end)
        yield from numbers_in(text, start, end)
    elif digits >= _SHORTEST:
        yield from context.short_in(start, end)


def _accounts_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find account and tax numbers, which begin with letters."""
    if text[start - 1 : start].isupper():
        yield from india_pan_at(text, start)
    yield from ibans_in(text, start, end)


# Everything beside a sign: an at sign, a colon, an equals sign, dashes, or the name of a scheme
# --------------------------------------------------------------------------------------------------


def _may_assign(text: str, /) -> bool:
    return ASSIGNS.search(text) is not None


def _always(_text: str, /) -> bool:
    return True


# Two signs of which one is in the text, a cheap test, and the finder
_BY_SIGNS = (
    (":", "=", _may_assign, find_named),
    (":", "-", may_be_mac, find_macs),
    (KEY_BLOCK, KEY_BLOCK, _always, find_private_keys),
    ("", "", may_announce, find_announced),
)


def find_by_signs(text: str, /) -> list[Finding]:
    """Find addresses of people, web addresses, hardware addresses, secrets and private keys."""
    found: list[Finding] = []
    if ":" in text:
        found += _find_beside_colons(text)
    if "@" in text:
        found += find_at_signs(text, {one.end for one in found})
    for sign, other, may, find in _BY_SIGNS:
        if (sign in text or other in text) and may(text):
            found += find(text)
    return found


def _find_beside_colons(text: str, /) -> Iterator[Finding]:
    sip = SIP_URI.search(text)
    if sip is not None:
        yield from find_sip_uris(text, sip.start())
    if "://" in text:
        yield from find_urls(text)


# All passes, once
# --------------------------------------------------------------------------------------------------


def _find(text: str, shape: str, /) -> list[Finding]:
    """Find everything that the library knows by itself."""
    found: list[Finding] = []
    if ":" in text and HAS_IPV6.search(text) is not None:
        found += find_ipv6(text)
    if "0" in shape:
        found += find_in_digits(text, shape, list(found))
    if _may_begin_keys(text):
        found += find_keys_in(text, 0, len(text))
    return found + find_by_signs(text)


def _may_begin_keys(text: str, /) -> bool:
    """Say whether a key of letters only could be in a text."""
    if "_" not in text and "-" not in text and "A" not in text:
        return False
    return KEY_BEGINS.search(text) is not None


def _find_alone(text: str, /) -> list[Finding]:
    return _find(text, shape_of(text))


# One finder, as its parts share what they look at; a user's own are beside it.
DEFAULT_FINDERS: tuple[Finder, ...] = (
    Finder(
        "default",
        tuple(C),
        _always,
        _find_alone,
    ),
)


# A text that has no ASCII digit, no @ : = and nothing of this holds nothing for any finder: digits
# of many scripts (Nd is \d, the ranges are No) and wide @ : =.
ANY_SCRIPT = re.compile(
    r"[\d²³¹\u1369-\u1371\u19da\u2070-\u2079\u2080-\u2089\u2460-\u24ff\u2776-\u2793\ufe13\ufe55"
    r"\ufe66\ufe6b\uff1a\uff1d\uff20\U00010a40-\U00010a43\U00010e60-\U00010e68"
    r"\U00011052-\U0001105a\U0001f100-\U0001f10a]"
)
_CODE = C.ONE_TIME_CODE  # a look into an enumeration has its price
_ESCAPED_DIGITS = 5  # digits outside escapes that make a finding in the raw text count


def find_in_text(
    text: str, /, *, finders: Iterable[Finder] = DEFAULT_FINDERS, known: KnownValues | None = None
) -> tuple[Finding, ...]:
    """
    Find everything personal in a text, in time linear in its length.

    Args:
        text: Any text; lone surrogates and control characters are fine.

        finders: Which finders look; a user's own are added to `DEFAULT_FINDERS`.

        known: What else of this record is personal, see `known_values`.

    Returns:
        Findings in order, none overlapping another. Where two finders saw parts of one thing, one
        finding covers both.
    """
    shape = shape_of(text)
    if known is None and finders is DEFAULT_FINDERS and not _has_anything(text, shape):
        return ()
    read = folded(text) if may_hide(text, shape) else Folded(text)
    found = _ask(finders, text, shape)
    if read.text is not text:
        found = _outside_escapes(text, found)
        found += _moved_back(read, _ask(finders, read.text, shape_of(read.text)))
    if known is not None:
        found += _moved_back(read, known.find(read.text))
    return tuple(merged(found + _repeated(text, found))) if found else ()


def _moved_back(read: Folded, found: Iterable[Finding], /) -> Iterator[Finding]:
    """Give findings in a folded text with the offsets of the original."""
    for start, end, kind in found:
        yield Finding(*read.back(start, end), kind)


def _has_anything(text: str, shape: str, /) -> bool:
    """Say whether a text has a character without which there is nothing to find; most have none."""
    if "0" in shape or _has_sign(text):
        return True
    if "_" in text and KEY_BEGINS.search(text) is not None:
        return True
    return not text.isascii() and ANY_SCRIPT.search(text) is not None


def _has_sign(text: str, /) -> bool:
    return ":" in text or "@" in text or "=" in text or KEY_BLOCK in text


def _ask(finders: Iterable[Finder], text: str, shape: str, /) -> list[Finding]:
    """Ask each finder that is worth it."""
    if finders is DEFAULT_FINDERS:
        return _find(text, shape)
    found: list[Finding] = []
    for finder in finders:
        if finder.cheap(text):
            found += map(_inside(text), finder.find(text))
    return [finding for finding in found if finding.start < finding.end]


def _inside(text: str, /) -> Callable[[Finding], Finding]:
    """Return what cuts off a finding where it lies outside the text: a user's finder can err."""
    size = len(text)
    return lambda one: Finding(max(one[0], 0), min(one[1], size), one[2])


def _outside_escapes(text: str, found: list[Finding], /) -> list[Finding]:
    """Return the findings that are not only digits of escapes: %20%20%20%20 is four spaces."""
    return [finding for finding in found if _is_outside_escapes(text[finding.start : finding.end])]


def _is_outside_escapes(part: str, /) -> bool:
    least = min(_ESCAPED_DIGITS, len(part))
    for mark, pattern in ESCAPES.items():
        if mark in part:
            part = pattern.sub("", part)
    return sum(map(str.isalnum, part)) >= least


def _repeated(text: str, found: list[Finding], /) -> list[Finding]:
    """Find the codes that were found once wherever else they are: `@app.example #219476`."""
    codes = {text[one.start : one.end] for one in found if one.category is _CODE}
    return [
        Finding(at, at + len(code), _CODE)
        for code in codes
        if text.count(code) > 1
        for at in _places(text, code)
    ]


def _places(text: str, code: str, /) -> Iterator[int]:
    at = text.find(code)
    while at >= 0:
        end = at + len(code)
        if not text[at - 1 : at].isdigit() and not text[end : end + 1].isdigit():
            yield at
        at = text.find(code, end)


# Findings that overlap
# --------------------------------------------------------------------------------------------------

_STRENGTH = {category: row.rank for category, row in CATEGORIES.items()}


def merged(found: list[Finding], /) -> list[Finding]:
    """Join findings that overlap into one that covers them all and has the strongest name."""
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
    if rank != other_rank:
        return rank > other_rank
    return finding.end - finding.start > other.end - other.start
