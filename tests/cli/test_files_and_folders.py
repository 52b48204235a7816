"""Files and folders on the command line: nothing is called clean that was not looked at."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

import voxvalley_privacy as vp
from tests.cli.test_cli import NUMBER
from voxvalley_privacy.cli._app import app

CALL = {"sid": "CA1", "account_sid": "AC1", "from": NUMBER, "to": NUMBER, "caller_name": "Zoe Example"}  # fmt: skip
LINE = json.dumps(CALL) + "\n"
STRANGE = json.dumps({"alpha": "x", "beta": "y", "gamma": "z"}) + "\n"
PACKS = {".gz": gzip, ".bz2": bz2, ".xz": lzma}


@attrs.frozen
class _Done:
    returncode: int
    stdout: str
    stderr: str


def _run(*args: str, stdin: str = "") -> _Done:
    """Run the command in this process: test_cli.py runs it as a user does."""
    done = CliRunner().invoke(app, args, input=stdin)
    return _Done(done.exit_code, done.stdout, done.stderr)


def _folder(at: Path) -> Path:
    (at / "sub").mkdir(parents=True)
    (at / "calls.jsonl").write_text(LINE)
    (at / "pbx.log").write_text(f"INFO call from {NUMBER}\n")
    for suffix, pack in PACKS.items():
        (at / "sub" / f"calls.csv{suffix}").write_bytes(
            pack.compress(f"sid,from,to\nCA1,{NUMBER},{NUMBER}\n".encode())
        )
    return at


def test_b14_205_a_folder_is_mirrored(tmp_path: Path) -> None:
    """Every file keeps its place, its name and its packing; no number is left."""
    source, out = _folder(tmp_path / "in"), tmp_path / "out"
    done = _run("redact", str(source), "--output", str(out))

    assert 0 == done.returncode
    below = sorted(p.relative_to(source) for p in source.rglob("*") if p.is_file())
    assert below == sorted(p.relative_to(out) for p in out.rglob("*") if p.is_file())
    for suffix, pack in PACKS.items():
        text = pack.decompress((out / "sub" / f"calls.csv{suffix}").read_bytes()).decode()
        assert "sid,from,to" == text.splitlines()[0]
        assert "5550132" not in text
    assert "5550132" not in (out / "calls.jsonl").read_text() + (out / "pbx.log").read_text()
    assert "calls.jsonl: 1 record; schema" in done.stderr


def test_b14_205_files_and_folders_together(tmp_path: Path) -> None:
    """Files beside folders go to the top of the output folder, and the output is not read again."""
    source = _folder(tmp_path / "in")
    other = tmp_path / "other.jsonl"
    other.write_text(LINE)
    out = source / "out"
    for _ in range(2):
        assert 0 == _run("redact", str(source), str(other), "-o", str(out)).returncode

    assert {"calls.jsonl", "other.jsonl", "pbx.log", "sub"} == set(os.listdir(out))


@pytest.mark.parametrize("output", ["-", "file"], ids=["standard output", "a file that exists"])
def test_b14_205_several_files_need_a_folder(tmp_path: Path, output: str) -> None:
    """Two files cannot share one output."""
    (tmp_path / "file").write_text("old")
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(LINE)
    target = output if output == "-" else str(tmp_path / output)
    done = _run("redact", str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), "-o", target)

    assert (2, "", "old") == (done.returncode, done.stdout, (tmp_path / "file").read_text())
    assert "--output" in done.stderr


def test_b14_205_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """No output takes the place of another."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.jsonl").write_text(LINE)
    done = _run(
        "redact",
        str(tmp_path / "a/x.jsonl"),
        str(tmp_path / "b/x.jsonl"),
        "-o",
        str(tmp_path / "o"),
    )

    assert 2 == done.returncode
    assert not (tmp_path / "o").exists()


def test_b14_197_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """The bad file is named and has no output; the exit code is its own."""
    source, out = _folder(tmp_path / "in"), tmp_path / "out"
    (source / "a.parquet").write_bytes(b"PAR1\x15\x00\x15\x00PAR1")
    (source / "b.csv.gz").write_bytes(gzip.compress(b"from,to\n" * 9_999)[:-9])
    done = _run("redact", str(source), "-o", str(out))

    assert 3 == done.returncode
    assert "a.parquet: This cannot be read as a Parquet file" in done.stderr
    assert "b.csv.gz: The gzip data is damaged or cut" in done.stderr
    assert {"calls.jsonl", "pbx.log", "sub"} == set(os.listdir(out))


