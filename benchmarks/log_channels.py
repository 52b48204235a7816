"""
Through which channels of the logging machinery an address leaves, with each protection set up as its documentation says.

`python -m benchmarks.log_channels --write docs/reference/logs.md` puts the table between the marks of that page.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import logging
import logging.handlers
import queue
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import voxvalley_privacy as vp
from voxvalley_privacy import logs

MAIL = "caller.canary@example.com"
NUMBER = 14155550132
_SECRETS = re.compile(r"caller\.canary|14155550132")
_LINES = itertools.count()
_FORMAT = "%(threadName)s %(message)s %(to)s %(cdr)s"
_DEFAULTS = {"to": "", "cdr": ""}
_START, _END = "<!-- channels -->", "<!-- end of channels -->"

Install = Callable[[logging.Logger], Callable[[], object]]


class Place:
    """A logger with a handler that writes to a text, and what goes to stderr meanwhile."""

    def __init__(self, install: Install, handler: logging.Handler | None = None) -> None:
        self.out = io.StringIO()
        self.handler = handler or self.writer()
        self.log = logging.getLogger(f"channel{next(_LINES)}")
        self.log.propagate = False
        self.log.addHandler(self.handler)
        self.remove = install(self.log)

    def writer(self) -> logging.Handler:
        """Make a handler that writes to the text."""
        handler = logging.StreamHandler(self.out)
        handler.setFormatter(logging.Formatter(_FORMAT, defaults=_DEFAULTS))
        return handler


def _message(place: Place) -> None:
    place.log.warning(f"call {MAIL}")  # noqa: G004


def _argument(place: Place) -> None:
    place.log.warning("call %s", MAIL)


def _split(place: Place) -> None:
    place.log.warning("call %s@%s", *MAIL.split("@"))


def _integer(place: Place) -> None:
    place.log.warning("call %d done", NUMBER)


def _mapping(place: Place) -> None:
    place.log.warning("call %(to)s", {"to": MAIL})


def _harmless(place: Place) -> None:
    place.log.warning("%d of %05.1f done", 5, 7.5)
    assert "5 of 007.5 done" in place.out.getvalue()


def _bad_format(place: Place) -> None:
    place.log.warning("call %d %d", MAIL)  # noqa: PLE1206 - that is the point
    place.out.write("line")


def _extra(place: Place) -> None:
    place.log.warning("done", extra={"to": MAIL})


def _nested(place: Place) -> None:
    place.log.warning("done", extra={"cdr": {"legs": [{"to": MAIL}]}})


def _fail() -> None:
    try:
        raise KeyError(MAIL)
    except KeyError as error:
        error.add_note(f"note {MAIL}")
        raise ValueError("failed") from error


def _exception(place: Place) -> None:
    try:
        int(f"{MAIL}x")
    except ValueError:
        place.log.exception("failed")


def _chain(place: Place) -> None:
    try:
        _fail()
    except ValueError:
        place.log.exception("failed")


def _cached(place: Place) -> None:
    # A plain handler in front renders the traceback and leaves it on the record.
    place.log.handlers.insert(0, logging.StreamHandler(io.StringIO()))
    _exception(place)


def _stack(place: Place) -> None:
    place.log.warning("here", stack_info=bool("caller.canary@example.com"))


def _thread(place: Place) -> None:
    thread = threading.Thread(target=place.log.warning, args=("done",), name=f"call-{MAIL}")
    thread.start()
    thread.join()


def _child(place: Place) -> None:
    place.log.getChild("http").warning("call %s", MAIL)


def _later(place: Place) -> None:
    for log in (place.log, logging.getLogger()):
        log.removeHandler(place.handler)
    place.log.addHandler(place.writer())
    place.log.warning("call %s", MAIL)


def _filter_adds(place: Place) -> None:
    place.handler.addFilter(_Adds())
    place.log.warning("done")


class _Adds(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.to = MAIL
        return True


def _queue(place: Place) -> None:
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    behind = Place(place.install, logging.handlers.QueueHandler(waiting))  # type: ignore[attr-defined]  # set by run()
    behind.log.warning("call %s", MAIL, extra={"to": MAIL})
    behind.remove()
    place.out.write(str(waiting.get().__dict__))


CHANNELS: dict[str, Callable[[Place], None]] = {
    "message": _message,
    "argument": _argument,
    "split over format and arguments": _split,
    "number for `%d`": _integer,
    "mapping as argument": _mapping,
    "harmless `%d` and `%f` survive": _harmless,
    "format that does not fit": _bad_format,
    "`extra`": _extra,
    "`extra`, nested": _nested,
    "exception": _exception,
    "cause and note": _chain,
    "traceback cached by another handler": _cached,
    "source line in a stack": _stack,
    "name of a thread": _thread,
    "child logger": _child,
    "handler added later": _later,
    "field added by a filter": _filter_adds,
    "`QueueHandler`": _queue,
}


# Protections ----------------------------------------------------------------------------------------------------------

_HAND = re.compile(r"[\w.+-]+@[\w.-]+|\+?\d{7,}")


class _RegexFilter(logging.Filter):
    """The filter that tutorials show."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _HAND.sub("[X]", str(record.msg))
        if isinstance(record.args, tuple):
            record.args = tuple(
                _HAND.sub("[X]", a) if isinstance(a, str) else a for a in record.args
            )
        return True


