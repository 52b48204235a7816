"""The parts that a message asks to be kept private, by its `Privacy` headers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["NOTHING_ASKED", "Wishes", "asked", "shown", "words_of"]

_HONORED = ("header", "session", "user", "id", "history")
_KNOWN = frozenset({*_HONORED, "critical", "none"})
_UNKNOWN = "unknown"  # replaces a value that is none of these, and reads as one again


class Wishes(NamedTuple):
    """
    The private parts of one message.

    *user* and *identity* are the sender's identity, *header* the hosts a message passed, *session*
    the addresses of the media, *history* who was called before; *refused* says that nothing may be
    written.
    """

    header: bool = False
    session: bool = False
    user: bool = False
    identity: bool = False
    history: bool = False
    refused: bool = False


NOTHING_ASKED = Wishes()


def words_of(value: str, /) -> set[str]:
    """Return the values of one header: `;` and `,` separate, case does not matter."""
    return {word for word in map(str.strip, value.casefold().replace(",", ";").split(";")) if word}


def asked(values: Iterable[str], /, own_label: str) -> Wishes:
    """
    Return what the `Privacy` headers of a message ask for together.

    `none` counts alone only. A value that is not known makes everything private; with `critical`
    nothing may be written, as what cannot be understood cannot be honored.

    Args:
        values: The headers' values.

        own_label: What stands where the policy hid a value before; it asks for nothing.
    """
    words: set[str] = set()
    for value in values:
        if value.strip() != own_label:
            words |= words_of(value) or {_UNKNOWN}
    if not words or words == {"none"}:
        return NOTHING_ASKED
    if words - _KNOWN:
        return Wishes(True, True, True, True, True, refused="critical" in words)
    return Wishes(
        "header" in words, "session" in words, "user" in words, "id" in words, "history" in words
    )


def shown(value: str, /) -> str:
    """
    Return a `Privacy` value of which only known words are left; the others are named as unknown.
    """
    words = words_of(value)
    known = [word for word in (*_HONORED, "critical", "none") if word in words]
    if not words or words - _KNOWN:
        known.append(_UNKNOWN)
    return ";".join(known)
