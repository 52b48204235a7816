"""Time: every pattern that runs on data is linear on hostile text, and so is the engine."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time

import pytest

import voxvalley_privacy
from benchmarks.text_speed import HOSTILE
from voxvalley_privacy.detection._engine import find_in_text

# Twice the text may take twice the time. A busy machine needs room; what is quadratic takes four times, and is tried again.
GROWTH = 3.2
WORTH = 0.003  # seconds below which a time says nothing
ROUNDS = 4
SIZE = 4096


# Modules that need an extra or run a program when they are imported.
EDGES = ("voxvalley_privacy.cli", "voxvalley_privacy.integrations", "voxvalley_privacy.__main__")


def every_module():
    """Give the name of every module of the package that holds no edge."""
    for module in pkgutil.walk_packages(voxvalley_privacy.__path__, "voxvalley_privacy."):
        if not module.name.startswith(EDGES):
            yield module.name


def patterns_in(value):
    """Give the compiled patterns in a value of a module, whatever they are kept in."""
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, dict):
        yield from (
            (repr(key), item) for key, item in value.items() if isinstance(item, re.Pattern)
        )
    elif isinstance(value, tuple | list):
        yield from ((str(n), item) for n, item in enumerate(value) if isinstance(item, re.Pattern))


def every_pattern():
    """Give every pattern that a module of the package compiles, once."""
    seen = set()
    modules = {name: vars(importlib.import_module(name)) for name in every_module()}
    whole = {id(names[name]) for names in modules.values() for name in names.get("WHOLE", ())}
    for module, names in modules.items():
        for name, value in list(names.items()):
            for key, pattern in patterns_in(value):
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    label = f"{module.partition('.')[2]}.{name}{key}"
                    yield pytest.param(pattern, id(pattern) in whole, id=label)


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
