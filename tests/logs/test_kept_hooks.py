"""Hooks of others keep working behind ours, and stderr is treated: FAULTS_2 B15, rows 207 and 213."""

from __future__ import annotations

import io
import sys
import threading
import traceback
import warnings

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, child, clean
from voxvalley_privacy import logs
from voxvalley_privacy.logs.adapters import Texts, TreatedStream, treated_error

REDACT = vp.Redactor(vp.policies.labels())


class NoRoute(LookupError):
    """An app's own exception, which asks for more than a text."""

    def __init__(self, number, *, call):
        super().__init__(number, call)
        self.number = number

    def __str__(self):
        return f"no route to {self.number}"


def _raised():
    secret = CANARY  # noqa: F841 - a variable of a frame
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            error.add_note(f"dialed {CANARY}")
            raise NoRoute(CANARY, call=1) from error
    except NoRoute as error:
        return error


# Copies of exceptions -----------------------------------------------------------------------------


def test_a_copy_keeps_class_frames_and_causes():
    """The copy is an instance of the same class and name, with the same places and no variables."""
    error = _raised()
    copied = treated_error(error, Texts(REDACT))
    text = "".join(traceback.format_exception(copied))
    clean(text)
    assert isinstance(copied, NoRoute)
    assert (NoRoute.__name__, NoRoute.__module__) == (
        type(copied).__name__,
        type(copied).__module__,
    )
    assert isinstance(copied.__cause__, KeyError)
    assert ["dialed [PHONE_NUMBER]"] == copied.__cause__.__notes__
    assert "no route to [PHONE_NUMBER]" == str(copied)
    frames = traceback.extract_tb(copied.__traceback__)
    original = traceback.extract_tb(error.__traceback__)
    assert [(f.filename, f.lineno, f.name) for f in original] == [
        (f.filename, f.lineno, f.name) for f in frames
    ]
    assert {} == copied.__traceback__.tb_frame.f_locals
    assert CANARY == error.number


def test_a_line_of_the_source_that_holds_a_number_is_not_found(tmp_path):
    """A traceback of the copy prints no line of the source that holds a number."""
    file = tmp_path / "dial.py"
    file.write_text(f"def dial():\n    raise ValueError('no route to {CANARY}')\n")
    names = {}
    exec(compile(file.read_text(), str(file), "exec"), names)
    try:
        names["dial"]()
    except ValueError as error:
        copied = treated_error(error, Texts(REDACT))
        with pytest.raises(AssertionError):
            clean("".join(traceback.format_exception(error)))
    clean("".join(traceback.format_exception(copied)))
    assert "in dial" in "".join(traceback.format_exception(copied))


class _NoSubclass(ValueError):
    def __init_subclass__(cls, **_):
        raise TypeError(CANARY)


class _Hostile(Exception):
    def __str__(self):
        raise ValueError(CANARY)

    @property
    def __notes__(self):
        raise ValueError(CANARY)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (_NoSubclass(CANARY), ValueError),
        (_Hostile(CANARY), _Hostile),
        (OSError(2, CANARY), OSError),
        (UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY), UnicodeDecodeError),
        (KeyboardInterrupt(CANARY), KeyboardInterrupt),
        (SystemExit(CANARY), SystemExit),
        (ExceptionGroup(CANARY, [ValueError(CANARY), _raised()]), ExceptionGroup),
        (BaseExceptionGroup(CANARY, [KeyboardInterrupt(CANARY)]), BaseExceptionGroup),
    ],
)
def test_copies_of_every_kind(error, kind):
    """Exceptions that refuse to be subclassed, shown or built, and groups, have copies too."""
    copied = treated_error(error, Texts(REDACT))
    assert isinstance(copied, kind)
    clean("".join(traceback.format_exception(copied)) + repr(copied))


def test_a_copy_of_a_cycle_and_of_a_long_chain_ends():
    """Causes that form a cycle, and thousands of causes, are copied within the budget."""
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    copied = treated_error(first, Texts(REDACT))
    assert copied is copied.__cause__.__cause__
    chain = ValueError("end")
    for _ in range(3000):
        following = ValueError("next")
        following.__cause__ = chain
        chain = following
    assert isinstance(treated_error(chain, Texts(REDACT)), ValueError)


