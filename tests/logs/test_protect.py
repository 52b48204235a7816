"""Which handlers are guarded, and how they behave: FAULTS B4, rows 58, 59, 70 to 72, 74, 75, 78, 80, 82 and 83."""

from __future__ import annotations

import asyncio
import io
import logging
import logging.config
import logging.handlers
import multiprocessing
import pickle
import queue
import socketserver
import sys
import threading
from contextvars import ContextVar
from decimal import Decimal

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Capture, Written, child, clean, last, values
from tests.oracle import leaked
from voxvalley_privacy import logs
from voxvalley_privacy.logs._handler_guard import guard_of
from voxvalley_privacy.logs._logger_methods import add_handler_hook


def test_b4_58_child_loggers(written):
    """A record of a child logger never passes its parents' filters; it is treated all the same."""
    written.log.getChild("http.client").warning("call %s", CANARY)
    clean(written.text)
    assert "call" in written.text


def test_b4_58_handlers_of_children_and_parents(redact):
    """Handlers of children that do not propagate, and those of the parents that get the records, are guarded too."""
    outer, inner = Written(), Written()
    middle = outer.log.getChild("middle")
    own = outer.log.getChild("middle.own")
    own.propagate = False
    own.addHandler(inner.handler)
    with logs.protect(redact, middle):
        own.warning("call %s", CANARY)
        middle.warning("call %s", CANARY)
    for text in (outer.text, inner.text):
        clean(text)
        assert "call" in text


def test_b4_58_all_loggers():
    """None guards every logger there is, and third parties' with them."""
    done = child(
        """
        other = logging.getLogger("thirdparty.client")
        other.addHandler(logging.StreamHandler(sys.stdout))
        logging.basicConfig(stream=sys.stdout, level="INFO")
        logs.protect(redact)
        other.warning("call %s", CANARY)
        """
    )
    clean(done.stdout + done.stderr)
    assert 2 == done.stdout.count("call [PHONE_NUMBER]")


@pytest.mark.parametrize("where", ["", "child", "parent"])
def test_b4_59_handlers_added_later(redact, where):
    """A handler is guarded before its first record, whichever of the reached loggers it is added to."""
    outer = logging.getLogger(f"late{where}")
    outer.propagate = False
    target = outer.getChild("middle")
    stream = io.StringIO()
    with logs.protect(redact, target):
        place = {"": target, "child": target.getChild("x"), "parent": outer}[where]
        handler = logging.StreamHandler(stream)
        place.addHandler(handler)
        target.getChild("x").warning("call %s", CANARY)
        place.removeHandler(handler)
    clean(stream.getvalue())
    assert "call" in stream.getvalue()


def test_removed_again(redact):
    """After `remove()` handler, logger class and lines are as before."""
    made = Written()
    before = dict(made.handler.__dict__)
    add_handler = logging.Logger.addHandler
    protection = logs.protect(redact, made.log)
    assert guard_of(made.handler) is not None
    protection.remove()
    protection.remove()
    assert before == made.handler.__dict__
    assert add_handler is logging.Logger.addHandler
    made.log.warning("call %s", CANARY)
    assert CANARY in made.text


def test_protecting_twice_changes_nothing(redact):
    """The same logger and an equal redactor give the same protection; removed once, it is gone."""
    made = Written()
    first = logs.protect(redact, made.log)
    assert first is logs.protect(redact, made.log)
    assert first is logs.protect(redact, made.log.name)
    assert 1 == len(guard_of(made.handler).treatments)
    first.remove()
    assert guard_of(made.handler) is None


def test_two_redactors_on_one_handler(redact):
    """Two protections both apply, and each can go on its own."""

    class Shout:
        def __call__(self, record):
            return record

        def text(self, text):
            return text.upper()

    made = Written(fmt="%(message)s")
    one, other = logs.protect(redact, made.log), logs.protect(Shout(), made.log)
    made.log.warning("call %s", CANARY)
    one.remove()
    made.log.warning("quiet")
    other.remove()
    made.log.warning("quiet")
    lines = made.text.splitlines()
    clean(made.text)
    assert lines[0].startswith("CALL ")
    assert ["QUIET", "quiet"] == lines[1:]


def test_someone_elses_add_handler_stays(redact):
    """Where somebody patched over the hook, removing leaves theirs in place and ours without effect."""
    made = Written()
    original = logging.Logger.addHandler
    protection = logs.protect(redact, made.log)
    hook = add_handler_hook()
    logging.Logger.addHandler = lambda self, handler: hook(self, handler)
    protection.remove()
    later = Written()
    assert guard_of(later.handler) is None
    assert add_handler_hook() is None
    logging.Logger.addHandler = original


