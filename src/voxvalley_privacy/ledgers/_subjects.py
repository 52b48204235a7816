"""Whom entries are about: keyed tokens of the canonical number, e-mail address or account."""

from __future__ import annotations

import hmac
import re
import unicodedata
from decimal import Decimal
from numbers import Integral
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import attrs

from ..keys import KeyRing, spell
from ..phone import canonical

__all__ = ["Account", "Subject", "Subjects", "canonical_sender", "canonical_subject"]


@attrs.frozen
class Account:
    """A person, named by an account id of the app."""

    id: str = attrs.field(repr=lambda _: "<hidden>")


# Numbers may come from a spreadsheet or a database as an int, or without fraction.
Subject = str | int | float | Decimal | Account
_NAMED = (str, int, float, Decimal)
_KNOWN = 1024
_LONGEST = 512
_EXACT_FLOAT = 2**53


# Spellings of a number


# Before the "@" of a SIP address there may be a number; before that of an e-mail address, a name.
_SIP = ("sip:", "sips")
_SCHEME = re.compile(r"(?:rcs|im|sms|smsto|mms|whatsapp|tel|callto):(?://)?", re.IGNORECASE)
# After the bracket come only parameters of a header, such as `;tag=`.
_BRACKETS = re.compile(r"<([^<>]*)>\s*(?:;[^<>]*)?$")
_FLOAT_TEXT = re.compile(r"\+?([1-9][0-9]{6,14})\.0+")
_EXPONENT = re.compile(r"([1-9])\.([0-9]{6,14})[eE]\+?([0-9]{1,2})")
_WHATSAPP = re.compile(r"\+?([0-9]{7,15})(?:[.:][0-9]+)*@(?:c\.us|s\.whatsapp\.net)", re.IGNORECASE)
_SIGNS = str.maketrans("", "", " ()-./\u00a0")
_MEXICO_WITH_1 = re.compile(r"(?:\+|00)521([0-9]{10})")
# Digits that some networks add to a mobile number and others leave out: one person.
_NATIONAL_VARIANTS = (
    (re.compile(r"\+521([0-9]{10})"), "+52"),  # Mexico: the 1 was abolished in 2019
    (re.compile(r"\+549([0-9]{10})"), "+54"),  # Argentina: the 9 of calls from abroad
    (re.compile(r"\+55([1-9][0-9])9([0-9]{8})"), "+55"),  # Brazil: the ninth digit since 2016
)


def _as_text(subject: object) -> str | None:
    """Return a text for *subject*; None if it cannot name anybody."""
    if isinstance(subject, Integral | float | Decimal):
        return _digits_of(subject)
    if not isinstance(subject, str) or len(subject) > _LONGEST:
        return None
    # Full-width signs and digits mean the plain ones.
    text = _visible(unicodedata.normalize("NFKC", subject))
    bracketed = _BRACKETS.search(text)
    return (bracketed[1] if bracketed else text).strip()


def _visible(text: str) -> str:
    """Return *text* without characters that nobody sees; they come along when it is copied."""
    if text.isascii():
        return text
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def _digits_of(number: Any) -> str | None:
    """Return the digits of a whole number; None if it is not one, or not exact."""
    if isinstance(number, bool) or (isinstance(number, Decimal) and not number.is_finite()):
        return None
    # Before its digits are counted, as a Decimal of a few signs may have millions of them.
    if not 0 < number < _EXACT_FLOAT or number != int(number):
        return None
    return str(int(number))


def _from_spreadsheet(text: str) -> str | None:
    """Return the digits of `14155550132.0` and `1.4155550132E10`; None if a digit is missing."""
    if floating := _FLOAT_TEXT.fullmatch(text):
        return floating[1]
    scientific = _EXPONENT.fullmatch(text)
    if scientific and len(scientific[2]) == int(scientific[3]):
        return scientific[1] + scientific[2]
    return None