def test_a_copy_keeps_contexts_and_ends_at_the_budget():
    """What was being handled is copied too; of a group of thousands the first are."""
    try:
        try:
            raise KeyError(CANARY)
        except KeyError:
            raise ValueError(CANARY)  # noqa: B904 - its context is what is tested
    except ValueError as error:
        copied = treated_error(error, Texts(REDACT))
    assert isinstance(copied.__context__, KeyError)
    clean(str(copied.__context__))
    group = ExceptionGroup(CANARY, [ValueError(CANARY) for _ in range(3000)])
    clean("".join(traceback.format_exception(treated_error(group, Texts(REDACT)))))


class _Fails:
    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


def test_a_copy_with_a_redactor_that_fails():
    """A fault gives an exception that holds a placeholder."""
    copied = treated_error(_raised(), Texts(_Fails()))
    assert "[FAULT]" == str(copied)


# Hooks ------------------------------------------------------------------------------------------


@pytest.fixture
def before(monkeypatch):
    """Put hooks of somebody else in place; give what they were called with."""
    calls = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: calls.append(args))
    monkeypatch.setattr(threading, "excepthook", calls.append)
    monkeypatch.setattr(sys, "unraisablehook", calls.append)
    monkeypatch.setattr(warnings, "showwarning", lambda *args: calls.append(args))
    return calls


def test_b15_207_a_hook_that_was_there_gets_a_treated_exception(before, capsys):
    """An app's own excepthook still runs, with a copy of the exception, and nothing is printed."""
    error = _raised()
    with logs.install_hooks(REDACT) as hooks:
        hooks.exception(type(error), error, error.__traceback__)
    ((kind, copied, tb),) = before
    assert issubclass(kind, NoRoute)
    assert copied.__traceback__ is tb
    clean("".join(traceback.format_exception(kind, copied, tb)))
    assert "" == capsys.readouterr().err


def test_b15_207_hooks_of_threads_and_of_the_interpreter(before):
    """Hooks for threads and for what cannot be raised get a copy, and a name instead of an object."""
    error = _raised()
    thread = threading.Thread(name=f"call {CANARY}")
    with logs.install_hooks(REDACT) as hooks:
        hooks.thread(threading.ExceptHookArgs((type(error), error, error.__traceback__, thread)))

        class Unraisable:
            exc_type, exc_value, exc_traceback = type(error), error, error.__traceback__
            err_msg, object = f"ignored {CANARY}", io.StringIO(CANARY)

        hooks.unraisable(Unraisable)
    of_thread, of_interpreter = before
    clean(f"{of_thread.exc_value} {of_thread.thread.name}")
    assert "call [PHONE_NUMBER]" == of_thread.thread.name
    clean(f"{of_interpreter.exc_value} {of_interpreter.err_msg} {of_interpreter.object}")
    assert "StringIO" == of_interpreter.object


def test_b15_207_captured_warnings_are_logged_treated(capsys):
    """After `captureWarnings(True)` warnings still go to the logger, treated."""
    done = child(
        """
        logging.basicConfig(stream=sys.stdout)
        logging.captureWarnings(True)
        logs.install_hooks(redact)
        warnings.warn(f"call {CANARY}")
        """
    )
    clean(done.stdout + done.stderr)
    assert "WARNING:py.warnings:" in done.stdout
    assert "UserWarning: call [PHONE_NUMBER]" in done.stdout


def test_b15_207_a_hook_that_fails_is_replaced_by_printing(monkeypatch, capsys):
    """If the hook that was there fails, the treated exception is printed."""

    def fails(*_):
        raise ValueError(CANARY)

    monkeypatch.setattr(sys, "excepthook", fails)
    with logs.install_hooks(REDACT) as hooks:
        hooks.exception(ValueError, ValueError(CANARY), None)
    assert "ValueError: [PHONE_NUMBER]\n" == capsys.readouterr().err


def test_b15_207_sentry_still_reports():
    """Hooks installed after Sentry's init: the crash is reported, with its place and treated."""
    pytest.importorskip("sentry_sdk")
    done = child(
        """
        import json, sentry_sdk
        from sentry_sdk.transport import Transport
        class Kept(Transport):
            def capture_envelope(self, envelope):
                for item in envelope.items:
                    print(json.dumps(item.payload.json))
        sentry_sdk.init("https://key@o0.ingest.example.com/1", transport=Kept)
        logs.install_hooks(redact)
        def dial(number):
            raise LookupError(f"no route to {number}")
        dial(CANARY)
        """
    )
    clean(done.stdout + done.stderr)
    assert 1 == done.returncode
    assert '"function": "dial"' in done.stdout
    assert "no route to [PHONE_NUMBER]" in done.stdout
    assert "LookupError: no route to [PHONE_NUMBER]" in done.stderr


