"""Disks that are full, processes that are killed, files that grow: old output whole, nothing raw."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests.cli.test_cli import NUMBER
from tests.cli.test_files_and_folders import _run

_LIMIT = 12_000  # bytes of the largest file that "the disk" has room for
_LOG = "[2026-03-01 10:11:12.513] NOTICE[2114] chan.c: call {at} from {number}\n"
_PACKS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_RAW = NUMBER[-7:]


@pytest.fixture
def keys(tmp_path: Path) -> str:
    """Write a key file."""
    path = str(tmp_path / "ring.json")
    assert 0 == _run("keys", "new", path).returncode
    return path


@contextmanager
def _full_disk() -> Iterator[None]:
    """Let every write above the limit fail, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _log(at: Path, lines: int = 2_000) -> Path:
    # Words that are all different, so that a packed file is large too.
    letters = random.Random(lines)
    text = "".join(
        _LOG.format(
            at=" ".join("".join(letters.choices("abdekmorst", k=5)) for _ in range(9)),
            number=f"+1415555{100 + i % 100:04}",
        )
        for i in range(lines)
    )
    at.write_text(text)
    return at


def _packed(suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        plain = _log(folder / "full.log").read_bytes()
        path = folder / f"full.log{suffix}"
        with _PACKS[suffix](path, "wb") as file:
            file.write(plain)
        (folder / "full.log").unlink()
        return path

    return make


def _table(folder: Path) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = folder / "calls.parquet"
    rows = 20_000
    columns = {
        "caller": [NUMBER] * rows,
        "call_id": [f"{i * 7919 % 999983:x}@host" for i in range(rows)],
    }
    pq.write_table(pa.table(columns), path)
    return path


_SOURCES: dict[str, Callable[[Path], Path]] = {
    "log": lambda folder: _log(folder / "full.log"),
    "csv": lambda folder: _written(folder / "a.csv", "sid,from\n" + f"CA1,{NUMBER}\n" * 9_000),
    "gz": _packed(".gz"),
    "bz2": _packed(".bz2"),
    "xz": _packed(".xz"),
    "parquet": _table,
}


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("source", "jobs"), [*((name, "1") for name in _SOURCES), ("log", "2")])
def test_a_full_disk_leaves_the_old_output_whole(tmp_path: Path, source: str, jobs: str, keys: str):
    """Exit code 3 with the name of the file; the output is as it was, and nothing is beside it."""
    (tmp_path / "in").mkdir()
    path = _SOURCES[source](tmp_path / "in")
    out = tmp_path / "out"
    out.mkdir()
    (out / path.name).write_text("old")
    with _full_disk():
        done = _run("redact", str(path), "-o", str(out / path.name), "-j", jobs, "-k", keys)

    assert (3, "") == (done.returncode, done.stdout)
    assert f"{path.name}: File too large" in done.stderr
    assert ([path.name], "old") == (_left(out), (out / path.name).read_text())


