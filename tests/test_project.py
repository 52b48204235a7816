"""The project keeps its own rules: what no tool of its own checks is checked here."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from importlib import metadata
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_SOURCES = sorted((_ROOT / "src").rglob("*.py"))
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_CORE = {"attrs", "cryptography", "phonenumbers", "typing-extensions"}
_LAX_NAMES = {"utils", "helpers", "base", "common", "manager"}
_REGEX_CALLS = {
    f"re.{name}"
    for name in ("compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub")
}


def _relative(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_core_dependencies():
    """The core depends on four packages and nothing else."""
    assert _CORE == {re.split(r"[<>=\[ ]", line)[0] for line in _PROJECT["project"]["dependencies"]}


def test_installed_version():
    """The installed package has the version of this checkout."""
    assert _PROJECT["project"]["version"] == metadata.version("voxvalley-privacy")


def test_file_size():
    """A file of over 400 lines is split by subject."""
    sizes = {
        _relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _SOURCES
    }

    assert {} == {path: size for path, size in sizes.items() if size > 400}


def test_file_names():
    """No file is named after nothing."""
    assert [] == [_relative(path) for path in _SOURCES if path.stem.strip("_") in _LAX_NAMES]


def _run_time_regexes(tree: ast.Module) -> list[ast.Call]:
    """Return the calls of `re` that do not stand at the top of a module."""
    on_top = {
        id(node)
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in _REGEX_CALLS
        and id(node) not in on_top
    ]


def test_patterns_stand_on_top_of_modules():
    """Every regex is a name of its module, so that one test can time them all; a user's is judged before it runs."""
    assert [] == [
        f"{_relative(path)}:{node.lineno}"
        for path in _SOURCES
        # A user's pattern is judged before it runs; shapes of a table are joined to one pattern.
        if path.name not in {"_own_finders.py", "_digit_shapes.py", "_line_format.py"}
        for node in _run_time_regexes(_tree(path))
    ]


def test_file_names_occur_once():
    """A file's name tells it apart from every other file of the package."""
    names = Counter(path.name for path in _SOURCES if not path.name.startswith("__"))
    assert [] == [name for name, count in names.items() if count > 1]


def _module(path: Path) -> str:
    """Return the dotted name of a file's module below the package."""
    parts = path.relative_to(_PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _imports(path: Path) -> set[str]:
    """Return what a file imports of the package, wherever in it the import stands."""
    package = ["", *path.relative_to(_PACKAGE).parent.parts]
    imported = set()
    for node in ast.walk(_tree(path)):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = package[: len(package) - node.level + 1] + (node.module or "").split(".")
        home = ".".join(part for part in base if part)
        for alias in node.names:
            full = f"{home}.{alias.name}".strip(".")
            imported.add(full if full in _MODULES else home)
    return imported


_PACKAGE = _ROOT / "src" / "voxvalley_privacy"
_MODULES = {_module(path): path for path in _SOURCES}


def test_rooms_keep_to_what_others_export():
    """No file imports a private file of another room, not inside a function and not for types alone."""
    assert [] == [
        f"{_relative(path)} imports {target}"
        for path in _SOURCES
        for target in sorted(_imports(path))
        if target.partition(".")[0] != _module(path).partition(".")[0]
        if any(part.startswith("_") for part in target.split("."))
    ]


def test_no_circle_of_imports():
    """No file is imported by what it imports, not inside a function and not for types alone."""
    imports = {name: _imports(path) - {name, ""} for name, path in _MODULES.items()}

    def reached(name: str) -> set[str]:
        seen, pending = set(), [name]
        while pending:
            for target in imports.get(pending.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
        return seen

    assert [] == [name for name in sorted(imports) if name in reached(name)]


def test_annotations_are_lazy():
    """Every file with a function or class in it has `from __future__ import annotations`, except the facade."""
    assert [] == [
        _relative(path)
        for path in _SOURCES
        if _relative(path) != "src/voxvalley_privacy/__init__.py"
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(_tree(path)))
        if not any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__"
            for node in _tree(path).body
        )
    ]


@pytest.mark.parametrize("target", ["demo", "test", "lint", "types", "docs", "bench"])
def test_make_target(target):
    """The Makefile has the targets that README and CONTRIBUTING name."""
    assert re.search(rf"^{target}:", (_ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_readme_has_two_commands():
    """README gives exactly two commands for a fresh checkout, besides how to install a release."""
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:console|sh|shell|bash)\n(.*?)```", readme, re.DOTALL)

    assert ["make demo", "make test"] == [
        line.partition("#")[0].strip()
        for block in blocks
        for line in block.splitlines()
        if not line.startswith("pip install ")
    ]


def test_extras_are_installed_by_make():
    """`make test` installs every extra that the package has; Spark has a rule of its own."""
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    installed = re.search(r"^ALL_EXTRAS = (.*)$", makefile, re.MULTILINE)

    assert installed is not None
    assert ".[spark]" in makefile
    assert sorted(_PROJECT["project"]["optional-dependencies"]) == sorted(
        [*installed[1].split(","), "spark"]
    )
