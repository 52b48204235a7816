"""Logs: guard handlers, find what is still open, decide what each kind of log may hold."""

from __future__ import annotations

from ._counts import LogStats
from ._protect import GuardedHandler, Protection, protect
from ._redact import Redact

__all__ = ["GuardedHandler", "LogStats", "Protection", "Redact", "protect"]
