"""
Crypto-PAn: IP addresses replaced so that two that share a prefix share exactly as long a one
afterwards.

Bit i of the result is bit i of the address, turned over or not by what AES makes of the i bits
before it. Source: Xu, Fan, Ammar, Moon: Prefix-preserving IP address anonymization, ICNP 2002,
section 3.
"""

from __future__ import annotations

import ipaddress
from functools import partial

import attrs

from ...errors import ConfigurationError
from ...keys import KeyRing

__all__ = ["CryptoPan", "IpPseudonymizer"]

_KEY_BYTES = 32
_BLOCK_BITS = 128
_TOP_BITS = bytes(b"01"[byte >> 7] for byte in range(256))


class CryptoPan:
    """
    Replace addresses of one size, all bits of one in one call of AES.

    Args:
        key: 32 bytes: 16 for AES, and 16 that AES turns into the padding.

        bits: How long the addresses are: 32 or 128.

    Raises:
        voxvalley_privacy.ConfigurationError: If *key* has another length.
    """

    __slots__ = ("_bits", "_cipher", "_padding", "_prefixes")

    def __init__(self, key: bytes, /, *, bits: int) -> None:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        if len(key) != _KEY_BYTES:
            raise ConfigurationError(f"A Crypto-PAn key has {_KEY_BYTES} bytes (got {len(key)}).")
        # A block cipher is what it asks for: no block comes twice under one address.
        self._cipher = Cipher(algorithms.AES(key[:16]), modes.ECB())  # noqa: S305
        padding = int.from_bytes(self._cipher.encryptor().update(key[16:]), "big")
        ones = (1 << _BLOCK_BITS) - 1
        prefixes = [ones ^ (ones >> length) for length in range(bits)]
        self._bits = bits
        # Block i is the first i bits of the address, then padding: all blocks as one number, so
        # that masking is one operation.
        self._prefixes = _join(prefixes)
        self._padding = _join([padding & ~prefix for prefix in prefixes])

    def __call__(self, address: bytes, /) -> bytes:
        """Return the pseudonym of *address*; both as their bytes."""
        repeated = int.from_bytes(address.ljust(16, b"\0") * self._bits, "big")
        blocks = (repeated & self._prefixes | self._padding).to_bytes(16 * self._bits, "big")
        # A new encryptor for each call: one that two threads use at once raises.
        turned = int(self._cipher.encryptor().update(blocks)[::16].translate(_TOP_BITS), 2)
        return (int.from_bytes(address, "big") ^ turned).to_bytes(len(address), "big")


@attrs.frozen
class IpPseudonymizer:
    """
    Replace IPv4 and IPv6 addresses by others, keeping shared prefixes.

    The result is an address like any other, possibly somebody's, and a replaced one cannot be told
    from a real one. Whoever can have addresses of their choice replaced learns the prefixes of
    others bit by bit: never hand out both sides.

    Args:
        keys: The active key replaces.

        purpose: What the results are for, or any other context whose results must not join with
            others.
    """

    keys: KeyRing
    purpose: str = attrs.field(default="", kw_only=True)
    _v4: CryptoPan = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(
            lambda self: CryptoPan(self.keys.derive(f"ip/{self.purpose}", "v4"), bits=32),
            takes_self=True,
        ),
    )
    _v6: CryptoPan = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(
            lambda self: CryptoPan(self.keys.derive(f"ip/{self.purpose}", "v6"), bits=128),
            takes_self=True,
        ),
    )

    def __call__(self, text: str, /) -> str | None:
        """Return the pseudonym of the address in *text*, without a zone; None if it is not one."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        replace = self._v4 if address.version == 4 else self._v6
        return str(ipaddress.ip_address(replace(address.packed)))

    def __reduce__(self) -> tuple[object, ...]:
        return (partial(IpPseudonymizer, self.keys, purpose=self.purpose), ())


def _join(blocks: list[int]) -> int:
    return int.from_bytes(b"".join(block.to_bytes(16, "big") for block in blocks), "big")
