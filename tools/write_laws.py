"""Write docs/reference/laws-of-a-life.md: each law of LIFECYCLE, and the tests that hold it."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "laws-of-a-life.md"
FOLDERS = ("src/voxvalley_privacy/testing", "tests/audit", "tests/erasure", "tests/retention")
HEAD = """# Laws of a life

The laws that the life of a record keeps, and the tests that hold them.
`tools/write_laws.py` writes this page from the tests; `make soak` tries many more histories.

| law | test | what it says |
|---|---|---|
"""


def rows() -> list[tuple[int, str, str]]:
    """Return number, name and sentence of every test of a law."""
    found = []
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_l"):
                laws = re.findall(r"(?:^test|_and)_l(\d+)(?=_)", node.name)
                found += [(int(law), node.name, ast.get_docstring(node) or "") for law in laws]
    return sorted(found)


def page() -> str:
    """Return the page."""
    return HEAD + "".join(f"| L{law} | `{name}` | {said} |\n" for law, name, said in rows())


if __name__ == "__main__":
    if "--check" in sys.argv and PAGE.read_text() != page():
        sys.exit("docs/reference/laws-of-a-life.md is not of today: run tools/write_laws.py")
    PAGE.write_text(page())
