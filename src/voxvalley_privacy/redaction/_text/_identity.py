"""Bank accounts, tax numbers, hardware addresses."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import identity

__all__ = ["find_macs", "ibans_in", "india_pan_at", "may_be_dotted_mac", "may_be_mac"]

# Length by country. Source: SWIFT, IBAN Registry, release 98 (2024).
_IBAN_LENGTHS = {
    row[at : at + 2]: int(row[at + 2 : at + 4])
    for row in (
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18",
        "GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15",
        "OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30",
    )
    for at in range(0, len(row), 4)
}

_IBAN_HEAD = 24  # characters of an account number before or behind its longest run of digits
_PAN_HEAD = 5  # letters of a tax number before its digits


def ibans_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find a bank account number around digits by its country and its length; a wrong check digit is a typo and hidden, too."""
    for match in identity.IBAN.finditer(text, max(0, start - _IBAN_HEAD), end + _IBAN_HEAD):
        first = match.start()
        left = _IBAN_LENGTHS.get(match[0][:2].upper(), 0)
        for at in range(first, match.end()):
            left -= text[at].isalnum()
            if not left:
                if not text[at + 1 : at + 2].isalnum():
                    yield Finding(first, at + 1, DataCategory.IBAN)
                break


def india_pan_at(text: str, start: int, /) -> Iterator[Finding]:
    """Find India's tax number by its four digits."""
    match = identity.INDIA_PAN.match(text, start)
    if match is not None:
        yield Finding(start - _PAN_HEAD, match.end(), DataCategory.INDIA_PAN)


def may_be_mac(text: str, /) -> bool:
    """Say whether three pairs of hexadecimal digits stand together."""
    return (text.count(":") > 4 or text.count("-") > 4) and identity.HAS_MAC.search(
        text
    ) is not None


def may_be_dotted_mac(text: str, /) -> bool:
    """Say whether two fours of hexadecimal digits stand behind dots."""
    return "." in text and identity.HAS_DOTTED_MAC.search(text) is not None


def find_macs(text: str, /) -> Iterator[Finding]:
    """Find hardware addresses."""
    for match in identity.MAC.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.MAC_ADDRESS)
