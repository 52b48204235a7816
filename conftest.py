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


def _run_commands(example: Example) -> None:
    """Run the lines of a console block that call our command; others, such as `pip install`, are for people."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for line in example.parsed.splitlines():
        if re.search(r"(^|\| )voxvalley-privacy ", line):
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


_pages = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser("console", evaluator=_run_commands),
        SkipParser(),
    ],
    patterns=["*.md"],
    setup=_enter_folder,
    teardown=_leave_folder,
)
_docstrings = Sybil(path="src", parsers=[DocTestParser()], patterns=["*.py"])

pytest_collect_file = (_pages + _docstrings).pytest()
