"""Write docs/reference/laws-of-a-life.md: each law of LIFECYCLE, its tests, and the cases tried."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "laws-of-a-life.md"
TESTS = ("tests/audit", "tests/erasure", "tests/retention")
FOLDERS = ("src/voxvalley_privacy/testing", *TESTS)
EXAMPLES = 100  # of a property, where Hypothesis is not told otherwise
NODE = re.compile(r"::(test_l\d+\w*|runTest)(?:\[|$)")
HEAD = """# Laws of a life

The laws that the life of a record keeps, and the tests that hold them.
`tools/write_laws.py` writes this page from the tests, and counts the cases that each tries: in `make test`, and in `make soak`, which takes an hour.
A property counts as as many cases as Hypothesis makes examples.

| law | test | what it says | cases | in a soak |
|---|---|---|--:|--:|
"""
TAIL = """
Besides, `tests/erasure/test_life_machine.py` lets a machine save, hold, release, erase, sweep, back up and restore in any order, and checks L1, L3, L6 and L9 after each step: {machine} histories, and {machine_soak} in a soak.
"""


def tests_of_laws() -> dict[str, tuple[list[int], str, int]]:
    """Return laws, sentence and examples of every test of a law, by its name."""
    found = {}
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_l"):
                laws = [int(law) for law in re.findall(r"(?:^test|_and)_l(\d+)(?=_)", node.name)]
                is_property = any("given" in ast.unparse(mark) for mark in node.decorator_list)
                examples = EXAMPLES if is_property else 1
                found[node.name] = laws, ast.get_docstring(node) or "", examples
    return found


def cases(*, soak: bool) -> Counter[str]:
    """Return how many cases pytest collects of each test."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    variables |= {"VOXVALLEY_SOAK": "1"} if soak else {}
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *TESTS],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    names = map(NODE.search, collected.stdout.splitlines())
    return Counter(name[1] for name in names if name)


def histories() -> tuple[int, int]:
    """Return how many histories the machine tries: in a soak, and otherwise."""
    source = (ROOT / "tests" / "erasure" / "test_life_machine.py").read_text()
    numbers = re.search(r"max_examples=([\d_]+) if _SOAK else ([\d_]+)", source)
    if numbers is None:
        sys.exit("test_life_machine.py does not say how many histories it tries")
    return int(numbers[1]), int(numbers[2])


def page() -> str:
    """Return the page."""
    usual, soak = cases(soak=False), cases(soak=True)
    rows = sorted(
        (law, name, sentence, usual[name] * examples, soak[name] * examples)
        for name, (laws, sentence, examples) in tests_of_laws().items()
        for law in laws
    )
    table = [f"| L{law} | `{name}` | {said} | {n:,} | {m:,} |\n" for law, name, said, n, m in rows]
    in_soak, by_hand = histories()
    return HEAD + "".join(table) + TAIL.format(machine=f"{by_hand:,}", machine_soak=f"{in_soak:,}")


if __name__ == "__main__":
    if "--check" in sys.argv and PAGE.read_text() != page():
        sys.exit("docs/reference/laws-of-a-life.md is not of today: run tools/write_laws.py")
    PAGE.write_text(page())