def test_b15_207_a_hook_on_top_of_ours_is_a_gap(redact):
    """`verify()` names a hook that somebody put on top of ours."""
    with logs.install_hooks(redact):
        ours, sys.excepthook = sys.excepthook, lambda *_: None
        codes = {gap.code for gap in logs.verify()}
        sys.excepthook = ours
    assert "hook.replaced" in codes


# Standard error ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("sys.exit(f'no route to {CANARY}')", "no route to [PHONE_NUMBER]"),
        ("raise SystemExit(f'no route to {CANARY}')", "no route to [PHONE_NUMBER]"),
        (
            (
                "import argparse; p = argparse.ArgumentParser(prog='dial')\np.add_argument('--to', type=int)\n"
                "p.parse_args(['--to', CANARY + 'x'])"
            ),
            "invalid int value: '[PHONE_NUMBER]",
        ),
        (
            "import traceback\ntry:\n    raise ValueError(CANARY)\nexcept ValueError:\n    traceback.print_exc()",
            "ValueError: [PHONE_NUMBER]",
        ),
        ("sys.stderr.buffer.write(CANARY.encode()); sys.stderr.buffer.flush()", "[PHONE_NUMBER]"),
        ("sys.stderr.write('+1415'); sys.stderr.writelines(['555', '0132'])", "[PHONE_NUMBER]"),
        (
            (
                "import multiprocessing\ndef work():\n    raise ValueError(CANARY)\n"
                "p = multiprocessing.get_context('fork').Process(target=work); p.start(); p.join()"
            ),
            "ValueError: [PHONE_NUMBER]",
        ),
    ],
)
def test_b15_213_what_is_printed_to_stderr_is_treated(code, expected):
    """Texts of exits and usage errors, and children that fail, are treated; without hooks they leak."""
    done = child(f"logs.install_hooks(redact)\n{code}")
    clean(done.stdout + done.stderr)
    assert expected in done.stderr
    with pytest.raises(AssertionError):
        clean(child(code).stderr)


def test_b15_213_stderr_can_be_left_alone(redact):
    """With `stderr=False` the stream stays, and `verify()` lists what goes past."""
    stream = sys.stderr
    with logs.install_hooks(redact, stderr=False):
        assert stream is sys.stderr
        assert "stderr.unguarded" in {gap.code for gap in logs.verify()}
    with logs.install_hooks(redact):
        assert stream is not sys.stderr
        assert "stderr.unguarded" not in {gap.code for gap in logs.verify()}
    assert stream is sys.stderr


def test_a_treated_stream_holds_the_start_of_a_line():
    """A line is written when it ends, is flushed, or grows beyond the limit."""
    target = io.StringIO()
    stream = TreatedStream(target, Texts(REDACT))
    assert 5 == stream.write("+1415")
    assert "" == target.getvalue()
    stream.write("5550132\nnext")
    assert "[PHONE_NUMBER]\n" == target.getvalue()
    stream.flush()
    assert "[PHONE_NUMBER]\nnext" == target.getvalue()
    stream.write("x" * 70_000)
    assert target.getvalue().endswith("next[TRUNCATED]\n")
    assert stream.getvalue() == target.getvalue()
    assert [] == list(stream)
    with pytest.raises(TypeError):
        stream.write(b"bytes")


def test_a_treated_stream_with_a_redactor_that_fails():
    """A fault writes a placeholder and is counted."""
    target, texts = io.StringIO(), Texts(_Fails())
    TreatedStream(target, texts).write(f"{CANARY}\n")
    assert "[FAULT]\n" == target.getvalue()
    assert {"redactor": 1} == dict(texts.stats().faults)


def test_a_warning_hook_gets_no_file_name_or_source_line_of_a_person():
    """What was there before sees where a warning came from, treated."""
    seen = []
    before = warnings.showwarning
    warnings.showwarning = lambda *args: seen.append(args)
    try:
        with logs.install_hooks(vp.Redactor(vp.policies.labels()), stderr=False):
            file, line = "/data/+14155550132/app.py", "dial('+14155550132')"
            warnings.showwarning("no route", UserWarning, file, 7, None, line)
            warnings.showwarning("no route", UserWarning, "/srv/app.py", 7)
    finally:
        warnings.showwarning = before
    assert "5550132" not in repr(seen)
    assert ["/srv/app.py", 7, None, None] == list(seen[1][2:])
