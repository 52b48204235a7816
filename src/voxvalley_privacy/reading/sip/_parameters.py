"""
Parameters of addresses and headers: those that may stay, by name; any other goes with its value.

Source: IANA, Session Initiation Protocol Parameters.
"""

from __future__ import annotations

from ...vocabulary import DataCategory as C
from ._grammar import COUNT, PARAMETER
from ._run import Run

__all__ = ["parameters", "value_of"]

_FLAGS = frozenset({"lr", "ob", "rport", "alias", "keep", "early-only", "early-session"})
_NUMBERS = frozenset(
    {"expires", "q", "ttl", "reg-id", "index", "counter", "limit", "cause", "rc", "mp", "np"}
)
_TOKENS = frozenset({"tag", "to-tag", "from-tag", "icid-value"})
_HOSTS = frozenset({"received", "maddr"})
_WORDS = {
    "transport": frozenset({"udp", "tcp", "tls", "sctp", "tls-sctp", "ws", "wss"}),
    "user": frozenset({"phone", "ip", "dialstring"}),
    "method": frozenset({"invite", "register", "subscribe", "message", "refer", "options", "bye", "info", "notify"}),
    "comp": frozenset({"sigcomp"}),
    "party": frozenset({"calling", "called"}),
    "screen": frozenset({"yes", "no"}),
    "privacy": frozenset({"full", "name", "uri", "off"}),
    "id-type": frozenset({"subscriber", "user", "alias", "return", "term"}),
    "reason": frozenset(
        {"unknown", "user-busy", "no-answer", "unavailable", "unconditional", "time-of-day", "do-not-disturb", "deflection",
         "follow-me", "out-of-service", "away"}
    ),
    "refresher": frozenset({"uac", "uas"}),
    "sescase": frozenset({"orig", "term"}),
    "regstate": frozenset({"reg", "unreg"}),
}  # fmt: skip
_COOKIE = "z9hG4bK"  # RFC 3261, section 8.1.1.7


def parameters(run: Run, text: str, /) -> str:
    """Return the parameters of *text*, each behind its semicolon, that may stay."""
    made: list[str] = []
    for match in PARAMETER.finditer(text):
        name, value = match["name"], match["value"]
        shown = value_of(run, name.lower(), value)
        if shown is not None:
            made.append(f";{name}={shown}" if shown else f";{name}")
    return "".join(made)


def value_of(run: Run, name: str, value: str | None, /) -> str | None:
    """Return what a parameter shows, empty where it shows its name only; None where it goes."""
    if name in _FLAGS:
        return ""
    if not value:
        return None
    bare = value[1:-1] if value[0] == '"' else value
    if name in _TOKENS:
        return run.token(bare)
    if name == "branch":
        return _COOKIE + run.token(bare.removeprefix(_COOKIE))
    if name in _HOSTS:
        return run.host(bare)
    if name in _NUMBERS:
        return value if COUNT.fullmatch(value) and len(value.replace(".", "")) <= 6 else None
    if name in _WORDS:
        return value if bare.lower() in _WORDS[name] else None
    if name == "+sip.instance":
        made = run.typed(bare.strip("<>"), C.DEVICE_ID)
        return None if made is None else '"<{}>"'.format(made.replace('"', "").replace("\\", ""))
    return None