@pytest.mark.parametrize("command", ["redact", "scan", "explain"])
@pytest.mark.parametrize(
    "data",
    [b"PAR1\x00\x00", b"\xd4\xc3\xb2\xa1\x02\x00", b"0\x06\x80\x04\x01\x02\x03\x04", b"a\x00b"],
)
def test_b14_197_binary_data_is_refused(tmp_path: Path, command: str, data: bytes) -> None:
    """Exit code 2, a sentence, and nothing on standard output."""
    file = tmp_path / "file"
    file.write_bytes(data)
    done = _run(command, str(file))

    assert (2, "") == (done.returncode, done.stdout)
    assert "not text" in done.stderr


@pytest.mark.parametrize(
    ("name", "data", "schema"),
    [
        ("cel.csv", "CHAN_START,1795464931,PJSIP/1001,x\nCHAN_END,1795464932,PJSIP/1001,x\n", "asterisk.cel"),
        ("rows.csv", f"{NUMBER},1,2\n{NUMBER},3,4\n", "asterisk.cdr_csv"),
        ("a.jsonl", STRANGE, "twilio.call"),
        ("a.json", json.dumps([json.loads(STRANGE)] * 2), "vonage.sms_dlr_webhook"),
        ("ami", "Event: Hangup\nChannel: PJSIP/1001\nCallerIDNum: 1001\n\n", "asterisk.cdr_csv"),
        ("a.log", f"INFO call from {NUMBER}\n", "twilio.call"),
        ("a.xml", "<r><alpha>x</alpha><beta>y</beta></r>", "twilio.call"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["redact", "scan", "explain"])
def test_b14_193_a_schema_that_cannot_apply_is_refused(
    tmp_path: Path, name: str, data: str, schema: str, command: str
) -> None:
    """Exit code 2 and a sentence with the schema's name; never a result without it."""
    file = tmp_path / name
    file.write_text(data)
    done = _run(command, str(file), "--schema", schema)

    assert (2, "") == (done.returncode, done.stdout)
    assert schema in done.stderr


def test_b14_193_a_schema_applies_to_rows_without_a_header(tmp_path: Path) -> None:
    """The column order that fits names the cells."""
    file = tmp_path / "Master.csv"
    file.write_text(
        f'"","{NUMBER}","447700900123","default","""Zoe Example"" <{NUMBER}>","PJSIP/1001-0000002a",'
        '"","Dial","PJSIP/1002","2026-11-23 20:15:31","2026-11-23 20:15:35","2026-11-23 20:16:31",'
        '60,56,"ANSWERED","DOCUMENTATION","1764000000.42",""\n'
    )
    done = _run("redact", str(file), "--schema", "asterisk.cdr_csv", "--policy", "share")

    assert 0 == done.returncode
    assert "schema asterisk.cdr_csv: known 18 of 18 fields" in done.stderr
    assert "Zoe" not in done.stdout


@pytest.mark.parametrize("policy", ["analytics", "billing", "share", "public"])
def test_b14_195_204_strict_policies_do_not_drop_most_of_a_record_unsaid(
    tmp_path: Path, policy: str
) -> None:
    """Below half known is an error that names the others; asked to go on, it counts them."""
    file, out = tmp_path / "a.jsonl", tmp_path / "out"
    file.write_text(STRANGE)
    done = _run("redact", str(file), "--policy", policy, "-o", str(out))

    assert (2, False) == (done.returncode, out.exists())
    assert "Only 0 of 3 fields are known" in done.stderr
    assert "alpha, beta, gamma" in done.stderr

    done = _run("redact", str(file), "--policy", policy, "-o", str(out), "--allow-unknown")
    assert (0, True) == (done.returncode, out.exists())
    assert "unknown and dropped: alpha, beta, gamma" in done.stderr


@pytest.mark.parametrize("policy", ["debug", "support", "labels"])
def test_b14_195_other_policies_say_how_much_is_known(policy: str) -> None:
    """Unknown fields are searched as text, and named."""
    done = _run("redact", "--policy", policy, "--schema", "none", stdin=STRANGE)

    assert 0 == done.returncode
    assert "known 0 of 3 fields; unknown and searched as text: alpha, beta, gamma" in done.stderr


def test_b14_195_names_that_could_be_personal_are_not_shown() -> None:
    """A field that is named by a number is hidden in every message."""
    record = json.dumps({NUMBER: "x", "beta": "y"}) + "\n"
    for args in (("--policy", "share"), ("--policy", "debug")):
        assert "5550132" not in _run("redact", *args, stdin=record).stderr


@pytest.mark.parametrize(
    "header", ["Caller Name,Caller ID", "Calling Number,Called Number", "caller_name,from"]
)
def test_b14_199_scan_counts_what_redact_treats(tmp_path: Path, header: str) -> None:
    """Headers of several words name their columns for both."""
    file = tmp_path / "calls.csv"
    file.write_text(f"{header}\nZoe Example,{NUMBER}\nBo Example,{NUMBER}\n")
    scanned = _run("scan", str(file), "--schema", "none")
    rows = [line.split("\t") for line in scanned.stdout.splitlines()[1:]]

    assert 0 == scanned.returncode
    assert set(header.split(",")) == {field for _, field, _ in rows}
    assert {"2"} == {count for _, _, count in rows}
    assert "5550132" not in _run("redact", str(file), "--schema", "none").stdout


@pytest.mark.parametrize("data", [STRANGE, STRANGE * 3, "alpha,beta,gamma\nx,y,7\nx,y,8\n"])
def test_b14_199_records_of_unknown_fields_are_not_called_clean(data: str) -> None:
    """A sentence and exit code 3."""
    done = _run("scan", stdin=data)

    assert 3 == done.returncode
    assert "does not mean that nothing is in them" in done.stderr


def test_b14_199_an_empty_file_is_not_called_clean() -> None:
    """There was nothing to look at."""
    done = _run("scan", stdin="\n")

    assert (0, "category\tfield\tcount\n") == (done.returncode, done.stdout)
    assert "no records" in done.stderr


def test_b14_205_scan_for_a_gate(tmp_path: Path) -> None:
    """`--json` has the counts of each file; `--fail-on` ends in exit code 1 above `--max`."""
    source = _folder(tmp_path / "in")
    done = _run("scan", str(source), "--json", "--schema", "none")
    found = json.loads(done.stdout)

    assert 0 == done.returncode
    assert 5 == len(found["files"])
    assert 8 == found["total"]["PARTY_NUMBER"]
    assert "5550132" not in done.stdout + done.stderr
    for args, code in (
        (("--fail-on", "PARTY_NUMBER"), 1),
        (("--fail-on", "party-number", "--max", "7"), 1),
        (("--fail-on", "PARTY_NUMBER", "--max", "8"), 0),
        (("--fail-on", "PAYMENT_CARD"), 0),
        (("--fail-on", "PAYMENT_CARD", "--fail-on", "PHONE_NUMBER"), 1),
    ):
        assert code == _run("scan", str(source), "--schema", "none", *args).returncode, args


@pytest.mark.parametrize("suffix", PACKS)
@pytest.mark.parametrize("command", ["redact", "scan", "explain"])
def test_b14_198_packed_pipes_are_read(tmp_path: Path, suffix: str, command: str) -> None:
    """A packed file needs no option, and a plain output name gives a plain file."""
    file = tmp_path / f"calls{suffix}"
    file.write_bytes(PACKS[suffix].compress(LINE.encode()))
    done = _run(command, str(file))

    assert 0 == done.returncode
    assert "from" in done.stdout
    assert "5550132" not in done.stdout


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "Zoë Éxample"), ("latin-1", "Zoë"), ("utf-16-le", "Zoë"), ("cp1251", "Зоя")]
)  # fmt: skip
def test_b14_198_other_encodings_are_read(tmp_path: Path, encoding: str, name: str) -> None:
    """With `--encoding` the result is UTF-8 and complete; without, the report says what to try."""
    file = tmp_path / "calls.csv"
    file.write_bytes(f"sid,from,queue_name\nCA1,{NUMBER},{name}\n".encode(encoding))
    done = _run("redact", str(file), "--schema", "none", "--encoding", encoding)

    assert 0 == done.returncode
    assert name in done.stdout
    other = _run("redact", str(file), "--schema", "none")
    assert other.returncode in {1, 2}
    assert "encoding" in other.stderr