def test_a_full_disk_stops_one_file_of_a_folder(tmp_path: Path):
    """The others have their output."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    _log(source / "a.log")
    _log(source / "b.log", 20)
    with _full_disk():
        done = _run("redact", str(source), "-o", str(out))

    assert 3 == done.returncode
    assert "a.log: File too large" in done.stderr
    assert ["b.log"] == _left(out)
    assert 20 == len((out / "b.log").read_text().splitlines())


def test_a_full_device_is_an_error():
    """What is written to a device that is full is exit code 3, and a sentence."""
    done = _run("redact", "-o", "/dev/full", "--schema", "none", stdin=f'{{"from": "{NUMBER}"}}\n')

    assert 3 == done.returncode
    assert "No space left" in done.stderr


def test_a_full_disk_ends_a_followed_log(tmp_path: Path):
    """--follow ends in exit code 3; the lines that it appended are treated."""
    log, out = _log(tmp_path / "full"), tmp_path / "out"
    with _full_disk():
        done = _run("redact", str(log), "--follow", "-o", str(out))

    assert 3 == done.returncode
    # The disk may be full before there is an output.
    assert not out.exists() or "555010" not in out.read_text()


# Killed midway ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["log with two jobs", "parquet", "followed"])
def test_a_killed_process_leaves_the_old_output_whole(tmp_path: Path, source: str, keys: str):
    """After kill -9 nothing raw is on the disk, the output is as it was, and no worker goes on."""
    (tmp_path / "in").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    options = ["-k", keys]
    if source == "parquet":
        path = _table(tmp_path / "in")
        target = out / path.name
        target.write_text("old")
    else:
        path = _log(tmp_path / "in" / "full", 20_000)
        target = out / "full"
        target.write_text("" if source == "followed" else "old")
        options += ["--follow"] if source == "followed" else ["-j", "2"]
    command = [sys.executable, "-m", "voxvalley_privacy", "redact", str(path), "-o", str(target)]
    process = subprocess.Popen([*command, *options], start_new_session=True)
    try:
        is_begun = (lambda file: file.suffix == ".tmp") if source == "parquet" else _has_content
        _until(lambda: any(map(is_begun, out.iterdir())))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    if source != "followed":
        assert "old" == target.read_text()
    for file in out.iterdir():
        assert b"555010" not in file.read_bytes()
    _until(lambda: not _is_alive(process.pid))


def _has_content(file: Path) -> bool:
    return file.stat().st_size > 3


def _until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not check():
        assert time.monotonic() < end
        time.sleep(0.01)


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


# What lies in a folder ----------------------------------------------------------------------------


def test_a_folder_with_links_pipes_and_what_cannot_be_read(tmp_path: Path):
    """Each is named with its error, links to folders are not followed, and the rest is treated."""
    source, out, other = tmp_path / "in", tmp_path / "out", tmp_path / "other"
    source.mkdir()
    other.mkdir()
    _log(source / "a.log", 5)
    _log(other / "b.log", 5)
    (source / "folder").symlink_to(other)
    (source / "link.log").symlink_to(other / "b.log")
    (source / "broken.log").symlink_to(tmp_path / "none")
    (source / "loop.log").symlink_to(source / "loop.log")
    os.mkfifo(source / "pipe")
    done = _run("redact", str(source), "-o", str(out))

    assert 3 == done.returncode
    assert ["a.log", "link.log"] == _left(out)
    assert "broken.log: No such file" in done.stderr
    assert "loop.log: Too many levels" in done.stderr
    assert "pipe: This is a pipe" in done.stderr
    assert not any(_RAW in path.read_text() for path in out.iterdir())
    assert (other / "b.log").read_text() != (out / "link.log").read_text()
    assert not (out / "link.log").is_symlink()


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What was not looked at is not passed over: exit code 3, before anything is written."""
    source = tmp_path / "in"
    (source / "sub").mkdir(parents=True)
    _log(source / "a.log", 5)
    listed = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = _run("redact", str(source), "-o", str(tmp_path / "out"))

    assert (3, False) == (done.returncode, (tmp_path / "out").exists())
    assert "sub: Permission denied" in done.stderr


def test_a_named_pipe_that_the_user_names_is_read(tmp_path: Path):
    """As in `redact <(zcat full.gz)`."""
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(f"call {NUMBER}\n",))
    writer.start()
    done = _run("redact", str(pipe))
    writer.join()

    assert (0, "call +1********32\n") == (done.returncode, done.stdout)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_grows_while_it_is_read(tmp_path: Path, jobs: int):
    """What was there when it was read comes out, as many lines as were read."""
    log, out = _log(tmp_path / "full", 3_000), tmp_path / "out"
    redact = vp.Redactor(vp.policies.labels(region="US"))
    grown = []

    def grow(position: int) -> None:
        if len(grown) < 5:
            grown.append(position)
            with log.open("a") as more:
                more.write(_LOG.format(at="now", number=NUMBER))

    report = vp.records.redact_log(log, out, redact, jobs=jobs, progress=grow)

    assert 3_000 < len(log.read_text().splitlines())
    assert report.records_in == report.records_out == len(out.read_text().splitlines())
    assert _RAW not in out.read_text()
