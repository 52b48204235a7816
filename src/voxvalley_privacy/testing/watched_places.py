"""
Places that are watched while a test runs: logging, stdout, stderr, warnings, outgoing requests.

A watcher passes on what it sees, unchanged, and keeps a copy with the line of code that sent it.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

from .known_leaks import HIDDEN, categories_in, safe_name
from .passages import Passage, Patches, caller, is_library
from .watched_requests import request_patches

__all__ = ["Watch"]

_MENDS = {
    "message": "Call vp.logs.protect(redact) before the first record is logged; then messages, "
    "arguments, `extra` and tracebacks are treated.",
    "extra": "Fields in `extra` are written by JSON formatters: call vp.logs.protect(redact), or "
    "leave the field out.",
    "names": "Formatters write names of loggers, threads and tasks: name them after what they do.",
    "traceback": "The error holds the value: raise errors that name the field, and call "
    "vp.logs.protect(redact), which treats tracebacks.",
    "stdout": "Print vp.scrub(text), or log it through a logger that vp.logs.protect(redact) "
    "guards.",
    "stderr": "Write vp.scrub(text), or log it through a logger that vp.logs.protect(redact) "
    "guards.",
    "warning": "Name the field in a warning, not its value: warnings end up in logs.",
}


# Watchers
# --------------------------------------------------------------------------------------------------


class _Stream:
    """Stands before a text stream, passes everything on, and keeps what is written."""

    def __init__(self, name: str, keep: Callable[[str, str], None], stream: Any) -> None:
        self._name = name
        self._stream = stream
        self._keep = keep

    def write(self, text: str) -> Any:
        self._keep(self._name, text)
        return self._stream.write(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    @property
    def buffer(self) -> Any:
        return _Octets(self._name, self._keep, self._stream.buffer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __iter__(self) -> Any:
        return iter(self._stream)


class _Octets:
    """The same before a stream of octets."""

    def __init__(self, name: str, keep: Callable[[str, str], None], stream: Any) -> None:
        self._name = name
        self._stream = stream
        self._keep = keep

    def write(self, data: Any) -> Any:
        self._keep(self._name, bytes(data).decode("utf-8", "replace"))
        return self._stream.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _LogWatcher(logging.Handler):
    """Sees what any handler would see; protected like all others by `vp.logs.protect()`."""

    def __init__(self, keep: Callable[[Passage], None]) -> None:
        super().__init__()
        self._keep_passage = keep

    def emit(self, record: logging.LogRecord) -> None:
        name = safe_name(record.name)
        where = f"{safe_name(record.filename)}:{record.lineno}"
        if is_library(record.pathname):  # the app's line is of more help than one of httpx
            where = caller() or where
        for part, text in _parts(record).items():
            place = f"log record of {name!r} ({part})"
            passage = Passage(
                place=place, where=where, text=text, mend=_MENDS[part], finders=part != "names"
            )
            self._keep_passage(passage)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of logging
        """Say nothing: the watcher must not write what it could not read."""


_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _parts(record: logging.LogRecord) -> dict[str, str]:
    """Return the parts of a record that formatters write; the app never sees a fault of ours."""
    extra = {name: value for name, value in vars(record).items() if name not in _FIELDS}
    return {
        "message": _message(record),
        "extra": "\n".join(f"{name}={_said(value)}" for name, value in extra.items()),
        "names": "\n".join(_said(getattr(record, name, None)) for name in _NAMES),
        "traceback": f"{_traceback(record)}\n{record.stack_info or ''}",
    }


_NAMES = ("name", "threadName", "processName", "taskName")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # arguments that do not fit: `logging` prints both
        args = record.args if isinstance(record.args, tuple) else (record.args,)
        return " ".join(map(_said, (record.msg, *args)))


def _said(value: object) -> str:
    """Return the text of a value, or of its `repr()`; empty where it has neither."""
    for read in (str, repr):
        try:
            return read(value)
        except Exception:  # noqa: S112 - it would be raised into the app
            continue
    return ""


def _traceback(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_text:
        return record.exc_text or ""
    try:
        return logging.Formatter().formatException(record.exc_info)
    except Exception:  # of an error whose text fails: its type is all that is known
        return _said(record.exc_info[:1])


class Watch:
    """Everything that is watched for one test."""

    def __init__(self) -> None:
        self._patches = Patches()
        self._passages: list[Passage] = []
        self._written: dict[str, list[tuple[str, str]]] = {"stdout": [], "stderr": []}
        self._handler = _LogWatcher(self._keep)
        self._loggers: list[logging.Logger] = []
        self._level: int | None = None
        self._running = False

    def start(self) -> None:
        """Watch; again, to go on top of what was put over our watchers."""
        self._running = True
        for name in self._written:
            self._patches.put(sys, name, partial(_Stream, name, self._write))
        self._patches.put(warnings, "showwarning", self._warner)
        for owner, method, build in request_patches(self._keep):
            self._patches.put(owner, method, build)
        self._patches.put(logging.Logger, "callHandlers", self._caller)
        self._watch_loggers()

    def stop(self) -> None:
        """Leave everything as it was."""
        self._running = False
        self._patches.restore()
        for logger in self._loggers:
            logger.removeHandler(self._handler)
        self._loggers.clear()
        if self._level is not None:
            logging.getLogger().setLevel(self._level)
            self._level = None

    def lines_of(self, stream: str) -> set[str]:
        """Return the lines that were written to a stream through Python."""
        return set("".join(text for text, _ in self._written[stream]).splitlines())

    def passages(self) -> list[Passage]:
        """Return all that came by: what was written, line by line."""
        return [*self._passages, *self._lines()]

    # Parts --------------------------------------------------------------------------------------

    def _keep(self, passage: Passage) -> None:
        if self._running and passage.text.strip():
            self._passages.append(passage)

    def _write(self, name: str, text: str) -> None:
        if self._running and isinstance(text, str):
            self._written[name].append((text, caller()))

    def _lines(self) -> list[Passage]:
        """Join what `print()` wrote in pieces, and cut it into lines."""
        lines = []
        for name, pieces in self._written.items():
            line, where = "", ""
            for text, origin in [*pieces, ("\n", "")]:
                where = where or origin
                head, end, rest = (line + text).rpartition("\n")
                if end:
                    lines.append(Passage(place=name, where=where, text=head, mend=_MENDS[name]))
                    where = origin if rest else ""
                line = rest
        return lines

    def _warner(self, show: Any) -> Any:
        def showwarning(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: Any = None,
            line: str | None = None,
        ) -> None:
            where = f"{safe_name(os.path.basename(filename))}:{lineno}"
            place = f"warning {category.__name__}"
            self._keep(Passage(place=place, where=where, text=str(message), mend=_MENDS["warning"]))
            _pass_on(show, message, category, filename, lineno, file, line)

        return showwarning

    def _caller(self, call: Any) -> Any:
        """Go wherever records end: loggers change, and an app may set up all of them anew."""

        def callHandlers(logger: logging.Logger, record: logging.LogRecord) -> Any:  # noqa: N802
            if self._running:
                self._reach(logger)
            return call(logger, record)

        return callHandlers

    def _reach(self, logger: logging.Logger) -> None:
        last: logging.Logger | None = logger
        while last is not None and self._handler not in last.handlers:
            parent = last.parent if last.propagate else None
            if parent is None:
                last.addHandler(self._handler)
                self._loggers.append(last)
            last = parent

    def _watch_loggers(self) -> None:
        root = logging.getLogger()
        # Nobody set a level: apps that log at INFO in production show it in a test as well.
        if self._level is None and root.level > logging.INFO:
            self._level = root.level
            root.setLevel(logging.INFO)
        for logger in (root, *_that_do_not_propagate()):
            if logger not in self._loggers:
                logger.addHandler(self._handler)
                self._loggers.append(logger)


def _that_do_not_propagate() -> list[logging.Logger]:
    known = list(logging.Logger.manager.loggerDict.values())
    return [item for item in known if isinstance(item, logging.Logger) and not item.propagate]


def _pass_on(show: Any, *details: Any) -> None:
    """Show a warning as it would be shown: pytest collects them behind a private name."""
    collect = getattr(warnings, "_showwarnmsg_impl", None)
    original = getattr(warnings, "_showwarning_orig", None)
    if show is original and collect is not None:
        # pytest prints them at the end of the run.
        message = Warning(HIDDEN) if categories_in(str(details[0])) else details[0]
        collect(warnings.WarningMessage(message, *details[1:]))
    else:
        show(*details)
