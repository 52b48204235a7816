"""The command line, run as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import voxvalley_privacy as vp

NUMBER = "+14155550132"


def _run(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # our own command
        [sys.executable, "-m", "voxvalley_privacy", *args],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_redact_a_pipe() -> None:
    """Standard input goes to standard output, the report to standard error, without a progress bar."""
    done = _run(
        "redact",
        stdin=json.dumps({"sid": "CA1", "to": NUMBER, "direction": "inbound", "status": "busy"})
        + "\n",
    )

    told = (
        "Read with the schema twilio.message; --schema says otherwise.\n"
        "1 record; schema twilio.message: known 4 of 4 fields\n"
    )
    assert (0, told) == (done.returncode, done.stderr)
    assert {
        "sid": "CA1",
        "to": "+1********32",
        "direction": "inbound",
        "status": "busy",
    } == json.loads(done.stdout)


def test_redact_a_file_with_keys(tmp_path: Path) -> None:
    """A key file gives the same tokens in every run and in Python; two workers give the same bytes as one."""
    keys, source = tmp_path / "keys", tmp_path / "calls.jsonl"
    source.write_text(
        "".join(
            json.dumps({"to": f"+1415555{i:04}", "sid": f"CA{i}"}) + "\n" for i in range(100, 200)
        )
    )
    assert 0 == _run("keys", "new", str(keys)).returncode
    for jobs, name in (("1", "one"), ("2", "two")):
        options = (
            "--schema",
            "twilio.call",
            "--policy",
            "analytics",
            "--keys",
            str(keys),
            "--jobs",
            jobs,
        )
        done = _run("redact", str(source), *options, "-o", str(tmp_path / name))
        told = "100 records; schema twilio.call: known 2 of 2 fields\n"
        assert (0, told) == (done.returncode, done.stderr)

    token = vp.Redactor(vp.policies.analytics(vp.KeyRing.from_file(keys)), "twilio.call")(
        {"to": NUMBER}
    )["to"]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert token in (tmp_path / "one").read_text()
    assert "5550132" not in (tmp_path / "one").read_text()


def test_guess_hides_and_never_shows() -> None:
    """A schema that was guessed is named, and does not make a number the customer's own."""
    record = {
        "msisdn": "+14155550199",
        "to": NUMBER,
        "messageId": "m",
        "client-ref": "r",
        "status": "delivered",
    }
    guessed = _run("redact", stdin=json.dumps(record) + "\n")
    given = _run("redact", "--schema", "vonage.sms_dlr_webhook", stdin=json.dumps(record) + "\n")

    assert "Read with the schema vonage.sms_dlr_webhook; --schema says otherwise." in guessed.stderr
    assert "+1********32" == json.loads(guessed.stdout)["to"]
    assert NUMBER == json.loads(given.stdout)["to"]


def test_marked_records_are_told(tmp_path: Path) -> None:
    """A line that is no JSON comes out marked, counts, and ends in exit code 1."""
    done = _run("redact", "--format", "jsonl", stdin=f'{{"to": "{NUMBER}"}}\n{{"to": "{NUMBER}\n')

    assert 1 == done.returncode
    assert 2 == len(done.stdout.splitlines())
    assert "5550132" not in done.stdout + done.stderr
    assert "2 records" in done.stderr


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("redact", "/no/such/file"), 3),
        (("redact", "--schema", "twilio.cal"), 2),
        (("redact", "--policy", "nonsense"), 2),
        (("redact", "--keys", "/no/such/keys"), 2),
        (("redact", "--region", "nowhere"), 2),
        (("schemas", "no.such"), 2),
        (("schemas", "show", "no.such"), 2),
        (("redact", "--encoding", "klingon"), 2),
        (("redact", "--schema", "no/such.toml"), 3),
        (("scan", "--fail-on", "NONSENSE"), 2),
        (("keys", "check", "/no/such/keys"), 2),
        (("nonsense",), 2),
    ],
)
def test_exit_codes(args: tuple[str, ...], code: int) -> None:
    """Wrong settings end in 2, files that fail in 3, each with a line that says why and no traceback."""
    done = _run(*args, stdin="{}\n")

    assert code == done.returncode
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_scan_counts() -> None:
    """`scan` tells how many lines of a text hold what, without values."""
    done = _run("scan", stdin=f"call {NUMBER} or {NUMBER}\nmail ann@example.com\n")

    assert 0 == done.returncode
    assert {("EMAIL_ADDRESS", "", "1"), ("PHONE_NUMBER", "", "1")} == {
        tuple(r.split("\t")) for r in done.stdout.splitlines()[1:]
    }


def test_explain_and_schemas() -> None:
    """`explain` says what happens to each field; `schemas` lists all, or the fields of one."""
    done = _run(
        "explain", "--schema", "twilio.call", stdin=json.dumps({"to": NUMBER, "sid": "CA1"})
    )

    assert "to\tPARTY_NUMBER\tmask(keep_last=2)\tschema" in done.stdout.splitlines()
    assert 1 + len(vp.schemas.names()) == len(_run("schemas").stdout.splitlines())
    assert _run("schemas").stdout == _run("schemas", "list").stdout
    assert any(
        line.startswith("to\tPARTY_NUMBER\t")
        for line in _run("schemas", "show", "twilio.call").stdout.splitlines()
    )


def test_keys_of_the_command_line(tmp_path: Path) -> None:
    """`keys` makes, rotates and checks a file of mode 0600, and never overwrites one."""
    path = tmp_path / "keys"
    assert 0 == _run("keys", "new", str(path)).returncode
    first = vp.KeyRing.from_file(path)

    assert _run("keys", "new", str(path)).returncode
    assert first == vp.KeyRing.from_file(path)
    assert 0 == _run("keys", "rotate", str(path)).returncode
    second = vp.KeyRing.from_file(path)
    assert first.active_id in second.key_ids[1:]
    assert [f"{second.active_id}  active", f"{first.active_id}  reads"] == _run(
        "keys", "check", str(path)
    ).stdout.splitlines()
    assert 0o600 == path.stat().st_mode & 0o777


def test_demo(tmp_path: Path) -> None:
    """The demonstration shows both sides of three systems and leaves no number on the second."""
    done = _run("demo", "--keep", str(tmp_path))

    assert 0 == done.returncode
    assert {"Asterisk", "Twilio", "FreeSWITCH"} <= set(done.stdout.replace(",", " ").split())
    names = ("Master.clean.csv", "full.clean.log", "sip.clean.log", "calls.clean.jsonl", "cdr.clean.json")  # fmt: skip
    for name in names:
        text = (tmp_path / name).read_text()
        assert "5550132" not in text
        assert "5550199" not in text
        assert "Ann" not in text
