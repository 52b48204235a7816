"""
Addresses in headers: `sip:`, `sips:` and `tel:`, with and without a display name.

What comes out is always `"name" <sip:user@host>;parameters`, which every parser takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from ...phone import sentinel
from ...placeholders import UNAVAILABLE, WITHHELD, label_of
from ...vocabulary import DataCategory as C
from ._grammar import ADDRESS, ELEMENT, NAME_ADDR, NUMBERS_ALIKE, PARAMETER, SAFE_USER
from ._parameters import parameters
from ._privacy import words_of
from ._run import ANONYMOUS_HOST, LABELS, REDACTED, REDACTED_HOST, TEL_HOST, Run

__all__ = ["ABSENT", "elements", "name_addr", "uri"]

_REDACTED_URI = f"sip:{REDACTED}@{REDACTED_HOST}"
_LABELS = {label_of(C.SIP_URI), label_of(C.PARTY_NUMBER)}

# RFC 3323, section 4.1.1.3; what carriers write where the network brought no number.
ABSENT = {
    "withheld": f"sip:anonymous@{ANONYMOUS_HOST}",
    "unavailable": "sip:unavailable@unknown.invalid",
}
_ABSENT_URIS = frozenset(ABSENT.values())
_ABSENT_USERS = {WITHHELD: "withheld", UNAVAILABLE: "unavailable"}
_SAFE = "-_.!~*'()&=+$,;?/"

_LONGEST_ADDRESS = 1024
_URI_PRIVACY = {
    "full": (True, True),
    "uri": (True, False),
    "name": (False, True),
    "off": (False, False),
}
_EMERGENCY_SERVICES = (
    "service:sos",
    "service:sos.ambulance",
    "service:sos.fire",
    "service:sos.police",
)


class _Entry(NamedTuple):
    """One address of a header, taken apart."""

    name: str
    quoted: bool
    address: str
    parameters: str


def elements(value: str, /) -> Iterator[str]:
    """
    Split a header at its commas; from a quote or bracket that is never closed on, nothing comes
    through.
    """
    if "," not in value:
        yield value
        return
    at = 0
    for match in ELEMENT.finditer(value):
        piece = match[0]
        if piece in ('"', "<"):
            return
        if piece == ",":
            element, at = value[at : match.start()], match.end()
            if element.strip():
                yield element
    if value[at:].strip():
        yield value[at:]


def name_addr(run: Run, value: str, /, *, private: bool = False) -> str:
    """
    Return one address of a header with its parameters.

    Args:
        run: The pass.

        value: One value, without the commas around it.

        private: Whether it is shown like one that is withheld.

    Source: RFC 3261, section 20.10: without brackets, parameters are the header's.
    """
    entry = _entry(value)
    if entry is None:
        return f"<{_REDACTED_URI}>"
    no_uri = no_name = private
    if "privacy" in value.casefold():
        uri_too, name_too = _own_wish(entry.parameters, entry.address, run)
        no_uri = no_uri or uri_too
        no_name = no_name or name_too
    show = _withheld if no_uri else uri
    shown = show(run, entry.address)
    absent = shown in _ABSENT_URIS
    name = _name(run, entry.name, entry.quoted, private=no_name or absent)
    if shown == ABSENT["withheld"]:
        name = '"Anonymous" '
    rest = ""
    if entry.parameters:
        rest = parameters(run, entry.parameters)
    return f"{name}<{shown}>{rest}"


def _entry(value: str) -> _Entry | None:
    """Take one value apart; None where its quotes or brackets do not fit."""
    if len(value) <= _LONGEST_ADDRESS * 4:
        match = NAME_ADDR.fullmatch(value)
        if match is not None:
            quoted, plain, address, rest = match.groups()
            if quoted is None:
                return _Entry(plain.strip(), False, address.strip(), rest)
            return _Entry(quoted.strip(), True, address.strip(), rest)
    if '"' in value or "<" in value or ">" in value:
        return None
    address, semicolon, rest = value.partition(";")
    return _Entry("", False, address.strip(), semicolon + rest)


def _own_wish(rest: str, address: str, run: Run) -> tuple[bool, bool]:
    """
    Return whether one entry asks to hide its address and its name: `;privacy=full`,
    `?Privacy=history`.
    """
    for match in PARAMETER.finditer(rest):
        if match["name"].casefold() == "privacy":
            return _parameter_wish(match["value"] or "")
    for header in address.partition("?")[2].split("&"):
        name, _, value = header.partition("=")
        if name.casefold() == "privacy" and words_of(unquote(value)) != {"none"}:
            return True, True
    return False, False


def _parameter_wish(value: str) -> tuple[bool, bool]:
    """Return what a `privacy` parameter hides; a word that is not known hides both."""
    words = words_of(value.strip('"').replace("-", ";"))
    if not words:
        return True, True
    wishes = [_URI_PRIVACY.get(word, (True, True)) for word in words]
    of_uris, of_names = zip(*wishes, strict=True)
    return any(of_uris), any(of_names)


def _withheld(run: Run, address: str) -> str:
    """
    Return the form of a withheld address, and note the one that it hides; of a redacted one
    there is none.
    """
    if address == _REDACTED_URI:
        return address
    match = ADDRESS.fullmatch(address[:_LONGEST_ADDRESS])
    if match is None:
        user = unquote(address.partition(":")[2].partition(";")[0])
        host = TEL_HOST
    else:
        user = unquote(match["user"] or "")
        host = match["host"]
    if user:
        run.hidden(f"sip:{user.partition(':')[0]}@{host}", C.SIP_URI)
    return ABSENT["withheld"]


def _name(run: Run, name: str, quoted: bool, *, private: bool) -> str:
    """
    Return a display name in quotes and with a space behind it, or nothing where there is none.
    """
    if not name:
        return ""
    if quoted and "\\" in name:
        name = name.replace('\\"', '"').replace("\\\\", "\\")
    if name in LABELS:
        return f'"{name}" '
    if "=?" in name:
        name = _decoded_words(name)
    if private:
        run.hidden(name, C.PERSON_NAME)
        return ""
    category = C.PERSON_NAME
    # Who sends no name often sends the number in its place.
    if NUMBERS_ALIKE.fullmatch(name.replace(" ", "")) or run.settled(name, C.PARTY_NUMBER):
        category = C.PARTY_NUMBER
    shown = run.typed(name, category) or label_of(category)
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" '


def _decoded_words(name: str) -> str:
    """Return a name whose words are encoded as RFC 2047 says; where that fails, as it is."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(name[:_LONGEST_ADDRESS])))
    except (HeaderParseError, LookupError, ValueError):
        return name


