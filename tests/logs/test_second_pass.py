"""A second pass over the formatted line: FAULTS_2 B15, row 210; handlers that are left out: row 215."""

from __future__ import annotations

import contextvars
import io
import json
import logging
import logging.handlers

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Written, child, clean
from voxvalley_privacy import logs

REDACT = vp.Redactor(vp.policies.labels())
caller = contextvars.ContextVar("caller")


class _WithCaller(logging.Formatter):
    def format(self, record):
        return f"{super().format(record)} caller={caller.get(None)}"


class _Json(logging.Formatter):
    def format(self, record):
        return json.dumps({"message": record.getMessage(), "line_owner": CANARY, "n": 3})


@pytest.fixture
def call():
    """Set the context variable of a call."""
    token = caller.set(CANARY)
    yield
    caller.reset(token)


@pytest.mark.parametrize(
    ("formatter", "kept"),
    [
        (_WithCaller("%(message)s"), "done caller=[PARTY_NUMBER]"),
        (_Json(), '"n": 3'),
        (
            logging.Formatter("%(message)s %(caller)s", defaults={"caller": CANARY}),
            "done [PHONE_NUMBER]",
        ),
        (logging.Formatter(f"{CANARY} %(message)s"), "[PHONE_NUMBER] done"),
    ],
)
def test_b15_210_what_a_formatter_adds_is_treated(call, formatter, kept):
    """A formatter that adds data of its own leaks after one pass, and not after two."""
    for second_pass in (False, True):
        made = Written()
        made.handler.setFormatter(formatter)
        with logs.protect(REDACT, made.log, second_pass=second_pass) as protection:
            made.log.warning("done")
        if second_pass:
            clean(made.text)
            assert kept in made.text
            assert protection.stats().changed["line"]
        else:
            with pytest.raises(AssertionError):
                clean(made.text)


def test_b15_210_the_ident_of_syslog_is_treated():
    """What `SysLogHandler` puts before a line is treated, and put back when the protection ends."""
    sent = []

    class Socket:
        def sendto(self, data, address):
            sent.append(data)

        def close(self):
            pass

    handler = logging.handlers.SysLogHandler(("127.0.0.1", 9))
    handler.socket.close()
    handler.socket = Socket()
    handler.ident = f"dialer-{CANARY}: "
    made = Written(handler=handler, fmt="%(message)s")
    with logs.protect(REDACT, made.log, second_pass=True):
        made.log.warning("done")
        assert "dialer-[PHONE_NUMBER]: " == handler.ident
    assert f"dialer-{CANARY}: " == handler.ident
    assert sent[0].endswith(b"dialer-[PHONE_NUMBER]: done\x00")


def test_b15_210_a_line_of_treated_fields_is_left_alone():
    """A standard format holds nothing but treated fields: its line is not read again."""
    lines = []

    class Counting:
        def __call__(self, record):
            return record

        def text(self, text):
            lines.append(text)
            return text

    made = Written(fmt="%(asctime)s %(levelname)s %(message)s")
    with logs.protect(Counting(), made.log, second_pass=True):
        made.log.warning("done")
        lines.clear()
        made.log.warning("done")
    assert made.text.splitlines()[-1] not in lines


def test_b15_210_verify_names_a_formatter_it_cannot_know(call):
    """A guarded handler whose formatter may add data is a gap, unless there is a second pass."""
    made = Written()
    made.handler.setFormatter(_WithCaller())

    def named():
        return [gap.where for gap in logs.verify() if gap.code == "formatter.unknown"]

    with logs.protect(REDACT, made.log):
        assert any("_WithCaller" in where for where in named())
        with logs.protect(REDACT, made.log, second_pass=True):
            assert not any("_WithCaller" in where for where in named())


class _Fails:
    def __init__(self, fails):
        self._fails = fails

    def __call__(self, record):
        return record

    def text(self, text):
        if self._fails in text:
            raise ValueError(CANARY)
        return text


def test_a_second_pass_that_fails_gives_a_placeholder(call):
    """A fault in the second pass leaves a placeholder, and is counted."""
    made = Written()
    made.handler.setFormatter(_WithCaller("%(message)s"))
    with logs.protect(_Fails("caller="), made.log, second_pass=True) as protection:
        made.log.warning("done")
    assert "[FAULT]\n" == made.text
    assert 1 == protection.stats().faults["redactor"]


