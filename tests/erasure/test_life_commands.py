"""The commands over an app's own parts."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest
from typer.testing import CliRunner

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA
from voxvalley_privacy.cli._app import app as commands


@pytest.fixture
def run(app, monkeypatch):
    """Run a command in this process, over one app."""
    service = app.service()
    module = ModuleType("an_app")
    module.parts = SimpleNamespace(
        service=service,
        inventory=vp.Inventory(app.targets),
        schedule=app.schedule,
        holds=app.holds,
        audit=app.audit,
    )
    monkeypatch.setitem(sys.modules, "an_app", module)
    runner = CliRunner()

    def run(*words, code=0, line=""):
        result = runner.invoke(commands, [*words, "--app", "an_app:parts"], input=line)
        assert code == result.exit_code, result.output
        return result.output

    return run


def test_plan_execute_certificate(run, app):
    """The digest of a plan goes into the execution; another one is refused."""
    planned = run("erase", "plan", "-", "--ticket", "T-1", line=f"{ANA}\n")
    assert "0132" not in planned
    words = ("erase", "execute", "-", "--ticket", "T-1", "--digest")
    run(*words, "other", code=3, line=ANA)
    assert "COMPLETE" in run(*words, planned.split()[-1], line=ANA)
    assert '"complete"' in run("erase", "certificate", "-", line=ANA)
    assert "" == run("erase", "resume")
    assert "1 leaves" in run("audit", "verify")
    assert "voxvalley-privacy" in run("audit", "checkpoint")
    run("audit", "prove", "99", code=3)


def test_holds_and_sweep(run):
    """A hold is placed, listed and released; a dry run counts."""
    hold_id = run("holds", "place", "--matter", "M-1", "--by", "counsel").split()[0]
    assert hold_id in run("holds", "list")
    run("holds", "release", hold_id, "--by", "counsel", "--reason", "settled")
    assert "" == run("holds", "list")
    run("holds", "release", "nobody", "--by", "counsel", "--reason", "settled", code=3)
    assert "due 0" in run("retention", "sweep", "--dry-run")


def test_an_app_that_is_not_there(run):
    """A place that names nothing is a wrong setting."""
    result = CliRunner().invoke(commands, ["erase", "resume", "--app", "nowhere:parts"])
    assert 2 == result.exit_code