@pytest.mark.parametrize("bad", [None, object(), len, vp.Redactor])
def test_what_is_no_redactor_is_refused(bad):
    """Wrong settings fail where they are made."""
    with pytest.raises(vp.ConfigurationError):
        logs.protect(bad)
    with pytest.raises(vp.ConfigurationError):
        logs.install_hooks(bad if bad is not None else object())


def test_what_is_no_logger_is_refused(redact):
    """An adapter stands for its logger; anything else is refused."""
    made = Written()
    with logs.protect(redact, logging.LoggerAdapter(made.log, {})):
        assert guard_of(made.handler) is not None
    with pytest.raises(vp.ConfigurationError):
        logs.protect(redact, made.handler)


def test_b4_70_queue_gets_treated_records(redact):
    """A queue holds treated records before a listener sees them, arguments and traceback included."""
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    made = Written(handler=logging.handlers.QueueHandler(waiting))
    with logs.protect(redact, made.log):
        try:
            int(f"{CANARY}x")
        except ValueError:
            made.log.exception("call %s", CANARY, extra={"caller": CANARY})
    clean(values(waiting.get()))


def test_b4_70_multiprocessing_queue(redact):
    """What crosses to another process is a plain record without anything raw."""
    waiting = multiprocessing.get_context("spawn").Queue()
    made = Written(handler=logging.handlers.QueueHandler(waiting))
    with logs.protect(redact, made.log):
        made.log.warning("call %s", CANARY, extra={"caller": CANARY})
    record = waiting.get(timeout=10)
    waiting.close()
    waiting.join_thread()
    clean(values(record))
    assert type(record) is logging.LogRecord


def test_b4_71_pickles_of_a_socket_handler(redact):
    """The bytes a socket handler sends hold nothing raw; what comes in is never unpickled by us."""
    sent = []

    class Server(socketserver.StreamRequestHandler):
        def handle(self):
            sent.append(self.rfile.read())

    with socketserver.TCPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        made = Written(handler=logging.handlers.SocketHandler(*server.server_address))
        with logs.protect(redact, made.log):
            try:
                int(f"{CANARY}x")
            except ValueError:
                made.log.exception("call %s", CANARY, extra={"caller": CANARY})
        made.handler.close()
        thread.join(10)
    assert sent[0]
    clean(values(logging.makeLogRecord(pickle.loads(sent[0][4:]))))
    assert CANARY.encode() not in sent[0]


def test_b4_72_last_resort():
    """Without any handler the last resort writes treated lines."""
    done = child('logs.protect(redact)\nlogging.getLogger("x").warning("call %s", CANARY)')
    assert "call [PHONE_NUMBER]\n" == done.stderr


class _Broken:
    """Fail in a way a test asks for."""

    def __init__(self, fails):
        self.fails = fails

    def __call__(self, record):
        if "record" in self.fails:
            raise ValueError(CANARY)
        return record

    def text(self, text):
        if "text" in self.fails:
            raise ValueError(CANARY)
        return None if "none" in self.fails else text


@pytest.mark.parametrize("fails", ["text", "record", "none", "text record"])
def test_b4_74_redactor_that_fails(fails, capsys):
    """Nothing is raised into the caller, a placeholder line comes out, and it is counted."""
    made = Written(fmt="%(levelname)s %(name)s %(message)s %(caller)s")
    with logs.protect(_Broken(fails), made.log) as protection:
        made.log.warning("call %s", CANARY, extra={"caller": CANARY})
        assert {"redactor": 1} == dict(protection.stats().faults)
    assert "WARNING [FAULT] [FAULT] [FAULT]\n" == made.text
    assert "" == capsys.readouterr().err


def _lines_of(redact, log, package):
    """Count the lines of *package* that one call runs."""
    ran = 0

    def trace(frame, event, arg):
        nonlocal ran
        if package not in frame.f_code.co_filename:
            return None
        ran += event == "line"
        return trace

    _traced(log, trace)
    return ran


def _traced(log, trace):
    # Whoever traces already, as coverage does, goes on afterwards.
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        log()
    finally:
        sys.settrace(before)


