"""Write docs/reference/one-reading.md: what shows of each shape of text, at each entry."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "one-reading.md"
TEST = ROOT / "tests" / "redaction" / "test_one_reading.py"
HEAD = """# One reading

The same record was written in twelve shapes of text, and each was handed in at twelve entries under six policies.
The record has a number, a name, a message, an e-mail address and keyed digits.
A cell says which of them could be read in the output; `-` means none of them under any policy.
`tools/write_matrix.py` writes this page from a run of `tests/redaction/test_one_reading.py`.

"""
TAIL = """
Billing keeps who called whom, and a SIP message says it in its headers.

| entry | is |
|---|---|
| call, text, find | `redact(text)`, `redact.text(text)`, and what `redact.find(text)` leaves |
| field | the text is a field of a record |
| nested | the text is in JSON, which is a field of a record |
| message, f-string, argument, extra | a log line that is the text, holds it, has it as `%s`, has it in `extra=` |
| traceback | the text is in an exception that is logged |
| write | one write into a wrapped file |
| line | a file that is treated line by line |
"""


def page(matrix: dict[str, Any]) -> str:
    """Return the page for the names of the test."""
    entries = list(matrix["ENTRIES"])
    lines = [f"| shape | {' | '.join(entries)} |", "|---" * (len(entries) + 1) + "|"]
    for shape in matrix["SHAPES"]:
        cells = [_cell(matrix["raw"](shape, entry)) for entry in entries]
        lines.append(f"| {shape} | {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n" + TAIL


def _cell(shown: dict[str, tuple[str, ...]]) -> str:
    said = [f"{policy}: {', '.join(names)}" for policy, names in shown.items()]
    return "; ".join(said) or "-"


if __name__ == "__main__":
    text = page(runpy.run_path(str(TEST)))
    if "--check" in sys.argv and PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/reference/one-reading.md is not of today: run tools/write_matrix.py")
    PAGE.write_text(text, encoding="utf-8")
