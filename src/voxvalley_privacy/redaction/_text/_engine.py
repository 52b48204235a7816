"""Find everything personal in a text: separate passes behind cheap tests, merged so that nothing found is left uncovered."""

from __future__ import annotations

from collections.abc import Iterable

from ...vocabulary import DataCategory as C
from .._findings import Finding
from .._patterns import encodings, numbers
from . import _addresses, _digits, _identity, _secrets
from ._finder import Finder
from ._fold import folded, may_hide, unfolded
from ._known import KnownValues

__all__ = ["DEFAULT_FINDERS", "find_in_text", "merged"]


_KEY_BLOCK = "-----BEGIN"


def _always(_text: str, /) -> bool:
    return True


def _has_key_block(text: str, /) -> bool:
    return _KEY_BLOCK in text


def _has_scheme(text: str, /) -> bool:
    return "://" in text


DEFAULT_FINDERS: tuple[Finder, ...] = (
    Finder("digits", _digits.KINDS, _always, _digits.find_in_digits),
    Finder("e-mail", (C.EMAIL_ADDRESS, C.UPI_ID), _always, _addresses.find_at_signs, "@"),
    Finder("SIP", (C.SIP_URI,), _always, _addresses.find_sip_uris, ":"),
    Finder("IPv6", (C.IP_ADDRESS,), _addresses.may_be_ipv6, _addresses.find_ipv6, ":"),
    Finder("URL", (C.URL,), _has_scheme, _addresses.find_urls, ":"),
    Finder("announced secret", (C.CREDENTIAL,), _secrets.may_announce, _secrets.find_announced),
    Finder("named secret", (C.CREDENTIAL,), _always, _secrets.find_named, ":="),
    Finder("MAC", (C.MAC_ADDRESS,), _identity.may_be_mac, _identity.find_macs, ":-"),
    Finder("private key", (C.CREDENTIAL,), _has_key_block, _secrets.find_private_keys, "-"),
)


class _Plan:
    """Which finders a text is worth, by the marks that stand in it."""

    __slots__ = ("_asked", "_finders", "_marks")

    def __init__(self, finders: Iterable[Finder], /) -> None:
        self._finders = tuple(finders)
        self._marks = tuple(dict.fromkeys(mark for finder in self._finders for mark in finder.marks))
        self._asked: dict[int, tuple[Finder, ...]] = {}

    def find(self, text: str, /) -> list[Finding]:
        """Ask the finders whose marks stand in the text."""
        key = 0
        for mark in self._marks:
            key += key + (mark in text)
        finders = self._asked.get(key)
        if finders is None:
            finders = self._asked[key] = tuple(
                finder for finder in self._finders if not finder.marks or any(mark in text for mark in finder.marks)
            )
        found: list[Finding] = []
        for finder in finders:
            if finder.cheap is _always or finder.cheap(text):
                found += finder.find(text)
        return found


_DEFAULT_PLAN = _Plan(DEFAULT_FINDERS)


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
    first = (numbers.ANY if text.isascii() else numbers.ANY_SCRIPT).search(text)
    if first is None and known is None and _KEY_BLOCK not in text:
        return ()
    plan = _DEFAULT_PLAN if finders is DEFAULT_FINDERS else _Plan(finders)
    found = plan.find(text)
    if may_hide(text, first.start() if first is not None else 0):
        read = folded(text)
        found = [finding for finding in found if _outside_escapes(text, finding)]
        found += (Finding(*read.back(start, end), kind) for start, end, kind in plan.find(read.text))
    elif known is None:
        return tuple(merged(found)) if found else ()
    else:
        read = unfolded(text)
    if known is not None:
        found += (Finding(*read.back(start, end), kind) for start, end, kind in known.find(read.text))
    return tuple(merged(found))


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
    return rank > other_rank or (rank == other_rank and finding.end - finding.start > other.end - other.start)
