"""Real calls through Kamailio and SIPp: logs, traces and accounting lines joined by one token."""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests import require
from voxvalley_privacy import records

_DEBUG = vp.Redactor(vp.policies.debug(vp.KeyRing.generate(), region="US"))
_CONFIG = Path(__file__).parents[1] / "vectors" / "kamailio.cfg"
_FULL = "[2026-03-01 10:11:12.513] NOTICE[2114] chan.c: "


def _port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Place two calls through a proxy on loopback; give the folder of its log and the traces."""
    kamailio, sipp = shutil.which("kamailio", path="/usr/sbin:/usr/bin"), shutil.which("sipp")
    if kamailio is None or sipp is None:
        require.absent("Kamailio and SIPp are not on this machine.", required_by=require.SERVICES)
    folder = tmp_path_factory.mktemp("calls")
    proxy, callee, caller = _port(), _port(), _port()
    config = folder / "kamailio.cfg"
    text = _CONFIG.read_text().replace("PROXY", str(proxy)).replace("CALLEE", str(callee))
    config.write_text(text)
    log = (folder / "kamailio.log").open("wb")
    run = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": folder}
    started = [
        subprocess.Popen([kamailio, "-f", str(config), "-DD", "-E", "-m", "32", "-M", "4", "-Y", str(folder)], stderr=log, **run),
        subprocess.Popen([sipp, "-sn", "uas", "-i", "127.0.0.1", "-p", str(callee), "-m", "2", "-nostdin", "-trace_msg", "-message_file", "callee.msg"], stderr=subprocess.DEVNULL, **run),
    ]  # fmt: skip
    try:
        until = time.monotonic() + 10
        while (
            b"udp_server" not in (folder / "kamailio.log").read_bytes() and time.monotonic() < until
        ):
            time.sleep(0.1)
        time.sleep(0.3)
        subprocess.run(
            [sipp, "-sn", "uac", "-i", "127.0.0.1", "-p", str(caller), f"127.0.0.1:{proxy}", "-s", "+447700900123", "-m", "2", "-r", "10", "-d", "50", "-nostdin", "-trace_msg", "-message_file", "caller.msg"],
            stderr=subprocess.DEVNULL, timeout=30, check=True, **run,
        )  # fmt: skip
        until = time.monotonic() + 5
        while (folder / "kamailio.log").read_bytes().count(
            b"ACC:"
        ) < 2 and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(10)
        log.close()
    return folder


def test_a_call_is_followed_by_one_token(calls: Path):
    """The accounting line and every message of one call carry its token, and none of the other's."""
    names = ("kamailio.log", "caller.msg", "callee.msg")
    clean = [calls / f"{name}.clean" for name in names]
    reports = [
        records.redact_log(calls / name, to, _DEBUG) for name, to in zip(names, clean, strict=True)
    ]
    log = clean[0].read_text()
    tokens = re.findall(r"call_id=(\w+)", log)
    followed = records.follow(tokens[0], clean)

    assert ["kamailio.log", "sip.sipp", "sip.sipp"] == [report.format for report in reports]
    assert "7700900123" not in "".join(path.read_text() for path in clean)
    assert 2 == len(set(tokens))
    assert {str(path) for path in clean} == {entry.file for entry in followed}
    starts = " ".join(
        entry.text.split("\n")[0] for entry in followed if entry.file == str(clean[1])
    )
    assert re.search(r"INVITE .*SIP/2.0 180 .*SIP/2.0 200 .*ACK .*BYE .*SIP/2.0 200 ", starts)
    assert [] == [entry for entry in followed if tokens[1] in entry.text]


def test_follow_sorts_by_time(tmp_path: Path):
    """Lines of several files come in the order of their times, whatever form these have."""
    (tmp_path / "a.log").write_text("2026-03-01 10:11:14 x callidAbcdefgh end\nsame time callidAbcdefgh\n")  # fmt: skip
    (tmp_path / "b.log").write_text("[Mar  1 10:11:12] x callidAbcdefgh start\n[Mar  1 10:11:13] other callidAbcdefghx\n")  # fmt: skip
    (tmp_path / "c.csv").write_text("callidAbcdefgh,1772359873,ANSWERED\n")
    followed = records.follow("callidAbcdefgh", sorted(tmp_path.iterdir()))

    assert [("b.log", 1), ("c.csv", 1), ("a.log", 1), ("a.log", 2)] == [
        (Path(entry.file).name, entry.line) for entry in followed
    ]


def test_follow_needs_a_token(tmp_path: Path):
    """A few letters are no token."""
    with pytest.raises(vp.ConfigurationError):
        records.follow("ab", [])


def _wait_for(out: io.BytesIO, lines: int) -> None:
    until = time.monotonic() + 10
    while out.getvalue().count(b"\n") < lines and time.monotonic() < until:
        time.sleep(0.01)


def test_growing_log_is_rotated_and_truncated(tmp_path: Path):
    """Each line of a growing log comes out once, through rotation and truncation."""
    path, out, ended = tmp_path / "full", io.BytesIO(), threading.Event()
    path.write_text(f"{_FULL}one +14155550132\n")
    reports: list[records.StreamReport] = []
    worker = threading.Thread(target=lambda: reports.append(records.redact_growing(path, out, _DEBUG, wait=0.01, stop=ended.is_set)))  # fmt: skip
    worker.start()
    _wait_for(out, 1)
    with path.open("a") as log:
        log.write(f"{_FULL}two\n{_FULL}thr")
        log.flush()
        _wait_for(out, 2)
        log.write("ee\n")
    os.replace(path, tmp_path / "full.1")
    path.write_text(f"{_FULL}four +14155550132\n{_FULL}five\n")
    _wait_for(out, 5)
    with path.open("r+") as log:
        log.truncate(0)
        log.write(f"{_FULL}six\n")
    _wait_for(out, 6)
    ended.set()
    worker.join(10)

    words = [line.removeprefix(_FULL).split()[0] for line in out.getvalue().decode().splitlines()]
    assert ["one", "two", "three", "four", "five", "six"] == words
    assert b"4155550132" not in out.getvalue()
    assert [6, 6] == [reports[0].records_in, reports[0].records_out]
