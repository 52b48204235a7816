"""A structlog processor that treats events: nested values, exceptions, stacks."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from ..logs.adapters import (
    FAULT,
    LogStats,
    Redact,
    Texts,
    Treatment,
    checked,
    guards,
    indented,
    one_line,
    render,
    same_lines,
)

__all__ = ["Processor", "processor"]

# Fields that structlog itself writes. A renderer needs them, whatever the policy does with unknown
# fields.
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
_SAID = frozenset({"event", *_RENDERED})  # the app's words; the rest are names of the program
_LINES: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(_TEXTS, one_line),
    **dict.fromkeys(_RENDERED, same_lines),
    "event": indented,
}
_LEVELS = frozenset(
    {"debug", "info", "warning", "warn", "error", "critical", "exception", "notset"}
)
# Fields in which `ProcessorFormatter` says what its processors work on.
_META = ("_record", "_from_structlog")


@guards
class Processor:
    """
    Treat events. Built by `processor()`.

    Args:
        redact: Treats texts and fields.
    """

    __slots__ = ("_record", "_texts")

    def __init__(self, redact: Redact) -> None:
        self._texts = Texts(redact)
        self._record = Treatment(redact)

    def __call__(
        self, logger: Any, method: str, event_dict: MutableMapping[str, Any], /
    ) -> Mapping[str, Any]:
        """Return a treated copy of *event_dict*; after a fault only its level and a placeholder."""
        self._texts.called()
        try:
            return self._treated(event_dict)
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            self._texts.fault()
        level = event_dict.get("level")
        return {"event": FAULT, "level": level if level in _LEVELS else FAULT}

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._texts.stats()

    def _treated(self, event_dict: Mapping[str, Any]) -> Mapping[str, Any]:
        fields = dict(event_dict)
        own = {name: self._meta(fields.pop(name)) for name in _META if name in fields}
        for name, lines in _LINES.items():
            if type(fields.get(name)) is str:
                own[name] = self._field(name, lines(fields.pop(name)))
        exc_info = fields.pop("exc_info", None)
        if exc_info is True:
            exc_info = sys.exc_info()
        if exc_info:
            own["exception"] = self._texts.part("exception", render(exc_info))
        # A processor before ours may have written tracebacks as data. Their frames are fields too.
        return {**self._texts.fields("fields", fields), **own}

    def _field(self, name: str, text: str) -> str:
        if name in _SAID:
            return self._texts.part("message", text)
        return self._texts.name(text)

    def _meta(self, value: object) -> object:
        if isinstance(value, logging.LogRecord):
            return self._record(value)
        return bool(value)


def processor(redact: Redact, /) -> Processor:
    """
    Build a processor. Put it right before the renderer, after everything that adds to the event.

    Args:
        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return Processor(checked(redact, "processor()"))