def test_b14_205_a_schema_and_a_policy_of_ones_own(tmp_path: Path) -> None:
    """Both come from a TOML or JSON file, and a wrong file is named."""
    (tmp_path / "acme.toml").write_text(
        '[fields]\nalpha = "PARTY_NUMBER"\nbeta = "PERSON_NAME"\ngamma = "STATUS"\n'
    )
    (tmp_path / "ours.json").write_text(
        json.dumps(
            {
                "base": "labels",
                "actions": {
                    "PERSON_NAME": "drop",
                    "PARTY_NUMBER": {"action": "mask", "keep_last": 3},
                },
            }
        )
    )
    record = json.dumps({"alpha": NUMBER, "beta": "Zoe Example", "gamma": "ok"}) + "\n"
    done = _run(
        "redact", "-s", str(tmp_path / "acme.toml"), "-p", str(tmp_path / "ours.json"), stdin=record
    )

    assert 0 == done.returncode
    assert {"alpha": "+1*******132", "gamma": "ok"} == json.loads(done.stdout)
    for name, text in (
        ("a.toml", "x ="),
        ("a.json", "[]"),
        ("b.toml", "fields = 3"),
        ("c.toml", '[fields]\nalpha = "NONSENSE"\n'),
    ):
        (tmp_path / name).write_text(text)
        wrong = _run("redact", "-s", str(tmp_path / name), stdin=record)
        assert (2, "") == (wrong.returncode, wrong.stdout)
        assert name in wrong.stderr
    for text in ('base = "x"', '[actions]\nX = "drop"', '[actions]\nPERSON_NAME = "nothing"'):
        (tmp_path / "p.toml").write_text(text)
        assert 2 == _run("redact", "-p", str(tmp_path / "p.toml"), stdin=record).returncode


