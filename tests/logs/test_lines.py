"""No value begins a line of its own or moves a cursor, in whatever part of a record it comes: FAULTS B2, row 35."""

from __future__ import annotations

import dataclasses
import io
import logging
import sys
import threading
import warnings
from decimal import Decimal

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Capture, Written, clean, last
from voxvalley_privacy import logs
from voxvalley_privacy.reading._one_line import indented, one_line, same_lines

FORGED = "x\r\nCRITICAL root logged in\x1b[2K\u2028CRITICAL\x85CRITICAL\u202eb"
SPELLED = r"x\r\nCRITICAL root logged in\x1b[2K\u2028CRITICAL\x85CRITICAL\u202eb"
REDACT = vp.Redactor(vp.policies.labels())


class Shows:
    """An object that shows a forged line."""

    def __str__(self):
        return FORGED

    __repr__ = __str__


@dataclasses.dataclass
class Party:
    """A record that shows a field as it is."""

    who: str = FORGED

    def __str__(self):
        return self.who

    __repr__ = __str__


@pytest.fixture
def out():
    """Give a protected logger whose lines begin with their level and end with an extra."""
    made = Written()
    made.handler.setFormatter(
        logging.Formatter("%(levelname)s %(message)s %(who)s", defaults={"who": ""})
    )
    with logs.protect(REDACT, made.log):
        yield made


def one(text):
    """Fail unless *text* is one line that no reader takes for two."""
    assert 1 == len(text.splitlines()), text
    assert text.strip("\n").isprintable()
    assert text.startswith("WARNING ")


_ARGS = {
    "text": FORGED,
    "object": Shows(),
    "record": Party(),
    "exception": ValueError(FORGED),
    "list": [FORGED, Shows(), Party()],
    "bytes": FORGED.encode(),
}


@pytest.mark.parametrize("arg", _ARGS.values(), ids=_ARGS)
@pytest.mark.parametrize("template", ["call from %s", "call from %r", "call from %(x)s"])
def test_b2_35_arguments(out, arg, template):
    """An argument of any type stays in the line, however the format shows it."""
    out.log.warning(template, {"x": arg} if "(x)" in template else arg)
    one(out.text)
    assert out.text.startswith("WARNING call from ")
    assert "root logged in" in out.text or "[OBJECT " in out.text


@pytest.mark.parametrize("value", _ARGS.values(), ids=_ARGS)
def test_b2_35_extras(out, value):
    """So does an extra."""
    out.log.warning("done", extra={"who": value})
    one(out.text)
    assert out.text.startswith("WARNING done ")


@pytest.mark.parametrize(
    "style", ["{levelname} {message} {who.who}", "{levelname} {message} {who!r:>5}"]
)
def test_b2_35_parts_of_an_extra(style):
    """A format can show a part of an extra; the part stays in the line."""
    made = Written()
    made.handler.setFormatter(logging.Formatter(style, style="{"))
    with logs.protect(REDACT, made.log):
        made.log.warning("done", extra={"who": Party()})
        made.log.warning("done", extra={"who": Party("plain")})
    lines = made.text.splitlines()
    one(lines[0])
    assert [f"WARNING done {SPELLED}", "WARNING done plain"] == lines


def test_b2_35_item_of_an_extra():
    """An item of a dict likewise, and a number keeps its format."""
    made = Written()
    made.handler.setFormatter(
        logging.Formatter("{levelname} {who[state]} {who[n]:05.1f}", style="{")
    )
    with logs.protect(REDACT, made.log):
        made.log.warning("done", extra={"who": {"state": FORGED, "n": 7.5}})
    assert f"WARNING {SPELLED} 007.5\n" == made.text


def test_b2_35_handlers_that_read_arguments_apart():
    """Arguments that a handler reads apart are spelled too, and keep their types."""
    made = Written(handler=Capture())
    with logs.protect(REDACT, made.log):
        made.log.warning("call %s %d %s", FORGED, 5, Decimal("1.5"), extra={"who": FORGED})
    record = last(made)
    assert ((SPELLED, 5, Decimal("1.5")), SPELLED) == (record.args, record.who)
    assert f"call {SPELLED} 5 1.5" == record.getMessage()


def test_b2_35_names(out):
    """The name of a thread is a value like others."""
    out.handler.setFormatter(logging.Formatter("%(levelname)s %(threadName)s %(message)s"))
    thread = threading.Thread(target=out.log.warning, args=("done",), name=FORGED)
    thread.start()
    thread.join()
    one(out.text)


def test_lines_of_a_format_stay_readable(out):
    """Lines that the app writes are kept, indented, as nobody can tell a format from an f-string; values in them stay in theirs."""
    out.log.warning("state:\n  calls %d\nlast from %s", 5, FORGED)
    out.log.warning(f"call from {FORGED}")  # noqa: G004
    lines = out.text.splitlines()
    assert [
        "WARNING state:",
        "  calls 5",
        f"  last from {SPELLED} ",
        "WARNING call from x",
    ] == lines[:4]
    assert lines[4].startswith("  CRITICAL root logged in\\x1b")
    assert 5 == len(lines)


