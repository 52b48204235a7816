"""The last net under every rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from ..decisions import Decision
from ._consent_reasons import because

__all__ = ["fails_closed"]

_S = TypeVar("_S")
_C = TypeVar("_C")


def fails_closed(decide: Callable[[_S, _C], Decision], /) -> Callable[[_S, _C], Decision]:
    """Answer a deny where *decide* would raise: a context of the wrong kind must not stop the app, nor pass."""

    @wraps(decide)
    def call(self: _S, context: _C, /) -> Decision:
        try:
            return decide(self, context)
        except Exception:  # whatever a hostile or mistaken context raises
            return Decision.deny(because("error.input"))

    return call
