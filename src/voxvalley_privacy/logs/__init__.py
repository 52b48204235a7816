"""Logs: guard handlers, find what is still open, decide what each kind of log may hold."""

from __future__ import annotations

from ..redaction import request_scope
from ._gaps import Gap, Severity
from ._hooks import Hooks, install_hooks
from ._log_policy import LogPolicy
from ._log_rules import METADATA, LogMode, LogRule, full, metadata_fields
from ._metrics import metrics
from ._protect import GuardedHandler, Protection, protect
from ._texts import LogStats, Redact
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
    "Severity",
    "full",
    "install_hooks",
    "metadata_fields",
    "metrics",
    "protect",
    "request_scope",
    "verify",
]
