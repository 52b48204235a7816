from __future__ import annotations

import io
import json
import multiprocessing
import os
import pickle
import signal
import stat
import subprocess
import sys
import tempfile

import pytest

import voxvalley_privacy as vp
from tests.records.doubles import Dying, Raising
from tests.records.formats.streams import DEBUG, NUMBER, debug, through
from voxvalley_privacy.records import (
    StreamReport,
    redact_csv,
    redact_file,
    redact_json,
    redact_jsonl,
    redact_radius,
    redact_text_lines,
    redact_xml,
)
from voxvalley_privacy.records._workers import _serve

CALL = debug("twilio.call")
LABELS = vp.Redactor(vp.policies.labels(), "twilio.call")
LINE = json.dumps({"sid": "CA1", "from": NUMBER}) + "\n"
TREATED = json.dumps(LABELS({"sid": "CA1", "from": NUMBER})) + "\n"


# Where it goes ------------------------------------------------------------------------------------------------------------


def test_paths_and_files_of_both_kinds_give_the_same(tmp_path):
    """A source and a destination is a path, as text or object, or an open file, binary or text."""
    src, dst = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    src.write_text(LINE * 3)
    made = []
    with src.open() as text, src.open("rb") as binary:
        for given in (
            str(src),
            src,
            text,
            binary,
            io.BytesIO(src.read_bytes()),
            io.StringIO(LINE * 3),
        ):
            redact_jsonl(given, dst, LABELS)
            made.append(dst.read_text())
    with (
        tempfile.TemporaryFile("w+", newline="") as file,
        tempfile.NamedTemporaryFile("w+", newline="") as named,
    ):
        for out in (io.StringIO(newline=""), file, named):
            redact_jsonl(src, out, LABELS)
            out.seek(0)
            made.append(out.read())

    assert [TREATED * 3] * 9 == made


def test_src_can_be_dst(tmp_path):
    """A file can be treated in place."""
    path = tmp_path / "calls.jsonl"
    path.write_text(LINE)

    redact_jsonl(path, path, LABELS)

    assert TREATED == path.read_text()
    assert ["calls.jsonl"] == os.listdir(tmp_path)


def test_a_new_file_has_the_mode_of_the_umask_and_an_old_one_keeps_its_own(tmp_path):
    """Modes are those that writing in place would give."""
    src, new, old = (tmp_path / name for name in ("in", "new", "old"))
    src.write_text(LINE)
    old.write_text("x")
    old.chmod(0o640)
    plain = tmp_path / "plain"
    plain.touch()

    redact_jsonl(src, new, LABELS)
    redact_jsonl(src, old, LABELS)

    assert plain.stat().st_mode == new.stat().st_mode
    assert 0o640 == stat.S_IMODE(old.stat().st_mode)


def test_what_is_being_written_is_for_its_owner_only(tmp_path):
    """The temporary file beside the destination has mode 0600 while data is in it."""
    src = tmp_path / "in"
    src.write_text(LINE)
    seen = []

    redact_jsonl(
        src,
        tmp_path / "out",
        LABELS,
        progress=lambda _: seen.extend(
            stat.S_IMODE(p.stat().st_mode) for p in tmp_path.glob(".out*")
        ),
    )

    assert [0o600] == seen


class Breaking(io.RawIOBase):
    """Give some lines, then fail."""

    def __init__(self):
        self.left = 10

    def read(self, size=-1):
        self.left -= 1
        if not self.left:
            raise OSError("line went down")
        return LINE.encode() * 100


@pytest.mark.parametrize(
    "stream", [redact_jsonl, redact_csv, redact_json, redact_xml, redact_radius, redact_text_lines]
)
def test_an_error_leaves_the_destination_alone(stream, tmp_path):
    """When reading fails half way the old file stays, and nothing lies beside it."""
    dst = tmp_path / "out"
    dst.write_text("old")

    with pytest.raises(OSError, match="went down"):
        stream(Breaking(), dst, LABELS)

    assert "old" == dst.read_text()
    assert ["out"] == os.listdir(tmp_path)


def test_a_progress_that_raises_leaves_the_destination_alone(tmp_path):
    """The app's own error comes out, and nothing is put in place."""

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        redact_jsonl(io.BytesIO(LINE.encode()), tmp_path / "out", LABELS, progress=stop)

    assert [] == os.listdir(tmp_path)


