"""Handlers that are none: `logging` asks for `level` and `handle` only."""

from __future__ import annotations

import logging
import os

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import logs

NUMBER = "+14155550132"


class Duck:
    """Something that takes records."""

    level = 0

    def __init__(self):
        self.messages = []

    def handle(self, record):
        """Keep the message."""
        self.messages.append(record.getMessage())


class Slotted:
    """Something that takes records, and to which nothing can be added."""

    __slots__ = ("messages",)
    level = 0

    def __init__(self):
        self.messages = []

    def handle(self, record):
        """Keep the message."""
        self.messages.append(record.getMessage())


@pytest.fixture
def log():
    """Give a logger that no other test sees."""
    logger = logging.getLogger("odd.handlers")
    logger.propagate = False
    yield logger
    logger.handlers.clear()


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("second_pass", [True, False])
def test_an_object_that_takes_records_is_guarded(log, is_before, second_pass):
    """It is there before or comes later, sees treated records, and is itself again afterwards."""
    duck = Duck()
    if is_before:
        log.addHandler(duck)
    with logs.protect(vp.Redactor(vp.policies.labels()), log, second_pass=second_pass):
        if not is_before:
            log.addHandler(duck)
        log.warning("call %s", NUMBER)
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    assert ["call [PHONE_NUMBER]"] == duck.messages
    assert {"messages"} == duck.__dict__.keys()


def test_an_object_that_cannot_be_guarded_breaks_nothing_and_is_named(log):
    """The app goes on, other handlers are guarded, and `verify()` names what is open."""
    duck = Duck()
    with logs.protect(vp.Redactor(vp.policies.labels()), log):
        log.addHandler(Slotted())
        log.addHandler(duck)
        log.warning("call %s", NUMBER)
        named = [gap.where for gap in logs.verify() if gap.code == "handler.unguarded"]
    assert ["call [PHONE_NUMBER]"] == duck.messages
    assert any("Slotted" in where for where in named)
