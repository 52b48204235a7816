"""How much of a day is answered from copies, as the page shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cache_worth import CASES

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "what-a-cache-is-worth.md"
_ROWS = _PAGE.read_text(encoding="utf-8").split("<!-- worth -->")[1].split("<!-- end")[0]


def test_every_case_is_on_the_page():
    """The page has a row for each case, in their order."""
    shown = [line.split("|")[1:3] for line in _ROWS.strip().splitlines()[2:]]
    assert [[title, day] for title, day, _ in CASES] == [
        [cell.strip() for cell in row] for row in shown
    ]


@pytest.mark.parametrize("at", [9, 11])
def test_the_page_shows_what_a_run_finds(at):
    """A day that is played again gives the rate that the page shows."""
    title, day, rate = CASES[at]
    assert f"| {title} | {day} | {rate(10_000):.1%} |" in _ROWS


def test_documents_are_worth_it_where_the_server_permits():
    """Nineteen of twenty documents come from copies on a day that permits them for hours."""
    hours = [line for line in _ROWS.splitlines() if "14400" in line or "86400` |" in line]
    documents = [line for line in hours if "answer documents" in line]
    assert 2 == len(documents)
    assert all(float(line.split("|")[3].strip(" %")) >= 95 for line in documents)
