"""Every cryptographic primitive behind the actions."""

from __future__ import annotations

from .tokens import Pseudonymizer, TokenCheck, hmac_sha256

__all__ = ["Pseudonymizer", "TokenCheck", "hmac_sha256"]
