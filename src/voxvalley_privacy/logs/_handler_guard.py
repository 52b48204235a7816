"""
The guard of one handler replaces methods of that handler, which keeps its identity and its class.

It guards handlers, not loggers: a record of a child logger never passes the filters of its parents.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import attrs

from ..placeholders import FAULT
from ._record import Treatment
from ._traceback import render

__all__ = ["Guard", "guard_of", "is_open", "is_plain_handle"]

# These show a record only through their formatter, and the standard one reads no arguments.
_STREAMS = (logging.StreamHandler.emit, logging.FileHandler.emit)
_STYLES = (logging.PercentStyle, logging.StrFormatStyle, logging.StringTemplateStyle)
_FORMATTER_METHODS = frozenset(
    {"format", "formatMessage", "formatTime", "formatException", "formatStack", "usesTime"}
)
_DEFAULT_FORMATTER: Any = vars(logging)["_defaultFormatter"]  # there is no public name
_PLAIN = logging.makeLogRecord({"message": "", "asctime": ""})
_GUARDED_METHODS = ("emit", "handle", "handleError", "format")
# `_logger_methods.py` replaces it while every logger is protected.
_HANDLE = logging.Handler.handle


@attrs.frozen
class _Reading:
    """
    Which parts of a record a formatter reads.

    Args:
        rendered: Of message and arguments it reads only the message.

        extra: It may read what was added to the record.

        literal: The text between the fields of a format of which everything else is treated
            before it is formatted; None for a formatter that may add anything.
    """

    rendered: bool
    extra: bool
    literal: str | None = None


_READS_ANYTHING = _Reading(rendered=False, extra=True)


class Guard:
    """
    Let a handler see treated copies only.

    Args:
        handler: Its `emit`, `handle` and `handleError` are replaced until `release()`.

        treatments: Make the copies it sees, one after the other.
    """

    __slots__ = (
        "_asks",
        "_emit",
        "_handler",
        "_ident",
        "_own_format",
        "_own_handle",
        "_read",
        "_replaced",
        "_stream",
        "treatments",
    )

    def __init__(self, handler: logging.Handler, *treatments: Treatment) -> None:
        self._handler = handler
        self._own_handle = handler.handle
        # `logging` asks of a handler no more than that it has `level` and `handle`.
        self._emit = getattr(handler, "emit", self._own_handle)
        self._own_format = getattr(handler, "format", _unformatted)
        self._stream = _shows_only_its_format(handler)
        self._read: tuple[Any, object, _Reading] = (None, None, _READS_ANYTHING)
        self._ident: str | None = None
        self._replaced: dict[str, Any] = {}
        self.treatments: tuple[Treatment, ...] = ()
        self._asks = False
        plain = is_plain_handle(handler)
        methods: dict[str, Any] = {
            "emit": self.emit,
            "handle": self.handle if plain else self.handle_its_way,
        }
        # The standard one prints message, arguments and the source lines that led to them.
        if getattr(type(handler), "handleError", None) is logging.Handler.handleError:
            methods["handleError"] = self.handle_error
        for treatment in treatments:
            self.add(treatment)
        self._replace(methods)

    def add(self, treatment: Treatment, /) -> None:
        """Apply one more treatment, unless it is applied already."""
        if treatment in self.treatments:
            return
        self.hold((*self.treatments, treatment))
        if treatment.second_pass and "format" not in self._replaced:
            self._replace({"format": self.format})

    def hold(self, treatments: tuple[Treatment, ...], /) -> None:
        """Apply *treatments* from now on, and no others."""
        # Most do not ask whether a record is logged at all: they cost one look here.
        self._asks = any(treatment.admits is not None for treatment in treatments)
        self.treatments = treatments

    def _replace(self, methods: dict[str, Any]) -> None:
        values = self._handler.__dict__
        self._replaced.update((name, values.get(name)) for name in methods)
        # In one step: from here on other threads come through the guard.
        values.update(methods)

    def handle(self, record: logging.LogRecord) -> Any:
        """
        Do as `logging.Handler.handle`, and treat before the handler's lock is taken.

        The handler's own filters see the record as it was; what they add is treated.
        """
        handler = self._handler
        passed: Any = handler.filter(record)
        if not passed:
            return passed
        if passed is not True and isinstance(passed, logging.LogRecord):
            record = passed
        if self._asks and not self._admits(record):
            return False
        shown = self.shown(record)
        handler.acquire()
        try:
            self._emit(shown)
        finally:
            handler.release()
        return passed

    def handle_its_way(self, record: logging.LogRecord) -> Any:
        """
        Pass a treated copy to the `handle` that a handler's class or owner wrote.

        What that one emits is treated again.
        """
        if self._asks and not self._admits(record):
            return False
        for treatment in self.treatments:
            record = treatment(record)
        return self._own_handle(record)

    def emit(self, record: logging.LogRecord) -> None:
        """Emit the treated copy of *record*."""
        if not self._asks or self._admits(record):
            self._emit(self.shown(record))

    def _admits(self, record: logging.LogRecord) -> bool:
        for treatment in self.treatments:
            admits: Any = treatment.admits
            if admits is not None and not admits(record):
                return False
        return True

    def shown(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return what the handler may see of *record*."""
        reading = self._reading() if self._stream else _READS_ANYTHING
        for treatment in self.treatments:
            record = treatment(record, rendered=reading.rendered, extra=reading.extra)
        return record

    # The formatted line -------------------------------------------------------------------------

    def format(self, record: logging.LogRecord) -> Any:
        """Treat the line that the handler's formatter made, unless all of it was treated before."""
        line: Any = self._own_format(record)
        literal = self._reading().literal
        for treatment in self.treatments:
            if treatment.second_pass:
                self._treat_ident(treatment)
                line = _second_pass(treatment, line, literal)
        return line

    def knows_its_lines(self) -> bool:
        """Whether everything in a formatted line is treated, by the first pass or by a second."""
        if any(treatment.second_pass for treatment in self.treatments):
            return True
        return not self._stream or self._reading().literal is not None

    def _treat_ident(self, treatment: Treatment) -> None:
        """Treat what `SysLogHandler` puts in front of a line after it was formatted."""
        ident = self._handler.__dict__.get("ident")
        if type(ident) is not str or not ident:
            return
        redacted = _second_pass(treatment, ident, None)
        if redacted != ident:
            self._ident = ident if self._ident is None else self._ident
            self._handler.__dict__["ident"] = redacted

    def _reading(self) -> _Reading:
        """Return which parts of a record the formatter reads; asked once for each format."""
        formatter: Any = getattr(self._handler, "formatter", None) or _DEFAULT_FORMATTER
        if type(formatter) is not logging.Formatter:
            return _READS_ANYTHING
        style, form, reading = self._read
        current: Any = formatter._style  # noqa: SLF001 - no public way to ask
        if current is not style or getattr(style, "_fmt", None) is not form:
            reading = _reading_of(formatter, current)
            self._read = (current, getattr(current, "_fmt", None), reading)
        return reading

    # Errors and the end -------------------------------------------------------------------------

    def handle_error(self, record: logging.LogRecord) -> None:
        """
        Say on stderr that a handler failed, and where.

        Neither the record nor the lines of the calling code are shown.
        """
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
        for name in _GUARDED_METHODS:
            if getattr(values.get(name), "__self__", None) is not self:
                continue
            if self._replaced[name] is not None:
                values[name] = self._replaced[name]
            else:
                del values[name]
        if self._ident is not None:
            values["ident"] = self._ident


