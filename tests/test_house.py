"""The map of the house names what there is, and the front page shows what a run writes."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGE = _ROOT / "src" / "voxvalley_privacy"
_HOUSE = _ROOT / "docs" / "explanation" / "the-house.md"
_SUFFIXES = (".csv", ".json", ".md", ".py", ".toml")
_CALL = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*\(\)")


def _quoted() -> list[str]:
    """Return what the page sets in backticks, outside blocks of code."""
    text = re.sub(
        r"^```.*?^```", "", _HOUSE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return re.findall(r"`([^`\n]+)`", text)


def _paths() -> list[str]:
    return [name for name in _quoted() if name.endswith((*_SUFFIXES, "/"))]


def _exists(path: str) -> bool:
    """Whether a path stands in the project: from its root, or as the page writes it, from the package."""
    return (_ROOT / path).exists() or (_PACKAGE / path).exists()


def _defined() -> set[str]:
    """Return every name that the sources and the tests define: functions, classes, attributes, assigned names."""
    names: set[str] = set()
    for folder in ("src", "tests", "tools"):
        for path in (_ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    names.add(node.name)
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.add(node.id)
    return names


def test_house_names_files_that_exist():
    """Every path on the map is a file or folder of the project."""
    paths = _paths()

    assert len(paths) > 60
    assert [] == [path for path in paths if not _exists(path)]


def test_house_names_functions_that_exist():
    """Every function, class and constant on the map is defined somewhere in the project."""
    defined = _defined()
    calls = [name for name in _quoted() if _CALL.fullmatch(name)]
    words = [
        name for name in _quoted() if re.fullmatch(r"_?[A-Z][A-Z_]{3,}|[A-Z][a-z]+[A-Z]\w+", name)
    ]
    last = [name.rstrip("()").rpartition(".")[2] for name in (*calls, *words)]

    assert len(calls) > 25
    assert [] == [name for name in last if name not in defined]


def test_stops_of_the_trips_are_where_the_map_says():
    """A stop that names a file and a function of it names one that this file defines."""
    stops = re.findall(
        r"^\d+\. `([\w/]+\.py)` `((?:\w+\.)*\w+)\(\)`", _HOUSE.read_text("utf-8"), re.MULTILINE
    )
    missing = []
    for file, function in stops:
        tree = ast.parse((_PACKAGE / file).read_text(encoding="utf-8"))
        defined = {
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        if not set(function.split(".")) <= defined:
            missing.append((file, function))

    assert len(stops) > 15
    assert [] == missing


def test_house_names_every_room():
    """Every room and every file of the ground floor has its row on the map."""
    rooms = {
        path.name
        for path in _PACKAGE.iterdir()
        if path.is_dir() and (path / "__init__.py").exists()
    }
    ground = {path.name for path in _PACKAGE.glob("*.py") if not path.name.startswith("__")}
    quoted = set(_quoted())

    assert [] == sorted(room for room in rooms if f"{room}/" not in quoted)
    assert [] == sorted(ground - quoted)


def test_house_answers_twenty_questions():
    """The map says of at least twenty tasks where they are done, and which test goes with each."""
    text = _HOUSE.read_text(encoding="utf-8").partition("## Where do I")[2]
    rows = re.findall(r"^\| (?!task|-)(.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)

    assert len(rows) >= 20
    assert [] == [task for task, _, test in rows if "`tests/" not in test]


def test_front_page_shows_what_a_run_writes():
    """The twelve log lines of the front page are what the example writes now; `python docs/generate.py` renews them."""
    page = (_ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    table = runpy.run_path(str(_ROOT / "examples" / "webhook_log.py"))["table"]()
    block = [line for row in table for line in (f"# {row[0]}", f"- {row[1]}", f"+ {row[2]}")]

    assert 12 == len(table)
    assert "\n".join(["```diff", *block, "```"]) in page
    for value in ("5550132", "555-0132", "Zoe", "zoe", "482913", "4821"):
        assert not [after for _, _, after in table if value in after]
