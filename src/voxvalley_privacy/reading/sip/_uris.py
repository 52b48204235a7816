"""
Addresses in headers: `sip:`, `sips:` and `tel:`, with and without a display name.

What comes out is always `"name" <sip:user@host>;parameters`, which every parser takes.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    found = NAME_ADDR.fullmatch(value) if len(value) <= _LONGEST_ADDRESS * 4 else None
    if found is not None:
        quoted, address, rest = found["quoted"], found["uri"].strip(), found["parameters"]
        name = (found["plain"] if quoted is None else quoted).strip()
    elif '"' in value or "<" in value or ">" in value:
        return f"<{_REDACTED_URI}>"
    else:
        name, quoted = "", None
        address, semicolon, rest = value.partition(";")
        address, rest = address.strip(), semicolon + rest
    no_uri, no_name = (private, private)
    if "privacy" in value.casefold():
        uri_too, name_too = _own_wish(rest, address, run)
        no_uri, no_name = no_uri or uri_too, no_name or name_too
    shown = _withheld(run, address) if no_uri else uri(run, address)
    absent = shown in _ABSENT_URIS
    name = _name(run, name, quoted is not None, private=no_name or absent)
    if shown == ABSENT["withheld"]:
        name = '"Anonymous" '
    return f"{name}<{shown}>{parameters(run, rest) if rest else ''}"


def _own_wish(rest: str, address: str, run: Run) -> tuple[bool, bool]:
    """
    Return whether one entry asks to hide its address and its name: `;privacy=full`,
    `?Privacy=history`.
    """
    for match in PARAMETER.finditer(rest):
        if match["name"].casefold() == "privacy":
            words = words_of((match["value"] or "").strip('"').replace("-", ";"))
            wishes = [_URI_PRIVACY.get(word, (True, True)) for word in words] or [(True, True)]
            return any(wish[0] for wish in wishes), any(wish[1] for wish in wishes)
    for header in address.partition("?")[2].split("&"):
        name, _, value = header.partition("=")
        if name.casefold() == "privacy" and words_of(unquote(value)) != {"none"}:
            return True, True
    return False, False


def _withheld(run: Run, address: str) -> str:
    """
    Return the form of a withheld address, and note the one that it hides; of a redacted one
    there is none.
    """
    if address == _REDACTED_URI:
        return address
    found = ADDRESS.fullmatch(address[:_LONGEST_ADDRESS])
    user = (
        unquote(found["user"] or "")
        if found
        else unquote(address.partition(":")[2].partition(";")[0])
    )
    if user:
        run.hidden(
            f"sip:{user.partition(':')[0]}@{found['host'] if found else TEL_HOST}", C.SIP_URI
        )
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
    # Who sends no name often sends the number in its place.
    numeric = NUMBERS_ALIKE.fullmatch(name.replace(" ", "")) or run.settled(name, C.PARTY_NUMBER)
    category = C.PARTY_NUMBER if numeric else C.PERSON_NAME
    made = run.typed(name, category) or label_of(category)
    escaped = made.replace("\\", "\\\\").replace('"', '\\"')
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
    as one becomes a `sip:` address at `tel.invalid`, such as `tel:` has no room for anything but digits.

    Source: RFC 3261, section 19.1; RFC 3966, section 3.
    """
    found = ADDRESS.fullmatch(text) if len(text) <= _LONGEST_ADDRESS else None
    if found is None:
        return _other(run, text)
    host, port = found["host"], found["port"]
    user = ""
    if (
        found["user"] is None
        and "." not in host
        and ":" not in host
        and host.lower() != "localhost"
    ):
        return _REDACTED_URI  # one word: as likely a user who lacks the host as a host
    if found["user"] is not None:
        made = _user(run, found["user"].partition(":")[0], host)
        if made in ABSENT:
            return ABSENT[made]
        user = made + "@"
    shown = run.host(host)
    # A port tells machines behind one address apart: it goes with the address.
    port = f":{port}" if port and shown == host else ""
    rest = parameters(run, found["parameters"]) if found["parameters"] else ""
    return f"{found['scheme'].lower()}:{user}{shown}{port}{rest}"


def _other(run: Run, text: str) -> str:
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if (
        scheme == "tel"
        and colon
        and len(text) <= _LONGEST_ADDRESS
        and not any(map(str.isspace, rest))
    ):
        number = rest.partition(";")[0].partition("?")[0]
        made = _user(run, number, "")
        if made in ABSENT:
            return ABSENT[made]
        if (
            made == number
            and made.startswith("+")
            and NUMBERS_ALIKE.fullmatch(made)
            and "*" not in made
        ):
            return f"tel:{made}"
        return f"sip:{made}@{TEL_HOST};user=phone"
    if scheme == "urn" and rest.lower() in (
        "service:sos",
        "service:sos.fire",
        "service:sos.police",
        "service:sos.ambulance",
    ):
        return f"urn:{rest.lower()}"
    return _REDACTED_URI


def _user(run: Run, user: str, host: str) -> str:
    """Return a user part as it is shown, or the word for why there is none."""
    bare = unquote(user) if "%" in user else user
    return (
        REDACTED
        if bare == REDACTED
        else run.remembered("user", f"sip:{bare}@{host.lower()}", _known_user) or REDACTED
    )


def _known_user(run: Run, kind: str, address: str) -> str | None:
    bare = address[4:].rpartition("@")[0]
    number = bare.partition(";")[0]
    numeric = NUMBERS_ALIKE.fullmatch(number) is not None
    # A number that means none is told below; a name may do so, and a host.
    absent = None if numeric and not address.endswith(".invalid") else sentinel(address)
    if absent in ABSENT:
        return absent
    if numeric:
        bare = number
        made = run.typed(bare, C.SIP_URI)
    elif run.settled(bare, C.SIP_URI):
        made = bare
    else:
        made = run.typed(address, C.SIP_URI)
        made = bare if made == address else made
    if made is None or made in _LABELS:
        return REDACTED
    if made in _ABSENT_USERS:
        return _ABSENT_USERS[made]
    return made if SAFE_USER.fullmatch(made) else quote(made, safe=_SAFE)
