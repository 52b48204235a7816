"""What tests of logs share: a protected logger that writes to a text, a child interpreter, a check for canaries."""

from __future__ import annotations

import io
import itertools
import logging
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from voxvalley_privacy import logs

CANARY = "+14155550132"
DIGITS = "4155550132"
_ROOT = Path(__file__).resolve().parents[2]
_names = itertools.count()


@pytest.fixture(scope="session")
def redact():
    """Make the redactor of an engineer's log."""
    return vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))


class Written:
    """A logger of its own with a handler that writes to a text."""

    def __init__(self, handler=None, fmt="%(name)s %(threadName)s %(message)s"):
        self.stream = io.StringIO()
        self.handler = handler or logging.StreamHandler(self.stream)
        self.handler.setFormatter(logging.Formatter(fmt))
        self.log = logging.getLogger(
            f"app{next(_names)}".translate(str.maketrans("0123456789", "abcdefghij"))
        )
        self.log.propagate = False
        self.log.setLevel(logging.DEBUG)
        self.log.addHandler(self.handler)

    @property
    def text(self):
        """What was written so far."""
        return self.stream.getvalue()


@pytest.fixture
def written(redact):
    """Give a protected logger; the protection ends with the test."""
    made = Written()
    with logs.protect(redact, made.log):
        yield made


class Capture(logging.Handler):
    """Keep the records that a handler sees."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture
def captured(redact):
    """Give a protected logger whose handler keeps its records."""
    made = Written(handler=Capture())
    with logs.protect(redact, made.log):
        yield made


def last(captured):
    """Give the last record that a handler saw."""
    return captured.handler.records[-1]


def values(record):
    """Write what a record holds but times and ids of thread and process, whose digits are anyone's."""
    anyones = ("created", "msecs", "relativeCreated", "thread", "process")
    return str({name: value for name, value in record.__dict__.items() if name not in anyones})


def clean(text, digits=DIGITS):
    """Fail if a canary can be read in *text*."""
    assert_no_canary(text, digits)


def child(code, *, timeout=60):
    """Run *code* in an interpreter of its own, which has `vp`, `logs`, `logging`, `redact`, CANARY; give what it printed."""
    head = f"""
        import io, logging, os, sys, threading, time, warnings
        import voxvalley_privacy as vp
        from voxvalley_privacy import logs
        CANARY = {CANARY!r}
        redact = vp.Redactor(vp.policies.labels())
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=_ROOT,
        check=False,
    )
