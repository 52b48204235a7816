"""
Headers by name: each is treated as the built-in schema `sip.headers` says it is.

Source: RFC 3261, section 7.3.3 and IANA, Session Initiation Protocol Parameters, for compact forms.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from ...actions import Exposure, LooksThrough, exposure
from ...names import judge
from ...placeholders import label_of
from ...schemas import get
from ...vocabulary import DataCategory as C
from ._grammar import COUNT, DATE, VIA
from ._parameters import parameters
from ._privacy import shown
from ._run import REDACTED, REDACTED_HOST, Run
from ._uris import elements, name_addr

__all__ = ["COMPACT", "header", "key_of", "method", "name_of"]

COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}

_METHODS = frozenset(
    {"ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "PUBLISH",
     "REFER", "REGISTER", "SUBSCRIBE", "UPDATE"}
)  # fmt: skip

_TRANSPORTS = ("SCTP", "TCP", "TLS", "TLS-SCTP", "UDP", "WS", "WSS")

# Technical headers that the schema does not list.
_TECHNICAL = (
    "max-breadth",
    "flow-timer",
    "info-package",
    "recv-info",
    "content-language",
    "suppress-if-match",
    "answer-mode",
)

# Headers of other categories that hold an address all the same.
_ADDRESSES = frozenset({"p-charge-info", "route", "record-route", "path", "service-route"})
# One address only: RFC 3261, section 20; a comma in a name that lacks its quotes is no separator
# there.
_SINGLE = frozenset({"from", "to", "refer-to", "referred-by", "p-served-user", "p-profile-key"})
_OF_SENDER = frozenset(
    {"contact", "p-asserted-identity", "p-associated-uri", "p-charge-info", "p-preferred-identity",
     "p-served-user", "referred-by", "remote-party-id", "reply-to"}
)  # fmt: skip
_HISTORY = frozenset({"history-info", "diversion"})
# RFC 3323, section 5.3: what goes with the identity where a user asks for it.
_GO_WITH_USER = frozenset(
    {
        "subject",
        "call-info",
        "organization",
        "user-agent",
        "server",
        "in-reply-to",
        "warning",
        "user-to-user",
    }
)
_DISPOSITIONS = frozenset(
    {
        "session",
        "early-session",
        "render",
        "icon",
        "alert",
        "aib",
        "signal",
        "recording-session",
        "info-package",
        "by-reference",
    }
)
_COUNTED = {"cseq": 1, "rack": 2}  # how many numbers stand before the method
_NUMERIC = frozenset(
    {"max-forwards", "expires", "min-expires", "rseq", "max-breadth", "flow-timer"}
)
_SHORT = 6  # digits that cannot be a number of anyone

# What a message cannot be without, where the policy leaves the value out.
_NEUTRAL = {
    "call-id": REDACTED,
    "max-forwards": "70",
    "cseq": "0 UNKNOWN",
    "via": f"SIP/2.0/UDP {REDACTED_HOST};branch=z9hG4bK{REDACTED}",
    **dict.fromkeys(("from", "to", "contact"), f"<sip:{REDACTED}@{REDACTED_HOST}>"),
}

_Treat: TypeAlias = "Callable[[Run, str, str], str | None]"


def key_of(name: str, /) -> str:
    """Return the name of a header in lower case, the full one of a compact form."""
    low = name.lower()
    return COMPACT.get(low, low)


def name_of(run: Run, key: str, name: str, /) -> str:
    """
    Return a header's name as it was written, or a neutral one where the name itself could carry
    data.
    """
    if key in _table():
        return name
    if _is_plain_name(name) and run.technical(name) == name:
        return name
    return "X-Unknown"


def _is_plain_name(name: str) -> bool:
    return 0 < len(name) <= 40 and name.isascii() and name.replace("-", "").isalpha()


def method(name: str, /) -> str:
    """Return a method that is known; a name that somebody made up could say anything."""
    if name in _METHODS:
        return name
    return "UNKNOWN"


def header(run: Run, key: str, value: str, /) -> str | None:
    """
    Return what a header shows; None where it goes, which no header does that a message must have.
    """
    try:
        treated = _treated(run, key, value)
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        run.fault("fault")
        treated = None
    if treated is None:
        return _NEUTRAL.get(key)
    return treated


def _treated(run: Run, key: str, value: str) -> str | None:
    treat = _table().get(key)
    if treat is None:
        return _unknown(run, key, value)
    if run.wishes.user and key in _GO_WITH_USER:
        return None
    return run.remembered(key, value, treat)


def _addresses(run: Run, key: str, value: str) -> str | None:
    if value == "*" and key == "contact":
        return value
    private = _is_private(run, key)
    if key in _SINGLE:
        return name_addr(run, value, private=private)
    entries = [name_addr(run, element, private=private) for element in elements(value)]
    return ", ".join(entries) or None


def _is_private(run: Run, key: str) -> bool:
    """Tell whether somebody asked to hide who stands in a header."""
    wishes = run.wishes
    if wishes.history and key in _HISTORY:
        return True
    if not (wishes.user or wishes.identity):
        return False
    return key in _OF_SENDER or key == run.of_sender


def _via(run: Run, key: str, value: str) -> str | None:
    return ", ".join([_hop(run, element) for element in elements(value)]) or None


def _hop(run: Run, value: str) -> str:
    match = VIA.fullmatch(value)
    if match is None:
        return _NEUTRAL["via"]
    given_transport, given_host, given_port, rest = match.groups()
    host = run.host(given_host)
    port = ""
    if given_port and host != REDACTED_HOST:
        port = f":{given_port}"
    transport = given_transport.upper()
    if transport not in _TRANSPORTS:
        transport = "UDP"
    return f"SIP/2.0/{transport} {host}{port}{parameters(run, rest or '')}"


def _counted(run: Run, key: str, value: str) -> str | None:
    *numbers, name = value.split() or [""]
    if len(numbers) != _COUNTED[key]:
        return None
    if not all(map(_is_digits, numbers)):
        return None
    counts = [_count(run, number) for number in numbers]
    return " ".join([*counts, method(name)])


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _count(run: Run, number: str) -> str:
    # Below 2**31: RFC 3261, section 8.1.1.5.
    if len(number) <= 10 and int(number) < 2**31:
        return run.number(number)
    return "0"


def _numeric(run: Run, key: str, value: str) -> str | None:
    """
    Return a number that stands alone; what is none goes, as a parser reads a number here or
    nothing.
    """
    if not _is_digits(value) or len(value) > 10:
        return None
    if len(value) <= _SHORT:
        return value
    if key == "rseq":
        return run.number(value)
    return None


def _ids(run: Run, key: str, value: str) -> str | None:
    if key == "call-id":
        return run.token(value)
    if key == "p-charging-vector":
        return parameters(run, f";{value}").removeprefix(";") or None
    if key != "in-reply-to":
        return _id(run, value)
    return ", ".join([_id(run, element) for element in value.split(",")])


def _id(run: Run, value: str) -> str:
    """Return one id with its parameters."""
    first, semicolon, rest = value.partition(";")
    return run.token(first) + parameters(run, semicolon + rest)


def _date(run: Run, key: str, value: str) -> str | None:
    treated = run.typed(value, C.TIMESTAMP)
    # A parser reads a date here or nothing; a label is neither.
    if treated and (DATE.fullmatch(treated) or COUNT.fullmatch(treated)):
        return treated
    return None


def _consent(run: Run, key: str, value: str) -> str | None:
    # What the policy hid before asks for nothing, and stays.
    if value == label_of(C.CONSENT_SIGNAL):
        return value
    return run.typed(shown(value), C.CONSENT_SIGNAL)


def _kept(category: C) -> _Treat:
    def treat(run: Run, key: str, value: str) -> str | None:
        treated = run.typed(value, category)
        if treated == value:
            return run.technical(value)
        return treated

    return treat


def _free(run: Run, key: str, value: str) -> str | None:
    """
    Treat a text of the customer's; where the name of a private header says what it holds, as that.
    """
    if key in _table():
        return run.text(value)
    category = judge((key.removeprefix("x-"),)).category
    if category is None:
        return run.text(value)
    action = run.treater.actions[category]
    # A name alone can hide a value, never show it.
    if isinstance(action, LooksThrough) or exposure(action) is Exposure.ALL:
        return run.text(value)
    return run.typed(value, category)


def _contact_wish(run: Run, key: str, value: str) -> str | None:
    """
    Return what kind of contact is asked for; one that names a device shows of it what any parameter
    shows.
    """
    if "instance" in value.lower():
        return f"*{parameters(run, value)}"
    return _TREATS[C.STATUS](run, key, value)


def _disposition(run: Run, key: str, value: str) -> str | None:
    kind = value.partition(";")[0].strip().lower()
    if kind in _DISPOSITIONS:
        return kind
    return None


def _opaque(run: Run, key: str, value: str) -> str | None:
    return run.engine.unknown and label_of(C.RAW_MESSAGE)


def _other(category: C) -> _Treat:
    def treat(run: Run, key: str, value: str) -> str | None:
        treated = run.typed(value, category)
        if treated == value and category is not C.CREDENTIAL:
            return run.free(value)
        return treated

    return treat


def _unknown(run: Run, key: str, value: str) -> str | None:
    if key.startswith("x-"):
        return _free(run, key, value)
    return run.engine.unknown


_TREATS: dict[C, _Treat] = {
    C.SIP_URI: _addresses,
    C.RECORD_ID: _ids,
    C.CALL_ID: _ids,
    C.TIMESTAMP: _date,
    C.CONSENT_SIGNAL: _consent,
    C.FREE_TEXT: _free,
    C.STATUS: _kept(C.STATUS),
    C.USER_AGENT: _kept(C.USER_AGENT),
    C.HOST: _kept(C.HOST),
    C.IP_ADDRESS: _opaque,
}


@cache
def _table() -> dict[str, _Treat]:
    table: dict[str, _Treat] = {}
    for path, field in get("sip.headers").fields.items():
        if "*" not in path:
            table[path.lower()] = _TREATS.get(field.category) or _other(field.category)
    table.update(dict.fromkeys(_ADDRESSES, _addresses))
    table.update(dict.fromkeys(_TECHNICAL, _TREATS[C.STATUS]))
    table.update(dict.fromkeys(_COUNTED, _counted))
    table.update(dict.fromkeys(("accept-contact", "reject-contact"), _contact_wish))
    table.update(dict.fromkeys(_NUMERIC, _numeric))
    table.update(
        {"via": _via, "user-to-user": _opaque, "content-disposition": _disposition},
    )
    return table
