"""The value of a number field: its parts, and the words that replace a missing number."""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple

__all__ = [
    "DIALED_WORDS",
    "LONGEST_INPUT",
    "Address",
    "digits_mean",
    "host_means",
    "is_withheld",
    "sentinel",
    "take_apart",
]

# Source: FAULTS, first rule 1 and B9-141: longer hostile input takes exponential time.
LONGEST_INPUT = 64

_SCHEMES = frozenset({"tel", "sip", "sips", "whatsapp", "sms", "smsto", "mms", "callto", "fax"})
_WRAPPING = " \t\r\n\"'<>"
_DECODINGS = 3


class Address(NamedTuple):
    """The parts of a number field's value that matter here."""

    user: str  # the part that holds the number
    host: str
    context: str  # RFC 3966 phone-context if it is a number: the prefix of a local number


def take_apart(text: str, /) -> Address | None:
    """
    Find the part of *text* that can hold a number.

    Returns:
        Parts of at most 64 characters, or None where *text* is too long or has a scheme that
        carries no numbers.
    """
    text = text.strip()
    cut = len(text) > LONGEST_INPUT
    head = _plain(text[:LONGEST_INPUT])
    inside = _in_brackets(head)
    if inside is not None:
        head, cut = inside, False
    head = head.strip(_WRAPPING)
    scheme, colon, rest = head.partition(":")
    if not colon or "@" in scheme:
        rest = head
    elif scheme.rstrip().casefold() not in _SCHEMES:
        return None
    return _parts(rest, cut=cut)


def _plain(head: str) -> str:
    """Return *head* without percent-encoding, and in ASCII where that has the same meaning."""
    for _ in range(_DECODINGS):
        if "%" not in head:
            break
        head = _decoded(head)
    if head.isascii():
        return head
    return "".join(map(_folded, head))


def _in_brackets(head: str) -> str | None:
    """Return the address of a name-addr; None where *head* has another form."""
    _, opened, inside = head.rpartition("<")
    inside, closed, after = inside.partition(">")
    if not opened or not closed:
        return None
    # After the bracket come only header parameters, cut off or not.
    return inside if after[:1] in ("", ";") else None


def _parts(rest: str, *, cut: bool) -> Address | None:
    if rest.isalnum() and not cut:
        return Address(rest, "", "")
    user, _, host = rest.partition("@")
    user, _, parameters = user.partition(";")
    user = user.partition("?")[0]
    # The part that was cut off may have been digits, unless the number had ended before.
    if cut and len(user) == len(rest):
        return None
    # A user part may carry a password: RFC 3261, section 19.1.1.
    number = user.partition(":")[0].strip()
    host = host.partition(";")[0].partition(":")[0].strip("> ")
    return Address(number, host, "" if cut else _context(parameters))


def _context(parameters: str) -> str:
    for parameter in parameters.split(";"):
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
    # Invisible characters, combining marks, the keycap frame: they hide a number from a search.
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


# Words and hosts in the place of a missing number: a token for them would join strangers ----------

Absence = Literal["withheld", "unavailable"]

_WORDS: dict[str, Absence] = {
    # RFC 3323, section 4.1.1.3: user part and display name of a caller who asks for privacy.
    "anonymous": "withheld",
    # Twilio, changelog of 2022-11-16: withheld caller ids arrive as ANONYMOUS or RESTRICTED.
    "restricted": "withheld",
    "blocked": "withheld",
    # Also ITU-T Q.1912.5, for a calling number that ISUP did not bring.
    "unavailable": "unavailable",
    "unknown": "unavailable",
    # Display texts of phones, gateways and carriers; no document lists them all.
    "private": "withheld",
    "withheld": "withheld",
    "hidden": "withheld",
    "nocallerid": "withheld",
    "calleridblocked": "withheld",
    "calleridrestricted": "withheld",
    "calleridwithheld": "withheld",
    "anonymouscaller": "withheld",
    "blockedcaller": "withheld",
    "blockednumber": "withheld",
    "hiddennumber": "withheld",
    "numberwithheld": "withheld",
    "privatecaller": "withheld",
    "privatenumber": "withheld",
    "restrictednumber": "withheld",
    "withheldnumber": "withheld",
    "calleridunavailable": "unavailable",
    "calleridunknown": "unavailable",
    "notavailable": "unavailable",
    "numberunavailable": "unavailable",
    "outofarea": "unavailable",
    "unavailablenumber": "unavailable",
    "unknowncaller": "unavailable",
    "unknownnumber": "unavailable",
    # Asterisk chan_sip, DEFAULT_CALLERID: a call without a caller id; some builds say Unknown.
    "asterisk": "unavailable",
}

# The words above, dialed on a keypad: Twilio sent them in From and To until 2022.
DIALED_WORDS: dict[str, Absence] = {
    "266696687": "withheld",  # ANONYMOUS
    "7378742833": "withheld",  # RESTRICTED
    "2562533": "withheld",  # BLOCKED
    "8656696": "unavailable",  # UNKNOWN
    # UNAVAILABLE; the only one whose length is possible, as a Chinese number.
    "86282452253": "unavailable",
}

_HOSTS: dict[str, Absence] = {
    "anonymous.invalid": "withheld",  # RFC 3323, section 4.1.1.3, whatever the user part
    "unknown.invalid": "unavailable",  # carriers send unavailable@unknown.invalid
}


def digits_mean(digits: str, /) -> Absence | None:
    """Return why a number is missing, where ASCII *digits* without a plus say so."""
    # FreeSWITCH, SWITCH_DEFAULT_CLID_NUMBER: ten zeros; others write fewer or more.
    # Three zeros are the emergency number of Australia.
    if len(digits) > 3 and not digits.strip("0"):
        return "unavailable"
    return DIALED_WORDS.get(digits)


def host_means(host: str, /) -> Absence | None:
    """Return why a number is missing, where the *host* of a SIP address says so."""
    if not host:
        return None
    return _HOSTS.get(host.casefold())


def sentinel(text: str, /) -> Absence | None:
    """
    Whether *text* means that the number is missing, and why.

    Args:
        text: A number field's value in any spelling: with a scheme, quotes, a display name,
            percent-encoded.

    Returns:
        `withheld` if the caller hid the number, `unavailable` if the network does not know it, else
        None.
    """
    address = take_apart(text)
    if address is None:
        return None
    key = "".join(filter(str.isalnum, address.user)).casefold()
    return host_means(address.host) or digits_mean(key) or _WORDS.get(key)


def is_withheld(text: str, /) -> bool:
    """Whether *text* means that the number is hidden by the caller or unknown to the network."""
    return sentinel(text) is not None