def _shows_only_its_format(handler: logging.Handler) -> bool:
    if getattr(type(handler), "emit", None) not in _STREAMS:
        return False
    if type(handler).format is not logging.Handler.format:
        return False
    return handler.__dict__.keys().isdisjoint({"emit", "format"})


def is_plain_handle(handler: logging.Handler, /) -> bool:
    """Whether the `handle` of *handler* is the one of `logging`."""
    if "handle" in handler.__dict__:
        return False
    return getattr(type(handler), "handle", None) in (_HANDLE, logging.Handler.handle)


def _unformatted(record: logging.LogRecord) -> str:
    return record.getMessage()


def _reading_of(formatter: logging.Formatter, style: Any) -> _Reading:
    if type(style) not in _STYLES or not _FORMATTER_METHODS.isdisjoint(vars(formatter)):
        return _READS_ANYTHING
    try:
        literal = style.format(_PLAIN)
    except Exception:  # it names a field that is not there
        return _Reading(rendered=True, extra=True)
    if style._defaults:  # noqa: SLF001 - no public way to ask
        return _Reading(rendered=True, extra=True)
    return _Reading(rendered=True, extra=False, literal=str(literal))


def _second_pass(treatment: Treatment, line: Any, literal: str | None) -> Any:
    try:
        texts = treatment.texts
        if literal is not None and texts.name(literal) == literal:
            return line
        if type(line) is not str:
            return texts.redact(line)
        return texts.part("line", line)
    except Exception:  # a fault gives less, never raw
        treatment.texts.fault()
        return FAULT


def guard_of(handler: object, /) -> Guard | None:
    """Return the guard of *handler*; None when it has none."""
    guard = getattr(getattr(handler, "__dict__", {}).get("emit"), "__self__", None)
    return guard if isinstance(guard, Guard) else None


def is_open(handler: logging.Handler, /) -> bool:
    """
    Whether records come to *handler* without passing a guard.

    It may have no guard, or somebody has put a method on top of the guard's.
    """
    if isinstance(handler, logging.NullHandler):
        return False
    guard = guard_of(handler)
    return guard is None or getattr(handler.handle, "__self__", None) is not guard
