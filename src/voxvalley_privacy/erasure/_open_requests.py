"""The person of a request that is still open, sealed: its ledger names nobody."""

from __future__ import annotations

import base64
import secrets

from ..keys import KeyRing

__all__ = ["sealed_subject", "unsealed_subject"]

_NONCE_BYTES = 12


def sealed_subject(keys: KeyRing, subject: str, ticket: str, /) -> str:
    """Return a text that only the key ring opens, and only for the same ticket."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    key_id = keys.active_id
    cipher = AESGCM(keys.derive("erasure.sealed", key_id=key_id))
    sealed = nonce + cipher.encrypt(nonce, subject.encode(), ticket.encode())
    return f"{key_id}.{base64.b64encode(sealed).decode()}"


def unsealed_subject(keys: KeyRing, sealed: str, ticket: str, /) -> str:
    """Return the person again."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key_id, _, coded = sealed.partition(".")
    data = base64.b64decode(coded)
    cipher = AESGCM(keys.derive("erasure.sealed", key_id=key_id))
    return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], ticket.encode()).decode()
