"""
Print how the source is shaped: `make shape`; `--room redaction` for one room, `--dense` names the dense functions.

A line of body is a line of a function that holds code: docstrings, comments and blank lines do not count.
A branch is an `if`, `elif`, `for`, `while`, `except`, `case`, conditional expression, comprehension, condition of a
comprehension, `assert`, or each `and`/`or` of a condition.
A function is dense with six branches or more and at least 0.6 of them a line.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[1] / "src" / "voxvalley_privacy"
WIDEST_LINE = 100
DENSE_BRANCHES, DENSE_SHARE = 6, 0.6
BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.comprehension,
    ast.Assert,
    ast.match_case,
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class FunctionShape(NamedTuple):
    """What one function holds."""

    place: str
    lines: int
    branches: int
    conditional_expressions: int

    @property
    def dense(self) -> bool:
        """Whether it has many branches on few lines."""
        return self.branches >= DENSE_BRANCHES and self.branches >= DENSE_SHARE * self.lines


class RoomShape(NamedTuple):
    """What the functions of one room hold together."""

    all_lines: int
    functions: int
    lines: int
    branches: int
    dense: int
    conditional_expressions: int

    @classmethod
    def of(cls, functions: list[FunctionShape], all_lines: int) -> RoomShape:
        """Add the functions up."""
        return cls(
            all_lines,
            len(functions),
            sum(function.lines for function in functions),
            sum(function.branches for function in functions),
            sum(function.dense for function in functions),
            sum(function.conditional_expressions for function in functions),
        )

    def __str__(self) -> str:
        """Return the figures of a row."""
        lines = max(self.lines, 1)
        dense = 100 * self.dense / max(self.functions, 1)
        conditional = 1000 * self.conditional_expressions / self.all_lines
        return (
            f"{self.branches / lines:8.2f} {dense:6.1f} {conditional:8.1f}"
            f" {self.functions:6d} {self.lines:7d}"
        )


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without those of functions inside it, which are counted by themselves."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            pending.extend(ast.iter_child_nodes(node))


def branches_of(node: ast.AST) -> int:
    """Count the branches that one node is."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return int(isinstance(node, BRANCHES))


def body_lines(function: Function, source: list[str]) -> set[int]:
    """Return the numbers of the lines that hold code of the body."""
    statements = function.body
    if ast.get_docstring(function, clean=False) is not None:
        statements = statements[1:]
    inner = [node for node in own_nodes(function) if isinstance(node, FUNCTIONS)]
    hidden = {line for node in inner for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = set()
    for statement in statements:
        for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
            text = source[line - 1].strip()
            if text and not text.startswith("#") and line not in hidden:
                lines.add(line)
    return lines


def functions_of(path: Path, package: Path) -> list[FunctionShape]:
    """Measure each function of a file."""
    text = path.read_text(encoding="utf-8")
    source = text.splitlines()
    measured = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, FUNCTIONS):
            continue
        lines = len(body_lines(node, source))
        if not lines:
            continue
        nodes = list(own_nodes(node))
        measured.append(
            FunctionShape(
                place=f"{path.relative_to(package)}:{node.lineno} {node.name}",
                lines=lines,
                branches=sum(map(branches_of, nodes)),
                conditional_expressions=sum(isinstance(inner, ast.IfExp) for inner in nodes),
            )
        )
    return measured


def room_of(path: Path, package: Path) -> str:
    """Return the room that a file is in: its folder below the package, or its own name on the ground floor."""
    return path.relative_to(package).parts[0].removesuffix(".py")


def long_lines(path: Path) -> list[str]:
    """Name the lines that are wider than a reader's window."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{path.name}:{number}" for number, line in enumerate(lines, 1) if len(line) > WIDEST_LINE
    ]


def same_names(files: list[Path]) -> list[str]:
    """Name the files that share a name."""
    counts = Counter(path.name for path in files if path.name not in {"__init__.py", "__main__.py"})
    return sorted(name for name, count in counts.items() if count > 1)


def main() -> None:
    """Print the table, and what stands out of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--package", type=Path, default=SOURCE, help="folder of the package that is measured"
    )
    parser.add_argument("--room", help="only this room")
    parser.add_argument("--dense", action="store_true", help="name the dense functions")
    arguments = parser.parse_args()
    package = arguments.package
    files = sorted(package.rglob("*.py"))
    rooms: dict[str, list[Path]] = {}
    for path in files:
        rooms.setdefault(room_of(path, package), []).append(path)
    if arguments.room:
        rooms = {arguments.room: rooms[arguments.room]}
    sizes = {
        room: sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        for room, paths in rooms.items()
    }
    total = sum(sizes.values())
    everything: list[FunctionShape] = []
    sys.stdout.write(f"{'room':16} files  share  br/line dense%  cond/1000  funcs   lines\n")
    for room, paths in sorted(rooms.items()):
        functions = [function for path in paths for function in functions_of(path, package)]
        everything += functions
        share = 100 * sizes[room] / total
        sys.stdout.write(
            f"{room:16} {len(paths):5d} {share:5.1f}% {RoomShape.of(functions, sizes[room])}\n"
        )
    sys.stdout.write(f"{'all':16} {len(files):5d} {100:5.1f}% {RoomShape.of(everything, total)}\n")
    wide = [line for path in files for line in long_lines(path)]
    sys.stdout.write(f"lines over {WIDEST_LINE}: {len(wide)}\n")
    sys.stdout.write(f"file names used twice: {', '.join(same_names(files)) or 'none'}\n")
    if arguments.dense:
        for function in sorted(everything, key=lambda each: -each.branches):
            if function.dense:
                sys.stdout.write(
                    f"  {function.place}: {function.branches} branches, {function.lines} lines\n"
                )


if __name__ == "__main__":
    main()
