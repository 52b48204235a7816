"""
The parts that an integration of one's own is made of; those of `integrations` use nothing else.

An integration guards the place where a framework hands a record on: `checked` looks at the redactor
once, `Treatment` and `Texts` treat records and texts, `render` writes a treated traceback, `MARK`
tells `verify()` that a place is guarded, and `snapshot` gives the counts as `LogStats`.
"""

from __future__ import annotations

from ._counts import LogStats, snapshot
from ._gaps import MARK
from ._kind import METADATA
from ._log_policy import LogPolicy
from ._log_rules import LogMode
from ._record import Treatment
from ._redact import Redact, checked
from ._texts import Texts
from ._traceback import render

__all__ = [
    "MARK",
    "METADATA",
    "LogMode",
    "LogPolicy",
    "LogStats",
    "Redact",
    "Texts",
    "Treatment",
    "checked",
    "render",
    "snapshot",
]
