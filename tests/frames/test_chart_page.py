"""The chart on the page about analysts is the one that the code of the page draws."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_the_chart_is_of_the_run(tmp_path, monkeypatch):
    """The picture that the page shows is drawn by the blocks before it, byte for byte."""
    page = (DOCS / "how-to" / "analyse-call-records.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in CODE.findall(page.partition("## The same on Spark")[0]):
        exec(block, names)

    drawn = (tmp_path / "calls-per-hour.svg").read_text(encoding="utf-8")
    assert (DOCS / "pictures" / "calls-per-hour.svg").read_text(encoding="utf-8") == drawn
