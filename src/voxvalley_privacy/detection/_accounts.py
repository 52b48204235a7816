"""Bank accounts and tax numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..vocabulary import DataCategory
from .findings import Finding

__all__ = [
    "IBAN",
    "INDIA_PAN",
    "ibans_in",
    "india_pan_at",
]

# Two letters, two digits, and 11 to 30 more in any spacing; its country says how many belong to it.
IBAN = re.compile(
    r"""
    (?<![A-Za-z0-9])
    (?: [A-Z]{2} [\W_]{0,2} [0-9] [\W_]{0,2} [0-9] (?:[\W_]{0,2}+[A-Z0-9]){11,30}+
      | [a-z]{2} [0-9]{2} [a-z0-9]{11,30}+ )
    """,
    re.VERBOSE,
)

# Five letters of which the fourth says what kind of person it is, four digits, a check letter
INDIA_PAN = re.compile(
    r"(?<=[A-Z]{3}[ABCFGHLJPT][A-Z])(?<![A-Za-z0-9].{5})[0-9]{4}[A-Z](?![A-Za-z0-9])"
)

# Bank accounts, tax numbers, hardware addresses
# --------------------------------------------------------------------------------------------------

# Length by country. Source: SWIFT, IBAN Registry, release 98 (2024).
_IBAN_LENGTHS = {
    row[at : at + 2]: int(row[at + 2 : at + 4])
    for row in (
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29",
        "ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20",
        "LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29",
        "PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20",
        "YE30",
    )
    for at in range(0, len(row), 4)
}

_IBAN_HEAD = 24  # characters of an account number before or behind its longest run of digits
_PAN_HEAD = 5  # letters of a tax number before its digits


def ibans_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """
    Find a bank account number around digits by its country and its length.

    One with a wrong check digit is a typo, and hidden too.
    """
    for match in IBAN.finditer(text, max(0, start - _IBAN_HEAD), end + _IBAN_HEAD):
        size = _IBAN_LENGTHS.get(match[0][:2].upper(), 0)
        last = _end_of(text, match.start(), match.end(), size)
        if last is not None and not text[last : last + 1].isalnum():
            yield Finding(match.start(), last, DataCategory.IBAN)


def _end_of(text: str, start: int, end: int, size: int, /) -> int | None:
    """Return the offset after as many letters and digits, or None where there are fewer."""
    for at in range(start, end):
        size -= text[at].isalnum()
        if not size:
            return at + 1
    return None


def india_pan_at(text: str, start: int, /) -> Iterator[Finding]:
    """Find India's tax number by its four digits."""
    match = INDIA_PAN.match(text, start)
    if match is not None:
        yield Finding(start - _PAN_HEAD, match.end(), DataCategory.INDIA_PAN)
