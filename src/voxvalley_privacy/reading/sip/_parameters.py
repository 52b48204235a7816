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
    "method": frozenset(
        {"bye", "info", "invite", "message", "notify", "options", "refer", "register", "subscribe"}
    ),
    "comp": frozenset({"sigcomp"}),
    "party": frozenset({"calling", "called"}),
    "screen": frozenset({"yes", "no"}),
    "privacy": frozenset({"full", "name", "uri", "off"}),
    "id-type": frozenset({"subscriber", "user", "alias", "return", "term"}),
    "reason": frozenset(
        {"away", "deflection", "do-not-disturb", "follow-me", "no-answer", "out-of-service",
         "time-of-day", "unavailable", "unconditional", "unknown", "user-busy"}
    ),
    "refresher": frozenset({"uac", "uas"}),
    "sescase": frozenset({"orig", "term"}),
    "regstate": frozenset({"reg", "unreg"}),
}  # fmt: skip
_COOKIE = "z9hG4bK"  # RFC 3261, section 8.1.1.7


def parameters(run: Run, text: str, /) -> str:
    """Return the parameters of *text*, each behind its semicolon, that may stay."""
    shown_parameters: list[str] = []
    for match in PARAMETER.finditer(text):
        name, value = match["name"], match["value"]
        shown = value_of(run, name.lower(), value)
        if shown:
            shown_parameters.append(f";{name}={shown}")
        elif shown is not None:
            shown_parameters.append(f";{name}")
    return "".join(shown_parameters)


def value_of(run: Run, name: str, value: str | None, /) -> str | None:
    """Return what a parameter shows, empty where it shows its name only; None where it goes."""
    if name in _FLAGS:
        return _port(run, value) if name == "rport" else ""
    if not value:
        return None
    bare = value
    if value[0] == '"':
        bare = value[1:-1]
    if name in _TOKENS:
        return run.token(bare)
    if name == "branch":
        return _COOKIE + run.token(bare.removeprefix(_COOKIE))
    if name in _HOSTS:
        return run.host(bare)
    if name == "+sip.instance":
        return _instance(run, bare)
    if name in _NUMBERS and _is_count(value):
        return value
    if bare.lower() in _WORDS.get(name, ()):
        return value
    return None


def _port(run: Run, value: str | None) -> str:
    """Return the port that a response came to, where the policy shows what is technical."""
    return value if value and run.treater.shows_text and _is_count(value) else ""


def _is_count(value: str) -> bool:
    return COUNT.fullmatch(value) is not None and len(value.replace(".", "")) <= 6


def _instance(run: Run, value: str) -> str | None:
    """Return the id of a device in quotes and brackets."""
    shown = run.typed(value.strip("<>"), C.DEVICE_ID)
    if shown is None:
        return None
    shown = shown.replace('"', "").replace("\\", "")
    return f'"<{shown}>"'
