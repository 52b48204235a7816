"""
A build hook of hatchling: compile the hot modules with mypyc into the wheel, beside their sources.

`make wheel-compiled` turns it on; without it the wheel is pure. The sources stay in the wheel, so
that an interpreter for which nothing was compiled runs the same code from them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # the list of modules is read by tests, too, where nothing is built
    BuildHookInterface = object

# Rooms that do the work of each record and text.
HOT_ROOMS = ("detection", "names", "phone", "reading", "redaction")

# What stays as it is, and why: the begin of a path below the package.
NOT_COMPILED = {
    "reading/sms/": "takes octets of any kind, and what are none",
    "redaction/_text_stream.py": "takes what is no text, and is inherited from",
}

_BUILD = "build/compiled"
_SETUP = """
from setuptools import setup
from mypyc.build import mypycify
setup(
    name="voxvalley_privacy_compiled",
    packages=[],
    ext_modules=mypycify({arguments!r}, opt_level="2", debug_level="0", multi_file=True,
        group_name="voxvalley_privacy"),
)
"""


def hot_modules(root: Path) -> list[str]:
    """Return the modules to compile, below the package: all of the hot rooms without attrs."""
    package = root / "src" / "voxvalley_privacy"
    modules = [path for room in HOT_ROOMS for path in sorted((package / room).rglob("*.py"))]
    return [
        path.relative_to(package).as_posix()
        for path in modules
        if path.name != "__init__.py"
        and not path.relative_to(package).as_posix().startswith(tuple(NOT_COMPILED))
        and "attrs" not in _imports(path)
    ]


def _imports(path: Path) -> set[str]:
    lines = path.read_text("utf-8").splitlines()
    return {line.split()[1] for line in lines if line.startswith(("import ", "from "))}


def compile_into(root: Path) -> Path:
    """Compile the hot modules, and return the folder in which the packages with them are."""
    work = root / _BUILD
    shutil.rmtree(work, ignore_errors=True)
    # In a copy: what is built beside the sources would be what an editable install runs.
    shutil.copytree(
        root / "src", work, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
    )
    modules = [f"voxvalley_privacy/{module}" for module in hot_modules(root)]
    arguments = ["--config-file=", "--ignore-missing-imports", *modules]
    setup = work / "setup.py"
    setup.write_text(_SETUP.format(arguments=arguments), "utf-8")
    environment = {**os.environ, "MYPYPATH": str(work)}
    subprocess.run(  # our own list
        [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace", f"--parallel={os.cpu_count()}"],
        cwd=work, env=environment, check=True, stdout=sys.stderr,
    )  # fmt: skip
    return work


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]
    """What hatchling calls."""

    def dependencies(self) -> list[str]:
        """Return what is needed to compile."""
        return ["mypy[c]>=1.15", "setuptools", "types-setuptools"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name each file that goes into the wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        work = compile_into(Path(self.root))
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        shutil.rmtree(work / "build")  # the compiler's own copies
        for built in sorted([*work.rglob("*.so"), *work.rglob("*.pyd")]):
            build_data["force_include"][str(built)] = built.relative_to(work).as_posix()
