"""Logs on the command line: formats, a trace of one call, a growing log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.test_cli import NUMBER
from tests.cli.test_files_and_folders import _run

LINE = "[2026-03-01 10:11:12.513] NOTICE[2114] chan.c: "


def _keys(at: Path) -> str:
    path = str(at / "ring.json")
    assert 0 == _run("keys", "new", path).returncode
    return path


def test_b14_202_formats_are_listed():
    """`formats` lists the names that --format takes."""
    done = _run("formats")

    assert 0 == done.returncode
    assert {"asterisk.full", "kamailio.acc", "sip.sipp"} <= {line.split("\t")[0] for line in done.stdout.splitlines()}  # fmt: skip


def test_b14_202_a_log_is_told_and_stays_a_log(tmp_path: Path):
    """A log is recognized, and the report says how many lines had its layout."""
    (tmp_path / "full").write_text(f"{LINE}call from {NUMBER}\nodd line\n{LINE}end\n")
    done = _run("redact", str(tmp_path / "full"))

    assert 0 == done.returncode
    assert NUMBER not in done.stdout
    assert done.stdout.startswith(f"{LINE}call from ")
    assert "3 lines, 2 asterisk.full, 1 text" in done.stderr


def test_b14_205_format_from_a_file(tmp_path: Path):
    """A format of one's own comes from a TOML file."""
    (tmp_path / "acme.toml").write_text("lines = ['^(?P<at><DATE>) (?P<who>\\S+) rings$']\n[fields]\nat = 'TIMESTAMP'\nwho = 'PERSON_NAME'\n")  # fmt: skip
    (tmp_path / "acme.log").write_text("2026-03-01 10:11:12 zoe rings\n")
    done = _run("redact", str(tmp_path / "acme.log"), "--format", str(tmp_path / "acme.toml"))

    assert "2026-03-01 10:11:12 [PERSON_NAME] rings\n" == done.stdout


def test_b14_193_schema_for_a_log_is_an_error(tmp_path: Path):
    """A schema, or a format that does not exist, is exit code 2 with a sentence, and no output."""
    (tmp_path / "full").write_text(f"{LINE}hello\n" * 3)
    for option in (("--schema", "twilio.call"), ("--format", "acme.nothing")):
        done = _run("redact", str(tmp_path / "full"), *option, "-o", str(tmp_path / "out"))
        assert 2 == done.returncode
        assert done.stderr.startswith("voxvalley-privacy: ")
        assert not (tmp_path / "out").exists()


def test_scan_and_explain_of_a_log(tmp_path: Path):
    """`scan` counts what lines hold, and `explain` ends well on a log."""
    (tmp_path / "full").write_text(f"{LINE}call from {NUMBER}\n" * 3)

    assert "PHONE_NUMBER\t\t" in _run("scan", str(tmp_path / "full")).stdout
    assert 0 == _run("explain", str(tmp_path / "full")).returncode


def test_trace_lists_the_lines_of_one_token(tmp_path: Path):
    """`trace` lists the lines with a token in the order of their times; exit code 1 for none."""
    keys = _keys(tmp_path)
    (tmp_path / "full").write_text(f"{LINE}call from {NUMBER}\n")
    (tmp_path / "acc.log").write_text(f"ACC: call ended: timestamp=1772359873;src_user={NUMBER}\n")
    clean = tmp_path / "clean"
    clean.mkdir()
    for name in ("full", "acc.log"):
        _run("redact", str(tmp_path / name), "-o", str(clean / name), "-p", "analytics", "-k", keys)
    token = (clean / "acc.log").read_text().strip().rpartition("=")[2]
    done = _run("trace", token, str(clean))

    assert 0 == done.returncode
    assert "acc.log" in done.stdout
    assert 1 == _run("trace", "phoneNothing", str(clean)).returncode
    assert 2 == _run("trace", "x", str(clean)).returncode


def test_follow_until_it_is_interrupted(tmp_path: Path):
    """--follow writes each line as it comes, and an interrupt ends it with a report."""
    log = tmp_path / "full"
    log.write_text(f"{LINE}call from {NUMBER}\n")
    command = [sys.executable, "-m", "voxvalley_privacy", "redact", str(log), "--follow", "-o", str(tmp_path / "out")]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=dict(os.environ))
    until = time.monotonic() + 20
    while time.monotonic() < until and not (tmp_path / "out").exists():
        time.sleep(0.02)
    with log.open("a") as more:
        more.write(f"{LINE}and {NUMBER}\n")
    while time.monotonic() < until and (tmp_path / "out").read_bytes().count(b"\n") < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)[1].decode()

    assert 0 == process.returncode
    assert "2 lines, 2 asterisk.full" in said
    assert NUMBER not in (tmp_path / "out").read_text()


def test_follow_refuses_what_it_cannot_do(tmp_path: Path):
    """--follow with a pipe, a table, a schema or workers is exit code 2."""
    for wrong in (["-"], ["x", "-f", "csv"], ["x", "-s", "twilio.call"], ["x", "-j", "2"]):
        assert 2 == _run("redact", "--follow", *wrong).returncode
