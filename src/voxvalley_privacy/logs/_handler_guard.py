"""
The guard of one handler: it stands in the handler's own methods, so the handler keeps its identity and its class.

It guards handlers, not loggers: a record of a child logger never passes the filters of its parents.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from ._record import Treatment
from ._traceback import render

__all__ = ["Guard", "guard_of", "is_open"]

# These show a record only by what their formatter makes of it, and the standard one reads no arguments.
_STREAMS = (logging.StreamHandler.emit, logging.FileHandler.emit)
_STYLES = (logging.PercentStyle, logging.StrFormatStyle, logging.StringTemplateStyle)
_WAYS = frozenset(
    {"format", "formatMessage", "formatTime", "formatException", "formatStack", "usesTime"}
)
_PLAIN = logging.makeLogRecord({"message": "", "asctime": ""})


class Guard:
    """
    Let a handler see treated copies only.

    Args:
        handler: Gets `emit`, `handle` and `handleError` of this guard until `release()`.

        treatments: Make what it sees.
    """

    __slots__ = ("_asked", "_emit", "_handler", "_own_handle", "_replaced", "_stream", "treatments")

    def __init__(self, handler: logging.Handler, *treatments: Treatment) -> None:
        self._handler = handler
        self._emit = handler.emit
        self._stream = (
            type(handler).emit in _STREAMS
            and type(handler).format is logging.Handler.format
            and handler.__dict__.keys().isdisjoint({"emit", "format"})
        )
        self._asked: tuple[Any, object, tuple[bool, bool]] = (None, None, (False, True))
        self.treatments: tuple[Treatment, ...] = treatments
        mine: dict[str, Any] = {"emit": self.emit}
        self._own_handle = handler.handle
        plain = type(handler).handle is logging.Handler.handle and "handle" not in handler.__dict__
        mine["handle"] = self.handle if plain else self.handle_its_way
        # The standard one prints message, arguments and the source lines that led to them.
        if type(handler).handleError is logging.Handler.handleError:
            mine["handleError"] = self.handle_error
        self._replaced = {name: handler.__dict__[name] for name in mine if name in handler.__dict__}
        # Last, and in one step: from here on other threads come through the guard.
        handler.__dict__.update(mine)

    def handle(self, record: logging.LogRecord) -> Any:
        """Do as `logging.Handler.handle`, with what the handler's own filters let through or added, treated before the lock."""
        handler = self._handler
        passed: Any = handler.filter(record)
        if passed:
            if passed is not True and isinstance(passed, logging.LogRecord):
                record = passed
            shown = self.shown(record)
            handler.acquire()
            try:
                self._emit(shown)
            finally:
                handler.release()
        return passed

    def handle_its_way(self, record: logging.LogRecord) -> Any:
        """Let a handler with a `handle` of its own do there what it likes with a treated copy; what it emits is treated again."""
        for treatment in self.treatments:
            record = treatment(record)
        return self._own_handle(record)

    def emit(self, record: logging.LogRecord) -> None:
        """Emit the treated copy of *record*."""
        self._emit(self.shown(record))

    def shown(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return what the handler may see of *record*."""
        rendered, extra = self._reads() if self._stream else (False, True)
        for treatment in self.treatments:
            record = treatment(record, rendered=rendered, extra=extra)
        return record

    def _reads(self) -> tuple[bool, bool]:
        """Say if the handler reads of arguments only the message, and if it reads what was added; asked once for each format."""
        formatter: Any = self._handler.formatter or logging._defaultFormatter  # type: ignore[attr-defined]  # noqa: SLF001
        if type(formatter) is not logging.Formatter:
            return False, True
        style, form, reads = self._asked
        if formatter._style is not style or getattr(style, "_fmt", None) is not form:  # noqa: SLF001 - no public way to ask
            style = formatter._style  # noqa: SLF001 - as above
            reads = _reads(formatter, style)
            self._asked = (style, getattr(style, "_fmt", None), reads)
        return reads

    def handle_error(self, record: logging.LogRecord) -> None:
        """Say on stderr that a handler failed, and where; neither the record nor the calling code's lines are shown."""
        if not logging.raiseExceptions or sys.stderr is None:
            return
        try:
            text = render(sys.exc_info())
            for treatment in self.treatments:
                text = treatment.texts.text(text)
            sys.stderr.write(f"--- Logging error in {type(self._handler).__name__} ---\n{text}\n")
        except Exception:  # stderr may be closed, or the interpreter nearly gone
            return

    def release(self) -> None:
        """Give the handler its own methods back."""
        values = self._handler.__dict__
        for name in ("emit", "handle", "handleError"):
            if getattr(values.get(name), "__self__", None) is self:
                if name in self._replaced:
                    values[name] = self._replaced[name]
                else:
                    del values[name]


def _reads(formatter: logging.Formatter, style: Any) -> tuple[bool, bool]:
    if type(style) not in _STYLES or not _WAYS.isdisjoint(vars(formatter)):
        return False, True
    try:
        style.format(_PLAIN)
    except Exception:  # it names a field that is not there
        return True, True
    return True, bool(style._defaults)  # noqa: SLF001 - as above


def guard_of(handler: object, /) -> Guard | None:
    """Return the guard of *handler*; None when it has none."""
    guard = getattr(getattr(handler, "__dict__", {}).get("emit"), "__self__", None)
    return guard if isinstance(guard, Guard) else None


def is_open(handler: logging.Handler, /) -> bool:
    """Say whether records come to *handler* past a guard; it may have none, or somebody has put a method on top of it."""
    if isinstance(handler, logging.NullHandler):
        return False
    guard = guard_of(handler)
    return guard is None or getattr(handler.handle, "__self__", None) is not guard
