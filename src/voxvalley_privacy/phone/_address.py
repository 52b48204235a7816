"""Take the value of a number field apart: decode, fold, drop scheme, display name, host and parameters."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from ._metadata import LONGEST_INPUT

__all__ = ["Address", "take_apart"]

_SCHEMES = frozenset({"tel", "sip", "sips", "whatsapp", "sms", "smsto", "mms", "callto", "fax"})
_WRAPPING = " \t\r\n\"'<>"
_DECODINGS = 3


class Address(NamedTuple):
    """The parts of a number field's value that matter here."""

    user: str  # where the number stands
    host: str
    context: str  # RFC 3966 phone-context if it is a number: what to put before a local number


def take_apart(text: str, /) -> Address | None:
    """
    Find the part of *text* in which a number can stand.

    Returns:
        Parts of at most 64 characters, or None where *text* is too long or has a scheme that carries no numbers.
    """
    text = text.strip()
    cut = len(text) > LONGEST_INPUT
    head = text[:LONGEST_INPUT]
    for _ in range(_DECODINGS):
        if "%" not in head:
            break
        head = _decoded(head)
    if not head.isascii():
        head = "".join(map(_folded, head))
    _, opened, inside = head.rpartition("<")
    inside, closed, after = inside.partition(">")
    # A name-addr: what follows the bracket are header parameters, cut off or not.
    if opened and closed and (not after or after[0] == ";"):
        head, cut = inside, False
    head = head.strip(_WRAPPING)
    scheme, colon, rest = head.partition(":")
    if not colon or "@" in scheme:
        rest = head
    elif scheme.rstrip().casefold() not in _SCHEMES:
        return None
    return _parts(rest, cut=cut)


def _parts(rest: str, *, cut: bool) -> Address | None:
    if rest.isalnum() and not cut:
        return Address(rest, "", "")
    user, _, host = rest.partition("@")
    user, _, parameters = user.partition(";")
    user = user.partition("?")[0]
    # What was cut off may have been digits, unless the number had ended before.
    if cut and len(user) == len(rest):
        return None
    context = "" if cut else _context(parameters)
    # A user part may carry a password: RFC 3261, section 19.1.1.
    return Address(
        user.partition(":")[0].strip(),
        host.partition(";")[0].partition(":")[0].strip("> "),
        context,
    )


def _context(parameters: str) -> str:
    for parameter in parameters.split(";") if parameters else ():
        name, _, value = parameter.partition("=")
        if name.casefold() == "phone-context" and value.startswith("+"):
            return value
    return ""


def _decoded(text: str) -> str:
    # Imported where it is needed: it loads `re`, and few values are encoded.
    from urllib.parse import unquote

    return unquote(text)


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    # Invisible characters, combining marks and the keycap frame: they hide a number from a plain search.
    if category in {"Cf", "Mn", "Me"}:
        return ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if category == "Zs":
        return " "
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character