class _RegexFormatter(logging.Formatter):
    """The formatter that tutorials show."""

    def format(self, record: logging.LogRecord) -> str:
        return _HAND.sub("[X]", super().format(record))


def _nothing(log: logging.Logger) -> Callable[[], object]:
    return lambda: None


def _regex_filter(log: logging.Logger) -> Callable[[], object]:
    log.addFilter(_RegexFilter())
    return lambda: None


def _regex_formatter(log: logging.Logger) -> Callable[[], object]:
    log.handlers[0].setFormatter(_RegexFormatter(_FORMAT, defaults=_DEFAULTS))
    return lambda: None


def _ours(log: logging.Logger) -> Callable[[], object]:
    return logs.protect(vp.Redactor(vp.policies.labels()), log).remove


def _hushlog(log: logging.Logger) -> Callable[[], object]:
    import hushlog

    # It wraps the formatters of the root logger.
    root, handler = logging.getLogger(), log.handlers[0]
    log.propagate = True
    log.removeHandler(handler)
    root.addHandler(handler)
    hushlog.patch()

    def remove() -> None:
        hushlog.unpatch()
        root.removeHandler(handler)

    return remove


def _handler_filter(make: Callable[[], logging.Filter]) -> Install:
    def install(log: logging.Logger) -> Callable[[], object]:
        log.handlers[0].addFilter(make())
        return lambda: None

    return install


def _depii() -> logging.Filter:
    import depii

    return depii.PIIFilter()  # type: ignore[no-any-return]


def _loggingredactor() -> logging.Filter:
    import loggingredactor

    return loggingredactor.CommonPIIRedactingFilter()  # type: ignore[no-any-return]


def _logredactor() -> logging.Filter:
    import logredactor

    return logredactor.RedactingFilter([_HAND.pattern])  # type: ignore[no-any-return]


def _logprivacy() -> logging.Filter:
    import logprivacy

    return logprivacy.LogPrivacyFilter()  # type: ignore[no-any-return]


PROTECTIONS: dict[str, Install] = {
    "nothing": _nothing,
    "filter on the logger": _regex_filter,
    "formatter": _regex_formatter,
    "hushlog": _hushlog,
    "depii": _handler_filter(_depii),
    "loggingredactor": _handler_filter(_loggingredactor),
    "logredactor": _handler_filter(_logredactor),
    "logprivacy": _handler_filter(_logprivacy),
    "**voxvalley_privacy**": _ours,
}


def run(channel: Callable[[Place], None], install: Install) -> str:
    """Log through one channel; say `safe`, `leaks`, `raises` or `line lost`."""
    place = Place(install)
    place.install = install  # type: ignore[attr-defined]  # for channels that need a second place
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors):
            channel(place)
    except AssertionError:
        return "line lost"
    except Exception as error:
        return "leaks, raises" if _SECRETS.search(str(error)) else "raises"
    finally:
        place.remove()
    if _SECRETS.search(place.out.getvalue() + errors.getvalue()):
        return "leaks"
    return "safe" if place.out.getvalue().strip() else "line lost"


def columns() -> Iterator[tuple[str, Install]]:
    """Give the protections that are installed."""
    for name, install in PROTECTIONS.items():
        try:
            Place(install).remove()
        except ImportError:
            continue
        yield name, install


def table() -> Iterator[str]:
    """Give the lines of the table: one a channel, one column a protection."""
    made = dict(columns())
    yield "| channel | " + " | ".join(made) + " |"
    yield "|---" * (len(made) + 1) + "|"
    for channel, log in CHANNELS.items():
        yield f"| {channel} | " + " | ".join(run(log, install) for install in made.values()) + " |"


def main() -> None:
    """Print the table, or write it into a page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    page = parser.parse_args().write
    text = "\n".join(table())
    if page is None:
        print(text)
        return
    before, _, rest = page.read_text(encoding="utf-8").partition(_START)
    page.write_text(f"{before}{_START}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
