"""Logs on the command line: formats, a trace of one call, a growing log."""

from __future__ import annotations

import json
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


def test_b14_202_explain_of_a_line(tmp_path: Path):
    """`explain` says what happens to each part of a log line, also of one in a pipe."""
    line = f'{LINE}Executing [{NUMBER}@from-trunk:1] Dial("PJSIP/1001-0000002a", "PJSIP/1002,20")'
    done = _run("explain", "--format", "asterisk.full", stdin=line + "\n")
    rows = [row.split("\t") for row in done.stdout.splitlines()[1:]]

    assert 0 == done.returncode
    assert ["exten", "PARTY_NUMBER", "mask(keep_last=2)"] in [row[:3] for row in rows]
    assert {"date", "context", "channel", "data"} <= {row[0] for row in rows}
    ami = _run("explain", "-f", "asterisk.ami", stdin="Event: Hangup\nCallerIDName: Zoe\n\n")
    assert "CallerIDName\tPERSON_NAME\tdrop" in ami.stdout
    wide = _run("explain", stdin="101100125900  9     14155550132 7700900123       4711   4829130001002 \n")  # fmt: skip
    assert "dialed-number\tPARTY_NUMBER" in wide.stdout
    text = _run("explain", "--format", "text", stdin=f"please call {NUMBER}\n")
    assert "(text)\tPHONE_NUMBER" in text.stdout


def test_b14_199_scan_counts_each_line_of_a_log(tmp_path: Path):
    """The same line three times is three, whatever is remembered for speed."""
    line = f'{LINE}Executing [{NUMBER}@from-trunk:1] Dial("PJSIP/1001-0000002a", "PJSIP/1002,20")\n'
    done = _run("scan", "--format", "asterisk.full", stdin=line * 3)

    assert "PARTY_NUMBER\tasterisk_full_exten\t3" in done.stdout.splitlines()


def test_b14_193_options_without_effect_are_refused(tmp_path: Path):
    """An option that could do nothing is exit code 2 with a sentence."""
    keys = _keys(tmp_path)
    (tmp_path / "a.log").write_text(f"{LINE}hello\n")
    for wrong in (
        ["scan", str(tmp_path / "a.log"), "--max", "3"],
        ["redact", str(tmp_path / "a.log"), "-p", "labels", "-k", keys],
        ["redact", str(tmp_path / "a.log"), "--follow", "-o", str(tmp_path / "out.gz")],
        ["schemas", "diff", "twilio.call", "twilio.message", "--format", "csv"],
    ):
        done = _run(*wrong)
        assert (2, "") == (done.returncode, done.stdout), wrong
        assert done.stderr.startswith("voxvalley-privacy: "), wrong


def test_an_error_names_its_file(tmp_path: Path):
    """Of one file too, so that a script of many calls can be read."""
    missing = str(tmp_path / "none.csv")
    for command in ("redact", "scan", "explain"):
        assert f"voxvalley-privacy: {missing}: No such file" in _run(command, missing).stderr
    tap = tmp_path / "CDEUR.tap"
    tap.write_bytes(b"\x61\x82\x00\x10" + bytes(range(16)))
    done = _run("redact", str(tap), "-o", str(tmp_path / "out"))

    assert (2, False) == (done.returncode, (tmp_path / "out").exists())
    assert "CDEUR.tap: This is ASN.1" in done.stderr
    assert "gsma.tap3" in done.stderr


def test_schemas_diff_of_two(tmp_path: Path):
    """Two schemas are compared path by path; equal ones are exit code 0."""
    done = _run("schemas", "diff", "twilio.call", "twilio.message")
    (tmp_path / "ours.toml").write_text('name = "ours"\n[fields]\nfrom = "PERSON_NAME"\n')
    own = _run("schemas", "diff", "sinch.sms", str(tmp_path / "ours.toml"))

    assert 1 == done.returncode
    assert "field\tfirst\tsecond" == done.stdout.splitlines()[0]
    assert "body\t-\tCONTENT" in done.stdout.splitlines()
    assert "from\tPARTY_NUMBER\tPERSON_NAME" in own.stdout.splitlines()
    same = _run("schemas", "diff", "twilio.call", "twilio.call@1")
    assert (0, 1) == (same.returncode, len(same.stdout.splitlines()))