def _number(text: str, region: str | None) -> str | None:
    if "@" in text:
        if jid := _WHATSAPP.fullmatch(text):
            return canonical(f"+{jid[1]}")
        if text[:4].casefold() not in _SIP:
            return None
        return canonical(text, region=region)
    digits = _from_spreadsheet(text)
    if digits is not None:
        return canonical(digits, region=region)
    bare = _SCHEME.sub("", text, count=1)
    number = canonical(bare, region=region)
    if number is not None:
        return number
    mexican = _MEXICO_WITH_1.fullmatch(bare.translate(_SIGNS))
    if mexican is None:
        return None
    return canonical(f"+52{mexican[1]}")


def _one_person(number: str) -> str:
    """Return the one spelling of a number that national networks write in two ways."""
    for variant, prefix in _NATIONAL_VARIANTS:
        if found := variant.fullmatch(number):
            return prefix + "".join(found.groups())
    return number


# Spellings of an e-mail address


# Hosts of messengers, whose names are no mailboxes.
_CHATS = frozenset(["c.us", "g.us", "s.whatsapp.net"])
_MAILTO = re.compile(r"(?:mailto|e-?mail):(?://)?", re.IGNORECASE)
# What stands around an address in lists and sentences.
_AROUND = " '\"`,;<>()[]"
# In a mailbox each of these means that there is more than one address, or another thing.
_NOT_IN_LOCAL = frozenset('@,;:<>()[]\\"')
_IN_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def _email(text: str) -> str | None:
    """Return the one spelling of an e-mail address; None for anything else."""
    address = text.strip(_AROUND)
    if scheme := _MAILTO.match(address):
        address = unquote(address[scheme.end() :].partition("?")[0]).strip(_AROUND)
    # Not casefold(): it makes "straße" and "strasse" the same, and these are two mailboxes.
    local, _, host = address.lower().rpartition("@")
    labels = host.replace("\u3002", ".").removesuffix(".").split(".")
    if not _is_local(local) or not all(map(_is_label, labels)):
        return None
    host = ".".join(map(_ascii_label, labels))
    if len(labels) == 1 or host in _CHATS:
        return None
    return f"{local}@{host}"


def _is_local(text: str) -> bool:
    return bool(text) and _NOT_IN_LOCAL.isdisjoint(text) and not any(map(str.isspace, text))


def _is_label(text: str) -> bool:
    if text.isascii():
        return bool(text) and _IN_HOST.issuperset(text)
    return not any(map(str.isspace, text))


def _earlier_email(subject: object, spelling: tuple[str, str]) -> str | None:
    """Return an address as earlier versions spelled it, if it differs: a no may be under that."""
    if not isinstance(subject, str) or "@" not in subject:
        return None
    # Of what is a number now, only "+14155550132@c.us" was taken for an address.
    if spelling[0] != "email" and not subject.startswith("+"):
        return None
    earlier = _as_once_spelled(subject)
    return None if earlier == spelling[1] else earlier


def _as_once_spelled(subject: str) -> str | None:
    bracketed = _BRACKETS.search(unicodedata.normalize("NFKC", subject))
    address = (bracketed[1] if bracketed else unicodedata.normalize("NFKC", subject)).strip()
    if address[:7].casefold() == "mailto:":
        address = unquote(address[7:].partition("?")[0])
    # Not casefold(): it makes "straße" and "strasse" the same, and these are two mailboxes.
    local, _, host = address.lower().rpartition("@")
    host = host.removesuffix(".")
    if not local or "." not in host or host == "g.us":
        return None
    if any(map(str.isspace, local + host)):
        return None
    return f"{local}@{'.'.join(map(_ascii_label, host.split('.')))}"


def _ascii_label(label: str) -> str:
    """Return a label of a host name as DNS has it."""
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def canonical_subject(subject: object, /, *, region: str | None = None) -> tuple[str, str] | None:
    """Return the kind and the one spelling of *subject*; None if it cannot be matched."""
    if isinstance(subject, Account):
        return _account(subject.id)
    text = _as_text(subject)
    if text is None:
        return None
    number = _number(text, region)
    if number is not None:
        return "number", _one_person(number)
    address = _email(text)
    return ("email", address) if address else None


