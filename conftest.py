"""Run the examples: Python blocks and commands of README.md and docs/, doctests of src/. `make examples` says how."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser


def _enter_folder(namespace: dict[str, object]) -> None:
    """Give each page an empty folder to write in."""
    namespace["_folder"] = folder = tempfile.TemporaryDirectory()
    namespace["_started_in"] = os.getcwd()
    os.chdir(folder.name)


def _leave_folder(namespace: dict[str, object]) -> None:
    os.chdir(str(namespace["_started_in"]))
    folder = namespace["_folder"]
    assert isinstance(folder, tempfile.TemporaryDirectory)
    folder.cleanup()


def _write_file(example: Example) -> None:
    """Write a file that a page tells to make; its first line is a comment with its name."""
    name = re.match(r"# ([a-z_.]+\.py)\n", example.parsed)
    assert name is not None, "a block of `py` begins with the name of its file"
    Path(name[1]).write_text(example.parsed, encoding="utf-8")


def _compare_output(example: Example) -> None:
    """Look for each line of a text block in what the commands before it printed, if any ran."""
    printed = example.namespace.pop("_printed", None)
    if printed is not None:
        missing = set(example.parsed.splitlines()) - set(map(str.rstrip, printed.splitlines()))
        if missing:
            raise AssertionError(f"not printed: {sorted(missing)}\n{printed}")


def _runs_here(line: str) -> bool:
    """Whether a command is ours, or runs a file that the page made; `pip install` is for people."""
    if re.search(r"(^|\| )voxvalley-privacy ", line):
        return True
    script = re.fullmatch(r"python ([a-z_]+\.py)", line)
    return script is not None and Path(script[1]).exists()


def _run_commands(example: Example) -> None:
    """Run the lines of a console block that can run here, and keep what the page's own files print."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for line in example.parsed.splitlines():
        if _runs_here(line):
            done = subprocess.run(  # noqa: S602 - a line of our own pages, with its pipes
                line,
                shell=True,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise AssertionError(
                    f"{line}\nexit code {done.returncode}\n{done.stdout}{done.stderr}"
                )
            if line.startswith("python "):
                example.namespace["_printed"] = done.stdout + done.stderr


_pages = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser("console", evaluator=_run_commands),
        CodeBlockParser("py", evaluator=_write_file),
        CodeBlockParser("text", evaluator=_compare_output),
        SkipParser(),
    ],
    patterns=["*.md"],
    setup=_enter_folder,
    teardown=_leave_folder,
)
_docstrings = Sybil(path="src", parsers=[DocTestParser()], patterns=["*.py"])

pytest_collect_file = (_pages + _docstrings).pytest()
