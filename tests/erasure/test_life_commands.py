"""The commands over an app's own parts."""

from __future__ import annotations

import json
import sys
from types import ModuleType, SimpleNamespace

import pytest
from typer.testing import CliRunner

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO
from voxvalley_privacy.cli._app import app as commands
from voxvalley_privacy.cli._progress import progress_of_stores


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
    assert "nothing is open\n" == run("erase", "resume")
    assert "1 leaves" in run("audit", "verify")
    assert "voxvalley-privacy" in run("audit", "checkpoint")
    run("audit", "prove", "99", code=3)


def test_holds_and_sweep(run):
    """A hold is placed, listed and released; a dry run counts."""
    hold_id = run("holds", "place", "--matter", "M-1", "--by", "counsel").split()[0]
    assert hold_id in run("holds", "list")
    released = run("holds", "release", hold_id, "--by", "counsel", "--reason", "settled")
    assert f"{hold_id} released\n" == released
    assert "" == run("holds", "list")
    run("holds", "release", "nobody", "--by", "counsel", "--reason", "settled", code=3)
    assert "due 0" in run("retention", "sweep", "--dry-run")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nosuchmodule:parts", "there is no module nosuchmodule."),
        ("json", "it must be module:name, such as myapp.privacy:parts."),
        ("json:dumps", "it names nothing that has 'audit'."),
    ],
)
def test_a_wrong_place_of_the_app_is_told(place, message):
    """A module that is not there, a name that is missing and a part that is missing are told apart."""
    result = CliRunner().invoke(commands, ["audit", "verify", "--app", place])

    assert 2 == result.exit_code
    assert f"voxvalley-privacy: --app: {message}\n" == result.stderr


def test_every_command_prints_json(run, app, tmp_path):
    """Whatever a script asks is one JSON value, and none of it names the person."""
    planned = json.loads(
        run("erase", "plan", "-", "--ticket", "T-1", "--minor", "--json", line=ANA)
    )
    assert "minor.terminate_account" == planned["obligations"][0]["code"]
    words = ("erase", "execute", "-", "--ticket", "T-1", "--minor", "--json")
    hold = json.loads(
        run("holds", "place", "--matter", "M-1", "--by", "b", "--subject", ANA, "--json")
    )
    listed = json.loads(run("holds", "list", "--json"))
    assert [hold["id"]] == [row["id"] for row in listed]
    planned = json.loads(
        run("erase", "plan", "-", "--ticket", "T-1", "--minor", "--json", line=ANA)
    )
    assert [3, 3] == [store["held"] for store in planned["stores"]]
    done = json.loads(run(*words, "--digest", planned["digest"], line=ANA, code=1))
    assert "open" == done["state"]
    run("erase", "certificate", "-", line=ANA, code=1)
    run("erase", "certificate", "-", line=BRUNO, code=1)
    assert "open" == json.loads(run("erase", "resume", "--json", code=1))[0]["state"]
    release = ("holds", "release", hold["id"], "--by", "b", "--reason", "settled", "--json")
    assert "released" == json.loads(run(*release))["state"]
    assert [] == json.loads(run("erase", "resume", "--json"))
    swept = json.loads(run("retention", "sweep", "--dry-run", "--json"))
    assert (True, 0) == (swept["dry_run"], swept["erased"])
    note = json.loads(run("audit", "checkpoint", "--json"))["checkpoint"]
    (tmp_path / "notes").write_text(f"{note}\n{note}\n")
    verified = json.loads(run("audit", "verify", "--trusted", str(tmp_path / "notes"), "--json"))
    assert {"leaves": 1, "trusted": True} == verified
    run("audit", "verify", "--trusted", str(tmp_path / "nowhere"), code=3)


def test_a_hold_to_look_at_is_an_exit_code(run, app):
    """A hold whose review is due, or by somebody who may not, ends the list with 1."""
    app.holds._may = lambda by, act: by == "counsel"
    hold_id = run("holds", "place", "--matter", "M-1", "--by", "intern").split()[0]
    assert "review_due" in run("holds", "list", code=1)
    release = ("holds", "release", hold_id, "--reason", "settled", "--by")
    run(*release, "intern", code=3)
    run(*release, "counsel")


def test_a_bar_moves_with_each_store(run, app, monkeypatch):
    """On a terminal the stores of an inventory move a bar, and it is taken away again."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    moved = []
    inventory = vp.Inventory(app.targets)
    inventory.watching.append(moved.append)
    with progress_of_stores(inventory):
        assert 1 <= len(inventory.watching)
        assert [*app.targets] == [*inventory.steps()]
    assert ["calls", "*.jsonl"] == moved
    assert 1 == len(inventory.watching)


def test_an_app_that_is_not_there(run):
    """A place that names nothing is a wrong setting."""
    result = CliRunner().invoke(commands, ["erase", "resume", "--app", "nowhere:parts"])
    assert 2 == result.exit_code
