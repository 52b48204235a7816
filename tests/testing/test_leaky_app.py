"""The leaky sample app fails its own tests in every place; mended by the messages, it passes them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests.testing.plugins import PLUGIN

_SOURCES = Path(vp.__file__).resolve().parents[1]
_APP = Path(__file__).resolve().parents[2] / "examples" / "leaky_app"

# Test of the app, place that its message names, and a part of the mend
LEAKS = {
    "echo": ("body of the response", "Answer with an id"),
    "header": ("headers of the response, X-Received-From", "Answer with an id"),
    "log_message": ("log record of 'smsapp' (message) (from app.py:", "vp.logs.protect(redact)"),
    "log_extra": ("log record of 'smsapp' (extra) (from app.py:", "leave the field out"),
    "log_error": ("log record of 'smsapp' (traceback) (from app.py:", "errors that name the field"),
    "print_out": ("stdout (from app.py:", "vp.scrub(text)"),
    "write_err": ("stderr (from app.py:", "vp.scrub(text)"),
    "warn": ("warning UserWarning (from test_app.py:", "Name the field in a warning"),
    "write_log_file": ("file audit.log, line 1", "vp.logs.protect(redact)"),
    "write_csv": ("file messages.csv, line 2", "vp.wrap(writer, redact)"),
    "name_file": ("name of a file in tmp_path", "Name files after an id"),
    "compress": ("file message.json.gz (octets)", "Redact before you encode or compress"),
    "archive": ("file messages.zip, member message.json, line 1", "vp.wrap(writer, redact)"),
    "store": ("SQLite file app.db, table messages, column sender", "vp.pseudonym(keys)"),
    "delete": ("SQLite file app.db, deleted rows", "secure_delete = ON"),
    "look_up": ("request to lookup.example.com (query) (from app.py:", "Queries are logged"),
    "trace": ("request to trace.example.com (header 'x-caller')", "Headers are logged"),
    "report": ("request to report.example.com (body)", "redact(record)"),
    "fetch": ("request to crm.example.com (path) (from app.py:", "send an id, or a pseudonym"),
    "count": ("request to statistics.example.com (body)", "redact(record)"),
    "run_child": ("stdout of a child process", "A child process"),
}


def _run(app: str, folder: Path) -> str:
    (folder / "app.py").write_text((_APP / f"{app}.py").read_text(encoding="utf-8"))
    (folder / "test_app.py").write_text((_APP / "app_tests.py").read_text(encoding="utf-8"))
    (folder / "pytest.ini").write_text("[pytest]\n")
    path = os.pathsep.join((str(folder), str(_SOURCES)))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *PLUGIN,
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "-rA",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def leaky(tmp_path_factory):
    """What pytest prints about the leaky app."""
    return _run("leaky", tmp_path_factory.mktemp("leaky"))


@pytest.mark.parametrize("name", LEAKS)
def test_leak_is_named_with_its_mend(leaky, name):
    """A test of the app fails by the guard alone, and its message names the place and the mend."""
    place, mend = LEAKS[name]
    section = re.search(rf"_ test_{name} _+\n(.*?)\n(?:___|===)", leaky, re.DOTALL)[1]

    assert f"FAILED test_app.py::test_{name}" in leaky
    assert section.startswith("privacy_guard: personal data reached")
    assert place in section
    assert mend in section.partition("Mend: ")[2]


def test_no_value_is_shown(leaky):
    """Nothing that pytest prints about the leaky app holds a made-up number, name or message."""
    from voxvalley_privacy.testing.made_up import canaries_in

    assert f"{len(LEAKS)} failed" in leaky
    assert () == canaries_in(leaky)


def test_mended_app_passes(tmp_path):
    """The app that follows the messages passes the same tests."""
    printed = _run("mended", tmp_path)

    assert f"{len(LEAKS)} passed" in printed
    assert "failed" not in printed
    assert "error" not in printed.lower().replace("log_error", "").replace("write_err", "")
