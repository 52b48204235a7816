"""The leaky sample app fails its own tests in every place; mended by the messages, it passes them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests.testing.plugins import PLUGIN
from voxvalley_privacy.testing.made_up import canaries_in

pytest_plugins = ("pytester",)

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


@pytest.fixture
def run(pytester, monkeypatch):
    """Run the tests of one form of the app, in a process of its own: the mended one protects logs."""

    def run(app: str):
        pytester.makeini("[pytest]\n")
        pytester.makepyfile(
            app=(_APP / f"{app}.py").read_text(encoding="utf-8"),
            test_app=(_APP / "app_tests.py").read_text(encoding="utf-8"),
        )
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(pytester.path), str(_SOURCES))))
        return pytester.runpytest_subprocess(
            *PLUGIN, "-p", "no:randomly", "-p", "no:cacheprovider", "-rA"
        )

    return run


def test_each_leak_is_named_with_its_mend(run):
    """Every test of the leaky app fails by the guard alone, which names place and mend, no value."""
    result = run("leaky")
    text = result.stdout.str()
    sections = dict(
        re.findall(r"^_+ test_(\w+) _+\n(.*?)\n(?=___|===)", text, re.DOTALL | re.MULTILINE)
    )
    missing = [
        name
        for name, (place, mend) in LEAKS.items()
        if not sections[name].startswith("privacy_guard: personal data reached")
        or place not in sections[name]
        or mend not in sections[name].partition("Mend: ")[2]
    ]

    result.assert_outcomes(failed=len(LEAKS))
    assert [] == missing
    assert () == canaries_in(text)


def test_mended_app_passes(run):
    """The app that follows the messages passes the same tests."""
    run("mended").assert_outcomes(passed=len(LEAKS))
