"""What it costs to read a settings file: in a new process after the import, and again."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_SETTINGS = """\
version = 1
region = "US"
[records.call_log]
schema = "twilio.call"
[logs]
call = "redacted"
[cache.lifetimes]
media = "1h"
"""
_CHILD = """\
import sys, time
import voxvalley_privacy as vp
Privacy = vp.Privacy
for _ in range(2):
    started = time.perf_counter()
    Privacy.from_toml(sys.argv[1])
    print((time.perf_counter() - started) * 1000)
"""
_RUNS = 7


def main() -> None:
    """Print the medians in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "privacy.toml"
        path.write_text(_SETTINGS, encoding="utf-8")
        command = [sys.executable, "-c", _CHILD, str(path)]
        runs = [
            [float(line) for line in subprocess.check_output(command, text=True).split()]
            for _ in range(_RUNS)
        ]
    first, again = (statistics.median(times) for times in zip(*runs, strict=True))
    print(f"Privacy.from_toml: {first:.1f} ms in a new process, {again:.1f} ms again")


if __name__ == "__main__":
    main()
