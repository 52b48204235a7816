"""
Sealed values: tokens that holders of the keys can open again.

A token is `seal<category>A<key id><commitment><tag and ciphertext>`, all in letters. AES-SIV is
deterministic: equal values give equal tokens in every process, and there is no nonce that could
come twice. It does not commit to its key by itself, so 32 bytes from the same derivation stand
before the ciphertext and are compared first. All that stands before them is associated data.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from types import MappingProxyType

import attrs

from ...errors import InvalidToken, KeyUnavailable
from ...keys import ALPHABET, KeyRing, spell, unspell
from ...vocabulary import DataCategory
from .pseudonyms import KEY_ID_LETTERS, SEAL, VERSION

__all__ = ["Sealer", "Siv"]

_SIV_KEY_BYTES = 64
_COMMITMENT_BYTES = 32
_BLOCK = 16  # of AES, so of the tag and, here, of the padding too
_KINDS = MappingProxyType(
    {category: SEAL + category.replace("_", "").lower() for category in DataCategory}
)
_CATEGORIES = MappingProxyType({kind: category for category, kind in _KINDS.items()})


class Siv:
    """
    Encrypt and decrypt with AES-SIV.

    Args:
        key: 32, 48 or 64 bytes: one half for the tag, one for the text.

    Source: RFC 5297, sections 2.6 and 2.7.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes, /) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._cipher = AESSIV(key)

    def encrypt(self, text: bytes, associated: Sequence[bytes], /) -> bytes:
        """Return the tag and, as long as *text*, the ciphertext."""
        return self._cipher.encrypt(text, [*associated])

    def decrypt(self, sealed: bytes, associated: Sequence[bytes], /) -> bytes | None:
        """Return the text, or None if one bit of anything is not as it was."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(sealed, [*associated])
        except InvalidTag:
            return None


@attrs.frozen
class _Key:
    siv: Siv = attrs.field(repr=False, eq=False)
    commitment: bytes = attrs.field(repr=False, eq=False)

    @classmethod
    def of(cls, keys: KeyRing, key_id: str) -> _Key:
        derived = keys.derive("seal", key_id=key_id, length=_SIV_KEY_BYTES + _COMMITMENT_BYTES)
        return cls(Siv(derived[:_SIV_KEY_BYTES]), derived[_SIV_KEY_BYTES:])


@attrs.frozen
class Sealer:
    """
    Seal texts with the active key of a ring and open what any of its keys sealed.

    Args:
        keys: The ring. A tenant's ring does not open another's tokens.
    """

    keys: KeyRing
    _by_id: dict[str, _Key] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(
            lambda self: {key_id: _Key.of(self.keys, key_id) for key_id in self.keys.key_ids},
            takes_self=True,
        ),
    )

    def seal(self, category: DataCategory, text: str, /) -> str:
        """
        Return the token of *text*; it shows the category, the key id, and the length in steps of 16
        bytes.
        """
        head = f"{_KINDS[category]}{VERSION}{self.keys.active_id}"
        key = self._by_id[self.keys.active_id]
        sealed = key.siv.encrypt(_pad(text.encode("utf-8", "surrogatepass")), [head.encode()])
        return head + spell(key.commitment + sealed).decode()

    def unseal(self, token: str, /) -> tuple[DataCategory, str]:
        """
        Return the category and the text of *token*.

        Raises:
            voxvalley_privacy.InvalidToken: If these keys did not make it, or any letter of it was
                changed.

            voxvalley_privacy.KeyUnavailable: If it has the form of a token and names a key that is
                not in the ring. That
                follows from the six letters of the id and the ring's public lists alone, so it
                tells nothing about the value, the tenant, or whether the token was ever made; an
                operator must know that a key is missing.
        """
        kind, _, tail = token.partition(VERSION)
        key_id, body = tail[:KEY_ID_LETTERS], unspell(tail[KEY_ID_LETTERS:])
        category = _CATEGORIES.get(kind)
        if category is None or not body or key_id.strip(ALPHABET):
            raise InvalidToken
        # A ring refuses to derive from a key that it does not have.
        key = self._by_id.get(key_id) or _Key.of(self.keys, key_id)
        padded = None
        if hmac.compare_digest(key.commitment, body[:_COMMITMENT_BYTES]):
            head = f"{kind}{VERSION}{key_id}".encode()
            padded = key.siv.decrypt(body[_COMMITMENT_BYTES:], [head])
        if padded is None:
            raise InvalidToken
        return category, _unpad(padded).decode("utf-8", "surrogatepass")

    def is_sealed(self, text: str, /) -> bool:
        """Tell whether *text*, the whole of it, is a token that these keys made and still open."""
        if not text.startswith(SEAL):
            return False
        try:
            self.unseal(text)
        except (InvalidToken, KeyUnavailable):
            return False
        return True

    def __reduce__(self) -> tuple[object, ...]:
        return (Sealer, (self.keys,))


def _pad(data: bytes) -> bytes:
    # Every E.164 number of up to 14 digits gets one length; some versions of cryptography refuse to
    # encrypt nothing. Source: ISO/IEC 9797-1, padding method 2.
    return data + b"\x80" + bytes(-(len(data) + 1) % _BLOCK)


def _unpad(padded: bytes) -> bytes:
    # Authentic by now, so the mark is there.
    return padded.rstrip(b"\0")[:-1]
