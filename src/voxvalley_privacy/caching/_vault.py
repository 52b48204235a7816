"""Keys, tags and seals: what turns a response into octets that say nothing without the key ring."""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterable
from itertools import accumulate

import attrs

from voxvalley_privacy.keys import KeyRing, spell
from voxvalley_privacy.phone import canonical

from ._headers import Headers

__all__ = ["Copy", "Vault"]

# A copy before it is sealed: when it was made and when it ends, how old it was then, its status, the lengths of its
# kind, its tags and its fields; then kind, tags, fields and body.
_FORM = struct.Struct(">dddHHII")
_VERSION = b"voxvalley-privacy cache 1"
_BYTES = 24


@attrs.frozen(kw_only=True)
class Copy:
    """
    Hold a kept response with its terms.

    Args:
        made: When, in seconds since 1970.

        expires: When it ends, likewise.

        age: How old the answer was when it was made, in seconds.

        status: The status code.

        kind: What it holds.

        tags: What it is erased by.

        fields: Its fields, each `name: value` on a line of its own.

        body: Its body.
    """

    made: float
    expires: float
    age: float
    status: int
    kind: str
    tags: tuple[str, ...] = attrs.field(repr=False)
    fields: str = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def headers(self, *more: tuple[str, str]) -> Headers:
        """Return the fields, and *more* after them."""
        pairs = [line.partition(": ")[::2] for line in self.fields.split("\n") if line]
        return Headers([*pairs, *more])

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

    __slots__ = ("_cipher", "_key", "_keys", "_region")

    def __init__(self, keys: KeyRing, /, *, tenant: str = "", region: str | None = None) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._keys = keys.for_tenant(tenant) if tenant else keys
        self._region = region
        self._key = self._keyed("cache.key")
        self._cipher = AESSIV(self._keys.derive("cache.seal", length=64))

    def key(self, request_text: str, /) -> str:
        """Make the key of a request: letters only, so that no number can be seen in it or taken for one."""
        return _mac(self._key, request_text)

    def tags(self, what: str, value: str, /, *, key_ids: Iterable[str] | None = None) -> tuple[str, ...]:
        """Make the tags of *value*: by the active key, or by each of *key_ids*."""
        ids = (self._keys.active_id,) if key_ids is None else key_ids
        return tuple([_mac(self._keyed("cache.tag", what, key_id=key_id), value) for key_id in ids])

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of every key that tags may have been made with."""
        return self._keys.key_ids

    def _keyed(self, use: str, category: str = "", *, key_id: str | None = None) -> hmac.HMAC:
        return hmac.new(self._keys.derive(use, category, key_id=key_id), digestmod="sha256")

    def subject(self, subject: str, /) -> str:
        """Bring all spellings of a number into one, and tell numbers from other ids."""
        number = canonical(subject, region=self._region)
        return f"id:{subject.strip().casefold()}" if number is None else f"number:{number}"

    def seal(self, key: str, copy: Copy, /) -> bytes:
        """Seal *copy* so that it opens under *key* only."""
        kind, tags = copy.kind.encode(), " ".join(copy.tags).encode()
        fields = copy.fields.encode("utf-8", "surrogatepass")
        lengths = len(kind), len(tags), len(fields)
        form = _FORM.pack(copy.made, copy.expires, copy.age, copy.status, *lengths)
        return self._cipher.encrypt(form + kind + tags + fields + copy.body, [_VERSION, key.encode()])

    def open(self, key: str, sealed: bytes, /) -> Copy | None:
        """Return what was sealed under *key*; None for anything else, whatever it is."""
        from cryptography.exceptions import InvalidTag

        try:
            plain = self._cipher.decrypt(sealed, [_VERSION, key.encode()])
        except (InvalidTag, ValueError):
            return None
        made, expires, age, status, *lengths = _FORM.unpack_from(plain)
        kind_at, tags_at, fields_at, body_at = accumulate(lengths, initial=_FORM.size)
        return Copy(
            made=made,
            expires=expires,
            age=age,
            status=status,
            kind=plain[kind_at:tags_at].decode(),
            tags=tuple(plain[tags_at:fields_at].decode().split()),
            fields=plain[fields_at:body_at].decode("utf-8", "surrogatepass"),
            body=plain[body_at:],
        )


def _mac(keyed: hmac.HMAC, text: str) -> str:
    # A copy of the keyed state takes half the time of a new HMAC.
    mac = keyed.copy()
    mac.update(text.encode("utf-8", "surrogatepass"))
    return spell(mac.digest()[:_BYTES]).decode()
