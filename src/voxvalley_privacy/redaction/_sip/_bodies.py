"""
Bodies by their type: what is understood is treated, of the rest a placeholder says what it was.

Source: the built-in schema `sip.body`; RFC 2046, section 5.1 for bodies in parts.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from ...vocabulary import DataCategory as C
from .._patterns import sip as patterns
from .._placeholders import DEPTH, label_of
from ..schemas import get
from ._headers import key_of
from ._message import parse_fields
from ._run import LABELS, Run
from ._sdp import session

__all__ = ["Body", "Fragment", "body"]

_PLAIN = "text/plain"
_FRAGMENTS = frozenset({"message/sipfrag", "message/sip"})
# These a policy may show, by its action for the category; anything else is one label, whatever the policy.
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
    found = patterns.MIME_TYPE.fullmatch(full) if len(full) <= 1024 else None
    kind = found["type"].lower() if found else ""
    if not text.strip():
        return Body("", kind)
    if text.strip() in LABELS:
        return Body(text.strip(), _PLAIN)
    encoded = about.get("content-encoding", "identity").strip().lower() != "identity"
    if encoded or about.get("content-transfer-encoding", "").strip().lower() not in _AS_IS:
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
    made = run.treater.part(text, category) if category in _BY_POLICY else label_of(category)
    return Body(made, _PLAIN)


def _parts(
    run: Run, full: str, kind: str, text: str, newline: str, depth: int, fragment: Fragment
) -> Body:
    boundary = _boundary(full)
    if boundary is None:
        return Body(label_of(C.RAW_MESSAGE), _PLAIN)
    shown = (
        boundary if run.technical(f"boundary {boundary}") == f"boundary {boundary}" else _BOUNDARY
    )
    made: list[str] = []
    # What stands before the first boundary and behind the last is for people without MIME, and goes.
    for part in f"\n{text}".replace("\r\n", "\n").split(f"\n--{boundary}")[1:]:
        if part.startswith("--"):
            break
        if len(made) >= run.engine.nodes:
            run.fault("budget")
            break
        made.append(_part(run, part.partition("\n")[2], newline, depth, fragment))
    lines = "".join([f"--{shown}{newline}{part}{newline}" for part in made])
    return Body(f"{lines}--{shown}--{newline}", f'{kind};boundary="{shown}"')


def _boundary(full: str) -> str | None:
    for match in patterns.PARAMETER.finditer(full):
        if match["name"].lower() == "boundary" and match["value"]:
            value = match["value"].strip('"')
            return value if patterns.BOUNDARY.fullmatch(value) else None
    return None


def _part(run: Run, text: str, newline: str, depth: int, fragment: Fragment) -> str:
    if text.startswith("\n"):
        head, inner = "", text[1:]
    else:
        head, _, inner = text.partition("\n\n")
    about = {key_of(name): value for name, value in reversed(parse_fields(head))}
    treated = body(run, about, inner.replace("\n", newline), newline, depth, fragment)
    kind = f"Content-Type: {treated.type}{newline}" if treated.type else ""
    return f"{kind}{newline}{treated.text}"


def _category(kind: str) -> C:
    for pattern, category in _categories():
        if fnmatchcase(kind, pattern):
            return category
    return C.RAW_MESSAGE


@cache
def _categories() -> tuple[tuple[str, C], ...]:
    fields = get("sip.body").fields
    # A text is what somebody wrote, in whatever request it comes.
    return tuple((path.partition(" ")[0].lower(), field.category) for path, field in fields.items())
