"""Logs: guard handlers, find what is still open, decide what each kind of log may hold."""

from __future__ import annotations

from . import _forks as _forks
from ._counts import LogStats
from ._gaps import Gap
from ._hooks import Hooks, install_hooks
from ._kind import METADATA, metadata_fields
from ._log_policy import LogPolicy
from ._log_rules import LogMode, LogRule, full
from ._protect import GuardedHandler, Protection, protect
from ._redact import Redact
from ._verify import verify

__all__ = [
    "METADATA",
    "Gap",
    "GuardedHandler",
    "Hooks",
    "LogMode",
    "LogPolicy",
    "LogRule",
    "LogStats",
    "Protection",
    "Redact",
    "full",
    "install_hooks",
    "metadata_fields",
    "protect",
    "verify",
]
