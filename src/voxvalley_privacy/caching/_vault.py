"""Keys, tags and seals, and the shelf: the sealed copies of one tenant in a store."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from ..decisions import Reason
from ..errors import ConfigurationError
from ..keys import KeyRing, Mac, spell
from ..stores.copies import CacheStore, Entry, GuardedCacheStore, MemoryCacheStore, Patience
from ..vocabulary import ContentKind
from . import _cache_reasons as why
from ._whom import People

__all__ = [
    "BUDGET",
    "PAUSE",
    "Copy",
    "Shelf",
    "Vault",
    "guarded",
    "shelf_of",
    "subject_of",
]

BUDGET = timedelta(milliseconds=50)
PAUSE = timedelta(seconds=5)

# A copy before it is sealed: when it was made and when it ends, how old it was then, its status,
# the number of its kind, the lengths of its tags and its fields; then tags, fields and body.
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

    """

    __slots__ = ("_cipher", "_invalid", "_key", "_keys", "_macs")

    def __init__(self, keys: KeyRing, /, *, tenant: str = "") -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._invalid = InvalidTag
        self._keys = keys.for_tenant(tenant) if tenant else keys
        self._macs: dict[tuple[str, str], Mac] = {}
        self._key = Mac(self._keys.derive("cache.key"))
        self._cipher = AESSIV(self._keys.derive("cache.seal", length=64))

    def key(self, request_text: str, /) -> str:
        """
        Make the key of a request.

        Letters only, so that no number can be seen in it or taken for one.
        """
        return _letters(self._key, request_text)

    def tag(self, what: str, value: str, /) -> str:
        """Make the tag of *value* with the active key."""
        return _letters(self._mac(what, self._keys.active_id), value)

    def all_tags(self, what: str, value: str, /) -> tuple[str, ...]:
        """Make the tags of *value* with every key that a copy may have been tagged with."""
        macs = [self._mac(what, key_id) for key_id in self._keys.key_ids]
        return tuple([_letters(mac, value) for mac in macs])

    def _mac(self, what: str, key_id: str) -> Mac:
        # One search for a mac that is made, against a derivation: a copy may have many tags.
        mac = self._macs.get((what, key_id))
        if mac is None:
            mac = self._macs[what, key_id] = Mac(
                self._keys.derive("cache.tag", what, key_id=key_id)
            )
        return mac

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


class Shelf:
    """
    Keep sealed copies of one tenant in a store, and find them again.

    Whatever a store raises is a reason here, but for erasures.

    Args:
        vault: Makes keys, tags and seals.

        store: Where copies are.

        people: Names those whom a copy is about.
    """

    __slots__ = ("_store", "_vault", "key", "people")

    def __init__(self, vault: Vault, store: GuardedCacheStore, people: People, /) -> None:
        self._vault = vault
        self._store = store
        self.people: People = people
        self.key = vault.key

    def begin(self, within: Patience, /) -> int | None:
        """Take a ticket; None if the store gives none."""
        try:
            return self._store.ticket(within)
        except Exception:  # without a ticket nothing is kept
            return None

    def find(self, key: str, now: float, within: Patience, /) -> Copy | Reason:
        """Return the copy under *key*, or why there is none."""
        try:
            sealed = self._store.get(key, within)
        except Exception:  # whatever a store raises, it is a miss
            return why.STORE
        if sealed is None:
            return why.ABSENT
        if not isinstance(sealed, bytes):
            return why.UNREADABLE
        copy = self._vault.open(key, sealed)
        if copy is None:
            return why.UNREADABLE
        if not copy.made <= now < copy.expires:
            # Also when the clock went back: it may go forward again, and what is over must stay
            # over.
            self.drop(key, within)
            return why.EXPIRED
        return copy

    def tags(self, names: Iterable[str], address: str, /) -> bytes:
        """Return everything that a copy is erased by, the tag of the tenant first."""
        tags = [self._vault.tag("tenant", ""), self._vault.tag("address", address)]
        tags += [self._vault.tag("subject", name) for name in sorted(names)]
        return " ".join(tags).encode()

    def write(self, key: str, copy: Copy, ticket: int | None, within: Patience, /) -> Reason | None:
        """Keep *copy*; return why not, or None."""
        if ticket is None:
            return why.STORE
        tags = tuple(copy.tags.decode().split())
        entry = Entry(
            key=key,
            value=self._vault.seal(key, copy),
            expires=copy.expires,
            lifetime=copy.expires - copy.made,
            tags=tags,
            owner=tags[0],
        )
        if not self._store.has_room_for(len(entry.value)):
            return why.TOO_LARGE
        try:
            is_kept = self._store.put(entry, ticket, within)
        except Exception:  # whatever a store raises, the copy is not kept
            return why.STORE
        return None if is_kept else why.ERASED

    def drop(self, key: str, within: Patience, /) -> None:
        """Remove the copy under *key*."""
        try:
            self._store.delete(key, within)
        except Exception:  # a copy that stays ends by itself
            return

    def outdate(self, address: str, within: Patience, /) -> None:
        """Remove the copies of *address*, as far as the store does it in time."""
        try:
            for tag in self._vault.all_tags("address", address):
                self._store.outdate(tag, within)
        except Exception:  # a copy that stays ends by itself
            return

    def forget(self, subject: str, /) -> int:
        """Remove the copies about *subject*."""
        return self._forget("subject", *sorted(self.people.sought(subject)))

    def purge(self) -> int:
        """Remove all copies of the tenant."""
        return self._forget("tenant", "")

    def sweep(self, now: float, /) -> int:
        """Remove the copies of all tenants that are over."""
        return self._store.sweep(now)

    def _forget(self, what: str, *values: str) -> int:
        tags = [tag for value in values for tag in self._vault.all_tags(what, value)]
        return self._store.forget(*tags)


def shelf_of(keys: KeyRing, store: GuardedCacheStore, tenant: str, people: People, /) -> Shelf:
    """Return the shelf of a tenant in a store."""
    return Shelf(Vault(keys, tenant=tenant), store, people)


def subject_of(subject: object, /) -> str:
    """
    Refuse anything but a text with something in it.

    Nothing removed would look like nothing kept.
    """
    if isinstance(subject, str) and subject.strip():
        return subject
    raise ConfigurationError("forget(): give it a phone number, or another id, as text.")


_OF_A_STORE = ("ticket", "get", "put", "forget", "delete", "sweep")


def guarded(store: CacheStore | None, budget: timedelta, pause: timedelta, /) -> GuardedCacheStore:
    """Return *store* behind a guard: the memory of this process if None."""
    if budget <= timedelta(0) or pause < timedelta(0):
        raise ConfigurationError("'budget' must be above zero, and 'pause' at least zero.")
    # Tenants share the guard: an erasure that failed for one stops all.
    if isinstance(store, GuardedCacheStore):
        return store
    if store is not None and not all(callable(getattr(store, name, None)) for name in _OF_A_STORE):
        # A client of Redis, for example: nothing would ever be kept, and nobody would know why.
        raise ConfigurationError(
            "'store' must be a store of copies, such as vp.caching.RedisCacheStore(client)."
        )
    return GuardedCacheStore(
        MemoryCacheStore() if store is None else store,
        budget=budget.total_seconds(),
        pause=pause.total_seconds(),
    )


def _letters(mac: Mac, text: str) -> str:
    return spell(mac(text.encode("utf-8", "surrogatepass"))[:_BYTES]).decode()
