"""Everything that stands beside a sign: an at sign, a colon, an equals sign, dashes, or the name of a scheme."""

from __future__ import annotations

from .._findings import Finding
from .._patterns import network, secrets
from ._addresses import find_at_signs, find_ipv6, find_sip_uris, find_urls
from ._identity import find_macs, may_be_mac
from ._secrets import KEY_BLOCK, find_announced, find_named, find_private_keys, may_announce

__all__ = ["find_by_signs"]


def find_by_signs(text: str, /) -> list[Finding]:
    """Find addresses of people and machines, web addresses, secrets, and private keys."""
    found: list[Finding] = []
    if "@" in text:
        found += find_at_signs(text)
    colon = ":" in text
    if colon:
        sip = network.SIP_URI.search(text)
        if sip is not None:
            found += find_sip_uris(text, sip.start())
        if network.HAS_IPV6.search(text) is not None:
            found += find_ipv6(text)
        if "://" in text:
            found += find_urls(text)
    if (colon or "=" in text) and secrets.ASSIGNS.search(text) is not None:
        found += find_named(text)
    if (colon or "-" in text) and may_be_mac(text):
        found += find_macs(text)
    if KEY_BLOCK in text:
        found += find_private_keys(text)
    if may_announce(text):
        found += find_announced(text)
    return found
