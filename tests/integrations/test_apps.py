"""Real frameworks with their own servers, workers and clients: FAULTS_2 B15, row 206."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import log_apps

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "logs.md"


def _shown_in_docs():
    text = _PAGE.read_text(encoding="utf-8").split("<!-- apps -->")[1].split("<!-- end")[0]
    for line in text.strip().splitlines()[2:]:
        app, channel, before, after = (cell.strip() for cell in line.strip("|").split("|"))
        yield app, (channel, before, after)


@pytest.mark.parametrize("name", log_apps.APPS)
def test_b15_206_a_real_app_is_protected(name):
    """Each channel of the app leaks as it comes and is safe when protected, as the page shows."""
    pytest.importorskip(log_apps.APPS[name][0])
    before = log_apps.run(name, protected=False)
    after = log_apps.run(name, protected=True)
    rows = [
        (channel, log_apps.verdict(text), log_apps.verdict(after[channel]))
        for channel, text in before.items()
    ]
    assert [(channel, "leaks", "safe") for channel, _, _ in rows] == rows
    assert [row for app, row in _shown_in_docs() if app == name] == rows
