"""JSON formatters behind a guarded handler: FAULTS B4, row 81."""

from __future__ import annotations

import json
import logging

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Written, clean
from voxvalley_privacy import logs

REDACT = vp.Redactor(vp.policies.labels())


class _Dumps(logging.Formatter):
    """Write everything a record has, as home-made formatters do."""

    def format(self, record):
        return json.dumps({**record.__dict__, "message": record.getMessage()}, default=str)


def _formatters():
    yield "home-made", _Dumps
    try:
        from pythonjsonlogger.json import JsonFormatter
    except ImportError:
        return
    yield (
        "python-json-logger",
        lambda: JsonFormatter("{message} {name} {exc_info}", style="{", reserved_attrs=[]),
    )


@pytest.mark.parametrize(
    ("name", "make"), list(_formatters()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_b4_81_json_formatters(name, make):
    """Message, arguments, extras, dict messages and tracebacks in JSON are treated; numbers stay numbers."""
    made = Written()
    made.handler.setFormatter(make())
    with logs.protect(REDACT, made.log):
        made.log.warning("call %s %d", CANARY, 5, extra={"cdr": {"from": CANARY, "duration": 9}})
        made.log.warning({"from": CANARY, "duration": 9})
        try:
            int(f"{CANARY}x")
        except ValueError:
            made.log.exception("failed")
    anyones = ("created", "msecs", "relativeCreated", "thread")
    clean(
        str(
            [
                {k: v for k, v in json.loads(line).items() if k not in anyones}
                for line in made.text.splitlines()
            ]
        )
    )
    first, second, third = [json.loads(line) for line in made.text.splitlines()]
    assert "call [PHONE_NUMBER] 5" == first["message"]
    assert 9 == first["cdr"]["duration"]
    assert "ValueError" in json.dumps(third)
    assert "duration" in json.dumps(second)
