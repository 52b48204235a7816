"""A hole that personal data can leave through."""

from __future__ import annotations

import attrs

from ..redaction import scrub

__all__ = ["MARK", "Gap", "ours"]

# Adapters carry this attribute, so that they are known without being imported.
MARK = "__voxvalley_privacy_guard__"


@attrs.frozen
class Gap:
    """
    Name a hole, what leaves through it, and how to close it.

    Args:
        code: A stable dotted name, as `handler.unguarded`.

        where: Which handler, logger, hook or tool. Names are treated too: a logger can be named after a caller.

        leaks: What leaves.

        mend: How to close it.
    """

    code: str
    where: str = attrs.field(converter=scrub)
    leaks: str
    mend: str

    def __str__(self) -> str:
        return f"{self.code} at {self.where}: {self.leaks} {self.mend}"


def ours(found: object, /) -> bool:
    """Say whether *found* is one of our adapters, or a method of one."""
    return bool(
        getattr(type(found), MARK, False)
        or getattr(type(getattr(found, "__self__", None)), MARK, False)
    )
