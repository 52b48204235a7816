"""Addresses: e-mail, IP, SIP and web."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import network

__all__ = ["find_emails", "find_ipv4", "find_ipv6", "find_sip_uris", "find_urls"]


def find_emails(text: str, /) -> Iterator[Finding]:
    """Find e-mail addresses."""
    for match in network.EMAIL.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.EMAIL_ADDRESS)


def find_ipv4(text: str, /) -> Iterator[Finding]:
    """Find IPv4 addresses; the port stays outside."""
    for match in network.IPV4.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.IP_ADDRESS)


def find_ipv6(text: str, /) -> Iterator[Finding]:
    """Find IPv6 addresses, except those that name no machine, as `::` alone."""
    for match in network.IPV6.finditer(text):
        start, end = match.span()
        if _is_ipv6(text[start:end]):
            yield Finding(start, end, DataCategory.IP_ADDRESS)


def _is_ipv6(candidate: str, /) -> bool:
    from ipaddress import AddressValueError, IPv6Address

    try:
        address = IPv6Address(candidate)
    except (AddressValueError, ValueError):
        return False
    return int(address) > 0


def find_sip_uris(text: str, /) -> Iterator[Finding]:
    """Find sip:, sips:, tel: and other addresses of a person; what closes a sentence stays outside."""
    for match in network.SIP_URI.finditer(text):
        start, end = match.span()
        end = start + len(text[start:end].rstrip(".,;:!?)]"))
        yield Finding(start, end, DataCategory.SIP_URI)


def find_urls(text: str, /) -> Iterator[Finding]:
    """Find web addresses from the first part that is personal: user and password, a query, a number in the path."""
    for match in network.URL.finditer(text):
        start, end = match.span()
        url = text[start:end].rstrip(".,;:!?)]'")
        secret = network.URL_SECRET.search(url)
        if secret is not None:
            yield Finding(start + secret.start(), start + len(url), DataCategory.URL)