def test_schemas_diff(tmp_path: Path) -> None:
    """The fields of all records that the schema does not know are listed, with exit code 1."""
    file = tmp_path / "calls.jsonl"
    file.write_text(LINE + json.dumps({**CALL, "new_field": 3}) + "\n")
    done = _run("schemas", "diff", "twilio.call", str(file))

    assert (1, ["field\ttype", "new_field\tint"]) == (done.returncode, done.stdout.splitlines())
    file.write_text(LINE)
    assert 0 == _run("schemas", "diff", "twilio.call", str(file)).returncode


def test_version() -> None:
    """`--version` prints the version of the package."""
    from importlib import metadata

    done = _run("--version")
    assert (0, f"voxvalley-privacy {metadata.version('voxvalley-privacy')}\n") == (
        done.returncode,
        done.stdout,
    )


def test_b14_203_keys_rotate_through_a_link(tmp_path: Path) -> None:
    """The file behind the link changes, and what a crash left behind does not matter."""
    real, link = tmp_path / "real.keys", tmp_path / "link.keys"
    assert 0 == _run("keys", "new", str(real)).returncode
    link.symlink_to(real)
    first = vp.KeyRing.from_file(real)
    for name in (".real.keys.new", ".link.keys.new"):
        (tmp_path / name).write_text("left behind")

    assert 0 == _run("keys", "rotate", str(link)).returncode
    assert link.is_symlink()
    assert first.active_id in vp.KeyRing.from_file(real).key_ids[1:]
    assert 0o600 == real.stat().st_mode & 0o777
    assert 0 == _run("keys", "rotate", str(link)).returncode


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    """A folder that links to itself ends."""
    source = _folder(tmp_path / "in")
    (source / "loop").symlink_to(source)
    done = _run("redact", str(source), "-o", str(tmp_path / "out"))

    assert 0 == done.returncode
    assert not (tmp_path / "out" / "loop").exists()


def test_names_of_files_are_not_shown_when_they_are_numbers(tmp_path: Path) -> None:
    """Reports and counts show the name of a file in a folder treated."""
    source = _folder(tmp_path / "in")
    (source / f"{NUMBER}.jsonl").write_text(LINE)
    for args in (("redact", "-o", str(tmp_path / "out")), ("scan", "--json"), ("scan",)):
        done = _run(args[0], str(source), *args[1:])
        assert 0 == done.returncode
        assert "5550132" not in done.stdout + done.stderr
    assert (tmp_path / "out" / f"{NUMBER}.jsonl").exists()


def test_a_folder_can_be_treated_in_place_or_into_the_one_above(tmp_path: Path) -> None:
    """Only an output folder inside the input is left out."""
    source = _folder(tmp_path / "in")
    assert 0 == _run("redact", str(source), "-o", str(tmp_path)).returncode
    assert "5550132" not in (tmp_path / "calls.jsonl").read_text()
    assert "5550132" in (source / "calls.jsonl").read_text()

    assert 0 == _run("redact", str(source), "-o", str(source)).returncode
    assert "5550132" not in (source / "calls.jsonl").read_text()


def test_an_empty_folder_is_not_called_clean(tmp_path: Path) -> None:
    """There is nothing to look at, and the command says so."""
    for command in ("redact", "scan"):
        done = _run(
            command, str(tmp_path), *(["-o", str(tmp_path / "out")] * (command == "redact"))
        )
        assert (2, "") == (done.returncode, done.stdout)
        assert "no file" in done.stderr


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    """Exit code 3, and no output for it."""
    source, out = _folder(tmp_path / "in"), tmp_path / "out"
    (source / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    done = _run("redact", str(source), "-o", str(out))

    assert (3, False) == (done.returncode, (out / "gone.jsonl").exists())
    assert "gone.jsonl: No such file" in done.stderr
    assert (out / "pbx.log").exists()
