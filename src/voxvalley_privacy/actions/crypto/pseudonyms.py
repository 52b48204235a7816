"""
Pseudonyms: tokens that only holders of the keys can compute, and can tell from look-alikes.

A token is `<kind>A<key id><value><check>`: a kind in lower-case letters, the version, 6 letters of
key id, 32 letters for 128 bits of HMAC-SHA-256 over the canonical value, and 12 for 48 bits of
another one over the token so far. The check is not there for joins: it lets a reader tell a token
of these keys from a text that somebody typed, without knowing the value.
"""

from __future__ import annotations

import hmac
from functools import partial

import attrs

from ...errors import ConfigurationError
from ...keys import KeyRing, Mac, spell

__all__ = ["KEY_ID_LETTERS", "SEAL", "VERSION", "Pseudonymizer", "TokenCheck", "is_kind"]

VERSION = "A"
SEAL = "seal"  # how the kind of a sealed value begins; no pseudonym's kind does
_CHECK_LETTERS = 12
_VALUE_BYTES = 16
KEY_ID_LETTERS = 6
_TAIL = len(VERSION) + KEY_ID_LETTERS + 2 * _VALUE_BYTES + _CHECK_LETTERS
_LONGEST_KIND = 32


def is_kind(text: str, /) -> bool:
    """Tell whether *text* can be the kind of a token: 1 to 32 lower-case letters of English."""
    return 0 < len(text) <= _LONGEST_KIND and text.isascii() and text.isalpha() and text.islower()


def _check_states(keys: KeyRing) -> dict[str, Mac]:
    return {key_id: Mac(keys.derive("pseudonym check", key_id=key_id)) for key_id in keys.key_ids}


def _refuse_kind(_instance: object, _attribute: object, kind: str) -> None:
    if not is_kind(kind) or kind.startswith(SEAL):
        raise ConfigurationError(
            f"'kind' must be 1 to {_LONGEST_KIND} lower-case letters and not begin with {SEAL!r}."
        )


@attrs.frozen
class TokenCheck:
    """
    Tell the pseudonyms that a key ring made from all other texts.

    Args:
        keys: The ring; every kind and purpose of it is known, and every key that still reads.
    """

    keys: KeyRing
    _states: dict[str, Mac] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: _check_states(self.keys), takes_self=True),
    )

    def __call__(self, text: str, /) -> bool:
        """Tell whether *text*, the whole of it, is a pseudonym that these keys made."""
        if text[-_TAIL : 1 - _TAIL] != VERSION or not is_kind(text[:-_TAIL]) or not text.isascii():
            return False
        key_id = text[1 - _TAIL :][:KEY_ID_LETTERS]
        if key_id not in self._states:
            return False
        head, check = text[:-_CHECK_LETTERS].encode(), text[-_CHECK_LETTERS:].encode()
        # As bytes, since compare_digest() raises on str that is not ASCII; all of the text but the
        # check is covered by the check.
        return hmac.compare_digest(self.of(head, key_id), check)

    def of(self, head: bytes, key_id: str, /) -> bytes:
        """Compute the check of a token that is complete but for it."""
        return spell(self._states[key_id](head)[: _CHECK_LETTERS // 2])

    def __reduce__(self) -> tuple[object, ...]:
        return (TokenCheck, (self.keys,))


@attrs.frozen
class Pseudonymizer:
    """
    Replace canonical values by tokens: equal values give equal tokens as long as the active key
    stays.

    Args:
        keys: The active one makes tokens.

        kind: What the values are, in 1 to 32 lower-case letters; the token begins with it. Kinds
            never join.

        purpose: What the tokens are for, or any other context whose tokens must not join with
            others.

    Raises:
        voxvalley_privacy.ConfigurationError: If *kind* has other characters or begins with "seal".

    Source: RFC 2104, section 5: keep at least half of the hash. 128 bits: two of 10^10 values
    collide with a chance of 10^-19.
    """

    keys: KeyRing
    kind: str = attrs.field(validator=_refuse_kind)
    purpose: str = attrs.field(default="", kw_only=True)
    _check: TokenCheck = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: TokenCheck(self.keys), takes_self=True),
    )
    _state: Mac = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(
            lambda self: Mac(self.keys.derive(f"pseudonym/{self.purpose}", self.kind)),
            takes_self=True,
        ),
    )
    _head: bytes = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(
            lambda self: f"{self.kind}{VERSION}{self.keys.active_id}".encode(), takes_self=True
        ),
    )

    def __call__(self, canonical: str, /) -> str:
        """Return the token of *canonical*."""
        value = self._state(canonical.encode("utf-8", "surrogatepass"))[:_VALUE_BYTES]
        head = self._head + spell(value)
        return (head + self._check.of(head, self.keys.active_id)).decode()

    def __reduce__(self) -> tuple[object, ...]:
        return (partial(Pseudonymizer, self.keys, self.kind, purpose=self.purpose), ())
