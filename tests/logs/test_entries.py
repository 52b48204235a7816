"""One reading at every entry of a log: FAULTS_2 B10, rows 150 and 151."""

from __future__ import annotations

import io
import json
import logging

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Written, clean
from voxvalley_privacy import logs

NAME = "Zoe Example"
BODY = "my pin is 4821"
FORM = {"From": CANARY, "Body": BODY, "caller_name": NAME, "status": "received", "NumSegments": "1"}


def _raise(error):
    raise error


def _exception(log):
    try:
        _raise(KeyError(FORM))
    except KeyError:
        log.exception("failed")


_ENTRIES = {
    "argument": lambda log: log.info("got %s", FORM),
    "f-string": lambda log: log.info(f"got {FORM}"),  # noqa: G004 - as apps do
    "JSON": lambda log: log.info(json.dumps(FORM)),
    "JSON as argument": lambda log: log.info("body %s", json.dumps(FORM)),
    "raw form": lambda log: log.info(
        "body %s",
        f"From=%2B{CANARY[1:]}&Body=my+pin+is+4821&caller_name=Zoe+Example&status=received",
    ),
    "dict as message": lambda log: log.info(FORM),
    "extra": lambda log: log.info("got", extra={"form": FORM}),
    "KeyError in a traceback": _exception,
}


@pytest.mark.parametrize("policy", ["debug", "labels"])
@pytest.mark.parametrize("entry", _ENTRIES)
def test_b10_150_one_reading_at_every_entry(entry, policy):
    """However a form gets into a log, number, name and body go by their keys; the state stays."""
    made = Written(fmt="%(message)s %(form)s")
    made.handler.setFormatter(logging.Formatter("%(message)s %(form)s", defaults={"form": ""}))
    keys = () if policy == "labels" else (vp.KeyRing.generate(),)
    redact = vp.Redactor(getattr(vp.policies, policy)(*keys))
    with logs.protect(redact, made.log):
        _ENTRIES[entry](made.log)
    clean(made.text)
    for personal in (NAME, "Zoe", "4821", BODY):
        assert personal not in made.text
    assert "received" in made.text


@pytest.mark.parametrize(
    "entry", [entry for entry in _ENTRIES if entry != "KeyError in a traceback"]
)
def test_b10_150_the_same_through_loguru_and_structlog(entry):
    """The same form through loguru and structlog gives as little."""
    loguru = pytest.importorskip("loguru")
    structlog = pytest.importorskip("structlog")
    from voxvalley_privacy.integrations.loguru import sink
    from voxvalley_privacy.integrations.structlog import processor

    redact = vp.Redactor(vp.policies.labels())
    out = io.StringIO()
    logger = loguru._logger.Logger(
        loguru._logger.Core(), None, 0, False, False, False, False, True, [], {}
    )
    logger.add(sink(out, redact), format="{message} {extra}")
    events = structlog.wrap_logger(
        structlog.PrintLogger(out),
        processors=[processor(redact), structlog.processors.JSONRenderer()],
    )
    texts = {
        "argument": lambda: (logger.info("got {}", FORM), events.info("got", form=FORM)),  # noqa: PLE1205 - loguru has its own format
        "f-string": lambda: (logger.info(f"got {FORM}".replace("{", "{{").replace("}", "}}")),),
        "dict as message": lambda: (logger.info(FORM), events.info(FORM)),
        "extra": lambda: (logger.bind(form=FORM).info("got"), events.info("got", form=FORM)),
    }
    texts.get(entry, lambda: (logger.info(json.dumps(FORM)), events.info(json.dumps(FORM))))()
    logger.remove()
    clean(out.getvalue())
    for personal in (NAME, "4821"):
        assert personal not in out.getvalue()


@pytest.mark.parametrize("record", [{"db_pass": "zebra7pink", "queue": "sales"}])
def test_b10_151_a_dict_as_message_is_read_as_an_argument(record):
    """A dict that is logged itself is treated as the same dict as an argument."""
    made = Written(fmt="%(message)s")
    with logs.protect(vp.Redactor(vp.policies.labels()), made.log):
        made.log.warning(record)
        made.log.warning("%s", record)
    first, second = made.text.splitlines()
    assert first == second
    assert "zebra7pink" not in first
    assert "sales" in first


def test_a_key_of_arguments_is_treated(captured):
    """A number that is the key of a dict of arguments reaches no handler, also where keys are named."""
    captured.log.warning("%(state)s of a call", {CANARY: 1, "state": "busy"})
    captured.log.warning("%(db_pass)s %(state)s", {"db_pass": "zebra7pink", "state": "busy"})
    first, second = captured.handler.records[-2:]
    clean(str(first.__dict__))
    assert "busy of a call" == first.getMessage()
    assert "None busy" == second.getMessage()
