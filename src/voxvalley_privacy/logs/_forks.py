"""
Let no process be forked while a guarded handler writes.

`logging` makes its own locks anew in a child, but not the one inside a file object: a child forked in the middle of a write
would wait for it for ever.
"""

from __future__ import annotations

import logging
import os
import time

from ._protect import add_handler_hook

__all__ = ["Forks"]

_lock = logging._lock  # type: ignore[attr-defined]  # noqa: SLF001 - see _protect.py

# A handler may hang in a write of its own; the fork goes on without it then.
_PATIENCE_SECONDS = 1.0


class Forks:
    """Hold the locks of guarded handlers over a fork."""

    def __init__(self) -> None:
        self._held: list[logging.Handler] = []
        self._locked = False

    def before(self) -> None:
        """Wait until no guarded handler writes."""
        hook = add_handler_hook()
        if hook is None:
            return
        # First the lock of `logging`, in the order in which a reload of its configuration takes them.
        _lock.acquire()
        self._locked = True
        until = time.monotonic() + _PATIENCE_SECONDS
        for handler in {
            handler for protection in hook.protections for handler in protection.handlers
        }:
            if handler.lock is not None and handler.lock.acquire(
                timeout=max(0.0, until - time.monotonic())
            ):
                self._held.append(handler)

    def in_parent(self) -> None:
        """Let the handlers write again."""
        while self._held:
            self._held.pop().release()
        if self._locked:
            self._locked = False
            _lock.release()

    def in_child(self) -> None:
        """Forget the locks; `logging` has made them anew."""
        self._held.clear()
        self._locked = False


if hasattr(os, "register_at_fork"):
    _forks = Forks()
    os.register_at_fork(
        before=_forks.before, after_in_parent=_forks.in_parent, after_in_child=_forks.in_child
    )
