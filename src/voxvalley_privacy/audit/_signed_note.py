"""Signed notes: the head of a tree as text that others can sign too."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import TYPE_CHECKING

import attrs

from ..errors import InvalidToken

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

__all__ = ["Checkpoint", "open_note", "sign_note"]

_ED25519 = b"\x01"


@attrs.frozen
class Checkpoint:
    """The head of a tree: whose, how many leaves, and the root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def _hint(origin: str, public_key: Ed25519PublicKey) -> bytes:
    raw = public_key.public_bytes_raw()
    return sha256(origin.encode() + b"\n" + _ED25519 + raw).digest()[:4]


def sign_note(checkpoint: Checkpoint, key: Ed25519PrivateKey, /) -> str:
    """Return the signed note of a checkpoint."""
    signature = key.sign(checkpoint.text.encode())
    coded = base64.b64encode(_hint(checkpoint.origin, key.public_key()) + signature).decode()
    return f"{checkpoint.text}\n\N{EM DASH} {checkpoint.origin} {coded}\n"


def open_note(note: str, public_key: Ed25519PublicKey, /) -> Checkpoint:
    """
    Return the checkpoint in a note that *public_key* signed.

    Raises:
        voxvalley_privacy.InvalidToken: If it is not signed by this key, or is not a note.
    """
    from cryptography.exceptions import InvalidSignature

    text, _, signatures = note.partition("\n\n")
    try:
        origin, size, root = text.split("\n")
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
        for line in signatures.splitlines():
            coded = base64.b64decode(line.rpartition(" ")[2], validate=True)
            if coded[:4] == _hint(origin, public_key):
                public_key.verify(coded[4:], (text + "\n").encode())
                if checkpoint.text == text + "\n":
                    return checkpoint
    except (ValueError, binascii.Error, InvalidSignature):
        pass
    raise InvalidToken