def test_a_formatter_that_gives_a_record_is_treated_by_field():
    """A formatter may give a dict, for handlers that send it: it is treated by its fields."""
    seen = []

    class Sends(logging.Handler):
        def emit(self, record):
            seen.append(self.format(record))

    class Fields(logging.Formatter):
        def format(self, record):
            return {"caller": CANARY, "n": 3}

    made = Written(handler=Sends())
    made.handler.setFormatter(Fields())
    with logs.protect(REDACT, made.log, second_pass=True):
        made.log.warning("done")
    assert 3 == seen[0]["n"]
    clean(str(seen))


# Handlers that are left out -----------------------------------------------------------------------


def test_b15_215_excluded_handlers_see_records_as_they_are():
    """Handlers of a test framework can be left out, by class or one by one; the rest is guarded."""
    log = Written().log
    raw, guarded = (logging.StreamHandler(io.StringIO()) for _ in range(2))
    kept = logging.handlers.MemoryHandler(100)
    for handler in (raw, guarded, kept):
        log.addHandler(handler)
    exclude = (raw, logging.handlers.MemoryHandler)
    with logs.protect(REDACT, log, exclude=exclude) as protection:
        try:
            raise ValueError(CANARY)
        except ValueError:
            log.exception("call from %s", CANARY)
        assert protection is logs.protect(REDACT, log, exclude=exclude)
        open_handlers = [gap.where for gap in logs.verify() if gap.code == "handler.unguarded"]
    assert ValueError is kept.buffer[0].exc_info[0]
    assert CANARY in raw.stream.getvalue()
    clean(guarded.stream.getvalue())
    assert any("MemoryHandler" in where for where in open_handlers)


def test_b15_215_caplog_keeps_exc_info(caplog):
    """With pytest's handlers left out, a test of an app still finds the exception."""
    with logs.protect(REDACT, exclude=(type(caplog.handler),)):
        try:
            raise ValueError(CANARY)
        except ValueError:
            logging.getLogger("calls").exception("failed")
    assert ValueError is caplog.records[-1].exc_info[0]


@pytest.mark.parametrize("exclude", [(int,), ("handlers",), 3])
def test_b15_215_exclude_is_checked(exclude):
    """Anything but handlers and their classes is refused."""
    with pytest.raises(vp.ConfigurationError, match="exclude"):
        logs.protect(REDACT, exclude=exclude)


# Handlers on no logger ----------------------------------------------------------------------------


def test_b15_209_handlers_of_a_queue_listener_are_guarded():
    """A handler that hangs on no logger is guarded by `protect()`, made before it or after."""
    done = child(
        """
        import logging.handlers, queue
        before = logging.StreamHandler(sys.stdout)
        print([gap.code for gap in logs.verify() if gap.code == "handler.detached"])
        logs.protect(redact)
        after = logging.StreamHandler(sys.stdout)
        print([gap.code for gap in logs.verify() if gap.code == "handler.detached"])
        records = queue.SimpleQueue()
        listener = logging.handlers.QueueListener(records, before, after)
        records.put(logging.makeLogRecord({"msg": f"from another process {CANARY}", "levelno": 30}))
        listener.start(); listener.stop()
        """
    )
    assert not done.returncode, done.stderr
    clean(done.stdout + done.stderr)
    lines = done.stdout.splitlines()
    assert ["['handler.detached']", "[]"] == lines[:2]
    assert 2 * ["from another process [PHONE_NUMBER]"] == lines[2:]


def test_b15_209_a_process_made_by_spawn_protects_itself(tmp_path):
    """A spawned worker that calls `protect()` at its start logs treated lines."""
    script = tmp_path / "workers.py"
    script.write_text(
        "import logging, multiprocessing\nimport voxvalley_privacy as vp\n"
        "def work():\n"
        "    vp.logs.protect(vp.Redactor(vp.policies.labels()))\n"
        "    logging.getLogger('calls').warning('call from +14155550132')\n"
        "if __name__ == '__main__':\n"
        "    p = multiprocessing.get_context('spawn').Process(target=work)\n"
        "    p.start(); p.join(); print('exit', p.exitcode)\n"
    )
    done = child(f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')")
    assert "exit 0" in done.stdout
    clean(done.stdout + done.stderr)
    assert "call from [PHONE_NUMBER]" in done.stderr


def test_a_handler_of_another_logger_stays_as_it_is():
    """While one logger is protected, a handler on no logger is not guarded."""
    made, out = Written(), io.StringIO()
    with logs.protect(REDACT, made.log):
        handler = logging.StreamHandler(out)
        handler.handle(logging.makeLogRecord({"msg": "a call"}))
        assert any(gap.code == "handler.detached" for gap in logs.verify())
    assert "a call\n" == out.getvalue()
