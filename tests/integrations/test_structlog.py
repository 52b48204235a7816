"""The structlog processor against structlog itself: FAULTS B4, row 81."""

from __future__ import annotations

import io
import json
import logging

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, clean

structlog = pytest.importorskip("structlog")

from voxvalley_privacy.integrations.structlog import processor  # noqa: E402

REDACT = vp.Redactor(vp.policies.labels())


class Fails:
    """A redactor that fails."""

    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


def logger(*processors, redact=REDACT, out=None):
    """Make a logger that writes JSON lines."""
    chain = [*processors, processor(redact), structlog.processors.JSONRenderer(default=str)]
    return structlog.wrap_logger(structlog.PrintLogger(out), processors=chain)


def logged(*processors, redact=REDACT, event=f"call {CANARY}", **fields):
    """Log one event, give the line as written and as read."""
    out = io.StringIO()
    logger(*processors, redact=redact, out=out).warning(event, **fields)
    return out.getvalue(), json.loads(out.getvalue())


def test_b4_81_events_and_nested_fields():
    """Event, fields and what is nested in them are treated; types stay."""
    text, read = logged(
        caller=CANARY, cdr={"from": CANARY, "legs": [{"to": CANARY, "n": 5}]}, n=5, ok=True
    )
    clean(text)
    assert (5, True, 5) == (read["n"], read["ok"], read["cdr"]["legs"][0]["n"])
    assert "call [PHONE_NUMBER]" == read["event"]


def test_b4_81_exceptions():
    """An exception becomes treated text, with its causes."""
    try:
        try:
            int(f"{CANARY}x")
        except ValueError as error:
            raise KeyError(CANARY) from error
    except KeyError as error:
        for given in (True, error, (type(error), error, error.__traceback__)):
            text, read = logged(exc_info=given)
            clean(text)
            assert "ValueError" in read["exception"]
            assert "exc_info" not in read


def test_b4_81_tracebacks_as_data():
    """Tracebacks that structlog made before us, with the variables of each frame, are treated as fields."""
    caller = CANARY
    try:
        int(f"{caller}x")
    except ValueError:
        text, read = logged(structlog.processors.dict_tracebacks, exc_info=True)
        rendered, _ = logged(
            structlog.processors.format_exc_info,
            structlog.processors.StackInfoRenderer(),
            exc_info=True,
        )
    clean(text)
    clean(rendered)
    assert isinstance(read["exception"], list)


def test_technical_fields_survive_a_policy_that_drops():
    """What structlog itself writes is kept where unknown fields go."""
    text, read = logged(
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        redact=vp.Redactor(vp.policies.analytics(vp.KeyRing.generate())),
        note="free",
    )
    clean(text.replace(read["timestamp"], ""))
    assert "warning" == read["level"]
    assert read["timestamp"].startswith("20")
    assert "note" not in read


def test_b4_81_through_logging(tmp_path):
    """Inside `ProcessorFormatter` records of logging are treated, the record that comes along too."""
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            processor(REDACT),
            structlog.processors.JSONRenderer(default=lambda value: str(vars(value))),
        ],
        foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
    )
    text = formatter.format(
        logging.makeLogRecord(
            {
                "msg": "call %s",
                "args": (CANARY,),
                "caller": CANARY,
                "levelno": 30,
                "levelname": "WARNING",
            }
        )
    )
    assert CANARY not in text
    assert "call [PHONE_NUMBER]" in text


def test_context_that_is_bound():
    """What was bound before is treated with the rest, and stays bound as it was."""
    out = io.StringIO()
    bound = logger(out=out).bind(caller=CANARY)
    bound.info("done")
    clean(out.getvalue())
    assert {"caller": CANARY} == structlog.get_context(bound)


@pytest.mark.parametrize("redact", [Fails()])
def test_fault_gives_a_placeholder(redact):
    """A redactor that fails leaves the level and a placeholder, and is counted."""
    made = processor(redact)
    assert {"event": "[FAULT]", "level": "info"} == made(
        None, "info", {"event": CANARY, "level": "info", "x": CANARY}
    )
    assert {"event": "[FAULT]", "level": "[FAULT]"} == made(
        None, "info", {"event": CANARY, "level": CANARY}
    )
    assert {"redactor": 2} == dict(made.stats().faults)
    assert 2 == made.stats().records


def test_redactor_that_gives_no_record():
    """A redactor that does not give a dict is a fault."""

    class Odd(Fails):
        def __call__(self, record):
            return "x"

        def text(self, text):
            return text

    assert "[FAULT]" == processor(Odd())(None, "info", {"event": "x"})["event"]


def test_counts_and_settings():
    """Counts say what was treated; what is no redactor is refused."""
    made = processor(REDACT)
    made(None, "info", {"event": f"call {CANARY}", "caller": CANARY})
    assert {"fields": 1, "message": 1} == dict(made.stats().changed)
    with pytest.raises(vp.ConfigurationError):
        processor(print)
