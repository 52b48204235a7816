"""
Bodies by their type: what is understood is treated, of the rest a placeholder says what it was.

Source: the built-in schema `sip.body`; RFC 2046, section 5.1 for bodies in parts.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from ...placeholders import DEPTH, label_of
from ...schemas import get
from ...vocabulary import DataCategory as C
from ._grammar import BOUNDARY, CONNECTION, MEDIA, MIME_TYPE, PARAMETER, SDP_TECHNICAL
from ._header_fields import key_of
from ._run import ANONYMOUS_HOST, LABELS, REDACTED_HOST, Run
from ._sip_message import parse_fields

__all__ = ["Body", "Fragment", "body", "session"]

# In a session description, what the media is stays; where it goes and what it is encrypted with
# does not. No address of anyone is that of a call on hold: RFC 3264, section 8.4.
_NOWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104
_SHORT = 6  # digits of an id or port that cannot be a number
_CANDIDATE_WORDS = 8
_TYPES = frozenset({"host", "srflx", "prflx", "relay"})
_TCP_TYPES = frozenset({"active", "passive", "so"})


def session(run: Run, body: str, newline: str, /) -> str:
    """Return a session description without addresses, keys and names."""
    shown_lines: list[str] = []
    for line in map(str.strip, body.replace("\r", "\n").split("\n")):
        if not line:
            continue
        shown = run.remembered("sdp", line, _line)
        if shown is not None:
            shown_lines.append(shown + newline)
    return "".join(shown_lines)


def _line(run: Run, role: str, line: str) -> str | None:
    kind, value = line[:1], line[2:]
    if line[1:2] != "=":
        return None
    treat = _LINES.get(kind)
    if treat is None:
        return _text(run, kind, value)
    return treat(run, value)


def _media(run: Run, value: str) -> str | None:
    if MEDIA.fullmatch(value) is None:
        return None
    return f"m={value}"


def _connection_line(run: Run, value: str) -> str:
    return f"c={_connection(run, value)}"


def _version(run: Run, value: str) -> str:
    return "v=0"


def _times(run: Run, value: str) -> str:
    # Times of a session tell when somebody called; permanent ones are what calls have.
    return "t=0 0"


def _bandwidth(run: Run, value: str) -> str | None:
    name, _, amount = value.partition(":")
    if name.isalpha() and len(name) <= _SHORT and _is_short(amount):
        return f"b={value}"
    return None


def _text(run: Run, kind: str, value: str) -> str | None:
    """Treat a text line; a description must have a name, the other lines can go."""
    category = _line_categories().get(kind)
    if category is C.FREE_TEXT and value not in ("-", ""):
        shown = run.text(value)
        if shown:
            return f"{kind}={_printing(shown)}"
    if kind == "s":
        return "s=-"
    return None


def _printing(text: str) -> str:
    return "".join([char if char.isprintable() else " " for char in text])


def _origin(run: Run, value: str) -> str:
    words = value.split()
    if len(words) != 6:
        return f"o=- 0 0 IN IP4 {REDACTED_HOST}"
    session_id, version = map(_short_or_zero, words[1:3])
    return f"o=- {session_id} {version} {_connection(run, ' '.join(words[3:]))}"


def _short_or_zero(number: str) -> str:
    if _is_short(number):
        return number
    return "0"


def _connection(run: Run, value: str) -> str:
    match = CONNECTION.fullmatch(value)
    if match is None:
        return f"IN IP4 {REDACTED_HOST}"
    return f"IN IP{match['version']} {_address(run, match['address'])}{match['suffix']}"


def _address(run: Run, address: str) -> str:
    if address in _NOWHERE:
        return address
    if run.wishes.session:
        return ANONYMOUS_HOST
    shown = run.host(address, of_media=True)
    if shown.startswith("["):
        return shown[1:-1]
    return shown


def _attribute(run: Run, value: str) -> str | None:
    if SDP_TECHNICAL.fullmatch(value):
        return f"a={value}"
    name, _, rest = value.partition(":")
    if name == "candidate":
        return _candidate(run, rest.split())
    if name == "rtcp":
        return _rtcp(run, rest)
    if name == "remote-candidates":
        return _remote_candidates(run, rest.split())
    return None


def _rtcp(run: Run, value: str) -> str | None:
    port, _, connection = value.partition(" ")
    if not _is_short(port):
        return None
    if not connection:
        return f"a=rtcp:{port}"
    return f"a=rtcp:{port} {_connection(run, connection)}"


def _candidate(run: Run, words: list[str]) -> str | None:
    """Return an ICE candidate; its foundation goes, as some write the address into it."""
    if len(words) < _CANDIDATE_WORDS or words[6] != "typ" or words[7] not in _TYPES:
        return None
    _, component, transport, priority, address, port = words[:6]
    if transport.lower() not in ("udp", "tcp"):
        return None
    if not (_is_short(component) and _is_short(port)):
        return None
    if not _is_short(priority):
        priority = "9" * _SHORT  # ten digits could be a number
    shown = (
        f"a=candidate:0 {component} {transport} {priority}"
        f" {_address(run, address)} {port} typ {words[7]}"
    )
    for name, word in zip(words[8::2], words[9::2], strict=False):
        shown += _candidate_extension(run, name, word)
    return shown


def _candidate_extension(run: Run, name: str, value: str) -> str:
    """Return a pair behind an ICE candidate, a space before it; empty where it goes."""
    if name == "raddr":
        return f" raddr {_address(run, value)}"
    if name == "rport" and _is_short(value):
        return f" rport {value}"
    if name == "tcptype" and value in _TCP_TYPES:
        return f" tcptype {value}"
    return ""


def _remote_candidates(run: Run, words: list[str]) -> str | None:
    shown: list[str] = []
    for component, address, port in zip(words[::3], words[1::3], words[2::3], strict=False):
        if not (_is_short(component) and _is_short(port)):
            return None
        shown += [component, _address(run, address), port]
    if not shown:
        return None
    return f"a=remote-candidates:{' '.join(shown)}"


def _is_short(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _SHORT


@cache
def _line_categories() -> dict[str, C]:
    return {line: field.category for line, field in get("sip.sdp").fields.items()}


_LINES: dict[str, Callable[[Run, str], str | None]] = {
    "a": _attribute,
    "b": _bandwidth,
    "c": _connection_line,
    "m": _media,
    "o": _origin,
    "t": _times,
    "v": _version,
}

_PLAIN = "text/plain"
_LONGEST_TYPE = 1024
_FRAGMENTS = frozenset({"message/sipfrag", "message/sip"})
# These a policy may show, by its action for the category; anything else is one label, whatever the
# policy.
_BY_POLICY = frozenset({C.CONTENT, C.DTMF, C.LOCATION})
_BOUNDARY = "redacted"
_AS_IS = frozenset({"", "7bit", "8bit", "binary"})

Fragment = Callable[[Run, str, int], str]


class Body(NamedTuple):
    """A treated body and its type; no type where there is none to tell."""

    text: str
    type: str


def body(
    run: Run, about: dict[str, str], text: str, newline: str, depth: int, fragment: Fragment, /
) -> Body:
    """
    Return a body as the policy shows it.

    Args:
        run: The pass.

        about: The headers that tell what the body is, each by its full name in lower case.

        text: The body.

        newline: How lines end.

        depth: How many levels may still lie inside.

        fragment: Treats a SIP message inside.
    """
    full = about.get("content-type", "")
    kind = _mime_type(full)
    bare = text.strip()
    if not bare:
        return Body("", kind)
    if bare in LABELS:
        return Body(bare, _PLAIN)
    if _is_encoded(about):
        return Body(label_of(C.RAW_MESSAGE), _PLAIN)
    if kind == "application/sdp":
        return Body(session(run, text, newline), kind)
    if kind in _FRAGMENTS or kind.startswith("multipart/"):
        if depth <= 0:
            run.fault("depth")
            return Body(DEPTH, _PLAIN)
        if kind in _FRAGMENTS:
            return Body(fragment(run, text, depth - 1), kind)
        return _parts(run, full, kind, text, newline, depth - 1, fragment)
    category = _category(kind)
    if category in _BY_POLICY:
        return Body(run.treater.part(text, category), _PLAIN)
    return Body(label_of(category), _PLAIN)


def _mime_type(content_type: str) -> str:
    """Return the type that a `Content-Type` names, in lower case; empty where it names none."""
    if len(content_type) > _LONGEST_TYPE:
        return ""
    match = MIME_TYPE.fullmatch(content_type)
    if match is None:
        return ""
    return match["type"].lower()


def _is_encoded(about: dict[str, str]) -> bool:
    """Tell whether the text of a body is not what it holds."""
    if about.get("content-encoding", "identity").strip().lower() != "identity":
        return True
    return about.get("content-transfer-encoding", "").strip().lower() not in _AS_IS


def _parts(
    run: Run, full: str, kind: str, text: str, newline: str, depth: int, fragment: Fragment
) -> Body:
    boundary = _boundary(full)
    if boundary is None:
        return Body(label_of(C.RAW_MESSAGE), _PLAIN)
    shown = boundary
    if run.technical(f"boundary {boundary}") != f"boundary {boundary}":
        shown = _BOUNDARY
    treated: list[str] = []
    # What stands before the first boundary and behind the last is for people without MIME, and
    # goes.
    for part in f"\n{text}".replace("\r\n", "\n").split(f"\n--{boundary}")[1:]:
        if part.startswith("--"):
            break
        if len(treated) >= run.engine.nodes:
            run.fault("budget")
            break
        treated.append(_part(run, part.partition("\n")[2], newline, depth, fragment))
    lines = "".join([f"--{shown}{newline}{part}{newline}" for part in treated])
    return Body(f"{lines}--{shown}--{newline}", f'{kind};boundary="{shown}"')


def _boundary(full: str) -> str | None:
    for match in PARAMETER.finditer(full):
        if match["name"].lower() == "boundary" and match["value"]:
            value = match["value"].strip('"')
            if BOUNDARY.fullmatch(value):
                return value
            return None
    return None


def _part(run: Run, text: str, newline: str, depth: int, fragment: Fragment) -> str:
    if text.startswith("\n"):
        head, inner = "", text[1:]
    else:
        head, _, inner = text.partition("\n\n")
    about = {key_of(name): value for name, value in reversed(parse_fields(head))}
    treated = body(run, about, inner.replace("\n", newline), newline, depth, fragment)
    kind = ""
    if treated.type:
        kind = f"Content-Type: {treated.type}{newline}"
    return f"{kind}{newline}{treated.text}"


def _category(kind: str) -> C:
    for pattern, category in _header_categories():
        if fnmatchcase(kind, pattern):
            return category
    return C.RAW_MESSAGE


@cache
def _header_categories() -> tuple[tuple[str, C], ...]:
    fields = get("sip.body").fields
    # A text is what somebody wrote, in whatever request it comes.
    return tuple((path.partition(" ")[0].lower(), field.category) for path, field in fields.items())
