"""
Name the phrases of comments, docstrings and messages that readers have to translate: part of `make lint`.

The list is STYLE's: each phrase with the plain one beside it. Code is not looked at, so a variable
may be called what it likes; strings are, because customers read errors and reasons.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "voxvalley_privacy"

# What is not said: the plain word for it. Matched as whole words, in any case.
PHRASES = {
    r"(?<!there )is no (?!such)(?:\w+ )?(?:number|address|name|text|record|key|token|schema|policy|rule|redactor)": "is not a ...",
    r", as `[^`\n]*`": ", such as `...`",
    r"(?:stands|stood) for\b": "is, means, replaces",
    r"tells? (?:a person|nobody|anyone|nothing of)": "identifies",
    r"bears? (?:the|a|its) (?:name|strongest)": "has",
    r"thereof|therein|whereof|wherein|hereby|aforesaid": "of it, in it",
    r"may not be known": "is unknown",
    r"is to be (?:had|found)": "is",
}
_PATTERNS = tuple(
    (re.compile(phrase if phrase[0] in ",(" else rf"\b{phrase}", re.IGNORECASE), plain)
    for phrase, plain in PHRASES.items()
)
_BARE_WHAT = re.compile(r"\A\s*What\b(?!.*\?)")


def prose_of(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Yield comments and strings of a file: line, text, and whether it is a docstring."""
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# "), False
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if ast.get_docstring(node, clean=False) is not None
        if isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value, id(node) in docstrings


def faults_of(path: Path) -> Iterator[str]:
    """Yield what a reader of a file would have to translate."""
    for line, prose, is_docstring in prose_of(path):
        place = f"{path.relative_to(ROOT)}:{line}"
        for pattern, plain in _PATTERNS:
            found = pattern.search(prose)
            if found is not None:
                yield f"{place}: {found[0]!r}; say: {plain}"
        if is_docstring and _BARE_WHAT.match(prose.strip().split("\n")[0]):
            yield f"{place}: begins with a bare 'What'; name the thing"


def main() -> None:
    """Print the phrases found; exit with 1 where there are more than are allowed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", action="store_true", help="only how many there are")
    arguments = parser.parse_args()
    faults = [fault for path in sorted(SOURCE.rglob("*.py")) for fault in faults_of(path)]
    if arguments.count:
        sys.stdout.write(f"{len(faults)}\n")
        return
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