@pytest.mark.parametrize(
    "package",
    [
        "voxvalley_privacy/redaction",
        "voxvalley_privacy/logs/_record",
        "voxvalley_privacy/logs/_log_message",
        "voxvalley_privacy/logs/_texts",
        "voxvalley_privacy/logs/_traceback",
    ],
)
def test_b4_74_fault_at_every_line(package):
    """A fault injected at each line in turn never comes out, never shows a value, never loses the line."""
    made = Written(fmt="> %(message)s")
    redact = vp.Redactor(vp.policies.labels())
    stop = 0

    def trace(frame, event, arg):
        nonlocal stop
        # The placeholder is what a fault ends in; it consists of constants.
        if package not in frame.f_code.co_filename or frame.f_code.co_name in (
            "_placeholder",
            "__call__",
            "_harmless",
        ):
            return (
                trace
                if package in frame.f_code.co_filename and frame.f_code.co_name != "_placeholder"
                else None
            )
        if event == "line":
            stop -= 1
            if stop == 0:
                raise RuntimeError(CANARY)
        return trace

    def log(n=[0]):  # noqa: B006
        n[0] += 1
        # Other values each time, or a memo would answer.
        number = f"+1415555{n[0] % 100:02}32"
        made.log.warning(
            "call %s\n%s", number, Decimal(1), extra={"caller": number}, exc_info=ValueError(number)
        )

    with logs.protect(redact, made.log):
        log()
        lines = _lines_of(redact, log, package)
        steps = range(1, lines + 1, max(1, lines // 250))
        for at in steps:
            stop = at
            _traced(log, trace)
    assert len(steps) + 2 == sum(line.startswith("> ") for line in made.text.splitlines())
    for digits in ("1415555", "5550132"):
        assert digits not in made.text


def test_b4_75_redactor_that_logs(redact):
    """A redactor that logs while it works ends in a placeholder, not in a recursion."""
    made = Written(fmt="%(message)s")

    class Chatty:
        def __call__(self, record):
            return record

        def text(self, text):
            made.log.warning("treating %s", text)
            return redact.text(text)

    with logs.protect(Chatty(), made.log) as protection:
        made.log.warning("call %s", CANARY)
        assert protection.stats().faults["reentrant"] > 0
    clean(made.text)
    assert "[REENTRANT]" in made.text
    assert made.text.splitlines()[-1].startswith("call ")


def test_b4_75_repr_that_logs(written):
    """An object that logs when it is shown is shown, and what it logs is a placeholder."""

    class Chatty:
        def __str__(self):
            written.log.warning("showing %s", CANARY)
            return "shown"

    written.log.warning("object %s", Chatty())
    clean(written.text)
    assert "object shown" in written.text


def test_b4_75_two_handlers_and_a_redactor_that_logs():
    """Two handlers and a redactor that logs to both do not wait for each other: treatment holds no lock."""
    done = child(
        """
        other = vp.Redactor(vp.policies.labels())
        class Chatty:
            def __call__(self, record): return record
            def text(self, text):
                logging.getLogger("chat").warning("treating")
                return other.text(text)
        logs.protect(Chatty())
        for name in ("", "app"):
            logging.getLogger(name).addHandler(logging.StreamHandler(io.StringIO()))
        def work():
            for _ in range(200):
                logging.getLogger("app").warning("call %s", CANARY)
        threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
        [t.start() for t in threads]
        [t.join(30) for t in threads]
        print([t.is_alive() for t in threads])
        """
    )
    assert "[False, False, False, False]\n" == done.stdout


_tenant: ContextVar[str] = ContextVar("tenant")


def test_b4_78_tasks_do_not_share_a_tenant():
    """A redactor that goes by a context variable gives each task its own tenant, names of threads included."""
    made = Written(fmt="%(message)s %(threadName)s")

    class PerTenant:
        def __call__(self, record):
            return record

        def text(self, text):
            return text.replace(CANARY, f"<{_tenant.get()}>")

    async def work(tenant):
        _tenant.set(tenant)
        for _ in range(20):
            made.log.warning("%s says %s", tenant, CANARY)
            await asyncio.sleep(0)

    async def main():
        tasks = [asyncio.create_task(work(f"t{chr(97 + n)}")) for n in range(10)]
        await asyncio.sleep(0.001)
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.current_thread()
    before, thread.name = thread.name, f"call-{CANARY}"
    try:
        with logs.protect(PerTenant(), made.log):
            asyncio.run(main())
    finally:
        thread.name = before
    clean(made.text)
    for line in made.text.splitlines():
        tenant, _, rest = line.partition(" says ")
        assert f"<{tenant}> call-<{tenant}>" == rest


_CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
    "root": {"handlers": ["out"], "level": "INFO"},
}


def test_b4_80_reloaded_configuration_is_guarded():
    """`dictConfig` drops the old handlers; the new ones are guarded, before and after a reload, and `verify()` agrees."""
    done = child(
        f"""
        import logging.config
        logs.protect(redact)
        for _ in range(2):
            logging.config.dictConfig({_CONFIG!r})
            logging.getLogger("x").warning("call %s", CANARY)
        print([gap.code for gap in logs.verify() if gap.code.startswith("handler")])
        logging.getLogger("x").handlers.append(logging.StreamHandler())
        print([gap.code for gap in logs.verify() if gap.code.startswith("handler")])
        """
    )
    clean(done.stdout)
    assert 2 == done.stdout.count("call [PHONE_NUMBER]\n")
    assert ["[]", "['handler.unguarded']"] == done.stdout.splitlines()[-2:]


REDACT = vp.Redactor(vp.policies.labels())


def test_b4_80_handler_made_by_dict_config(tmp_path):
    """`GuardedHandler` makes guarded handlers from a configuration, by object or by name."""
    for at, redact in enumerate((REDACT, f"{__name__}:REDACT")):
        path = tmp_path / f"{at}.log"
        handler = logs.GuardedHandler(
            "logging.FileHandler", redact if at == 0 else REDACT, filename=str(path)
        )
        handler.emit(logging.makeLogRecord({"msg": "call %s", "args": (CANARY,)}))
        handler.close()
        clean(path.read_text())
        assert "call" in path.read_text()


def test_b4_80_file_config_and_dict_config(tmp_path):
    """Both kinds of configuration can name the factory."""
    (tmp_path / "privacy.py").write_text(
        "import voxvalley_privacy as vp\nredact = vp.Redactor(vp.policies.labels())\n",
        encoding="utf-8",
    )
    (tmp_path / "log.ini").write_text(
        "[loggers]\nkeys=root\n[handlers]\nkeys=out\n[formatters]\nkeys=\n[logger_root]\nhandlers=out\nlevel=INFO\n"
        "[handler_out]\nclass=voxvalley_privacy.logs.GuardedHandler\n"
        "args=('logging.StreamHandler', 'privacy:redact', sys.stdout)\n",
        encoding="utf-8",
    )
    done = child(
        f"""
        import logging.config
        sys.path.insert(0, {str(tmp_path)!r})
        logging.sys = sys
        logging.config.fileConfig({str(tmp_path / "log.ini")!r})
        logging.getLogger("x").warning("call %s", CANARY)
        logging.config.dictConfig({{"version": 1, "disable_existing_loggers": False, "root": {{"handlers": ["out"]}}, "handlers": {{"out": {{
            "()": "voxvalley_privacy.logs.GuardedHandler", "of": "logging.StreamHandler",
            "redact": "ext://privacy.redact", "stream": "ext://sys.stdout"}}}}}})
        logging.getLogger("x").warning("call %s", CANARY)
        """
    )
    assert "call [PHONE_NUMBER]\n" * 2 == done.stdout, done.stderr


def test_b4_82_memory_and_rotating_handlers(redact, tmp_path):
    """A buffer and every file of a rotation hold treated records."""
    target = Capture()
    buffered = Written(handler=logging.handlers.MemoryHandler(2, target=target))
    rotating = Written(
        handler=logging.handlers.RotatingFileHandler(tmp_path / "log", maxBytes=60, backupCount=3)
    )
    with logs.protect(redact, buffered.log), logs.protect(redact, rotating.log):
        for made in (buffered, rotating):
            for _ in range(4):
                made.log.warning("call %s", CANARY)
        assert not leaked(" ".join(map(values, buffered.handler.buffer)), "4155550132")
    rotating.handler.close()
    assert target.records
    clean(" ".join(map(values, target.records)))
    files = sorted(tmp_path.iterdir())
    assert len(files) > 1
    for file in files:
        clean(file.read_text())


def test_b4_82_cut_at_every_length(redact):
    """A line cut anywhere, as syslog cuts at its limit, shows no part of a number."""
    made = Written(fmt="%(message)s")
    with logs.protect(vp.Redactor(vp.policies.labels()), made.log):
        made.log.warning("call %s then %s", CANARY, CANARY)
    for end in range(len(made.text)):
        assert not any(char.isdigit() for char in made.text[:end])


def test_b4_83_our_own_debug_log_is_silent():
    """With everything at DEBUG this library logs no value."""
    done = child(
        """
        logging.basicConfig(level=1, stream=sys.stdout)
        with logs.protect(redact):
            logging.getLogger("x").warning("call %s", CANARY, extra={"caller": CANARY})
        redact({"to": CANARY}); redact.text(CANARY)
        """
    )
    clean(done.stdout + done.stderr)


def test_counts(redact):
    """Counts say which parts were treated and which categories were found, without values."""
    own = vp.Redactor(vp.policies.labels())
    made = Written(handler=Capture())
    with logs.protect(own, made.log) as protection:
        made.log.warning("call %s", CANARY, extra={"email": "bob@example.com"}, stack_info=True)
        made.log.warning("quiet")
        stats = protection.stats()
    assert 2 == stats.records
    assert {"args", "extra"} <= set(stats.changed)
    assert 1 <= stats.categories["PHONE_NUMBER"]
    assert 1 <= stats.categories["EMAIL_ADDRESS"]
    clean(repr(stats) + repr(protection))
    assert last(made).getMessage() == "quiet"


def test_null_handlers_are_left_alone(redact):
    """A handler that does nothing needs no guard."""
    made = Written(handler=logging.NullHandler())
    with logs.protect(redact, made.log):
        assert guard_of(made.handler) is None


def test_handler_with_ways_of_its_own(redact):
    """A handler keeps its own `handle` and `handleError`, and what was set on it."""
    seen = []

    class Own(logging.StreamHandler):
        def handle(self, record):
            seen.append("handle")
            self.emit(record)

        def handleError(self, record):  # noqa: N802
            seen.append("error")
            clean(values(record))

    made = Written(handler=Own(stream := io.StringIO()))
    with logs.protect(redact, made.log):
        made.log.warning("call %s", CANARY)
        stream.close()
        made.log.warning("call %s", CANARY)
    assert ["handle", "handle", "error"] == seen
    plain = Written()
    plain.handler.emit = seen.append
    with logs.protect(redact, plain.log):
        plain.log.warning("call %s", CANARY)
    assert plain.handler.emit == seen.append
    clean(seen[-1].getMessage())


def test_handler_that_writes_in_its_own_handle(redact):
    """What a handler writes without its `emit` is treated too; after `remove()` it is as before."""
    out = []

    class Direct(logging.Handler):
        def handle(self, record):
            out.append(f"{self.format(record)} {record.caller}")
            return True

    made = Written(handler=Direct())
    with logs.protect(redact, made.log):
        made.log.warning("call %s", CANARY, extra={"caller": CANARY})
    clean(out[0])
    assert " call " in out[0]
    assert "handle" not in made.handler.__dict__


def test_what_a_format_names_is_asked_again_when_it_changes():
    """A format that names no extra gets none; one that is set later, a style of one's own or a patched formatter gets them treated."""
    redact = vp.Redactor(vp.policies.labels())
    made = Written(fmt="%(message)s")
    formatter = made.handler.formatter

    class Style:
        def usesTime(self):  # noqa: N802
            return False

        def format(self, record):
            return f"own {record.caller}"

    def written(**extra):
        before = len(made.text)
        made.log.warning("call", extra=extra)
        return made.text[before:]

    with logs.protect(redact, made.log):
        assert "call\n" == written(caller=CANARY)
        made.handler.setFormatter(logging.Formatter("%(message)s %(caller)s"))
        assert "call [PARTY_NUMBER]\n" == written(caller=CANARY)
        made.handler.setFormatter(
            logging.Formatter("{message} {caller}", style="{", defaults={"caller": "nobody"})
        )
        assert "call [PARTY_NUMBER]\n" == written(caller=CANARY)
        assert "call nobody\n" == written()
        made.handler.setFormatter(formatter)
        formatter.formatMessage = lambda record: f"patched {record.caller}"
        formatter._style = logging.PercentStyle("%(message)s")
        assert "patched [PARTY_NUMBER]\n" == written(caller=CANARY)
        del formatter.formatMessage
        formatter._style = Style()
        assert ["own [PARTY_NUMBER]\n"] * 2 == [written(caller=CANARY), written(caller=CANARY)]
        made.handler.setFormatter(None)
        assert "call\n" == written(caller=CANARY)


def test_b4_78_only_what_our_own_redactor_finds_clean_is_remembered():
    """A redactor that finds less for one tenant is asked again for the next: names of threads and lines alike."""

    class PerTenant:
        def __call__(self, record):
            return record

        def text(self, text):
            return text if _tenant.get() == "trusted" else text.replace(CANARY, "[X]")

    made = Written(fmt="%(threadName)s %(message)s")
    thread = threading.current_thread()
    before, thread.name = thread.name, f"call-{CANARY}"
    token = _tenant.set("trusted")
    try:
        with logs.protect(PerTenant(), made.log):
            made.log.warning(CANARY)
            _tenant.set("other")
            made.log.warning(CANARY)
    finally:
        thread.name = before
        _tenant.reset(token)
    assert [f"call-{CANARY} {CANARY}", "call-[X] [X]"] == made.text.splitlines()


def test_filter_that_replaces_the_record(written):
    """A filter that gives another record has it treated, as newer versions of `logging` allow."""
    other = logging.makeLogRecord({"msg": "other %s", "args": (CANARY,), "levelno": 30})
    written.handler.filter = lambda record: other
    written.log.warning("first")
    clean(written.text)
    assert "other" in written.text


def test_report_of_an_error_that_cannot_be_made(written, monkeypatch, capsys):
    """Without `raiseExceptions`, or without a stderr to write to, a handler's error is not reported."""
    written.stream.close()
    monkeypatch.setattr(logging, "raiseExceptions", False)
    written.log.warning("call %s", CANARY)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    with monkeypatch.context() as patch:
        closed = io.StringIO()
        closed.close()
        patch.setattr(sys, "stderr", closed)
        written.log.warning("call %s", CANARY)
    assert "" == capsys.readouterr().err


def test_forks_hold_the_locks_of_guarded_handlers(written):
    """Before a fork no guarded handler writes; afterwards parent and child go on."""
    forks = logs._logger_methods.Forks()
    free = []

    def tries():
        got = written.handler.lock.acquire(timeout=0.01)
        free.append(got)
        if got:
            written.handler.lock.release()

    def try_in_a_thread():
        thread = threading.Thread(target=tries)
        thread.start()
        thread.join()

    forks.before()
    try_in_a_thread()
    forks.in_parent()
    try_in_a_thread()
    assert [False, True] == free
    forks.in_parent()
    forks.in_child()


def test_forks_without_a_protection_or_with_a_handler_that_hangs(redact, monkeypatch):
    """Nothing is held when nothing is protected; a handler that hangs in a write does not stop a fork for long."""
    forks = logs._logger_methods.Forks()
    assert add_handler_hook() is None
    forks.before()
    forks.in_parent()
    monkeypatch.setattr(logs._logger_methods, "_PATIENCE_SECONDS", 0.01)
    made = Written()
    held, done = threading.Event(), threading.Event()

    def hang():
        with made.handler.lock:
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hang)
    thread.start()
    held.wait(10)
    with logs.protect(redact, made.log):
        forks.before()
        assert made.handler not in forks._held
        forks.in_parent()
    done.set()
    thread.join()


