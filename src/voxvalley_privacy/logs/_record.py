"""
Make the copy of a log record that a handler may see.

The record itself is never changed: other handlers read it too, and a cached message or traceback
would reach them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from operator import is_, itemgetter
from threading import local
from typing import Any

from ..placeholders import BYTES, FAULT
from ..reading import one_line, same_lines
from ..redaction import Tally
from ._gaps import LEAKY
from ._log_message import Messages, spelled
from ._texts import Redact, Texts
from ._traceback import render

__all__ = ["REENTRANT", "Treatment"]

# Logged while a record was being treated, by the redactor or by an object that it showed.
REENTRANT = "[REENTRANT]"

_BLANK = logging.LogRecord("", logging.INFO, "", 0, "", (), None).__dict__
# Left behind by a formatter of another handler, raw; and a way to render. The copy is rendered.
_CACHED = ("message", "asctime", "getMessage")
_OWN = frozenset(_BLANK) | frozenset(_CACHED)

_NAMES_OF_ORIGIN = (
    "name",
    "levelname",
    "pathname",
    "filename",
    "module",
    "funcName",
    "threadName",
    "processName",
    "taskName",  # since Python 3.12
)
_ORIGIN = tuple(name for name in _NAMES_OF_ORIGIN if name in _OWN)
_TIMES = ("created", "msecs", "relativeCreated")
_RECURRING = ("levelno", "lineno", "thread", "process")
_NUMBERS = (*_TIMES, *_RECURRING)
_origin = itemgetter(*_ORIGIN, *_RECURRING)
_times = itemgetter(*_TIMES)
_NUMERIC = frozenset({int, float, type(None)})
_THREE_FLOATS = (float, float, float)
_REMEMBERED = 4096
_DIGITS_OF_A_NUMBER = 5  # a field name with as many may be somebody's number

# Loggers that print protocol units as hexadecimal digits, and those digits: whole octets, at least
# as many as a header has. An id of a trace is as long, but is not printed there.
_PRINT_OCTETS = tuple(leaky.name for leaky in LEAKY if leaky.encoded)
_OCTETS = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){8,}+(?![0-9A-Za-z])")

# uvicorn logs its message once more with colors, and on a terminal formats that one in its place.
_COLORED = "color_message"
_COLORS = re.compile(r"\x1b\[[0-9;]{0,20}m")

_LEVELS = {
    logging.DEBUG: "DEBUG",
    logging.INFO: "INFO",
    logging.WARNING: "WARNING",
    logging.ERROR: "ERROR",
    logging.CRITICAL: "CRITICAL",
}


class Treatment:
    """
    Turn records into copies without personal data.

    Args:
        redact: Treats texts and structured values.

        tally: Counts what happened. Omitted: one of its own.

        second_pass: Whether guards treat the line that a formatter made once more.
    """

    __slots__ = ("_busy", "_calls", "_clean", "_messages", "second_pass", "texts")

    # Says whether a record is logged at all; None where all are.
    admits: Callable[[Any, logging.LogRecord], bool] | None = None

    def __init__(
        self, redact: Redact, tally: Tally | None = None, *, second_pass: bool = False
    ) -> None:
        self.texts: Texts = Texts(redact, tally)
        self.second_pass: bool = second_pass
        self._messages = Messages(self.texts)
        self._calls = self.texts.tally.calls
        self._busy = local()
        # Names of loggers, files, functions and threads recur. Clean ones are remembered.
        self._clean: set[tuple[object, ...]] = set()

    def equals(self, other: Treatment, /) -> bool:
        """Whether *other* makes the same copies."""
        return (
            type(self) is type(other)
            and self.texts.redact == other.texts.redact
            and self.second_pass is other.second_pass
        )

    def __call__(
        self, record: logging.LogRecord, *, rendered: bool = False, extra: bool = True
    ) -> logging.LogRecord:
        """
        Return the copy of *record* to show.

        Args:
            record: Stays as it is.

            rendered: Nobody reads the arguments apart from the message: they are merged into it
                and left out.

            extra: Whether anybody reads what was added to the record; otherwise it is left out.

        Returns:
            A plain record; after a fault a record that says where and when something was logged,
            and no more. Never raises.
        """
        next(self._calls)
        busy = self._busy.__dict__
        if busy:
            return self._placeholder(record, REENTRANT, "reentrant")
        busy["on"] = True
        try:
            copied = object.__new__(logging.LogRecord)
            copied.__dict__ = self._treated(record, rendered, extra)
            return copied
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            return self._placeholder(record, FAULT, "redactor")
        finally:
            busy.clear()

    def _treated(self, record: logging.LogRecord, rendered: bool, extra: bool) -> dict[str, Any]:
        shown: dict[str, Any] = record.__dict__.copy()
        origin = _origin(shown)
        if origin not in self._clean:
            self._treat_origin(shown, origin)
            # Such a logger is never among the clean ones, so that others are not asked each time.
            if _prints_octets(origin):
                record = _without_octets(record, shown)
        if tuple(map(type, _times(shown))) != _THREE_FLOATS:
            _only_numbers(shown, _TIMES)
        self._messages(record, shown, rendered)
        if shown["exc_info"]:
            shown["exc_text"] = self.texts.part("exception", render(shown["exc_info"])) or None
            shown["exc_info"] = None
        elif shown["exc_text"]:
            shown["exc_text"] = self.texts.part("exception", same_lines(str(shown["exc_text"])))
        if shown["stack_info"]:
            shown["stack_info"] = self.texts.part("stack", same_lines(str(shown["stack_info"])))
        # Every field of a fresh record was looked up above: more fields mean that some were added.
        if len(shown) > len(_BLANK):
            colored = shown.pop(_COLORED, None)
            self._treat_extra(shown, extra, rendered)
            if colored is not None:
                shown[_COLORED] = _recolored(colored, record.msg, shown["msg"])
        return shown

    # Parts --------------------------------------------------------------------------------------

    def _treat_origin(self, shown: dict[str, Any], origin: tuple[object, ...]) -> None:
        _only_numbers(shown, _RECURRING)
        for name in _ORIGIN:
            if shown[name] is not None:
                shown[name] = self.texts.name(one_line(str(shown[name])))
        treated = _origin(shown)
        if treated != origin:
            self.texts.count("origin")
        elif self._may_remember(treated, origin):
            if len(self._clean) >= _REMEMBERED:
                self._clean.clear()
            self._clean.add(origin)

    def _may_remember(self, treated: tuple[object, ...], origin: tuple[object, ...]) -> bool:
        return (
            self.texts.remembers and all(map(is_, treated, origin)) and not _prints_octets(origin)
        )

    def _treat_extra(self, shown: dict[str, Any], read: bool, rendered: bool) -> None:
        """Treat what `extra=`, filters and record factories added, as one record."""
        extra = _taken_out(shown)
        if not extra or not read:
            return
        redacted = self.texts.redact(extra)
        if not isinstance(redacted, dict):
            redacted = {FAULT: FAULT}
        if redacted != extra:
            self.texts.count("extra")
        # A format string may name a field that is gone; without it the whole line would be lost.
        spare = redacted.get(FAULT)
        shown.update(dict.fromkeys(filter(_harmless, extra.keys() - redacted.keys()), spare))
        if rendered:
            redacted = dict(zip(redacted, map(spelled, redacted.values()), strict=True))
        shown.update(redacted)

    def _placeholder(self, record: logging.LogRecord, text: str, reason: str) -> logging.LogRecord:
        """Return a record that holds numbers of the original and constants, nothing else."""
        self.texts.fault(reason)
        original = record.__dict__
        shown = dict(_BLANK)
        shown.update((name, FAULT) for name in original if name not in _OWN and _harmless(name))
        shown.update((name, original[name]) for name in _NUMBERS if name in original)
        _only_numbers(shown, _NUMBERS)
        shown.update(dict.fromkeys(_ORIGIN, FAULT))
        shown.update(msg=text, args=(), levelname=_LEVELS.get(shown["levelno"], FAULT))
        placeholder = object.__new__(logging.LogRecord)
        placeholder.__dict__ = shown
        return placeholder


def _recolored(colored: object, message: object, treated: object) -> object:
    """Return the message with its colors where nothing in it was treated, else without them."""
    same = treated == message == _COLORS.sub("", str(colored))
    return colored if same else treated


def _prints_octets(origin: tuple[object, ...]) -> bool:
    return str(origin[0]).startswith(_PRINT_OCTETS)


def _without_octets(record: logging.LogRecord, shown: dict[str, Any]) -> logging.LogRecord:
    """Return the record with its message merged, and octets in it replaced; *shown* likewise."""
    try:
        message = logging.LogRecord.getMessage(record)
    except Exception:  # a format that does not fit: the message alone is shown, treated
        message = str(shown["msg"])
    shown.update(msg=_OCTETS.sub(BYTES, message), args=())
    merged = object.__new__(logging.LogRecord)
    merged.__dict__.update(shown)
    return merged


def _taken_out(shown: dict[str, Any]) -> dict[str, Any]:
    """Remove what was added to a record, and return it without what other formatters cached."""
    added = {name: shown.pop(name) for name in [*shown] if name not in _BLANK}
    for name in _CACHED:
        added.pop(name, None)
    for name, value in added.items():
        if isinstance(value, str):
            added[name] = one_line(value)
    return added


def _only_numbers(shown: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if type(shown[name]) not in _NUMERIC:
            shown[name] = _BLANK[name]


def _harmless(name: object) -> bool:
    if type(name) is not str or not name.isidentifier():
        return False
    return sum(map(str.isdigit, name)) < _DIGITS_OF_A_NUMBER
