"""The channel table of the documentation is what the script finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import log_channels

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "logs.md"
_OURS = "**voxvalley_privacy**"


@pytest.mark.parametrize("channel", log_channels.CHANNELS)
def test_nothing_leaves_through_a_guarded_handler(channel):
    """No channel leaks, raises or loses a line behind our guard; all but the harmless one leak without it."""
    assert "safe" == log_channels.run(
        log_channels.CHANNELS[channel], log_channels.PROTECTIONS[_OURS]
    )
    plain = log_channels.run(log_channels.CHANNELS[channel], log_channels.PROTECTIONS["nothing"])
    assert ("safe" if "harmless" in channel else "leaks") == plain


def test_page_shows_what_the_script_finds():
    """The table in the page has every channel, with what this machine finds for the protections it has."""
    lines = (
        _PAGE.read_text(encoding="utf-8")
        .split("<!-- channels -->")[1]
        .split("<!-- end")[0]
        .strip()
        .splitlines()
    )
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    here = [[cell.strip() for cell in line.strip("|").split("|")] for line in log_channels.table()]
    columns = [shown[0].index(name) for name in here[0]]
    assert here == [[row[at] for at in columns] for row in shown]
