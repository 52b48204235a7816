"""
The parts that an integration is made of; those of `integrations` use nothing else.

An integration guards the place where a framework hands a record on. Build it from:

| part | what it does |
|---|---|
| `checked()` | refuses what is not a redactor, when the integration is built |
| `Texts` | treats texts, records and parts of them, and counts |
| `Treatment` | makes the copy of a `logging.LogRecord` that may be shown |
| `render()` | the text of an exception, within a budget; treat it with `Texts.part()` |
| `treated_error()` | the copy of an exception that may be handed on |
| `TreatedStream` | a text stream that treats its lines |
| `one_line()`, `indented()`, `same_lines()` | spell out line ends and controls in a text |
| `guards()` | marks a class as an adapter, so that `verify()` recognizes its instances |
| `request_scope()` | remembers what one request was found to hold, until its end |
| `FAULT` | what is shown where the library failed |
| `LogStats`, `snapshot()` | the counts, as a value |
| `LogPolicy`, `LogMode`, `METADATA` | decide how much of a record a kind of log holds |
| `Kinds`, `protect_by_kind()` | of which kind the records of a logger are; guards that go by it |
| `flattened()` | the fields of a line and of the records in it, for metadata |

Two rules: whatever fails gives `FAULT` and a count, never the raw value; and nothing is raised into
the app's call, but for wrong settings when the integration is built.
"""

from __future__ import annotations

from typing import TypeVar

from ..placeholders import FAULT
from ..reading import indented, one_line, same_lines
from ..redaction import request_scope
from ._by_kind import Kinds, flattened, protect_by_kind
from ._gaps import MARK, Gap, Severity
from ._log_policy import LogPolicy
from ._log_rules import METADATA, LogMode
from ._record import Treatment
from ._texts import LogStats, Redact, Texts, checked, snapshot
from ._traceback import render
from ._treated_error import treated_error
from ._treated_stream import TreatedStream

__all__ = [
    "FAULT",
    "MARK",
    "METADATA",
    "Gap",
    "Kinds",
    "LogMode",
    "LogPolicy",
    "LogStats",
    "Redact",
    "Severity",
    "Texts",
    "TreatedStream",
    "Treatment",
    "checked",
    "flattened",
    "guards",
    "indented",
    "one_line",
    "protect_by_kind",
    "render",
    "request_scope",
    "same_lines",
    "snapshot",
    "treated_error",
]

_Class = TypeVar("_Class", bound=type)


def guards(adapter: _Class, /) -> _Class:
    """
    Mark a class as an adapter, so that `verify()` recognizes its instances and their methods.

    Args:
        adapter: Treats everything that passes through its instances.
    """
    setattr(adapter, MARK, True)
    return adapter
