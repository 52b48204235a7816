"""What the interpreter prints by itself: FAULTS B4, rows 73 and 79; each in an interpreter of its own."""

from __future__ import annotations

import sys
import threading
import warnings

import pytest

from tests.logs.conftest import CANARY, child, clean
from voxvalley_privacy import logs

_CASES = {
    "sys": ('raise ValueError(f"call {CANARY}")', "ValueError: call [PHONE_NUMBER]", 1),
    "interrupt": ('raise KeyboardInterrupt(f"call {CANARY}")', "KeyboardInterrupt", None),
    "threading": (
        (
            "def work():\n    int(CANARY + 'x')\n"
            "t = threading.Thread(target=work, name=f'call-{CANARY}')\nt.start()\nt.join()"
        ),
        "Exception in thread call-[PHONE_NUMBER]",
        0,
    ),
    "exit": ("t = threading.Thread(target=sys.exit)\nt.start()\nt.join()", "", 0),
    "unraisable": (
        (
            "class Call:\n    def __del__(self):\n        raise ValueError(f'call {CANARY}')\n"
            "    def __repr__(self):\n        return CANARY\none = Call()\ndel one"
        ),
        "ValueError: call [PHONE_NUMBER]",
        0,
    ),
    "warnings": ("warnings.warn(f'call {CANARY}')", "UserWarning: call [PHONE_NUMBER]", 0),
    "asyncio": (
        (
            "import asyncio, gc\nasync def work():\n    raise ValueError(f'call {CANARY}')\n"
            "async def main():\n    t = asyncio.create_task(work(), name=f'call-{CANARY}')\n"
            "    await asyncio.sleep(0)\n    await asyncio.sleep(0)\n    del t\n    gc.collect()\nasyncio.run(main())"
        ),
        "Task exception was never retrieved",
        0,
    ),
}


@pytest.mark.parametrize("case", _CASES)
def test_b4_73_hooks(case):
    """What would be printed raw is printed treated, and the process ends as it would have."""
    code, expected, status = _CASES[case]
    done = child(f"logs.install_hooks(redact)\n{code}")
    clean(done.stdout + done.stderr)
    assert expected in done.stderr
    if status is not None:
        assert status == done.returncode


@pytest.mark.parametrize("case", [case for case in _CASES if case not in ("exit", "interrupt")])
def test_b4_73_without_hooks_it_leaks(case):
    """Without the hooks the same programs print the number: the test can fail."""
    done = child(_CASES[case][0])
    with pytest.raises(AssertionError):
        clean(done.stdout + done.stderr)


def test_hooks_are_reversible_and_idempotent(redact):
    """Installed twice they are the same; removed, everything is as before."""
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning)
    hooks = logs.install_hooks(redact)
    assert hooks is logs.install_hooks(redact)
    assert "in place" in repr(hooks)
    hooks.remove()
    hooks.remove()
    assert "removed" in repr(hooks)
    assert before == (
        sys.excepthook,
        threading.excepthook,
        sys.unraisablehook,
        warnings.showwarning,
    )


def test_hooks_of_others_stay(redact):
    """A hook that somebody put on top of ours is not taken away; when it goes, ours can be installed anew."""
    original = sys.excepthook
    with logs.install_hooks(redact) as hooks:
        ours = sys.excepthook
        sys.excepthook = mine = lambda *args: None
    assert sys.excepthook is mine
    sys.excepthook = ours
    with logs.install_hooks(redact) as again:
        assert again is not hooks
    sys.excepthook = original


class _Fails:
    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


def test_hooks_with_a_redactor_that_fails(capsys, monkeypatch):
    """A fault prints a placeholder and nothing else."""
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    with logs.install_hooks(_Fails()) as hooks:
        hooks.exception(ValueError, ValueError(CANARY), None)
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            hooks.warning(CANARY, UserWarning, "x.py", 1)
    assert "[FAULT]\n[FAULT]\n" == capsys.readouterr().err


def test_hooks_with_things_that_cannot_be_shown(redact, capsys, monkeypatch):
    """A warning and an exception whose own code fails give placeholders."""

    class Hostile(Warning):
        def __str__(self):
            raise ValueError(CANARY)

        @property
        def __notes__(self):
            raise ValueError(CANARY)

    # A tool of another test may have left a hook, which would be called.
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    with logs.install_hooks(redact) as hooks:
        hooks.warning(Hostile(), Hostile, "x.py", 1)
        hooks.exception(Hostile, Hostile(), None)
    assert "Hostile\n[FAULT]\n" == capsys.readouterr().err


def test_hooks_without_stderr(redact, monkeypatch):
    """Without a stderr nothing is printed and nothing is raised."""
    with logs.install_hooks(redact) as hooks:
        monkeypatch.setattr(sys, "stderr", None)
        hooks.exception(ValueError, ValueError(CANARY), None)


def test_b4_79_logging_at_interpreter_shutdown():
    """What is logged from `__del__` and `atexit` is treated or silent; the process ends well."""
    done = child(
        """
        import atexit
        logs.protect(redact); logs.install_hooks(redact)
        logging.basicConfig(stream=sys.stderr)
        log = logging.getLogger("x")
        class Call:
            def __del__(self, log=log):
                log.error("deleted %s", CANARY if CANARY else "+14155550132", extra={"caller": "+14155550132"})
        atexit.register(lambda: log.error("exit %s", CANARY))
        sys.modules["kept"] = keep = Call()
        cycle = [Call()]; cycle.append(cycle)
        """
    )
    assert 0 == done.returncode
    clean(done.stdout + done.stderr)
    assert "exit [PHONE_NUMBER]" in done.stderr
