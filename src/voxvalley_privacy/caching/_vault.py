"""Keys, tags and seals: what turns a response into octets that say nothing without the key ring."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from ..keys import KeyRing, Mac, spell
from ..phone import canonical
from ..vocabulary import ContentKind

__all__ = ["Copy", "Vault"]

# A copy before it is sealed: when it was made and when it ends, how old it was then, its status, the number of its kind,
# the lengths of its tags and its fields; then tags, fields and body.
_FORM = struct.Struct(">dddHBII")
_KINDS = tuple(ContentKind)
_NUMBER_OF = {kind: number for number, kind in enumerate(_KINDS)}
_VERSION = b"voxvalley-privacy cache 1 "
_BYTES = 24


class Copy(NamedTuple):
    """Hold a kept response with its terms; a tuple, as one is made for every hit."""

    made: float  # when, in seconds since 1970
    expires: float  # when it ends, likewise
    age: float  # how old the answer was when it was made, in seconds
    status: int
    kind: ContentKind
    tags: bytes  # what it is erased by, with spaces between
    fields: bytes  # see Headers.keep
    body: bytes

    def __repr__(self) -> str:
        return f"<Copy {self.kind} {len(self.body)} hidden>"

    def age_at(self, now: float, /) -> float:
        """Tell how old it is, in seconds."""
        return self.age + now - self.made


class Vault:
    """
    Make keys and tags by HMAC-SHA-256, and seal copies with AES-256-SIV, for one tenant.

    Args:
        keys: Of the app; the tenant's are derived from it.

        tenant: Its name; empty for an app that has none.

        region: Where national numbers of people were written, as for `voxvalley_privacy.phone.canonical`.
    """

    __slots__ = ("_cipher", "_invalid", "_key", "_keys", "_region")

    def __init__(self, keys: KeyRing, /, *, tenant: str = "", region: str | None = None) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._invalid = InvalidTag
        self._keys = keys.for_tenant(tenant) if tenant else keys
        self._region = region
        self._key = Mac(self._keys.derive("cache.key"))
        self._cipher = AESSIV(self._keys.derive("cache.seal", length=64))

    def key(self, request_text: str, /) -> str:
        """Make the key of a request: letters only, so that no number can be seen in it or taken for one."""
        return _letters(self._key, request_text)

    def tags(
        self, what: str, value: str, /, *, key_ids: Iterable[str] | None = None
    ) -> tuple[str, ...]:
        """Make the tags of *value*: by the active key, or by each of *key_ids*."""
        ids = (self._keys.active_id,) if key_ids is None else key_ids
        macs = [Mac(self._keys.derive("cache.tag", what, key_id=key_id)) for key_id in ids]
        return tuple([_letters(mac, value) for mac in macs])

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of every key that tags may have been made with."""
        return self._keys.key_ids

    def subject(self, subject: str, /) -> str:
        """Bring all spellings of a number into one, and tell numbers from other ids."""
        number = canonical(subject, region=self._region)
        return f"id:{subject.strip().casefold()}" if number is None else f"number:{number}"

    def seal(self, key: str, copy: Copy, /) -> bytes:
        """Seal *copy* so that it opens under *key* only."""
        numbers = (copy.made, copy.expires, copy.age, copy.status, _NUMBER_OF[copy.kind])
        form = _FORM.pack(*numbers, len(copy.tags), len(copy.fields))
        return self._cipher.encrypt(
            form + copy.tags + copy.fields + copy.body, [_VERSION + key.encode()]
        )

    def open(self, key: str, sealed: bytes, /) -> Copy | None:
        """Return what was sealed under *key*; None for anything else, whatever it is."""
        try:
            plain = self._cipher.decrypt(sealed, [_VERSION + key.encode()])
        except (self._invalid, ValueError):
            return None
        made, expires, age, status, kind, tags_length, fields_length = _FORM.unpack_from(plain)
        fields = _FORM.size + tags_length
        body = fields + fields_length
        return Copy(
            made,
            expires,
            age,
            status,
            _KINDS[kind],
            plain[_FORM.size : fields],
            plain[fields:body],
            plain[body:],
        )


def _letters(mac: Mac, text: str) -> str:
    return spell(mac(text.encode("utf-8", "surrogatepass"))[:_BYTES]).decode()
