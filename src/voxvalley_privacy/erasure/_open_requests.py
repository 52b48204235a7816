"""The person of a request that is still open, sealed: its ledger names nobody."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from ..keys import KeyRing
from ..ledgers import unsalted
from ..stores import Event

__all__ = ["sealed_subject", "unsealed_subject", "wait_for"]

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


def wait_for(event: Event, waiting: dict[str, dict[str, dict[str, Any]]], /) -> None:
    """Take one event into account: requests wait, by person and ticket, until they are closed."""
    if event.kind == "erasure.closed":
        waiting.pop(event.stream, None)
    elif event.kind == "erasure.requested" and event.body is not None:
        details = unsalted(event.body)
        waiting.setdefault(event.stream, {})[str(details["ticket"])] = details
