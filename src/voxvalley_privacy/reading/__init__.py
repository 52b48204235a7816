"""Reading: how a value is taken apart before any policy looks at it."""

from __future__ import annotations

from ._composites import PARSERS, name_addr
from ._islands import islands_in, may_hold_islands
from ._leaves import Island, Leaf
from ._literals import is_plain_key
from ._objects import fields_of, rebuild
from ._one_line import indented, one_line, same_lines
from ._remembered import Remembered, Remembers
from ._runs import Run, runs_in
from ._values import Needle, as_text, needle_of, preset

__all__ = [
    "PARSERS",
    "Island",
    "Leaf",
    "Needle",
    "Remembered",
    "Remembers",
    "Run",
    "as_text",
    "fields_of",
    "indented",
    "is_plain_key",
    "islands_in",
    "may_hold_islands",
    "name_addr",
    "needle_of",
    "one_line",
    "preset",
    "rebuild",
    "runs_in",
    "same_lines",
]
