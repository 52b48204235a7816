"""Actions that need keys: pseudonyms to join by, seals to open again, substitutes of one shape."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import ClassVar

import attrs

from ..categories import NUMBERS
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..phone import calling_code, canonical, one_person
from ..placeholders import OMIT, is_placeholder, label_of
from ..sensitive import Sensitive
from ..vocabulary import DataCategory
from ._plain import Action, Exposure, exposure
from .crypto.crypto_pan import IpPseudonymizer
from .crypto.ff1 import DigitPseudonymizer
from .crypto.pseudonyms import Pseudonymizer, TokenCheck
from .crypto.sealing import Sealer

__all__ = [
    "IpPseudonym",
    "Pseudonym",
    "Seal",
    "ip_pseudonym",
    "pseudonym",
    "seal",
    "token_action",
    "unsafe_format_preserving",
    "unseal",
]

_LOCAL_NUMBER = 7  # digits from which on a value without a country is a phone number


@attrs.frozen
class Pseudonym:
    keys: KeyRing
    purpose: str
    _of_kind: dict[str, Pseudonymizer] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    _check: TokenCheck = attrs.field(
        default=attrs.Factory(lambda self: TokenCheck(self.keys), takes_self=True),
        init=False,
        repr=False,
        eq=False,
    )

    exposure: ClassVar[Exposure] = Exposure.TOKEN

    def __call__(self, value: object, category: DataCategory, /) -> object:
        text = (value if isinstance(value, str) else str(value)).strip()
        if not text or is_placeholder(text) or self._check(text):
            return text
        if category not in NUMBERS:
            return self._token(category.replace("_", "").lower(), _folded(text))
        number = canonical(text)
        if number is not None:
            return self._token("phone", one_person(number))
        if "*" in text:
            # A vendor masked it: thousands of numbers would share the token.
            return label_of(category)
        return self._token("party", _local_number(text) or _folded(text))

    def of_number(self, number: str, category: DataCategory, /) -> object:
        """Return the token of a number that is in canonical form."""
        return self._token("phone", one_person(number))

    def _token(self, kind: str, text: str) -> str:
        pseudonymize = self._of_kind.get(kind)
        if pseudonymize is None:
            pseudonymize = Pseudonymizer(self.keys, kind, purpose=self.purpose)
            pseudonymize = self._of_kind.setdefault(kind, pseudonymize)
        return pseudonymize(text)

    def __reduce__(self) -> tuple[object, ...]:
        return (Pseudonym, (self.keys, self.purpose))

    def __repr__(self) -> str:
        return f"pseudonym(purpose={self.purpose!r})"


def pseudonym(keys: KeyRing, /, *, purpose: str = "") -> Action:
    """
    Replace a value by a token that only holders of *keys* can compute.

    Numbers are read in their canonical form, so that every spelling gives one token; all number
    categories join. A value that is not a number has tokens of its own category. A placeholder for
    a withheld caller never becomes a token.

    Args:
        keys: Signs with its active key, whose id is in the token.

        purpose: The use of the tokens; tokens of two purposes never join.

    Source: RFC 2104, section 5: keep at least half of the hash; 128 bits of HMAC-SHA-256 are kept.
    """
    _need_keys("pseudonym", keys)
    return Pseudonym(keys, purpose)


@attrs.frozen
class Seal:
    sealer: Sealer
    show: Action | None

    exposure: ClassVar[Exposure] = Exposure.REVERSIBLE

    def __call__(self, value: object, category: DataCategory, /) -> object:
        text = value if isinstance(value, str) else str(value)
        if is_placeholder(text) or self.sealer.is_sealed(text.rpartition(" ")[2]):
            return text
        token = self.sealer.seal(category, text)
        shown = OMIT if self.show is None else self.show(text, category)
        return f"{shown} {token}" if isinstance(shown, str) else token

    def __repr__(self) -> str:
        return f"seal(show={self.show!r})"


def seal(keys: KeyRing, /, *, show: Action | None = None) -> Action:
    """
    Encrypt a value so that `unseal()` with the same keys gives it back.

    Equal values of one category give equal tokens. The key is committed to: a token opens under one
    key only.

    Args:
        keys: Seals with its active key.

        show: Makes the text before the token that people read, such as `vp.mask()`.

    Source: RFC 5297 (AES-SIV).
    """
    _need_keys("seal", keys)
    return Seal(Sealer(keys), show)


def unseal(
    keys: KeyRing,
    token: str,
    /,
    *,
    reason: str,
    audit: Callable[[str, DataCategory], object] | None = None,
) -> Sensitive:
    """
    Return a sealed value.

    Args:
        keys: The key ring that sealed it, or one that still reads its key.

        token: The token, alone or behind the text that was shown with it.

        reason: The reason for looking, such as a ticket number; every call needs one.

        audit: Called with *reason* and the category before the value is returned; if it raises,
            nothing is returned.

    Raises:
        voxvalley_privacy.InvalidToken: If these keys did not make the token, or it was changed.

        voxvalley_privacy.KeyUnavailable: If its key is unknown here or destroyed.

        voxvalley_privacy.ConfigurationError: If there is no *reason*.
    """
    _need_keys("unseal", keys)
    if not isinstance(token, str):
        raise ConfigurationError("unseal(): the token must be a text.")
    if _is_empty(reason):
        raise ConfigurationError("unseal(): 'reason' must say why the value is needed.")
    category, text = Sealer(keys).unseal(token.strip().rpartition(" ")[2])
    if audit is not None:
        audit(reason, category)
    return Sensitive(text)


@attrs.frozen
class IpPseudonym:
    substitute: IpPseudonymizer

    exposure: ClassVar[Exposure] = Exposure.PART

    def __call__(self, value: object, category: DataCategory, /) -> object:
        return self.substitute(str(value).strip()) or label_of(category)

    def __repr__(self) -> str:
        return f"ip_pseudonym(purpose={self.substitute.purpose!r})"


def ip_pseudonym(keys: KeyRing, /, *, purpose: str = "") -> Action:
    """
    Replace an IP address by another one, so that addresses of one network stay in one network.

    Whoever can send from addresses of their choice and sees the results learns prefixes of others:
    not for public data.

    Source: Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, 2002 (Crypto-PAn).
    """
    _need_keys("ip_pseudonym", keys)
    return IpPseudonym(IpPseudonymizer(keys, purpose=purpose))


@attrs.frozen
class _FormatPreserving:
    substitute: DigitPseudonymizer

    exposure: ClassVar[Exposure] = Exposure.REVERSIBLE

    def __call__(self, value: object, category: DataCategory, /) -> object:
        if not isinstance(value, str) or category not in NUMBERS:
            return label_of(category)
        number = canonical(value)
        return label_of(category) if number is None else self.of_number(number, category)

    def of_number(self, number: str, category: DataCategory, /) -> object:
        """Return the substitute of a number that is in canonical form."""
        code = calling_code(number) or ""
        digits = self.substitute(number[1 + len(code) :], context=code)
        return label_of(category) if digits is None else f"+{code}{digits}"

    def __repr__(self) -> str:
        return f"unsafe_format_preserving(purpose={self.substitute.purpose!r})"


def unsafe_format_preserving(keys: KeyRing, /, *, purpose: str = "") -> Action:
    """
    Replace a number by another of the same calling code and length. The result can be somebody's
    number.

    Never dial it or show it as real. Redacting twice changes it again, since it looks like any
    number. A value that is not a number, or has fewer than six digits behind the calling code,
    becomes a label.

    Source: NIST SP 800-38G, FF1, with at least 10^6 values as its revision 1 asks. FF3 is not
    offered: it was withdrawn.
    """
    _need_keys("unsafe_format_preserving", keys)
    return _FormatPreserving(DigitPseudonymizer(keys, purpose=purpose))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold()


def _local_number(text: str) -> str:
    """Return the digits of a number without a country, or nothing where it is another thing."""
    digits = "".join(filter("0123456789".__contains__, text))
    if len(digits) < _LOCAL_NUMBER or any(map(str.isalpha, text)):
        return ""
    return digits


def _is_empty(text: object) -> bool:
    return not isinstance(text, str) or not text.strip()


def _need_keys(action: str, keys: object) -> None:
    if not isinstance(keys, KeyRing):
        raise ConfigurationError(
            f"{action}(): the first argument must be a vp.KeyRing, such as vp.KeyRing.generate()."
        )


def token_action(actions: Mapping[DataCategory, Action], /) -> Action | None:
    """
    Return the action that makes tokens of Call-IDs, tags and branches.

    These ids hold hosts, addresses and numbers, so they are never shown as they are. Where a
    policy keeps ids, the keys of its other tokens are used. None where it shows no ids, or has
    no keys.
    """
    for category in (DataCategory.CALL_ID, DataCategory.RECORD_ID):
        if exposure(actions[category]) is Exposure.TOKEN:
            return actions[category]
    if exposure(actions[DataCategory.RECORD_ID]) is Exposure.NOTHING:
        return None
    for action in actions.values():
        if isinstance(action, Pseudonym):
            return action
    for action in actions.values():
        if isinstance(action, Seal):
            return pseudonym(action.sealer.keys, purpose="sip")
        if isinstance(action, IpPseudonym):
            return pseudonym(action.substitute.keys, purpose="sip")
    return None
