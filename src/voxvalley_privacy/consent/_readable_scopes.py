"""The scope of a no; if it cannot be read, the no is about everything."""

from __future__ import annotations

from ..decisions import Reason
from ..ledgers import canonical_sender
from ._consent_reasons import because
from ._entries import known_purpose

__all__ = ["is_name", "named_origin", "readable_scope", "widened"]


def is_name(value: object, /) -> bool:
    """Whether *value* can be kept and compared."""
    return value is None or isinstance(value, str)


def named_origin(origin: object, /) -> str:
    """Return who asked for a no; of any other type, a person by hand."""
    return origin if isinstance(origin, str) else "manual"


def readable_scope(sender: object, purpose: object, /, *, region: str | None) -> dict[str, str]:
    """Return the sender and purpose that a no is about; empty for all, and for the unreadable."""
    scope = {"purpose": purpose} if isinstance(purpose, str) and known_purpose(purpose) else {}
    if isinstance(sender, str | int):
        scope["sender"] = canonical_sender(sender, region=region)
    return scope


def widened(asked: object, kept: str, /) -> tuple[Reason, ...]:
    """Return a reason if more is kept than was asked for."""
    if not asked or kept:
        return ()
    return (because("withdrawal.widened"),)
