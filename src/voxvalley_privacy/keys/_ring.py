"""The key ring."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from ..errors import ConfigurationError, KeyUnavailable, NotPicklable
from ._derivation import expand
from ._text import (
    ALPHABET,
    HEAD,
    ID_LETTERS,
    SECRET_BYTES,
    is_id,
    parse,
    read_private,
    ring_faults,
    secret_faults,
    write,
    write_private,
)

__all__ = ["KeyRing"]

_CACHED = 1024


class KeyRing:
    """
    Hold the secrets of tokens.

    One active key writes, older keys only read, and the ids of destroyed keys are remembered.

    A ring never changes: `rotate`, `destroy` and `for_tenant` return new rings. No secret is shown
    by repr, str, format, vars, json or pickle.

    Args:
        keys: Key ids, each 6 letters of `bcdfghjkmnprtvwx`, with their secrets: 32 random bytes
            each.

        active: The id of the key that writes.

        destroyed: Ids that must never come back.

        reload: Loads this ring again in another process: the ring then pickles as a reference to
            it, and otherwise refuses to. It is pickled itself, so it must not hold a key.
            `from_env` and `from_file` set it.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is weak, malformed or contradictory;
            all faults at once.
    """

    # Slots and no attrs: vars() and attrs.asdict() would lay every field open.
    __slots__ = ("_derived", "_destroyed", "_reload", "_secrets")

    def __init__(
        self,
        keys: Mapping[str, bytes],
        /,
        *,
        active: str,
        destroyed: Iterable[str] = (),
        reload: Callable[[], KeyRing] | None = None,
    ) -> None:
        gone = tuple(destroyed)
        faults = [*ring_faults(keys.items(), gone)]
        if active not in keys:
            faults.append(("active", "must be the id of one of the keys"))
        if faults:
            raise ConfigurationError("The keys cannot be used.", faults=tuple(faults))
        self._secrets = {active: keys[active], **keys}
        self._destroyed = tuple(sorted(set(gone)))
        self._reload = reload
        self._derived: dict[tuple[str, str, str, int], bytes] = {}

    @classmethod
    def generate(cls) -> KeyRing:
        """Return a ring with one new random key."""
        key_id, secret = _new_key(())
        return cls({key_id: secret}, active=key_id)

    @classmethod
    def from_text(cls, text: str, /, *, reload: Callable[[], KeyRing] | None = None) -> KeyRing:
        """
        Read a text that `to_text` wrote, and no other: `KeyRing.from_text(t).to_text() == t`.

        Raises:
            voxvalley_privacy.ConfigurationError: If *text* is not exactly such a text, or its keys
                are weak. The error holds no key byte.
        """
        keys, destroyed = parse(text)
        return cls(dict(keys), active=keys[0][0], destroyed=destroyed, reload=reload)

    @classmethod
    def from_env(cls, name: str = "VOXVALLEY_PRIVACY_KEYS", /) -> KeyRing:
        """
        Read the text form from the environment variable *name*; the ring pickles as that name.

        Raises:
            voxvalley_privacy.ConfigurationError: If the variable is missing, or as by `from_text`.
        """
        _refuse_text(name)
        text = os.environ.get(name)
        if text is None:
            raise ConfigurationError(
                f"The environment variable {name!r} is not set; it must hold a key ring's text."
            )
        return cls.from_text(text, reload=partial(cls.from_env, name))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], /) -> KeyRing:
        """
        Read the text form from a file of mode 0600; the ring pickles as the file's path.

        Raises:
            voxvalley_privacy.ConfigurationError: If the file is missing, open to others or another
                user's, or as by `from_text`.
        """
        _refuse_text(os.fspath(path))
        where = Path(path).absolute()
        text = read_private(where).removesuffix("\n")
        return cls.from_text(text, reload=partial(cls.from_file, where))

    def to_text(self) -> str:
        """Return every secret and destroyed id as one line, with which all tokens can be made."""
        return write(self._secrets.items(), self._destroyed)

    def to_file(self, path: str | os.PathLike[str], /) -> None:
        """
        Write the text form to a new file that only its owner can read.

        Raises:
            voxvalley_privacy.ConfigurationError: If the file exists or cannot be made.
        """
        write_private(Path(path).absolute(), self.to_text() + "\n")

    @property
    def active_id(self) -> str:
        """The id of the key that writes."""
        return next(iter(self._secrets))

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys that read, the active one first."""
        return tuple(self._secrets)

    @property
    def destroyed_ids(self) -> tuple[str, ...]:
        """The ids that were destroyed, in alphabetical order."""
        return self._destroyed

    def rotate(self) -> KeyRing:
        """Return a ring with a new active key; this ring's keys can only read in it."""
        key_id, secret = _new_key((*self._secrets, *self._destroyed))
        return KeyRing({key_id: secret, **self._secrets}, active=key_id, destroyed=self._destroyed)

    def stage(self) -> KeyRing:
        """
        Return a ring with a new key that only reads, as the last of `key_ids`.

        Give this ring to every process first, and `activate` the key when all of them have it: no
        process then meets a token of a key that it lacks.
        """
        key_id, secret = _new_key((*self._secrets, *self._destroyed))
        staged = {**self._secrets, key_id: secret}
        return KeyRing(staged, active=self.active_id, destroyed=self._destroyed)

    def activate(self, key_id: str, /) -> KeyRing:
        """
        Return a ring in which *key_id* writes and every other key only reads.

        Args:
            key_id: The id of a key of this ring, usually the one that `stage` added.

        Raises:
            voxvalley_privacy.KeyUnavailable: If the ring does not have it.
        """
        if key_id not in self._secrets:
            raise self._unavailable(key_id)
        return KeyRing(self._secrets, active=key_id, destroyed=self._destroyed)

    def destroy(self, key_id: str, /) -> KeyRing:
        """
        Return a ring without the secret of *key_id*, in which that id can never come back.

        The secret is gone only when every copy of the old ring's text is gone too; and a tenant's
        secret can be derived again as long as the ring that it was derived from has its own.

        Raises:
            voxvalley_privacy.ConfigurationError: If the key is the active one: rotate first.

            voxvalley_privacy.KeyUnavailable: If the ring never had it.
        """
        if key_id == self.active_id:
            raise ConfigurationError(
                "The active key cannot be destroyed: rotate first, then destroy it."
            )
        if key_id not in self._secrets and key_id not in self._destroyed:
            raise self._unavailable(key_id)
        left = {other: secret for other, secret in self._secrets.items() if other != key_id}
        return KeyRing(left, active=self.active_id, destroyed=(*self._destroyed, key_id))

    def for_tenant(self, name: str, /) -> KeyRing:
        """
        Return a ring with the same ids and other secrets: tokens of two tenants never join.

        A tenant's own worker may have it: no key of this ring can be derived from it. Tenants nest,
        and their order counts.

        Raises:
            voxvalley_privacy.ConfigurationError: If *name* is empty.
        """
        if not name:
            raise ConfigurationError(
                "for_tenant() needs a name: an empty one would join all that have none."
            )
        derived = {
            key_id: expand(secret, "tenant", key_id, name)
            for key_id, secret in self._secrets.items()
        }
        reload = self._reload and partial(_reload_tenant, self._reload, name)
        return KeyRing(derived, active=self.active_id, destroyed=self._destroyed, reload=reload)

    def derive(
        self, use: str, category: str = "", *, key_id: str | None = None, length: int = SECRET_BYTES
    ) -> bytes:
        """
        Derive key bytes for one use and category.

        Args:
            use: The purpose of the bytes; never the same for two algorithms.

            category: The kind of value that they are applied to.

            key_id: The key that they come from; the active one if None.

            length: How many bytes, 16 to 8160. Other lengths give unrelated bytes.

        Returns:
            Equal bytes for equal arguments and secrets, in every process. Never log or store them.

        Raises:
            voxvalley_privacy.KeyUnavailable: If *key_id* is unknown or destroyed.

            voxvalley_privacy.ConfigurationError: If *use* is empty or *length* out of range.

        Source: RFC 5869.
        """
        key_id = self.active_id if key_id is None else key_id
        context = (use, category, key_id, length)
        known = self._derived.get(context)
        if known is not None:
            return known
        if not use or not 16 <= length <= 8160:
            raise ConfigurationError(
                f"derive() needs a use, and a length of 16 to 8160 bytes (got {length})."
            )
        derived = expand(self._secret(key_id), "derive", key_id, use, category, length=length)
        if len(self._derived) >= _CACHED:
            self._derived.clear()
        self._derived[context] = derived
        return derived

    def _secret(self, key_id: str) -> bytes:
        secret = self._secrets.get(key_id)
        if secret is None:
            raise self._unavailable(key_id)
        return secret

    def _unavailable(self, key_id: str) -> KeyUnavailable:
        # Ids are public, but a value passed by mistake may not be one.
        shown = key_id if is_id(key_id) else "(malformed)"
        return KeyUnavailable(shown, "destroyed" if key_id in self._destroyed else "unknown")

    def __repr__(self) -> str:
        older = len(self._secrets) - 1
        return f"<KeyRing active={self.active_id} older={older} destroyed={len(self._destroyed)}>"

    def __eq__(self, other: object, /) -> bool:
        if not isinstance(other, KeyRing):
            return NotImplemented
        same = hmac.compare_digest(
            b"".join(self._secrets.values()), b"".join(other._secrets.values())
        )
        return same and (self.key_ids, self._destroyed) == (other.key_ids, other._destroyed)

    def __hash__(self) -> int:
        return hash((self.key_ids, self._destroyed))

    def __copy__(self) -> KeyRing:
        return self

    def __deepcopy__(self, memo: object, /) -> KeyRing:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        if self._reload is None:
            raise NotPicklable(
                "Key bytes are not pickled; a ring of KeyRing.from_env() or from_file() pickles as"
                " a reference."
            )
        return (self._reload, ())

    def __getstate__(self) -> object:
        raise NotPicklable("Key bytes are not copied into a state.")


def _reload_tenant(reload: Callable[[], KeyRing], name: str) -> KeyRing:
    return reload().for_tenant(name)


def _refuse_text(place: str) -> None:
    # The text of a ring passed as its place would be shown by the error that says it is missing.
    if HEAD in place:
        raise ConfigurationError(
            "This is the text of a key ring, not the place of one: use KeyRing.from_text()."
        )


def _new_key(taken: Iterable[str]) -> tuple[str, bytes]:
    while True:
        key_id = "".join(secrets.choice(ALPHABET) for _ in range(ID_LETTERS))
        secret = secrets.token_bytes(SECRET_BYTES)
        if key_id not in taken and not any(secret_faults(secret)):
            return key_id, secret