def test_a_missing_source_makes_no_destination(tmp_path):
    """The error is open()'s own."""
    with pytest.raises(FileNotFoundError):
        redact_jsonl(tmp_path / "none", tmp_path / "out", LABELS)

    assert [] == os.listdir(tmp_path)


def test_a_link_stays_a_link(tmp_path):
    """What a link points to is replaced, not the link."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    link.symlink_to(real)

    redact_jsonl(io.BytesIO(LINE.encode()), link, LABELS)

    assert link.is_symlink()
    assert TREATED == real.read_text()


def test_a_device_is_written_to():
    """What cannot be replaced is written to."""
    assert 1 == redact_jsonl(io.BytesIO(LINE.encode()), os.devnull, LABELS).records_out


def test_progress_counts_bytes(tmp_path):
    """Progress ends at the size of the file."""
    path = tmp_path / "in"
    path.write_text(LINE * 20_000)
    seen = []

    redact_jsonl(path, io.BytesIO(), LABELS, progress=seen.append)

    assert path.stat().st_size == seen[-1]
    assert sorted(seen) == seen
    assert len(seen) > 1


def test_a_source_that_reads_little_at_a_time_gives_the_same():
    """How a source cuts its bytes changes nothing."""

    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(1)

    plain = (LINE * 5).encode() + b'{"sid": "\xc3\xa9"}\n[\n'
    for data in (plain, b"\xef\xbb\xbf" + plain, plain.decode().encode("utf-16")):
        for stream in (redact_jsonl, redact_csv, redact_json, redact_radius, redact_text_lines):
            out = io.BytesIO()
            report = stream(Slow(data), out, LABELS)
            assert (out.getvalue(), report) == through(stream, data, LABELS), stream


def test_a_report_is_a_value():
    """Reports compare, print and pickle."""
    report = through(redact_jsonl, LINE.encode())[1]

    assert (
        report
        == StreamReport(records_in=1, records_out=1, marked={}, faults={})
        == pickle.loads(pickle.dumps(report))
    )


# Workers ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def keyed(monkeypatch):
    """Make a redactor whose keys a worker can load."""
    monkeypatch.setenv("H_KEYS", vp.KeyRing.generate().to_text())
    return vp.Redactor(vp.policies.analytics(vp.KeyRing.from_env("H_KEYS")), "twilio.call")


def test_any_number_of_workers_writes_the_same(keyed):
    """Bytes and counts do not depend on *jobs*, whatever the format."""
    records = [
        {"sid": f"CA{i}", "from": f"+1202555{100 + i % 99:04}", "deep": [[[i]]]}
        for i in range(1_500)
    ]
    lines = "".join(json.dumps(record) + "\n" * (1 + i % 2) for i, record in enumerate(records))
    rows = "sid,from\n" + "".join(
        f"{r['sid']},{r['from']}\n" + "short\n" * (i % 100 == 0) for i, r in enumerate(records)
    )
    details = "".join(
        f'Mon Nov 23 10:00:00 2026\n\tCalling-Station-Id = "{r["from"]}"\n\n' for r in records
    )
    for stream, data in (
        (redact_jsonl, lines * 4 + "{\n"),
        (redact_csv, rows),
        (redact_json, json.dumps(records)),
        (redact_radius, details),
        (redact_text_lines, details),
    ):
        one = through(stream, data.encode(), keyed)
        assert one == through(stream, data.encode(), keyed, jobs=2), stream
    assert one == through(stream, data.encode(), keyed, jobs=5)


def test_more_workers_than_batches_is_fine():
    """An empty stream and a short one end."""
    assert b"" == through(redact_jsonl, b"", LABELS, jobs=3)[0]
    assert TREATED.encode() == through(redact_jsonl, LINE.encode(), LABELS, jobs=3)[0]


def test_a_worker_that_dies_is_an_error_and_nothing_is_put_in_place(tmp_path):
    """The destination stays as it was, whichever batch the worker died of."""
    dst = tmp_path / "out"
    dst.write_text("old")
    data = LINE.encode() * 20_000 + b'{"die": 1}\n' + LINE.encode() * 20_000

    with pytest.raises(ChildProcessError, match="A worker process ended") as caught:
        redact_jsonl(io.BytesIO(data), dst, Dying(), jobs=2)

    assert "old" == dst.read_text()
    assert ["out"] == os.listdir(tmp_path)
    assert caught.value.__context__ is None


def test_keys_without_a_reference_are_refused(tmp_path):
    """The error says how keys are to be loaded, and nothing is written."""
    with pytest.raises(vp.ConfigurationError, match="from_env") as caught:
        redact_jsonl(io.BytesIO(LINE.encode()), tmp_path / "out", CALL, jobs=2)

    assert caught.value.__context__ is None
    assert [] == os.listdir(tmp_path)


def test_a_redactor_that_cannot_be_pickled_is_refused():
    """A local class has no way into another process."""

    class Local(Raising):
        pass

    with pytest.raises(vp.ConfigurationError, match="cannot be sent"):
        redact_jsonl(io.BytesIO(LINE.encode()), io.BytesIO(), Local(), jobs=2)


@pytest.mark.parametrize("jobs", [0, -1])
def test_jobs_must_be_at_least_one(jobs):
    """Wrong settings are refused before anything is read."""
    with pytest.raises(vp.ConfigurationError, match="at least 1"):
        redact_jsonl(Breaking(), io.BytesIO(), LABELS, jobs=jobs)


def test_one_job_starts_no_process():
    """The module multiprocessing is not even imported."""
    code = (
        "import io, sys, voxvalley_privacy as vp\n"
        "vp.records.redact_jsonl(io.BytesIO(b'{}'), io.BytesIO(), vp.Redactor(vp.policies.labels()))\n"
        "print('multiprocessing' in sys.modules)"
    )
    # What measures coverage in children imports it itself.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert "False" == done.stdout.strip()


# Files of any format ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", LINE * 2),
        ("a.json", f'[{{"sid": "CA1", "from": "{NUMBER}"}}]'),
        ("a.csv", f"sid,from\nCA1,{NUMBER}\n"),
        ("a.xml", f"<Call><Sid>CA1</Sid><From>{NUMBER}</From></Call>"),
        ("detail", f'Mon Nov 23 10:00:00 2026\n\tCalling-Station-Id = "{NUMBER}"\n\n'),
        ("body", f"Sid=CA1&From=%2B{NUMBER[1:]}"),
        ("a.log", f"INFO call from {NUMBER}\n"),
    ],
)
def test_a_file_is_treated_in_the_format_it_has(tmp_path, name, data):
    """The number goes, the format stays, from a path and from a pipe without a name."""
    path, out = tmp_path / name, io.BytesIO()
    path.write_text(data)

    redact_file(path, out, LABELS)

    assert NUMBER[2:] not in out.getvalue().decode()
    assert data[:3] == out.getvalue().decode()[:3]
    assert out.getvalue() == through(redact_file, data.encode(), LABELS)[0]


def test_the_format_can_be_given():
    """A given format is not guessed; one that does not exist is named."""
    assert b"[1]\n" == through(redact_file, b"[1]\n", LABELS, format="text")[0]
    with pytest.raises(vp.ConfigurationError, match="must be one of csv"):
        redact_file(io.BytesIO(), io.BytesIO(), LABELS, format="yaml")


def test_form_bodies_of_a_file_are_a_line_each():
    """Each line is a body."""
    out, report = through(
        redact_file, f"From=%2B{NUMBER[1:]}&x=1\nx=2&y=3\n\n".encode(), DEBUG, format="form"
    )

    assert (2, b"x=2&y=3") == (report.records_in, out.splitlines()[1])
    assert NUMBER[1:].encode() not in out


def test_a_worker_serves_until_it_is_told_to_end():
    """A worker takes the next batch before it gives the last result, and ends without a word when its work fails."""
    before = signal.getsignal(signal.SIGINT)
    try:
        ours, theirs = multiprocessing.Pipe()
        for task in ((-1,), (-2,), None):
            ours.send(task)
        _serve(theirs, pickle.dumps(abs))
        assert [1, 2] == [ours.recv(), ours.recv()]
        ours.send(("x",))
        _serve(theirs, pickle.dumps(abs))
        assert not ours.poll()
    finally:
        signal.signal(signal.SIGINT, before)
        ours.close()
        theirs.close()
