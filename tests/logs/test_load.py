"""Many threads, swapped handlers, forks: FAULTS B4, rows 76 and 77."""

from __future__ import annotations

import io
import logging
import os
import threading
from collections import Counter

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import child
from voxvalley_privacy import logs

_THREADS = 32
# All 10,000 take half a minute.
_RECORDS = 10_000 if os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1" else 1_000


class _Tokens:
    """Treat a text by a table that only a thread's own canary is in."""

    def __call__(self, record):
        return {
            name: self.text(value) if isinstance(value, str) else value
            for name, value in record.items()
        }

    def text(self, text):
        return text.replace("+1415555", "token-")


class _Keeps(logging.Handler):
    def __init__(self, lines):
        super().__init__()
        self._lines = lines

    def emit(self, record):
        self._lines.append((record.threadName, record.getMessage(), record.caller))


def test_b4_76_threads_with_handlers_swapped_under_them():
    """32 threads log 1,000 records each, or 10,000 where asked to, while handlers come and go: none is lost, none carries another's number."""
    log = logging.getLogger("load")
    log.propagate, log.level = False, logging.INFO
    lines: list[tuple[str, str, str]] = []
    steady = _Keeps(lines)
    log.addHandler(steady)
    done = threading.Event()
    other: list[tuple[str, str, str]] = []

    def work(number):
        canary = f"+1415555{number:04}"
        for at in range(_RECORDS):
            log.info("call %s %d", canary, at, extra={"caller": canary})

    def swap():
        # A thread that never waits keeps the interpreter's lock from the others for five milliseconds each time.
        while not done.wait(0.0005):
            handler = _Keeps(other)
            log.addHandler(handler)
            log.removeHandler(handler)

    with logs.protect(_Tokens(), log):
        # Idents of threads are used again; names are not.
        threads = [
            threading.Thread(target=work, args=(n,), name=f"worker {n}") for n in range(_THREADS)
        ]
        swapping = threading.Thread(target=swap)
        for thread in (*threads, swapping):
            thread.start()
        for thread in threads:
            thread.join()
        done.set()
        swapping.join()
    log.removeHandler(steady)
    assert _THREADS * _RECORDS == len(lines)
    # By the record's own caller: the id of a thread that has ended goes to another one.
    for _, message, caller in (*lines, *other):
        assert message.startswith(f"call {caller} ")
        assert "+1415555" not in message
    assert {_RECORDS} == set(Counter(caller for _, _, caller in lines).values())
    assert _THREADS == len({caller for _, _, caller in lines})


def test_b4_76_real_redactor():
    """The same with our own redactor and fewer records: tokens of two threads never mix."""
    policy = vp.policies.analytics(vp.KeyRing.generate())
    redact = vp.Redactor(policy.with_actions({vp.DataCategory.FREE_TEXT: vp.scan}))
    expected = {n: redact.text(f"+1415555{n:04}") for n in range(100, 108)}
    assert not any("1415555" in token for token in expected.values())
    made = io.StringIO()
    log = logging.getLogger("loadreal")
    log.propagate = False
    log.addHandler(logging.StreamHandler(made))

    def work(number):
        for _ in range(200):
            log.warning("%d says +1415555%04d.", number - 100, number)

    with logs.protect(redact, log):
        threads = [threading.Thread(target=work, args=(n,)) for n in expected]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = sorted(set(made.getvalue().splitlines()))
    assert sorted(f"{n - 100} says {token}." for n, token in expected.items()) == found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_b4_77_forks_while_logging():
    """200 forks while four threads log: every child logs a treated line and ends, none waits for a lock."""
    done = child(
        """
        warnings.simplefilter("ignore")
        logs.protect(redact)
        logging.getLogger().addHandler(logging.StreamHandler(open(os.devnull, "w")))
        log = logging.getLogger("x")
        stop = threading.Event()
        def work():
            while not stop.is_set():
                log.warning("call %s", CANARY, extra={"caller": CANARY})
        threads = [threading.Thread(target=work) for _ in range(4)]
        [t.start() for t in threads]
        seen = 0
        for at in range(200):
            pid = os.fork()
            if pid == 0:
                log.warning("child %s", CANARY)
                text = io.StringIO()
                handler = logging.StreamHandler(text)
                log.addHandler(handler)
                log.warning("child %s", CANARY)
                os._exit(0 if "child [PHONE_NUMBER]" in text.getvalue() else 9)
            deadline = time.monotonic() + 20
            while True:
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    seen += os.waitstatus_to_exitcode(status) == 0
                    break
                if time.monotonic() > deadline:
                    os.kill(pid, 9)
                    os.waitpid(pid, 0)
                    break
                time.sleep(0.0005)
        stop.set()
        [t.join() for t in threads]
        print(seen)
        """,
        timeout=200,
    )
    assert "200\n" == done.stdout, done.stderr[-500:]
