"""The fuzzer itself: every target runs, and a leak is found."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import targets
from fuzz.__main__ import _fuzzed


@pytest.mark.parametrize("name", targets.TARGETS)
def test_a_few_examples_of_each_target(name):
    """A few examples of each target find nothing; `make fuzz` looks longer."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def run(data):
        targets.TARGETS[name](data)

    run()


def test_a_leak_is_found(monkeypatch, capsys):
    """A redactor that hides nothing is found out, and the command that shows it again is printed."""

    class Leaky:
        def text(self, text):
            return text

    monkeypatch.setattr(targets, "_LABELS", Leaky())

    assert _fuzzed("text", 0, 1)
    assert "again: python -m fuzz text --seed 1" in capsys.readouterr().out
