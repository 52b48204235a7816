"""Ways in which apps set up logging, as many as could be thought of: nothing raw comes out of any, and no line is lost."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import logging
import logging.config
import logging.handlers
import queue
import threading
import urllib.parse
import warnings

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Written, clean, values
from voxvalley_privacy import logs

NUMBER = int(CANARY)
REDACT = vp.Redactor(vp.policies.labels())


def _adapters(made):
    class Prefix(logging.LoggerAdapter):
        def process(self, msg, kwargs):
            merged = {**self.extra, **kwargs.get("extra", {})}
            return f"[{self.extra['caller']}] {msg}", {**kwargs, "extra": merged}

    made.handler.setFormatter(logging.Formatter("%(message)s %(caller)s"))
    logging.LoggerAdapter(made.log, {"caller": CANARY}).warning("line")
    Prefix(made.log, {"caller": CANARY}).warning("line %d", NUMBER, extra={"to": CANARY})


@contextlib.contextmanager
def _factory(make):
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(make)
    try:
        yield
    finally:
        logging.setLogRecordFactory(before)


def _record_factory(made):
    def make(*args, **kwargs):
        record = logging.LogRecord(*args, **kwargs)
        record.caller, record.request = CANARY, {"from": CANARY, "n": NUMBER}
        record.getMessage = lambda: f"line {CANARY}"
        return record

    made.handler.setFormatter(logging.Formatter("%(message)s %(caller)s %(request)s"))
    with _factory(make):
        made.log.warning("line")


def _record_class(made):
    class Braces(logging.LogRecord):
        def getMessage(self):  # noqa: N802 - its name
            return str(self.msg).format(*self.args)

        @property
        def caller(self):
            return CANARY

    class Shows(logging.Formatter):
        def format(self, record):
            return f"{record.getMessage()} {getattr(record, 'caller', None)} {record.msg} {record.args}"

    made.handler.setFormatter(Shows())
    with _factory(Braces):
        made.log.warning("line {} {}", CANARY, NUMBER)  # noqa: PLE1205 - its class renders it


def _formatter_of_everything(made):
    class Everything(logging.Formatter):
        def format(self, record):
            fields = copy.copy(record)
            return (
                values(fields) + record.getMessage() + super().format(record) + str(record.exc_info)
            )

        def formatException(self, ei):  # noqa: N802 - its name
            return repr(ei)

    made.handler.setFormatter(Everything())
    try:
        int(f"{CANARY}x")
    except ValueError:
        made.log.exception(
            "line %s %d",
            CANARY,
            NUMBER,
            extra={"a": {"b": [CANARY]}, "raw": CANARY.encode()},
            stack_info=True,
        )


def _json(made):
    class Json(logging.Formatter):
        def format(self, record):
            shown = {
                name: value
                for name, value in vars(record).items()
                if name not in ("created", "msecs", "thread", "process")
            }
            return json.dumps({**shown, "relativeCreated": 0}, default=str)

    made.handler.setFormatter(Json())
    extra = {
        "n": NUMBER,
        "set": {CANARY},
        "nest": [{"to": [{"from": NUMBER}]}],
        "keys": {NUMBER: 1, CANARY: 2},
    }
    made.log.warning("line %(phone)s", {"phone": CANARY}, extra=extra)


def _styles(made):
    for style, form in (("{", "{message} {x} {args} {msg}"), ("$", "$message $x ${args}")):
        made.handler.setFormatter(logging.Formatter(form, style=style, defaults={"x": "-"}))
        made.log.warning("line %s", CANARY, extra={"x": CANARY})
        made.log.warning("line %s", CANARY)


def _filter_that_mutates(made):
    def change(record):
        record.msg, record.args, record.threadName, record.name = (
            f"line {CANARY}",
            (),
            CANARY,
            CANARY,
        )
        return True

    made.handler.addFilter(change)
    made.log.warning("x")


def _http(made):
    class Http(logging.handlers.HTTPHandler):
        def emit(self, record):
            fields = {
                name: value
                for name, value in self.mapLogRecord(record).items()
                if name in ("msg", "args", "cdr", "name")
            }
            made.stream.write(urllib.parse.urlencode(fields))

    made.log.handlers.clear()
    made.log.addHandler(Http("example.com", "/"))
    made.log.warning("line %s %d", CANARY, NUMBER, extra={"cdr": {"from": CANARY}, CANARY: 1})


def _queue_with_levels(made):
    waiting: queue.SimpleQueue = queue.SimpleQueue()

    class Whole(logging.handlers.QueueHandler):
        def prepare(self, record):
            return record

    behind = logging.StreamHandler(made.stream)
    behind.setLevel(logging.ERROR)
    listener = logging.handlers.QueueListener(waiting, behind, respect_handler_level=True)
    made.log.handlers.clear()
    made.log.addHandler(Whole(waiting))
    listener.start()
    made.log.warning("dropped %s", CANARY)
    made.log.error("line %s", CANARY)
    listener.stop()
    assert "dropped" not in made.text


def _dict_config(made):
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"own": {"()": lambda: logging.StreamHandler(made.stream)}},
        "loggers": {made.log.name: {"handlers": ["own"], "propagate": False}},
    }
    logging.config.dictConfig(config)
    made.log.getChild("x").warning("line %s", CANARY)


def _assigned(made):
    made.log.handlers = [logging.StreamHandler(made.stream)]
    made.log.warning("line %s", CANARY)


def _appended_to_a_child(made):
    inner = made.log.getChild("x")
    inner.handlers.append(handler := logging.StreamHandler(made.stream))
    handler.emit = lambda record: made.stream.write(f"{record.msg} {record.args}")
    inner.warning("line %s", CANARY)


def _logger_class(made):
    class Own(logging.Logger):
        def addHandler(self, hdlr):  # noqa: N802 - its name
            self.handlers.append(hdlr)

        def _log(self, level, msg, args, **kwargs):
            super()._log(level, f"{msg} ({CANARY})", args, **kwargs)

    own = Own(f"{made.log.name}.own")
    own.parent = made.log
    own.addHandler(logging.StreamHandler(made.stream))
    own.warning("line %s", CANARY)


def _last_resort(made):
    before, logging.lastResort = logging.lastResort, logging.StreamHandler(made.stream)
    made.log.handlers.clear()
    try:
        made.log.warning("line %s", CANARY)
    finally:
        logging.lastResort = before


def _exceptions(made):
    def grouped(depth):
        error = ValueError(f"call {CANARY}")
        error.add_note(f"note {CANARY}")
        error.__notes__.append(NUMBER)
        kind = type(f"Call{NUMBER}", (Exception,), {})
        return (
            ExceptionGroup(f"group {CANARY}", [grouped(depth - 1), KeyError(CANARY), kind(CANARY)])
            if depth
            else error
        )

    made.log.error("line", exc_info=grouped(5))
    for code in (
        f"x = '{CANARY}",
        f"f_{NUMBER}()",
        f"{{}}['{CANARY}']",
        f"int('{CANARY}x')",
        f"open('/no/{CANARY}')",
    ):
        try:
            exec(compile(code, f"/srv/{CANARY}/call.py", "exec"), {})
        except Exception:
            made.log.exception("line")


def _values(made):
    class Logs:
        def __repr__(self):
            made.log.warning("inner line %s", CANARY)
            return f"<{CANARY}>"

    for value in (
        CANARY.encode(),
        bytearray(CANARY.encode()),
        NUMBER,
        float(NUMBER),
        [CANARY],
        {CANARY: 1},
        Logs(),
        [Logs()],
    ):
        for form in ("line %s", "line %r", "line %a", "line %20s|"):
            made.log.warning(form, value)
        made.log.warning(value, extra={"x": value})
    made.log.warning("line %*d %+.1f", 20, NUMBER, NUMBER)
    made.log.warning("line %(a)s%(b)04d", {"a": "+1415555", "b": 132})
    made.log.warning("line %s\n%s", "+1415555", "0132")


def _names(made):
    made.handler.setFormatter(
        logging.Formatter(
            "%(threadName)s %(processName)s %(name)s %(funcName)s %(pathname)s %(message)s"
        )
    )
    thread = threading.Thread(
        target=made.log.getChild(f"call.{CANARY}").warning, args=("line",), name=f"w {CANARY}"
    )
    thread.start()
    thread.join()
    code = f"def call_{NUMBER}():\n    log.warning('line')\ncall_{NUMBER}()"
    exec(compile(code, f"/srv/{CANARY}/x.py", "exec"), {"log": made.log})


def _received(made):
    sent = {
        "msg": "line %s",
        "args": [CANARY],
        "exc_text": f"E {CANARY}",
        "name": CANARY,
        "thread": CANARY,
        "lineno": CANARY,
    }
    made.log.handle(
        logging.makeLogRecord({**sent, "levelno": 30, "stack_info": CANARY, "exc_info": CANARY})
    )


def _warning(made):
    log = logging.getLogger("py.warnings")
    with logs.protect(REDACT, log), warnings.catch_warnings():
        warnings.simplefilter("always")
        log.addHandler(made.handler)
        logging.captureWarnings(True)
        warnings.warn(f"line {CANARY}", stacklevel=1)
        logging.captureWarnings(False)
        log.removeHandler(made.handler)


_SETUPS = (
    _adapters, _record_factory, _record_class, _formatter_of_everything, _json, _styles, _filter_that_mutates, _http,
    _queue_with_levels, _dict_config, _assigned, _appended_to_a_child, _logger_class, _last_resort, _exceptions, _values,
    _names, _received, _warning,
)  # fmt: skip


@pytest.mark.parametrize("setup", _SETUPS, ids=lambda setup: setup.__name__[1:])
def test_setups(setup):
    """Whatever an app does with loggers, handlers, filters, formatters and records: a line comes out, treated, and no error."""
    made = Written(fmt="%(message)s")
    errors = io.StringIO()
    with logs.protect(REDACT, made.log), contextlib.redirect_stderr(errors):
        setup(made)

    clean(made.text)
    assert "line" in urllib.parse.unquote_plus(made.text)
    assert "" == errors.getvalue()