def test_b4_82_what_was_kept_before(redact):
    """What a buffer kept before it was guarded is treated before it is passed on; what is no record stays."""
    target = Capture()
    made = Written(handler=logging.handlers.MemoryHandler(9, target=target))
    made.log.warning("call %s", CANARY, extra={"caller": CANARY})
    with logs.protect(redact, made.log):
        made.log.warning("call %s", CANARY)
        logs.protect(redact, made.log)
        made.handler.flush()
    assert 2 == len(target.records)
    clean(" ".join(map(values, target.records)))

    made.handler.buffer.append(shown := ["no record"])
    with logs.protect(redact, made.log):
        assert made.handler.buffer[0] is shown
    made.handler.buffer.clear()


def test_b4_59_handlers_that_came_past_add_handler(redact):
    """Only where the protected logger's records come by is a handler guarded; after `remove()` logging is as before."""
    before = logging.Logger.callHandlers
    inside, outside = Written(), Written()
    with logs.protect(redact, inside.log):
        inside.log.handlers, outside.log.handlers = (
            [inside.handler],
            [logging.StreamHandler(outside.stream)],
        )
        assert before is not logging.Logger.callHandlers
        outside.log.warning("call")
        assert guard_of(outside.log.handlers[0]) is None
    assert before is logging.Logger.callHandlers


def test_logger_that_a_later_protection_reaches(redact):
    """What no protection reached is looked at again when there is one more."""
    inside, outside = Written(), Written()
    with logs.protect(redact, inside.log):
        outside.log.warning("call")
        with logs.protect(redact, outside.log):
            outside.log.handlers = [logging.StreamHandler(outside.stream)]
            outside.log.warning("call %s", CANARY)
    clean(outside.text)