def _account(account_id: object) -> tuple[str, str] | None:
    # Apps count their accounts, or give them UUIDs.
    if isinstance(account_id, bool) or not isinstance(account_id, str | int | UUID):
        return None
    return ("account", str(account_id)) if account_id != "" else None


def canonical_sender(sender: str | int, /, *, region: str | None = None) -> str:
    """Return the one spelling of a number or sender id that messages come from."""
    if not isinstance(sender, str):
        sender = f"{sender:d}"
    number = canonical(_SCHEME.sub("", sender, count=1), region=region) if sender else None
    return number or "".join(unicodedata.normalize("NFKC", sender).casefold().split())


# Tokens


class Subjects:
    """
    Compute tokens: with the active key for writing, with every key for reading.

    Args:
        keys: The keys; the tenant's own for a tenant, so that tokens of two tenants are never
            equal.

        region: The country of numbers without a country code.

        book: The book of account; the tokens of two books are never equal.
    """

    __slots__ = ("_known", "_macs", "book", "reads_older", "region")

    def __init__(
        self, keys: KeyRing, /, *, region: str | None = None, book: str = "consent"
    ) -> None:
        self.book: str = book
        # Whether streams of before the books, `<key id>.<token>`, are read too.
        self.reads_older: bool = False
        # Bounded: several rules ask about one person in a row.
        self._known: dict[object, tuple[str, ...]] = {}
        self.region: str | None = region
        self._macs = {
            kind: [
                (
                    key_id,
                    _keyed(keys.derive(f"{book}.subject", kind, key_id=key_id)),
                )
                for key_id in keys.key_ids
            ]
            for kind in ("number", "email", "account", "other")
        }

    def tokens(self, subject: object, /) -> tuple[str, ...]:
        """Return the tokens of *subject*, the active key's first; none if it cannot be matched."""
        try:
            return self._known[subject]
        except KeyError:
            pass
        except Exception:  # what cannot be hashed is neither a text nor an account
            return ()
        spelling = canonical_subject(subject, region=self.region)
        if spelling is None:
            return ()
        if len(self._known) >= _KNOWN:
            self._known.clear()
        tokens = self._tokens(*spelling)
        earlier = _earlier_email(subject, spelling)
        if earlier is not None:
            tokens += self._tokens("email", earlier)
        self._known[subject] = tokens
        return tokens

    def tokens_of_anything(self, subject: object, /) -> tuple[str, ...]:
        """Return tokens even of what cannot be matched: an opt-out is accepted from anywhere."""
        tokens = self.tokens(subject)
        if tokens:
            return tokens
        text = str(subject)[:_LONGEST] if _is_short(subject) else ""
        return self._tokens("other", unicodedata.normalize("NFKC", text).strip().casefold())

    def forget(self) -> None:
        """Drop what was computed lately."""
        self._known.clear()

    def _tokens(self, kind: str, text: str) -> tuple[str, ...]:
        data = text.encode("utf-8", "surrogatepass")
        spelled = [(key_id, _digest(keyed, data)) for key_id, keyed in self._macs[kind]]
        streams = [f"{key_id}.{self.book}.{token}" for key_id, token in spelled]
        if self.reads_older:
            streams += [f"{key_id}.{token}" for key_id, token in spelled]
        return tuple(streams)


def _is_short(subject: object) -> bool:
    """Whether a value that names somebody can be spelled in a line; not an int of any length."""
    if isinstance(subject, int):
        return abs(subject) < _EXACT_FLOAT
    return isinstance(subject, _NAMED)


def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


def _digest(keyed: hmac.HMAC, data: bytes) -> str:
    mac = keyed.copy()
    mac.update(data)
    # 128 bits: no two of ten billion numbers share a token (RFC 2104, section 5: at least half of
    # the hash).
    return spell(mac.digest()[:16]).decode()