def uri(run: Run, text: str, /) -> str:
    """
    Return an address as the policy shows it, in a form that parsers take.

    Passwords and headers go, parameters that may hold data too. A `tel:` number that does not show
    as one becomes a `sip:` address at `tel.invalid`, such as `tel:` has no room for anything but
    digits.

    Source: RFC 3261, section 19.1; RFC 3966, section 3.
    """
    if len(text) > _LONGEST_ADDRESS:
        return _REDACTED_URI
    match = ADDRESS.fullmatch(text)
    if match is None:
        return _other(run, text)
    scheme, user, host, port, rest, _ = match.groups()
    user_at = ""
    if user is not None:
        shown_user = _user(run, user.partition(":")[0], host)
        if shown_user in ABSENT:
            return ABSENT[shown_user]
        user_at = shown_user + "@"
    elif _is_one_word(host):
        return _REDACTED_URI
    shown_host = run.host(host)
    shown_port = ""
    # A port tells machines behind one address apart: it goes where nothing of the address stays.
    if port and shown_host not in (REDACTED_HOST, ANONYMOUS_HOST):
        shown_port = f":{port}"
    shown_rest = ""
    if rest:
        shown_rest = parameters(run, rest)
    return f"{scheme.lower()}:{user_at}{shown_host}{shown_port}{shown_rest}"


def _is_one_word(host: str) -> bool:
    """Tell whether a host without a user is as likely a user who lacks the host."""
    return "." not in host and ":" not in host and host.lower() != "localhost"


def _other(run: Run, text: str) -> str:
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if scheme == "tel" and colon and not any(map(str.isspace, rest)):
        return _telephone(run, rest.partition(";")[0].partition("?")[0])
    if scheme == "urn" and rest.lower() in _EMERGENCY_SERVICES:
        return f"urn:{rest.lower()}"
    return _REDACTED_URI


def _telephone(run: Run, number: str) -> str:
    """Return the address of a `tel:` number."""
    shown = _user(run, number, "")
    if shown in ABSENT:
        return ABSENT[shown]
    if shown == number and _is_global_number(shown):
        return f"tel:{shown}"
    return f"sip:{shown}@{TEL_HOST};user=phone"


def _is_global_number(text: str) -> bool:
    if not text.startswith("+") or "*" in text:
        return False
    return NUMBERS_ALIKE.fullmatch(text) is not None


def _user(run: Run, user: str, host: str) -> str:
    """Return a user part as it is shown, or the word for why there is none."""
    if "%" in user:
        user = unquote(user)
    if user == REDACTED:
        return REDACTED
    return run.remembered("user", f"sip:{user}@{host.lower()}", _known_user) or REDACTED


def _known_user(run: Run, kind: str, address: str) -> str | None:
    bare = address[4:].rpartition("@")[0]
    number = bare.partition(";")[0]
    numeric = NUMBERS_ALIKE.fullmatch(number) is not None
    # A number that means none is told below; a name may do so, and a host.
    if not numeric or address.endswith(".invalid"):
        absent = sentinel(address)
        if absent in ABSENT:
            return absent
    shown = run.typed(number, C.SIP_URI) if numeric else _named_user(run, bare, address)
    if shown is None or shown in _LABELS:
        return REDACTED
    if shown in _ABSENT_USERS:
        return _ABSENT_USERS[shown]
    if SAFE_USER.fullmatch(shown):
        return shown
    return quote(shown, safe=_SAFE)


def _named_user(run: Run, bare: str, address: str) -> str | None:
    """Return what the policy makes of a user that is not a number."""
    if run.settled(bare, C.SIP_URI):
        return bare
    shown = run.typed(address, C.SIP_URI)
    if shown == address:
        return bare
    return shown
