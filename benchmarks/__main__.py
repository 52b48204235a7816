"""
Run benchmarks: `python -m benchmarks [NAME ...] [--write FILE]`.

A benchmark is a file of this folder with a `main()` that prints. Without names all run, each in a process of its own,
so that what one imports or caches does not help or hurt the next.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

from . import peers

_HERE = Path(__file__).parent


def _available() -> list[str]:
    files = sorted(_HERE.glob("*.py"))
    return [
        f.stem
        for f in files
        if f.stem not in {"peers", "__main__"} and "\ndef main(" in f.read_text(encoding="utf-8")
    ]


def _head() -> list[str]:
    here, absent = [], []
    for name, version in peers.present().items():
        (here if version else absent).append(f"{name} {version}" if version else name)
    return [
        f"Python {platform.python_version()}, {os.cpu_count()} cores, one at a time.",
        f"Peers here: {', '.join(here) or 'none'}.",
        f"Peers not here: {', '.join(absent) or 'none'}.",
    ]


def _run(name: str) -> tuple[str, bool]:
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run(command, cwd=_HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.rstrip(), done.returncode == 0


def _page(sections: list[tuple[str, str]]) -> str:
    lines = [
        "# Benchmarks",
        "",
        "Read ratios: absolute figures move with the machine and with what else it does.",
        "",
        f"Measured on {datetime.datetime.now(tz=datetime.UTC).date()} with `make bench-docs`.",
        *_head(),
    ]
    for name, output in sections:
        lines += [
            "",
            f"## {name.replace('_', ' ').capitalize()}",
            "",
            f"`make bench ARGS={name}`",
            "",
            "```text",
            output,
            "```",
        ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the named benchmarks, or all; return how many failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write a page of Markdown too")
    arguments = parser.parse_args()
    if unknown := sorted({*arguments.names} - {*_available()}):
        parser.error(
            f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(_available()) or 'none'}"
        )

    print(*_head(), sep="\n")
    sections, failed = [], 0
    for name in arguments.names or _available():
        print(f"\n== {name}", flush=True)
        output, good = _run(name)
        print(output if good else f"{output}\n{name} failed", flush=True)
        failed += not good
        sections.append((name, output))
    if arguments.write and not failed:
        arguments.write.write_text(_page(sections), encoding="utf-8")
    return min(failed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
