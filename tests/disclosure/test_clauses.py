"""The table of clauses names what there is."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import voxvalley_privacy as vp

_ROOT = Path(__file__).resolve().parents[2]


def test_every_clause_has_its_row_and_what_it_names_exists():
    """All 48 clauses are there; objects, tests and pages exist, and the page is what the tool writes."""
    from tools.write_clauses import CLAUSES, OUT, page

    assert list(range(1, 49)) == [row[0] for row in CLAUSES]
    for _, _, name, test, where in CLAUSES:
        assert not name or reduce(getattr, name.split("."), vp)
        assert not test or (_ROOT / test).is_file()
        assert not where.endswith(".md") or (_ROOT / "docs" / where).is_file()
    assert page() == OUT.read_text("utf-8")
