"""Bank accounts, tax numbers, hardware addresses."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import identity

__all__ = ["find_ibans", "find_india_pans", "find_macs", "may_be_iban", "may_be_india_pan", "may_be_mac"]

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

def may_be_iban(text: str, /) -> bool:
    """Say whether two letters, two digits and four of either stand together."""
    return identity.IBAN_START.search(text) is not None


def find_ibans(text: str, /) -> Iterator[Finding]:
    """Find bank account numbers by their country and its length; a wrong check digit is a typo and hidden, too."""
    for match in identity.IBAN.finditer(text):
        start, end = match.span()
        left = _IBAN_LENGTHS.get(match[0][:2].upper(), 0)
        for at in range(start, end):
            left -= text[at].isalnum()
            if not left:
                if not text[at + 1 : at + 2].isalnum():
                    yield Finding(start, at + 1, DataCategory.IBAN)
                break


def may_be_india_pan(text: str, /) -> bool:
    """Say whether four digits stand between capitals of the right kind."""
    return identity.INDIA_PAN.search(text) is not None


def find_india_pans(text: str, /) -> Iterator[Finding]:
    """Find India's tax numbers."""
    for match in identity.INDIA_PAN.finditer(text):
        yield Finding(match.start() - 5, match.end(), DataCategory.INDIA_PAN)


def may_be_mac(text: str, /) -> bool:
    """Say whether there are enough marks for a hardware address."""
    return text.count(":") > 4 or text.count("-") > 4 or text.count(".") > 1


def find_macs(text: str, /) -> Iterator[Finding]:
    """Find hardware addresses."""
    for match in identity.MAC.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.MAC_ADDRESS)
