"""Whom events are about: keyed tokens of the canonical number, e-mail address or account, never the text itself."""

from __future__ import annotations

import hmac
import unicodedata

import attrs

from ..keys import KeyRing, spell
from ..phone import canonical

__all__ = ["Account", "Subject", "Subjects", "canonical_sender", "canonical_subject"]


@attrs.frozen
class Account:
    """Name a person by an account id of the app."""

    id: str = attrs.field(repr=lambda _: "<hidden>")


Subject = str | Account
_KNOWN = 1024
_SIP = (
    "sip:",
    "sips",
)  # what stands before their @ may be a number; before that of an e-mail address it is a name


def canonical_subject(subject: object, /, *, region: str | None = None) -> tuple[str, str] | None:
    """Return the kind and the one spelling of *subject*; None if it is no number, e-mail address or account."""
    if isinstance(subject, Account):
        return ("account", subject.id) if subject.id else None
    if not isinstance(subject, str) or len(subject) > 512:
        return None
    number = (
        canonical(subject, region=region)
        if "@" not in subject or subject.lstrip()[:4].casefold() in _SIP
        else None
    )
    if number is None and "@" in subject:
        local, _, host = unicodedata.normalize("NFKC", subject).strip().casefold().rpartition("@")
        return (
            ("email", f"{local}@{host}")
            if local and "." in host and not any(map(str.isspace, local + host))
            else None
        )
    return ("number", number) if number else None


def canonical_sender(sender: str, /) -> str:
    """Return the one spelling of a number or sender id that messages come from."""
    return sender and (
        canonical(sender) or "".join(unicodedata.normalize("NFKC", sender).casefold().split())
    )


class Subjects:
    """Compute tokens: with the active key for writing, with every key for reading."""

    __slots__ = ("_known", "_macs", "_region")

    def __init__(self, keys: KeyRing, /, *, region: str | None) -> None:
        # Bounded: several rules ask about one person in a row.
        self._known: dict[object, tuple[str, ...]] = {}
        self._region = region
        self._macs = {
            kind: [
                (
                    f"{key_id}.",
                    hmac.new(
                        keys.derive("consent.subject", kind, key_id=key_id), digestmod="sha256"
                    ),
                )
                for key_id in keys.key_ids
            ]
            for kind in ("number", "email", "account", "other")
        }

    def tokens(self, subject: object, /) -> tuple[str, ...]:
        """Return the tokens of *subject*, the active key's first; none if it is no subject."""
        try:
            return self._known[subject]
        except KeyError:
            pass
        except TypeError:
            return ()  # unhashable: no text and no account
        found = canonical_subject(subject, region=self._region)
        if found is None:
            return ()
        if len(self._known) >= _KNOWN:
            self._known.clear()
        tokens = self._known[subject] = self._tokens(*found)
        return tokens

    def tokens_of_anything(self, subject: object, /) -> tuple[str, ...]:
        """Return tokens even of what is no subject: an opt-out is accepted from anywhere."""
        text = (
            unicodedata.normalize("NFKC", str(subject)[:512]).strip().casefold()
            if isinstance(subject, str)
            else ""
        )
        return self.tokens(subject) or self._tokens("other", text)

    def forget(self) -> None:
        """Drop what was computed lately."""
        self._known.clear()

    def _tokens(self, kind: str, text: str) -> tuple[str, ...]:
        data = text.encode("utf-8", "surrogatepass")
        return tuple([key_id + _digest(keyed, data) for key_id, keyed in self._macs[kind]])


def _digest(keyed: hmac.HMAC, data: bytes) -> str:
    mac = keyed.copy()
    mac.update(data)
    # 128 bits: no two of ten billion numbers share a token (RFC 2104, section 5: at least half of the hash).
    return spell(mac.digest()[:16]).decode()
