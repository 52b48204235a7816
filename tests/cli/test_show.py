"""Tables for people and for the next program."""

from __future__ import annotations

import json
import sys

import pytest
from rich.console import Console

from tests.cli.test_cli import _run
from voxvalley_privacy.cli import _show

HOSTILE = "a\r\nPHONE_NUMBER\tx\t9\x1b[2K\x85b\u2028c\u202e"


@pytest.mark.parametrize("command", ["scan", "explain"])
def test_b2_35_names_of_fields_start_no_line(command: str) -> None:
    """A field name with line ends, tabs and terminal codes is one cell of one line."""
    done = _run(command, "--schema", "none", stdin=json.dumps({HOSTILE: "+14155550132"}) + "\n")

    assert (0, 2) == (done.returncode, len(done.stdout.splitlines()))
    head, row = (line.split("\t") for line in done.stdout.splitlines())
    assert len(head) == len(row)
    assert all(map(str.isprintable, row))


def test_b2_35_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal nothing but our own table moves the cursor."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(
        _show, "Console", lambda: Console(width=200, color_system=None, file=sys.stdout)
    )
    _show.table("Fields", ["field", "kind"], [(HOSTILE, "[PHONE_NUMBER]")])

    shown = capsys.readouterr().out
    assert "[PHONE_NUMBER]" in shown
    assert not {"\r", "\x1b", "\x85", "\u2028", "\u202e"} & set(shown)
    assert 1 == sum(
        "PHONE_NUMBER" in line and "\\r\\nPHONE_NUMBER" in line for line in shown.splitlines()
    )
