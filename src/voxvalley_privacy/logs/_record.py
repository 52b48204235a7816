"""
Make the copy of a log record that a handler may see.

The record itself is never changed: other handlers read it too, and a cached message or traceback would reach them.
"""

from __future__ import annotations

import logging
from operator import is_, itemgetter
from threading import local
from typing import Any

from ..placeholders import FAULT
from ..reading import one_line, same_lines
from ..redaction import Tally
from ._log_message import Messages
from ._redact import Redact
from ._spelled import spelled
from ._texts import Texts
from ._traceback import render

__all__ = ["REENTRANT", "Treatment"]

REENTRANT = "[REENTRANT]"  # logged while a record was being treated, by the redactor or by an object it showed

_BLANK = logging.LogRecord("", logging.INFO, "", 0, "", (), None).__dict__
# What a formatter of another handler may have left behind, raw, and a way to render it: the copy is rendered.
_CACHED = ("message", "asctime", "getMessage")
_OWN = frozenset(_BLANK) | frozenset(_CACHED)

_ORIGIN = tuple(
    name
    for name in (
        "name",
        "levelname",
        "pathname",
        "filename",
        "module",
        "funcName",
        "threadName",
        "processName",
        "taskName",
    )
    if name in _OWN
)
_TIMES = ("created", "msecs", "relativeCreated")
_RECURRING = ("levelno", "lineno", "thread", "process")
_NUMBERS = (*_TIMES, *_RECURRING)
_origin = itemgetter(*_ORIGIN, *_RECURRING)
_NUMERIC = frozenset({int, float, type(None)})
_REMEMBERED = 4096


class Treatment:
    """
    Turn records into copies without personal data.

    Args:
        redact: Treats texts and structured values.

        tally: Counts what happened.
    """

    __slots__ = ("_busy", "_calls", "_clean", "_messages", "texts")

    def __init__(self, redact: Redact, tally: Tally) -> None:
        self.texts: Texts = Texts(redact, tally)
        self._messages = Messages(self.texts)
        self._calls = tally.calls
        self._busy = local()
        # Names of loggers, files, functions and threads recur; those in which nothing is found are remembered.
        self._clean: set[tuple[object, ...]] = set()

    def __call__(
        self, record: logging.LogRecord, *, rendered: bool = False, extra: bool = True
    ) -> logging.LogRecord:
        """
        Return the copy of *record* to show.

        Args:
            record: Stays as it is.

            rendered: Nobody reads the arguments apart from the message: they are merged into it and left out.

            extra: Whether anybody reads what was added to the record; otherwise it is left out.

        Returns:
            A plain record; after a fault one that says where and when something was logged, and no more. Never raises.
        """
        next(self._calls)
        busy = self._busy.__dict__
        if busy:
            return self._placeholder(record, REENTRANT, "reentrant")
        busy["on"] = True
        try:
            made = object.__new__(logging.LogRecord)
            made.__dict__ = self._treated(record, rendered, extra)
            return made
        except (
            Exception
        ):  # a fault gives less, never raw, and never an exception into the call path
            return self._placeholder(record, FAULT, "redactor")
        finally:
            busy.clear()

    def _treated(self, record: logging.LogRecord, rendered: bool, extra: bool) -> dict[str, Any]:
        made: dict[str, Any] = record.__dict__.copy()
        origin = _origin(made)
        if origin not in self._clean:
            self._originate(made, origin)
        if (
            not type(made["created"])
            is type(made["msecs"])
            is type(made["relativeCreated"])
            is float
        ):
            _only_numbers(made, _TIMES)
        self._messages(record, made, rendered)
        if made["exc_info"]:
            made["exc_text"] = self.texts.part("exception", render(made["exc_info"])) or None
            made["exc_info"] = None
        elif made["exc_text"]:
            made["exc_text"] = self.texts.part("exception", same_lines(str(made["exc_text"])))
        if made["stack_info"]:
            made["stack_info"] = self.texts.part("stack", same_lines(str(made["stack_info"])))
        # All of a fresh record was looked up above, so what there is more of was added.
        if len(made) > len(_BLANK):
            self._extra(made, extra, rendered)
        return made

    # Parts --------------------------------------------------------------------------------------------------------------

    def _originate(self, made: dict[str, Any], origin: tuple[object, ...]) -> None:
        _only_numbers(made, _RECURRING)
        made.update(
            (name, self.texts.text(one_line(str(made[name]))))
            for name in _ORIGIN
            if made[name] is not None
        )
        treated = _origin(made)
        if treated != origin:
            self.texts.count("origin")
        elif self.texts.remembers and all(map(is_, treated, origin)):
            if len(self._clean) >= _REMEMBERED:
                self._clean.clear()
            self._clean.add(origin)

    def _extra(self, made: dict[str, Any], shown: bool, rendered: bool) -> None:
        """Treat what `extra=`, filters and record factories added, as one record."""
        extra = {
            name: one_line(value) if isinstance(value, str) else value
            for name, value in made.items()
            if name not in _BLANK
        }
        for name in extra:
            del made[name]
        for name in _CACHED:
            extra.pop(name, None)
        if not extra or not shown:
            return
        treated = self.texts.redact(extra)
        if not isinstance(treated, dict):
            treated = {FAULT: FAULT}
        if treated != extra:
            self.texts.count("extra")
        # A format string may name a field that is gone; without it the whole line would be lost.
        spare = FAULT if FAULT in treated else None
        made.update((name, spare) for name in extra.keys() - treated.keys() if _harmless(name))
        made.update(
            {name: spelled(value) for name, value in treated.items()} if rendered else treated
        )

    def _placeholder(self, record: logging.LogRecord, text: str, reason: str) -> logging.LogRecord:
        """Return a record that holds numbers of the original and constants, nothing else."""
        self.texts.fault(reason)
        given = record.__dict__
        made = dict(_BLANK)
        made.update((name, FAULT) for name in given if name not in _OWN and _harmless(name))
        made.update((name, given[name]) for name in _NUMBERS if name in given)
        _only_numbers(made, _NUMBERS)
        made.update(dict.fromkeys(_ORIGIN, FAULT))
        made.update(msg=text, args=(), levelname=_LEVELS.get(made["levelno"], FAULT))
        placeholder = object.__new__(logging.LogRecord)
        placeholder.__dict__ = made
        return placeholder


_LEVELS = {
    logging.DEBUG: "DEBUG",
    logging.INFO: "INFO",
    logging.WARNING: "WARNING",
    logging.ERROR: "ERROR",
    logging.CRITICAL: "CRITICAL",
}


def _only_numbers(made: dict[str, Any], names: tuple[str, ...]) -> None:
    made.update((name, _BLANK[name]) for name in names if type(made[name]) not in _NUMERIC)


def _harmless(name: object) -> bool:
    return type(name) is str and name.isidentifier() and sum(map(str.isdigit, name)) < 5