def test_completion_is_there():
    """A shell is given the names of commands and options."""
    done = _run("--help")

    assert "--install-completion" in done.stdout
    assert "--show-completion" in done.stdout


INVITE = f"""\
----------------------------------------------- 2026-03-01 10:11:12.513823
UDP message sent (215 bytes):

INVITE sip:bob@example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bK776a
From: "Zoe Example" <sip:{NUMBER}@192.0.2.17>;tag=a71b
To: <sip:bob@example.com>
Call-ID: 7c9e@192.0.2.17
CSeq: 1 INVITE
Authorization: Digest username="zoe", response="6629fae49393a05397450978507c4ef1"
Content-Length: 0

"""


def test_b14_202_scan_looks_into_the_messages_of_a_trace(tmp_path: Path):
    """A name, an address and a credential in the headers of a trace are counted, and fail a gate."""
    (tmp_path / "sipp.msg").write_text(INVITE)
    gate = ("--fail-on", "PERSON_NAME", "--fail-on", "CREDENTIAL", "--fail-on", "SIP_URI")
    done = _run("scan", str(tmp_path / "sipp.msg"), *gate)

    assert 1 == done.returncode
    assert {"SIP_URI\tFrom\t1", "PERSON_NAME\tFrom\t1", "CREDENTIAL\tAuthorization\t1"} <= set(
        done.stdout.splitlines()
    )
    assert "Zoe" not in done.stdout + done.stderr


def test_b14_202_scan_looks_into_a_message_in_a_record(tmp_path: Path):
    """A message in a field of a record is counted by its headers like one in a trace."""
    message = INVITE.partition("\n\n")[2]
    (tmp_path / "trace.jsonl").write_text(json.dumps({"method": "INVITE", "msg": message}) + "\n")
    done = _run("scan", str(tmp_path / "trace.jsonl"), "--schema", "kamailio.sip_trace")

    assert "PERSON_NAME\tFrom\t1" in done.stdout.splitlines()


def test_b14_202_scan_says_what_a_log_was_taken_for(tmp_path: Path):
    """The report of a scan names the layouts of a log, as that of `redact` does."""
    (tmp_path / "full").write_text(f"{LINE}call from {NUMBER}\nodd line\n{LINE}end\n")

    assert "3 lines, 2 asterisk.full, 1 text\n" == _run("scan", str(tmp_path / "full")).stderr


def test_a_misspelt_name_gets_the_nearest_one(tmp_path: Path):
    """A category, and what is neither a schema nor a file, are answered with the nearest name."""
    (tmp_path / "full").write_text(f"{LINE}end\n")
    scan = _run("scan", str(tmp_path / "full"), "--fail-on", "PERSN_NAME")
    diff = _run("schemas", "diff", "twilio.call", "plivo.cal")

    assert (2, 2) == (scan.returncode, diff.returncode)
    assert "did you mean PERSON_NAME?" in scan.stderr
    assert "There is no schema and no file of this name; did you mean plivo.call?" in diff.stderr


def test_b14_205_a_wrong_setting_of_a_file_is_named(tmp_path: Path):
    """A setting that a schema does not have, a category and a line that is not TOML are told."""
    (tmp_path / "full").write_text("a,b\n")
    schema = tmp_path / "acme.toml"
    for text, message in (
        ("columns = ['a']\n[fields]\na = 'STATUS'\n", "there is no setting 'columns'; did you mean column_orders?"),
        ("[fields]\na = 'PERSON'\n", "cannot be used: fields[0]: the category must be a vp.DataCategory, such as PERSON_NAME"),
        ("name = 'x'\nname = \n", "acme.toml:2: this is not TOML"),
    ):  # fmt: skip
        schema.write_text(text)
        done = _run("redact", str(tmp_path / "full"), "--schema", str(schema))
        assert 2 == done.returncode
        assert message in done.stderr
