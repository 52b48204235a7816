"""Find everything personal in a text: separate passes behind cheap tests, merged so that nothing found is left uncovered."""

from __future__ import annotations

from collections.abc import Iterable

from ...vocabulary import DataCategory as C  # noqa: N817 - a table reads better so
from .._findings import Finding
from .._patterns import encodings, identity, numbers
from . import _addresses, _context, _identity, _numbers, _secrets
from ._finder import Finder
from ._fold import fold
from ._known import KnownValues

__all__ = ["DEFAULT_FINDERS", "find_in_text", "merged"]

DEFAULT_FINDERS: tuple[Finder, ...] = (
    Finder("number", _numbers.KINDS, _numbers.has_run, _numbers.find_numbers),
    Finder("e-mail", (C.EMAIL_ADDRESS,), lambda text: "@" in text, _addresses.find_emails),
    Finder("UPI id", (C.UPI_ID,), lambda text: "@" in text, _identity.find_upi_ids),
    Finder("IPv4", (C.IP_ADDRESS,), lambda text: text.count(".") > 2, _addresses.find_ipv4),
    Finder("IPv6", (C.IP_ADDRESS,), lambda text: text.count(":") > 1, _addresses.find_ipv6),
    Finder("MAC", (C.MAC_ADDRESS,), lambda text: any(text.count(mark) > 1 for mark in ":-."), _identity.find_macs),
    Finder("SIP", (C.SIP_URI,), lambda text: ":" in text, _addresses.find_sip_uris),
    Finder("URL", (C.URL,), lambda text: "://" in text, _addresses.find_urls),
    Finder("named secret", (C.CREDENTIAL,), _secrets.may_name_secret, _secrets.find_secrets),
    Finder("key", (C.CREDENTIAL,), _secrets.has_long_word, _secrets.find_keys),
    Finder("blob", (C.RAW_MESSAGE,), _secrets.has_long_word, _secrets.find_blobs),
    Finder("IBAN", (C.IBAN,), lambda text: identity.IBAN_START.search(text) is not None, _identity.find_ibans),
    Finder("PAN", (C.INDIA_PAN,), lambda text: identity.INDIA_PAN.search(text) is not None, _identity.find_india_pans),
    Finder("one-time code", (C.ONE_TIME_CODE,), _context.may_say_code, _context.find_codes),
    Finder("birth date", (C.DATE_OF_BIRTH,), _context.may_say_birth, _context.find_birth_dates),
    Finder("coordinates", (C.COORDINATES,), _context.may_say_place, _context.find_coordinates),
    Finder("six digits", (C.PHONE_NUMBER,), _context.has_six_digits, _context.find_six_digits),
    Finder("short number", (C.PHONE_NUMBER,), _context.may_say_telephone, _context.find_short_numbers),
)

# Where findings overlap, the strongest names them all: what is known beats what opens something, that beats an address, that beats
# a kind of number, and a mere run of digits beats only an unknown blob.
_STRENGTH = {
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
    plain = text.isascii()
    if (numbers.ANY if plain else numbers.ANY_SCRIPT).search(text) is None and known is None:
        return ()
    found = [finding for finder in finders if finder.cheap(text) for finding in finder.find(text)]
    folded = fold(text)
    if folded.text is not text:
        found = [finding for finding in found if _outside_escapes(text, finding)]
        for finder in finders:
            if finder.cheap(folded.text):
                found += (Finding(*folded.back(start, end), kind) for start, end, kind in finder.find(folded.text))
    if known is not None:
        found += (Finding(*folded.back(start, end), kind) for start, end, kind in known.find(folded.text))
    return tuple(merged(found))


def _outside_escapes(text: str, finding: Finding, /) -> bool:
    """Say whether digits were found that are not those of escapes: %20%20%20%20 is a row of spaces."""
    part = text[finding.start : finding.end]
    if not ("%" in part or "=" in part):
        return True
    return sum(map(str.isalnum, encodings.ESCAPE.sub("", part))) >= _ESCAPED_DIGITS


def merged(found: list[Finding], /) -> list[Finding]:
    """Join findings that overlap into one that covers them all and bears the strongest name."""
    if len(found) < 2:
        return found
    found.sort()
    result = [found[0]]
    for finding in found[1:]:
        last = result[-1]
        if finding.start >= last.end:
            result.append(finding)
        else:
            result[-1] = Finding(last.start, max(last.end, finding.end), max(last, finding, key=_strength).category)
    return result


def _strength(finding: Finding, /) -> tuple[int, int]:
    return _STRENGTH.get(finding.category, _STRENGTH[C.PAYMENT_CARD]), finding.end - finding.start
