"""Measure an Asterisk full log of 10 MB through `redact_log`, beside reading it and splitting its lines."""

from __future__ import annotations

import gzip
import io
import random
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import voxvalley_privacy as vp

_SIZE = 10_000_000
_AREAS = (
    202,
    212,
    213,
    303,
    305,
    312,
    404,
    415,
    503,
    512,
    602,
    617,
    619,
    702,
    713,
    720,
    803,
    808,
    901,
    917,
)
_LINE = re.compile(r"^\[([^\]]+)\] ([A-Z]+)\[(\d+)\](?:\[(C-[0-9a-f]{8})\])? ([\w./]+): (.*)$")


def _lines(size: int) -> str:
    """Write calls of 2,000 callers, each in the fourteen lines that a dial plan logs of it."""
    choose = random.Random(11)
    lines: list[str] = []
    held = 0
    call = 0
    while held < size:
        call += 1
        number = f"+1{choose.choice(_AREAS)}555{choose.randrange(100, 200):04}"
        extension = 1000 + choose.randrange(200)
        channel = f"PJSIP/trunk-{call:08x}"
        messages = [
            f'    -- Executing [{number}@from-trunk:1] NoOp("{channel}", "Incoming call") in new stack',
            f'    -- Executing [{number}@from-trunk:2] Set("{channel}", "CHANNEL(language)=en") in new stack',
            f'    -- Executing [{number}@from-trunk:3] Answer("{channel}", "") in new stack',
            f'    -- Executing [{number}@from-trunk:4] Dial("{channel}", "PJSIP/{extension},20") in new stack',
            f"    -- Called PJSIP/{extension}",
            f"    -- PJSIP/{extension}-{call + 1:08x} is ringing",
            f"    -- PJSIP/{extension}-{call + 1:08x} answered {channel}",
            "    -- Locally RTP bridged",
            "       > Bridge reconfigured, native_rtp technology in use",
            "    -- Stopped music on hold",
            "  == Using SIP RTP CoS mark 5",
            "  == Spawn extension (from-trunk, s, 4) exited non-zero",
            "  == Begin MixMonitor recording",
            "  == End MixMonitor recording",
        ]
        for message in messages:
            second = call * 14 + len(lines) % 14
            at = f"2026-03-{1 + second // 86_400 % 28:02} {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
            lines.append(f"[{at}] VERBOSE[{2000 + call % 900}][C-{call:08x}] pbx.c: {message}\n")
            held += len(lines[-1])
    return "".join(lines)


def _seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the best of two runs: others may use the machine too."""
    seconds = []
    for _ in range(2):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> None:
    """Print megabytes a CPU second: in memory, from a file, from a packed file."""
    text = _lines(_SIZE)
    size = len(text) / 1e6
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate(), region="US"))
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "full", Path(folder) / "clean"
        source.write_text(text)
        split = _seconds(lambda: [_LINE.match(line) for line in source.read_text().split("\n")])
        memory = _seconds(lambda: vp.records.redact_log(io.BytesIO(text.encode()), io.BytesIO(), redact))  # fmt: skip
        one = _seconds(lambda: vp.records.redact_log(source, target, redact))
        packed = Path(folder) / "full.gz"
        packed.write_bytes(gzip.compress(text.encode(), 6))
        unpacked = _seconds(lambda: vp.records.redact_log(packed, target, redact))
    print(f"Asterisk full log, {size:.0f} MB, policy debug, by CPU seconds")
    print(f"  read and split       {size / split:8.1f} MB/s")
    print(f"  redact_log, memory   {size / memory:8.1f} MB/s")
    print(
        f"  redact_log, file     {size / one:8.1f} MB/s, {one / split:.1f} x the time of splitting"
    )
    print(
        f"  redact_log, gzip     {size / unpacked:8.1f} MB/s, {memory / unpacked:.2f} x in memory"
    )


if __name__ == "__main__":
    main()
