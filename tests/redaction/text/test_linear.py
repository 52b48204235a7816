"""Time: every pattern that runs on data is linear on hostile text, and so is the engine."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from pathlib import Path

import pytest

from benchmarks.text_speed import HOSTILE
from voxvalley_privacy.redaction import _patterns
from voxvalley_privacy.redaction._text import find_in_text

SOURCE = Path(_patterns.__file__).parents[1]

# Twice the text may take twice the time. A busy machine needs room; what is quadratic takes four times, and is tried again.
GROWTH = 3.2
WORTH = 0.003  # seconds below which a time says nothing
ROUNDS = 4
SIZE = 4096


def every_pattern():
    """Give every compiled pattern of the folder, whatever it is kept in."""
    for module in pkgutil.iter_modules(_patterns.__path__):
        names = vars(importlib.import_module(f"{_patterns.__name__}.{module.name}"))
        for name, value in names.items():
            values = value.items() if isinstance(value, dict) else [("", value)]
            for key, one in values:
                if isinstance(one, re.Pattern):
                    label = f"{module.name}.{name}{key!r}" if key else f"{module.name}.{name}"
                    yield pytest.param(one, name in names.get("WHOLE", ()), id=label)


def took(work, text):
    """Give the processor time of one run."""
    begin = time.process_time()
    work(text)
    return time.process_time() - begin


def grows_linearly(work, unit):
    """Say whether twice the text takes about twice the time, once in a few tries; on short texts nothing can hang."""
    text = unit * (SIZE // len(unit))
    if took(work, text) < WORTH / 2:
        return True
    for _ in range(ROUNDS):
        small, large = took(work, text), took(work, text + text)
        if large / max(small, 1e-9) < GROWTH:
            return True
    return False


@pytest.mark.parametrize(("pattern", "whole"), list(every_pattern()))
def test_b9_144_every_pattern_is_linear(pattern, whole):
    """No pattern takes four times as long on twice the text, searched for or, where it is only used so, read whole."""

    def work(text):
        if isinstance(pattern.pattern, bytes):
            text = text.encode("utf-8", "replace")
        for _ in [pattern.fullmatch(text)] if whole else pattern.finditer(text):
            pass

    slow = [unit for unit in HOSTILE if not grows_linearly(work, unit)]
    assert [] == slow


@pytest.mark.parametrize("unit", HOSTILE)
def test_b9_the_engine_is_linear(unit):
    """No text makes the engine take four times as long when it is twice as long."""
    assert grows_linearly(find_in_text, unit)


def test_b9_142_and_143_many_candidates():
    """A hundred thousand candidates are neither skipped nor slow."""
    begin = time.process_time()
    assert 20_000 == len(find_in_text("4155550132 a " * 20_000))
    assert time.process_time() - begin < 10


def test_patterns_are_compiled_in_one_place():
    """Only the folder of patterns compiles a regex that runs on data."""
    for file in SOURCE.rglob("*.py"):
        if "re.compile(" in file.read_text(encoding="utf-8") and file.parent.name != "_patterns":
            # The analysis of a user's pattern asks for one character at a time.
            assert "_analysis.py" == file.name
