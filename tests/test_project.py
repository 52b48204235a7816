"""The project keeps its own rules: what no tool of its own checks is checked here."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_SOURCES = sorted((_ROOT / "src").rglob("*.py"))
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_CORE = {"attrs", "cryptography", "phonenumbers", "typing-extensions"}
_LAX_NAMES = {"utils", "helpers", "base", "common", "manager"}
_REGEX_CALLS = {
    f"re.{name}" for name in ("compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub")
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
    sizes = {_relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _SOURCES}

    assert {} == {path: size for path, size in sizes.items() if size > 400}


def test_file_names():
    """No file is named after nothing."""
    assert [] == [_relative(path) for path in _SOURCES if path.stem.strip("_") in _LAX_NAMES]


def test_patterns_stand_in_one_place():
    """Regexes that run on texts are compiled in `redaction/_patterns` only, so that one test can time them all; names are short."""
    assert [] == [
        f"{_relative(path)}:{node.lineno}"
        for path in _SOURCES
        if "redaction/_patterns" not in _relative(path) and "/names/" not in _relative(path)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _REGEX_CALLS
    ]


def test_annotations_are_lazy():
    """Every file with a function or class in it has `from __future__ import annotations`, except the facade."""
    assert [] == [
        _relative(path)
        for path in _SOURCES
        if _relative(path) != "src/voxvalley_privacy/__init__.py"
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(_tree(path)))
        if not any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in _tree(path).body)
    ]


@pytest.mark.parametrize("target", ["demo", "test", "lint", "types", "docs", "bench"])
def test_make_target(target):
    """The Makefile has the targets that README and CONTRIBUTING name."""
    assert re.search(rf"^{target}:", (_ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_readme_has_two_commands():
    """README gives exactly two commands for a fresh checkout."""
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:console|sh|shell|bash)\n(.*?)```", readme, re.DOTALL)

    assert ["make demo", "make test"] == [
        line.partition("#")[0].strip() for block in blocks for line in block.splitlines()
    ]


def test_extras_are_installed_by_make():
    """`make test` installs every extra that the package has."""
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    installed = re.search(r"^ALL_EXTRAS = (.*)$", makefile, re.MULTILINE)

    assert installed is not None
    assert sorted(_PROJECT["project"]["optional-dependencies"]) == sorted(installed[1].split(","))
