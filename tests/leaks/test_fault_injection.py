"""Faults injected at every line of the redactor: less data comes out, never raw data, and never an exception."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary

KEYS = vp.KeyRing.generate()
NUMBER = "+14155550132"
DIGITS = "4155550132"
HOME = str(Path(vp.__file__).parent)

RECORD: dict[str, Any] = {
    "to": NUMBER, "from": "(415) 555-0132", "caller_name": "Zebulon Quartermain", "status": f"x {NUMBER}", "note": f"hi zebulon {NUMBER}",
    "raw": '{"to": "+14155550132"}', NUMBER: 1, "deep": [{"to": NUMBER}, ("From", NUMBER)], "count": 14155550132,
}  # fmt: skip


class Injected(Exception):
    """The fault; it carries a canary, as faults of parsers do."""


@contextmanager
def _traced(trace: Any) -> Iterator[None]:
    """Trace what runs inside, and let who traced before, as a measurement of coverage, go on afterwards."""
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def _lines(call: Callable[[], object]) -> list[tuple[str, int]]:
    """Return every line of ours that *call* runs."""
    seen: dict[tuple[str, int], None] = {}

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(HOME):
            return None
        if event == "line":
            seen[frame.f_code.co_filename, frame.f_lineno] = None
        return trace

    with _traced(trace):
        call()
    # Nothing happens on a line that is `try:` alone, so nothing can fail there.
    return [
        (file, line)
        for file, line in seen
        if Path(file).read_text(encoding="utf-8").splitlines()[line - 1].strip() != "try:"
    ]


def _raising_at(place: tuple[str, int]) -> Any:
    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != place[0]:
            return trace if frame.f_code.co_filename.startswith(HOME) else None
        if event == "line" and frame.f_lineno == place[1]:
            raise Injected(NUMBER)
        return trace

    return trace


@pytest.mark.parametrize("schema", ["twilio.call", None])
def test_a_fault_at_every_line(schema: str | None) -> None:
    """Whatever line of the redactor fails, the call returns and shows no number and no name."""
    policy = vp.policies.debug(KEYS)
    places = _lines(lambda: vp.Redactor(policy, schema)(RECORD))
    tried = 0
    for place in places:
        redact = vp.Redactor(policy, schema)
        with _traced(_raising_at(place)):
            made = redact(RECORD)
        tried += 1
        assert_no_canary(repr(made), DIGITS)
        assert "Quartermain" not in repr(made)

    assert tried > 150


@pytest.mark.parametrize(
    "text",
    [
        f"call {NUMBER} or write to zebulon@example.com",
        f"card 4111 1111 1111 1111 at 192.0.2.217 {NUMBER}",
    ],
)
def test_a_fault_at_every_line_of_text(text: str) -> None:
    """Whatever line of the text engine fails, nothing raw comes out."""
    policy = vp.policies.debug(KEYS)
    for place in _lines(lambda: vp.Redactor(policy).text(text)):
        redact = vp.Redactor(policy)
        with _traced(_raising_at(place)):
            made = redact.text(text)
        assert_no_canary(made, DIGITS)
        assert "zebulon@" not in made
