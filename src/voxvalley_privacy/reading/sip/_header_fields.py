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
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition", "e": "content-encoding",
    "f": "from", "i": "call-id", "j": "reject-contact", "k": "supported", "l": "content-length", "m": "contact",
    "n": "identity-info", "o": "event", "r": "refer-to", "s": "subject", "t": "to", "u": "allow-events", "v": "via",
    "x": "session-expires", "y": "identity",
}  # fmt: skip

_METHODS = frozenset(
    {"INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER",
     "MESSAGE", "UPDATE"}
)  # fmt: skip

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
    {"p-asserted-identity", "p-preferred-identity", "remote-party-id", "contact", "reply-to", "referred-by", "p-served-user",
     "p-associated-uri", "p-charge-info"}
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
_COUNTED = frozenset({"cseq", "rack"})
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
    plain = 0 < len(name) <= 40 and name.isascii() and name.replace("-", "").isalpha()
    return name if plain and run.technical(name) == name else "X-Unknown"


def method(name: str, /) -> str:
    """Return a method that is known; a name that somebody made up could say anything."""
    return name if name in _METHODS else "UNKNOWN"


def header(run: Run, key: str, value: str, /) -> str | None:
    """
    Return what a header shows; None where it goes, which no header does that a message must have.
    """
    try:
        made = _treated(run, key, value)
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        run.fault("fault")
        made = None
    return _NEUTRAL.get(key) if made is None else made


def _treated(run: Run, key: str, value: str) -> str | None:
    treat = _table().get(key)
    if treat is None:
        return _unknown(run, key, value)
    if run.wishes.user and key in _GO_WITH_USER:
        return None
    return run.remembered(key, value, treat)


# What stands in headers -------------------------------------------------------------------------


def _addresses(run: Run, key: str, value: str) -> str | None:
    if value == "*" and key == "contact":
        return value
    wishes = run.wishes
    private = (
        (wishes.user or wishes.identity) and (key in _OF_SENDER or key == run.of_sender)
    ) or (wishes.history and key in _HISTORY)
    if key in _SINGLE:
        return name_addr(run, value, private=private)
    return (
        ", ".join([name_addr(run, element, private=private) for element in elements(value)]) or None
    )


def _via(run: Run, key: str, value: str) -> str | None:
    return ", ".join([_hop(run, element) for element in elements(value)]) or None


def _hop(run: Run, value: str) -> str:
    found = VIA.fullmatch(value)
    if found is None:
        return _NEUTRAL["via"]
    host = run.host(found["host"])
    port = f":{found['port']}" if found["port"] and host == found["host"] else ""
    transport = found["transport"].upper()
    transport = (
        transport if transport in ("UDP", "TCP", "TLS", "SCTP", "TLS-SCTP", "WS", "WSS") else "UDP"
    )
    return f"SIP/2.0/{transport} {host}{port}{parameters(run, found['parameters'] or '')}"


def _counted(run: Run, key: str, value: str) -> str | None:
    *numbers, name = value.split() or [""]
    if len(numbers) != (1 if key == "cseq" else 2) or not all(
        n.isascii() and n.isdigit() for n in numbers
    ):
        return None
    # Below 2**31: RFC 3261, section 8.1.1.5.
    shown = [run.number(n) if len(n) <= 10 and int(n) < 2**31 else "0" for n in numbers]
    return " ".join([*shown, method(name)])


def _numeric(run: Run, key: str, value: str) -> str | None:
    """
    Return a number that stands alone; what is none goes, as a parser reads a number here or
    nothing.
    """
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        return None
    return value if len(value) <= _SHORT else run.number(value) if key == "rseq" else None


def _ids(run: Run, key: str, value: str) -> str | None:
    if key == "call-id":
        return run.token(value)
    if key == "p-charging-vector":
        return parameters(run, f";{value}").removeprefix(";") or None
    made: list[str] = []
    for element in value.split(",") if key == "in-reply-to" else (value,):
        first, semicolon, rest = element.partition(";")
        made.append(run.token(first) + (parameters(run, semicolon + rest) if rest else ""))
    return ", ".join(made)


def _date(run: Run, key: str, value: str) -> str | None:
    made = run.typed(value, C.TIMESTAMP)
    # A parser reads a date here or nothing; a label is neither.
    return made if made and (DATE.fullmatch(made) or COUNT.fullmatch(made)) else None


def _consent(run: Run, key: str, value: str) -> str | None:
    # What the policy hid before asks for nothing, and stays.
    own = label_of(C.CONSENT_SIGNAL)
    return own if value == own else run.typed(shown(value), C.CONSENT_SIGNAL)


def _kept(category: C) -> _Treat:
    def treat(run: Run, key: str, value: str) -> str | None:
        made = run.typed(value, category)
        return run.technical(value) if made == value else made

    return treat


def _free(run: Run, key: str, value: str) -> str | None:
    """
    Treat a text of the customer's; where the name of a private header says what it holds, as that.
    """
    category = None if key in _table() else judge((key.removeprefix("x-"),)).category
    action = None if category is None else run.treater.actions[category]
    # A name alone can hide a value, never show it.
    if (
        category is None
        or action is None
        or isinstance(action, LooksThrough)
        or exposure(action) is Exposure.ALL
    ):
        return run.text(value)
    return run.typed(value, category)


def _contact_wish(run: Run, key: str, value: str) -> str | None:
    """
    Return what kind of contact is asked for; one that names a device shows of it what any parameter
    shows.
    """
    return (
        f"*{parameters(run, value)}"
        if "instance" in value.lower()
        else _TREATS[C.STATUS](run, key, value)
    )


def _disposition(run: Run, key: str, value: str) -> str | None:
    kind = value.partition(";")[0].strip().lower()
    return kind if kind in _DISPOSITIONS else None


def _opaque(run: Run, key: str, value: str) -> str | None:
    return run.engine.unknown and label_of(C.RAW_MESSAGE)


def _other(category: C) -> _Treat:
    def treat(run: Run, key: str, value: str) -> str | None:
        made = run.typed(value, category)
        return run.free(value) if made == value and category is not C.CREDENTIAL else made

    return treat


def _unknown(run: Run, key: str, value: str) -> str | None:
    return _free(run, key, value) if key.startswith("x-") else run.engine.unknown


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
    listed = {
        path.lower(): field.category
        for path, field in get("sip.headers").fields.items()
        if "*" not in path
    }
    table = {key: _TREATS.get(category) or _other(category) for key, category in listed.items()}
    table.update(dict.fromkeys(_ADDRESSES, _addresses))
    table.update(dict.fromkeys(_TECHNICAL, _TREATS[C.STATUS]))
    table.update(dict.fromkeys(_COUNTED, _counted))
    table.update(dict.fromkeys(("accept-contact", "reject-contact"), _contact_wish))
    table.update(
        {
            "via": _via,
            "user-to-user": _opaque,
            "content-disposition": _disposition,
            **dict.fromkeys(_NUMERIC, _numeric),
        }
    )
    return table
