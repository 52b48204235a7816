"""Find everything personal in a text: separate passes behind cheap tests, merged so that nothing found is left uncovered."""

from __future__ import annotations

from collections.abc import Iterable

from ...vocabulary import DataCategory as C
from .._findings import Finding
from .._patterns import encodings, numbers
from ._digits import KINDS, find_in_digits
from ._finder import Finder
from ._fold import Folded, folded, may_hide
from ._known import KnownValues
from ._secrets import KEY_BLOCK
from ._shape import shape_of
from ._signs import find_by_signs

__all__ = ["DEFAULT_FINDERS", "find_in_text", "merged"]


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
_STRENGTH = dict.fromkeys(C, 3) | {
    category: rank
    for rank, category in enumerate(
        (
            C.RAW_MESSAGE,
            C.ONE_TIME_CODE,
            C.PHONE_NUMBER,
            C.PAYMENT_CARD,
            C.COORDINATES,
            C.IP_ADDRESS,
            C.MAC_ADDRESS,
            C.DATE_OF_BIRTH,
            C.IBAN,
            C.UPI_ID,
            C.EMAIL_ADDRESS,
            C.SIP_URI,
            C.URL,
            C.CREDENTIAL,
        )
    )
}
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
        or (not text.isascii() and numbers.ANY_SCRIPT.search(text) is not None)
        or KEY_BLOCK in text
    )


def _ask(finders: Iterable[Finder], text: str, /) -> list[Finding]:
    """Ask each finder that is worth it."""
    return [finding for finder in finders if finder.cheap(text) for finding in finder.find(text)]


def _outside_escapes(text: str, finding: Finding, /) -> bool:
    """Say whether digits were found that are not those of escapes: %20%20%20%20 is a row of spaces."""
    part = text[finding.start : finding.end]
    for mark, pattern in encodings.ESCAPES.items():
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
