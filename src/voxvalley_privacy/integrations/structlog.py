"""A structlog processor that treats events: nested values, exceptions, stacks."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

from ..logs.adapters import MARK, LogStats, Redact, Texts, Treatment, checked, render, snapshot
from ..placeholders import FAULT
from ..reading import indented, one_line, same_lines
from ..redaction import Tally

__all__ = ["Processor", "processor"]

# What structlog itself writes: texts that a renderer needs, whatever the policy does with fields that nobody knows.
_TEXTS = (
    "event",
    "level",
    "logger",
    "logger_name",
    "timestamp",
    "filename",
    "func_name",
    "module",
    "pathname",
    "thread_name",
    "process_name",
)
_RENDERED = ("exception", "stack")
# How `ProcessorFormatter` tells its processors what they work on.
_META = ("_record", "_from_structlog")


class Processor:
    """
    Treat events; made by `processor()`.

    Args:
        redact: Treats texts and fields.
    """

    __slots__ = ("_record", "_texts")

    def __init__(self, redact: Redact) -> None:
        self._texts = Texts(redact, Tally())
        self._record = Treatment(redact, Tally())

    def __call__(
        self, logger: Any, method: str, event_dict: MutableMapping[str, Any], /
    ) -> Mapping[str, Any]:
        """Return a treated copy of *event_dict*; after a fault one that holds the level and a placeholder."""
        next(self._texts.tally.calls)
        try:
            return self._treated(event_dict)
        except (
            Exception
        ):  # a fault gives less, never raw, and never an exception into the call path
            self._texts.fault()
        level = event_dict.get("level")
        return {"event": FAULT, "level": level if level in _LEVELS else FAULT}

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return snapshot(self._texts.tally, self._texts.redact)

    def _treated(self, event_dict: Mapping[str, Any]) -> Mapping[str, Any]:
        fields = dict(event_dict)
        own: dict[str, Any] = {}
        for name in _META:
            if name in fields:
                value = fields.pop(name)
                own[name] = (
                    self._record(value) if isinstance(value, logging.LogRecord) else bool(value)
                )
        for name in (*_TEXTS, *_RENDERED):
            if type(fields.get(name)) is str:
                kept = (
                    indented if name == "event" else same_lines if name in _RENDERED else one_line
                )
                own[name] = self._texts.part("message", kept(fields.pop(name)))
        if exc_info := fields.pop("exc_info", None):
            own["exception"] = self._texts.part(
                "exception", render(sys.exc_info() if exc_info is True else exc_info)
            )
        # Renderers of tracebacks as data come before us; frames and their variables are fields like others.
        fields = {
            name: one_line(value) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        return {**self._texts.record("fields", fields), **own}


setattr(Processor, MARK, True)
_LEVELS = frozenset(
    {"debug", "info", "warning", "warn", "error", "critical", "exception", "notset"}
)


def processor(redact: Redact, /) -> Processor:
    """
    Make a processor; put it right before the renderer, after everything that adds to the event.

    Args:
        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is no redactor.
    """
    return Processor(checked(redact, "processor()"))
