"""Every cryptographic primitive behind the actions."""

from __future__ import annotations

from .ff1 import FF1, DigitPseudonymizer
from .ip import CryptoPan, IpPseudonymizer
from .seal import Sealer, Siv
from .tokens import Pseudonymizer, TokenCheck

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
