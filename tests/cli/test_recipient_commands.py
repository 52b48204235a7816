"""The register on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

import voxvalley_privacy as vp
from voxvalley_privacy.cli._app import app


@pytest.fixture
def files(tmp_path):
    """Return the options for a store and keys that exist."""
    keys = vp.KeyRing.generate()
    ring, store = tmp_path / "keys", tmp_path / "privacy.db"
    ring.write_text(keys.to_text(), "utf-8")
    ring.chmod(0o600)
    register = vp.RecipientRegister(vp.stores.sqlite(store), keys=keys)
    logship = vp.Recipient(name="logship", role="subprocessor", purposes={"support"}, places=["US"])
    register.put(logship, effective=datetime.now(UTC).date())
    return ["--store", str(store), "--keys", str(ring)]


def run(*args, **how):
    """Run a command."""
    return CliRunner().invoke(app, ["recipients", *args], **how)


def test_page_feed_ended_and_accounting(files):
    """Each report is written; ended contracts give exit code 1."""
    assert "Amazon Web Services" in run("page", *files, "--form", "html").output
    assert "logship" in run("feed", *files).output
    ended = run("ended", *files)
    assert (1, "Amazon Web Services: contract\n") == (ended.exit_code, ended.output)
    done = run("accounting", *files, input="+14155550132\n")
    assert 0 == done.exit_code
    assert "5550132" not in done.output


def test_wrong_settings_give_exit_code_2(files, tmp_path):
    """A day, form or store that cannot be used is said, and no store is made."""
    assert 2 == run("page", *files, "--day", "soon").exit_code
    assert 2 == run("page", *files, "--form", "pdf").exit_code
    missing = tmp_path / "none.db"
    assert 2 == run("feed", "--store", str(missing), *files[2:]).exit_code
    assert not missing.exists()