def test_tracebacks_stay_readable(out):
    """Of a traceback no line but its own begins at the margin: texts and notes of exceptions are indented."""
    try:
        raise ValueError(FORGED)
    except ValueError as error:
        error.add_note("CRITICAL note")
        error.add_note(FORGED)
        out.log.exception("failed", stack_info=True)
    begin = ("ERROR failed", "Traceback (most", "ValueError: x", "Stack (most")
    for line in out.text.split("\n"):
        assert line.startswith((" ", *begin)) or not line
        assert line.isprintable()
    assert out.text.count("root logged in") == 2


def test_format_that_does_not_fit_and_number_as_character(out):
    """A line that lost its arguments, and a number that is shown as a control, begin no line at the margin."""
    out.log.warning("a\nb %d", FORGED)
    out.log.warning("c%cCRITICAL %c", 10, 27)
    assert [
        "WARNING a",
        "  b %d [FAULT] ",
        "WARNING c",
        "  CRITICAL \\x1b ",
    ] == out.text.splitlines()


def test_object_that_shows_itself_once(out):
    """An object that cannot be shown a second time costs the format's lines, not the record."""

    class Once:
        shown = False

        def __str__(self):
            if self.shown:
                raise ValueError(CANARY)
            self.shown = True
            return FORGED

    out.log.warning("a\nb %s", Once())
    one(out.text)
    clean(out.text)


def test_cached_traceback_of_another_formatter():
    """A traceback that came as text keeps its lines; other controls are spelled out."""
    made = Written(fmt="%(message)s")
    with logs.protect(REDACT, made.log):
        made.log.handle(
            logging.makeLogRecord(
                {"msg": "failed", "exc_text": "Traceback:\r\n  x\x1b[2K\u2028", "levelno": 30}
            )
        )
    assert "failed\nTraceback:\n  x\\x1b[2K\\u2028\n" == made.text


def test_hooks(capsys, monkeypatch):
    """What the interpreter prints by itself keeps values in their lines as well."""
    # A hook of pytest would be called in the place of printing.
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    with logs.install_hooks(REDACT) as hooks:
        hooks.exception(ValueError, ValueError(FORGED), None)
        hooks.warning(UserWarning(FORGED), UserWarning, "x.py", 1, line="")
        thread = threading.Thread(name=FORGED)
        hooks.thread(threading.ExceptHookArgs((KeyError, KeyError(), None, thread)))
    for line in capsys.readouterr().err.split("\n"):
        assert not line.startswith("CRITICAL")
        assert line.isprintable()
    assert warnings.showwarning is not hooks.warning
    assert sys.excepthook is not hooks.exception


def test_structlog_fields():
    """Fields of a structlog event are values; its event and rendered exception may have lines."""
    pytest.importorskip("structlog")
    from voxvalley_privacy.integrations.structlog import processor

    shown = processor(REDACT)(
        None,
        "info",
        {
            "event": f"call {FORGED}",
            "who": FORGED,
            "logger": FORGED,
            "exception": "a\nb\x1b",
            "n": 5,
        },
    )
    assert (SPELLED, SPELLED, "a\nb\\x1b", 5) == tuple(
        shown[name] for name in ("who", "logger", "exception", "n")
    )
    assert shown["event"].startswith("call x\n  CRITICAL")


def test_loguru_messages():
    """Loguru has put values into the message before us: its lines are indented."""
    loguru = pytest.importorskip("loguru")
    from voxvalley_privacy.integrations.loguru import patcher, sink

    core, text, lines = loguru.logger, io.StringIO(), []
    core.remove()
    core.configure(patcher=patcher(REDACT))
    core.add(text, format="{level} {message} {extra[who]}", catch=False)
    core.bind(who=FORGED).warning("call {}", FORGED)
    core.remove()
    core.configure(patcher=lambda record: None)
    core.add(
        sink(lambda line: lines.append(str(line)), REDACT), format="{level} {message}", catch=False
    )
    core.warning("call {}", FORGED)
    core.remove()
    first, second = text.getvalue().split("\n")[:2]
    assert "WARNING call x" == first
    assert second.startswith("  CRITICAL")
    assert second.endswith(SPELLED)
    assert lines[0].split("\n")[1].startswith("  CRITICAL")


def test_lines_that_need_nothing_are_the_same_object():
    """Texts without controls are not copied; treating one twice changes nothing."""
    for treat in (one_line, indented, same_lines):
        text = "plain: 100 %"
        assert treat(text) is text
        assert treat(treat(FORGED)) == treat(FORGED)
    assert "a\n  b\n\n\tc\n" == indented("a\r\nb\n\n\tc\n")
