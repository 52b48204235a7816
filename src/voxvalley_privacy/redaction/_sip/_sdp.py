"""
Session descriptions: what the media is stays, where it goes and what it is encrypted with does not.

Lines that are not understood go, so that a description of any shape comes out as one that parses.

Source: RFC 8866; RFC 8839 (ICE); RFC 4568 (crypto). Which line is what: the built-in schema `sip.sdp`.
"""

from __future__ import annotations

from functools import cache

from ...vocabulary import DataCategory as C
from .._patterns import sip as patterns
from ..schemas import get
from ._run import ANONYMOUS_HOST, REDACTED_HOST, Run

__all__ = ["session"]

_NOWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - a call on hold, RFC 3264, section 8.4; no address of anyone
_SHORT = 6  # digits of an id or port that cannot be a number
_CANDIDATE_WORDS = 8
_TYPES = frozenset({"host", "srflx", "prflx", "relay"})


def session(run: Run, body: str, newline: str, /) -> str:
    """Return a session description without addresses, keys and names."""
    lines = [line for line in map(str.strip, body.replace("\r", "\n").split("\n")) if line]
    made = [shown for line in lines if (shown := run.remembered("sdp", line, _line)) is not None]
    return "".join([line + newline for line in made])


def _line(run: Run, role: str, line: str) -> str | None:
    kind, value = line[:1], line[2:]
    if line[1:2] != "=":
        return None
    if kind == "a":
        return _attribute(run, value)
    if kind == "m":
        return line if patterns.MEDIA.fullmatch(value) else None
    if kind == "c":
        return f"c={_connection(run, value)}"
    if kind == "o":
        return _origin(run, value)
    if kind == "v":
        return "v=0"
    if kind == "t":
        # Times of a session tell when somebody called; permanent ones are what calls have.
        return "t=0 0"
    if kind == "b":
        name, _, amount = value.partition(":")
        return line if name.isalpha() and len(name) <= _SHORT and _is_short(amount) else None
    return _text(run, kind, value)


def _text(run: Run, kind: str, value: str) -> str | None:
    """Treat a text line; a description must have a name, the other lines can go."""
    category = _categories().get(kind)
    if category is C.FREE_TEXT and value not in ("-", ""):
        shown = run.text(value)
        return f"{kind}={_printing(shown)}" if shown else "s=-" if kind == "s" else None
    return "s=-" if kind == "s" else None


def _printing(text: str) -> str:
    return "".join([char if char.isprintable() else " " for char in text])


def _origin(run: Run, value: str) -> str:
    words = value.split()
    if len(words) != 6:
        return f"o=- 0 0 IN IP4 {REDACTED_HOST}"
    session_id, version = (word if _is_short(word) else "0" for word in words[1:3])
    return f"o=- {session_id} {version} {_connection(run, ' '.join(words[3:]))}"


def _connection(run: Run, value: str) -> str:
    found = patterns.CONNECTION.fullmatch(value)
    if found is None:
        return f"IN IP4 {REDACTED_HOST}"
    return f"IN IP{found['version']} {_address(run, found['address'])}{found['suffix']}"


def _address(run: Run, address: str) -> str:
    if address in _NOWHERE:
        return address
    if run.wishes.session:
        return ANONYMOUS_HOST
    shown = run.host(address, of_media=True)
    return shown[1:-1] if shown.startswith("[") else shown


def _attribute(run: Run, value: str) -> str | None:
    if patterns.SDP_TECHNICAL.fullmatch(value):
        return f"a={value}"
    name, _, rest = value.partition(":")
    if name == "candidate":
        return _candidate(run, rest.split())
    if name == "rtcp":
        port, _, connection = rest.partition(" ")
        if not _is_short(port):
            return None
        return f"a=rtcp:{port} {_connection(run, connection)}" if connection else f"a=rtcp:{port}"
    if name == "remote-candidates":
        return _remote_candidates(run, rest.split())
    return None


def _candidate(run: Run, words: list[str]) -> str | None:
    """Return an ICE candidate; its foundation goes, as some write the address into it."""
    if len(words) < _CANDIDATE_WORDS or words[6] != "typ" or words[7] not in _TYPES:
        return None
    _, component, transport, priority, address, port = words[:6]
    if not (_is_short(component) and _is_short(port) and transport.lower() in ("udp", "tcp")):
        return None
    rank = priority if _is_short(priority) else "9" * _SHORT  # ten digits could be a number
    made = f"a=candidate:0 {component} {transport} {rank} {_address(run, address)} {port} typ {words[7]}"
    for name, word in zip(words[8::2], words[9::2], strict=False):
        if name == "raddr":
            made += f" raddr {_address(run, word)}"
        elif (name == "rport" and _is_short(word)) or (
            name == "tcptype" and word in ("active", "passive", "so")
        ):
            made += f" {name} {word}"
    return made


def _remote_candidates(run: Run, words: list[str]) -> str | None:
    made: list[str] = []
    for component, address, port in zip(words[::3], words[1::3], words[2::3], strict=False):
        if not (_is_short(component) and _is_short(port)):
            return None
        made += [component, _address(run, address), port]
    return f"a=remote-candidates:{' '.join(made)}" if made else None


def _is_short(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _SHORT


@cache
def _categories() -> dict[str, C]:
    return {line: field.category for line, field in get("sip.sdp").fields.items()}
