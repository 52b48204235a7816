"""Bank accounts, tax numbers, payment addresses, hardware addresses."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import identity

__all__ = ["find_ibans", "find_india_pans", "find_macs", "find_upi_ids"]

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

# Who runs payment addresses in India; the part behind the at sign. Source: NPCI, list of UPI apps and handles (2026-11).
_UPI_HANDLES = frozenset(
    {
        "abfspay", "airtel", "allbank", "apl", "axisb", "axisbank", "axl", "barodampay", "cnrb", "dbs", "fam", "fbl", "federal",
        "freecharge", "hdfcbank", "hsbc", "ibl", "icici", "idbi", "idfcbank", "ikwik", "indus", "jio", "jupiteraxis", "kotak",
        "mahb", "mbk", "naviaxis", "okaxis", "okhdfcbank", "okicici", "oksbi", "paytm", "pnb", "postbank", "ptaxis", "pthdfc",
        "ptsbi", "ptyes", "rbl", "sbi", "sib", "slc", "superyes", "tapicici", "timecosmos", "uboi", "upi", "waaxis", "wahdfcbank",
        "waicici", "wasbi", "yapl", "ybl", "yes", "yesbank", "yespay",
    }
)  # fmt: skip


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


def find_india_pans(text: str, /) -> Iterator[Finding]:
    """Find India's tax numbers."""
    for match in identity.INDIA_PAN.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.INDIA_PAN)


def find_upi_ids(text: str, /) -> Iterator[Finding]:
    """Find India's payment addresses: a name at a handle that a bank or an app runs."""
    said = "upi" in text.lower()
    for match in identity.UPI.finditer(text):
        if said or match[0].rpartition("@")[2].lower() in _UPI_HANDLES:
            yield Finding(match.start(), match.end(), DataCategory.UPI_ID)


def find_macs(text: str, /) -> Iterator[Finding]:
    """Find hardware addresses."""
    for match in identity.MAC.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.MAC_ADDRESS)
