"""Every cryptographic primitive behind the actions."""

from __future__ import annotations

from .crypto_pan import CryptoPan, IpPseudonymizer
from .ff1 import FF1, DigitPseudonymizer
from .pseudonyms import Pseudonymizer, TokenCheck
from .sealing import Sealer, Siv

__all__ = [
    "FF1",
    "CryptoPan",
    "DigitPseudonymizer",
    "IpPseudonymizer",
    "Pseudonymizer",
    "Sealer",
    "Siv",
    "TokenCheck",
]
