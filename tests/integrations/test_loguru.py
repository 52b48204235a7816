"""The loguru patcher and sink against loguru itself: FAULTS B4, row 81."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, clean

loguru = pytest.importorskip("loguru")

from voxvalley_privacy.integrations.loguru import patcher, sink  # noqa: E402

REDACT = vp.Redactor(vp.policies.labels())
FORMAT = "{level} {name} {thread.name} {process.name} {file.path} {function} {message} {extra} {extra[caller]}"


class Fails:
    """A redactor that fails."""

    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


@pytest.fixture
def core():
    """Give loguru's logger without handlers; put everything back afterwards."""
    loguru.logger.remove()
    yield loguru.logger
    loguru.logger.remove()
    loguru.logger.configure(patcher=lambda record: None)
    loguru.logger._core.patcher = None


def written(core, redact=REDACT, **settings):
    """Add a patched sink that writes to a text."""
    out = io.StringIO()
    made = patcher(redact)
    core.configure(patcher=made)
    core.add(
        out, **{"format": FORMAT, "backtrace": True, "diagnose": True, "catch": False, **settings}
    )
    return out, made


def test_b4_81_message_extra_and_names(core):
    """Message, extras, thread and file names are treated."""
    out, made = written(core)
    thread = threading.Thread(
        target=lambda: core.bind(caller=CANARY, cdr={"from": CANARY, "n": 5}).info(
            "call {}", CANARY
        ),
        name=f"call-{CANARY}",
    )
    thread.start()
    thread.join()
    clean(out.getvalue())
    assert "call [PHONE_NUMBER]" in out.getvalue()
    assert "'n': 5" in out.getvalue()
    assert {"message": 1, "extra": 1} == dict(made.stats().changed)


def test_b4_81_diagnose_shows_no_variables(core):
    """With `diagnose=True` the variables of the frames stay out."""
    out, _ = written(core)
    secret_name = "Bob Smith"
    try:
        int(f"{CANARY}x{secret_name[:0]}")
    except ValueError:
        core.bind(caller="x").exception("failed")
    clean(out.getvalue())
    assert "Traceback (most recent call last)" in out.getvalue()
    assert "Bob" not in out.getvalue().replace('secret_name = "Bob Smith"', "")


def test_serialized(core):
    """`serialize=True` writes the record; it is treated as well."""
    out, _ = written(core, serialize=True)
    core.bind(caller=CANARY).info("call {}", CANARY)
    record = json.loads(out.getvalue())["record"]
    clean(str([record["message"], record["extra"]]))
    assert CANARY not in out.getvalue()


def test_dropped_extra_leaves_a_place(core):
    """A format that names an extra that was dropped still finds something."""
    out, _ = written(core, vp.Redactor(vp.policies.analytics(vp.KeyRing.generate())))
    core.bind(caller="x", note="free").info("done")
    assert "[FREE_TEXT]" in out.getvalue()
    assert "test_dropped_extra_leaves_a_place" in out.getvalue()
    assert "free" not in out.getvalue()


def test_b4_81_sink_treats_what_is_patched_in_later(core):
    """A patcher of one logger runs after ours; a sink treats what it adds, fields and all."""
    lines, records = [], []
    core.add(
        sink(lambda message: (lines.append(str(message)), records.append(message.record)), REDACT),
        format="{message} {extra[caller]}",
        catch=False,
    )
    core.patch(lambda record: record["extra"].update(caller=CANARY)).info("call {}", CANARY)
    clean(lines[0] + str([records[0]["message"], records[0]["extra"]]))
    assert "call [PHONE_NUMBER]" in lines[0]


def test_sink_for_streams_and_coroutines(core):
    """Streams and coroutine functions can stand behind a sink."""
    out, lines = io.StringIO(), []

    async def write(message):
        lines.append(str(message))

    async def main():
        core.add(sink(write, REDACT), format="{message}", catch=False)
        core.info("call {}", CANARY)
        await core.complete()

    core.add(sink(out, REDACT), format="{message}", catch=False)
    asyncio.run(main())
    assert "call [PHONE_NUMBER]\n" == out.getvalue()
    assert ["call [PHONE_NUMBER]\n"] == lines


def test_fault_gives_a_placeholder(core):
    """A redactor that fails leaves placeholders, in patcher and sink, and raises nothing."""
    out, made = written(core, Fails(), format="{level} {name} {thread.name} {message} {file!r}")
    lines = []
    core.add(
        sink(lambda message: lines.append(str(message)), Fails()), format="{message}", catch=False
    )
    try:
        int(f"{CANARY}x")
    except ValueError:
        core.bind(caller=CANARY).exception("call {}", CANARY)
    assert "ERROR [FAULT] [FAULT] [FAULT] ('[FAULT]')\n" == out.getvalue()
    assert ["[FAULT]\n"] == lines
    assert {"redactor": 1} == dict(made.stats().faults)


def test_wrong_settings_are_refused():
    """What is no redactor, and a target that is none, is refused."""
    with pytest.raises(vp.ConfigurationError):
        patcher(print)
    with pytest.raises(vp.ConfigurationError):
        sink("file.log", REDACT)
    with pytest.raises(vp.ConfigurationError):
        sink(logging.StreamHandler(), REDACT)


def test_redactor_that_gives_no_record(core):
    """A redactor that does not give a dict for the extras is a fault."""

    class Odd(Fails):
        def __call__(self, record):
            return "x"

        def text(self, text):
            return text

    out, _ = written(core, Odd(), format="{message}")
    core.info("shown")
    assert "[FAULT]\n" == out.getvalue()
