"""
Make the copy of a log record that a handler may see.

The record itself is never changed: other handlers read it too, and a cached message or traceback would reach them.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from threading import local
from typing import Any, cast
from uuid import UUID

from ..redaction._placeholders import FAULT
from ..redaction._stats import Tally
from ._redact import Redact
from ._traceback import render

__all__ = ["REENTRANT", "Treatment"]

REENTRANT = "[REENTRANT]"  # logged while a record was being treated, by the redactor or by an object it showed

_BLANK = logging.LogRecord("", logging.INFO, "", 0, "", (), None).__dict__
# What a formatter of another handler may have left behind, raw.
_CACHED = ("message", "asctime")
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
_NUMBERS = ("levelno", "lineno", "created", "msecs", "relativeCreated", "thread", "process")
_origin = itemgetter(*_ORIGIN)
_NUMERIC = frozenset({int, float, type(None)})
_REMEMBERED = 4096

_SCALARS = frozenset({str, int, float, bool, type(None)})
_CONTAINERS = (Mapping, list, tuple, set, frozenset, deque)
_RECORD_MARKS = ("__attrs_attrs__", "__dataclass_fields__", "__pydantic_fields__")
# Values that show all they hold.
_OPEN = frozenset({Decimal, Fraction, datetime, date, time, timedelta, UUID, complex})
_LARGE = 999_999


class Treatment:
    """
    Turn records into copies without personal data.

    Args:
        redact: Treats texts and structured values.

        tally: Counts what happened.
    """

    __slots__ = ("_busy", "_clean", "redact", "tally")

    def __init__(self, redact: Redact, tally: Tally) -> None:
        self.redact = redact
        self.tally = tally
        self._busy = local()
        # Names of loggers, files, functions and threads recur; those with nothing in them are remembered. What the others
        # become is not: it may depend on whose turn it is.
        self._clean: set[tuple[object, ...]] = set()

    def __call__(self, record: logging.LogRecord, *, rendered: bool = False) -> logging.LogRecord:
        """
        Return the copy of *record* to show.

        Args:
            record: Stays as it is.

            rendered: Nobody reads the arguments apart from the message: they are merged into it and left out.

        Returns:
            A plain record; after a fault one that says where and when something was logged, and no more. Never raises.
        """
        next(self.tally.calls)
        busy = self._busy.__dict__
        if busy:
            return self._placeholder(record, REENTRANT, "reentrant")
        busy["on"] = True
        try:
            return self._treated(record, rendered)
        except Exception:  # a fault gives less, never raw, and never an exception into the call path
            return self._placeholder(record, FAULT, "redactor")
        finally:
            busy.clear()

    def _treated(self, record: logging.LogRecord, rendered: bool) -> logging.LogRecord:
        made: dict[str, Any] = record.__dict__.copy()
        origin = _origin(made)
        if origin not in self._clean:
            self._originate(made, origin)
        if not (
            type(made["lineno"]) is type(made["levelno"]) is type(made["process"]) is type(made["thread"]) is int
            and type(made["created"]) is type(made["msecs"]) is type(made["relativeCreated"]) is float
        ):
            made.update((name, _BLANK[name]) for name in _NUMBERS if type(made[name]) not in _NUMERIC)
        self._message(record, made, rendered)
        if made["exc_info"]:
            made["exc_text"] = self._text("exception", render(made["exc_info"])) or None
            made["exc_info"] = None
        elif made["exc_text"]:
            made["exc_text"] = self._text("exception", str(made["exc_text"]))
        if made["stack_info"]:
            made["stack_info"] = self._text("stack", str(made["stack_info"]))
        # All of a fresh record was looked up above, so what there is more of was added.
        if len(made) > len(_BLANK):
            self._extra(made)
        return _record(made)

    # Parts --------------------------------------------------------------------------------------------------------------

    def text(self, text: str, /) -> str:
        """
        Return *text* treated.

        Raises:
            TypeError: If the redactor does not give a text.
        """
        made: object = self.redact.text(text)
        if type(made) is not str:
            raise TypeError("The redactor gave no text.")
        return made

    def _text(self, part: str, text: str) -> str:
        made = self.text(text)
        if made != text:
            self._count(part)
        return made

    def _count(self, part: str) -> None:
        self.tally.add(self.tally.treated, part)

    def _originate(self, made: dict[str, Any], origin: tuple[object, ...]) -> None:
        treated = tuple(value if value is None else self.text(str(value)) for value in origin)
        if treated != origin:
            made.update(zip(_ORIGIN, treated, strict=True))
            self._count("origin")
            return
        if len(self._clean) >= _REMEMBERED:
            self._clean.clear()
        self._clean.add(origin)

    def _message(self, record: logging.LogRecord, made: dict[str, Any], rendered: bool) -> None:
        """Treat message and arguments apart and together: a number can be split over them."""
        args = record.args
        if type(record.msg) is not str and _structured(record.msg) and not args:
            made["msg"] = self._structure(record.msg)
            made["args"] = ()
            return
        if args:
            args = self._structures(args)
        raw = self._rendered(record, args)
        if raw is None:
            made["msg"] = f"{self.text(str(record.msg))} {FAULT}"
            made["args"] = ()
            self.tally.add(self.tally.faults, "format")
            return
        text = self.text(raw)
        if not rendered and args and type(record.msg) is str and self._apart(made, args, raw, text):
            return
        if text != raw:
            self._count("message")
        made["msg"] = text
        made["args"] = ()

    def _apart(self, made: dict[str, Any], args: Any, raw: str, text: str) -> bool:
        """Keep message and arguments apart, with the types that `%d` and formatters of access logs need, where that is safe."""
        shown: Any
        if isinstance(args, dict):
            shown = {name: self._arg(value) for name, value in args.items()}
        elif isinstance(args, tuple):
            shown = tuple(map(self._arg, args))
        else:
            return False
        if text == raw:
            if shown == args:
                made["args"] = shown
                return True
            return False
        self._count("args" if shown != args else "message")
        template = self.text(made["msg"])
        try:
            together = template % shown
        except Exception:  # a label where a number has to be
            return False
        if self.text(together) != together:
            return False
        made["msg"] = template
        made["args"] = shown
        return True

    def _arg(self, value: object) -> object:
        kind = type(value)
        if kind is str:
            return self.text(cast(str, value))
        if value is None or kind is bool or _structured(value):
            return value
        if kind in (int, float) and not abs(cast(float, value)) > _LARGE:
            return value
        text = str(value)
        treated = self.text(text)
        return value if treated == text and (kind in (int, float) or kind in _OPEN) else treated

    def _structures(self, args: Any) -> Any:
        """Treat arguments that are records by their fields; what a text shows of them alone would be too little to go by."""
        if isinstance(args, Mapping):
            treated = self.redact(dict(args))
            return {key: treated.get(key) for key in args}
        if not isinstance(args, tuple):
            return self._structure(args) if _structured(args) else args
        if _SCALARS.issuperset(map(type, args)):
            return args
        return tuple(self._structure(value) if _structured(value) else value for value in args)

    def _structure(self, value: Any) -> Any:
        treated = self.redact(value)
        if treated != value:
            self._count("args")
        return treated

    def _rendered(self, record: logging.LogRecord, args: Any) -> str | None:
        """Return the message as text; None when its format does not fit its arguments."""
        try:
            if args is record.args:
                return str(record.getMessage())
            # A record class of the app's own may render in its own way.
            shadow = object.__new__(type(record))
            shadow.__dict__.update(record.__dict__, args=args)
            return str(shadow.getMessage())
        except Exception:  # stdlib would print message and arguments raw to stderr
            return None

    def _extra(self, made: dict[str, Any]) -> None:
        """Treat what `extra=`, filters and record factories added, as one record."""
        extra = {name: value for name, value in made.items() if name not in _OWN}
        for name in _CACHED:
            made.pop(name, None)
        if not extra:
            return
        treated = self.redact(extra)
        if not isinstance(treated, dict):
            treated = {FAULT: FAULT}
        if treated != extra:
            self._count("extra")
        if gone := extra.keys() - treated.keys():
            # A format string may name a field that is gone; without it the whole line would be lost.
            spare = FAULT if FAULT in treated else None
            for name in gone:
                del made[name]
                if _harmless(name):
                    made[name] = spare
        made.update(treated)

    def _placeholder(self, record: logging.LogRecord, text: str, reason: str) -> logging.LogRecord:
        """Return a record that holds numbers of the original and constants, nothing else."""
        self.tally.add(self.tally.faults, reason)
        given = record.__dict__
        made = dict(_BLANK)
        made.update((name, FAULT) for name in given if name not in _OWN and _harmless(name))
        made.update((name, given[name]) for name in _NUMBERS if type(given.get(name)) in _NUMERIC)
        made.update(dict.fromkeys(_ORIGIN, FAULT))
        made.update(msg=text, args=(), levelname=_LEVELS.get(made["levelno"], FAULT))
        return _record(made)


_LEVELS = {
    logging.DEBUG: "DEBUG",
    logging.INFO: "INFO",
    logging.WARNING: "WARNING",
    logging.ERROR: "ERROR",
    logging.CRITICAL: "CRITICAL",
}


def _record(values: dict[str, Any]) -> logging.LogRecord:
    made = object.__new__(logging.LogRecord)
    made.__dict__ = values
    return made


def _structured(value: object) -> bool:
    return isinstance(value, _CONTAINERS) or any(hasattr(type(value), mark) for mark in _RECORD_MARKS)


def _harmless(name: object) -> bool:
    return type(name) is str and name.isidentifier() and sum(map(str.isdigit, name)) < 5
