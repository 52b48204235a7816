"""Run the examples: Python blocks of README.md and docs/, doctests of src/. `make examples` says how."""

from __future__ import annotations

import os
import tempfile

from sybil import Sybil
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser


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


_pages = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.md"],
    setup=_enter_folder,
    teardown=_leave_folder,
)
_docstrings = Sybil(path="src", parsers=[DocTestParser()], patterns=["*.py"])

pytest_collect_file = (_pages + _docstrings).pytest()
