"""Write the part of the facade that only checkers read from its table of names; `--check` only compares."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FACADE = Path(__file__).resolve().parents[1] / "src" / "voxvalley_privacy" / "__init__.py"
BEGIN = "# generated from the table: begin\n"
END = "# generated from the table: end\n"


def table_of(source: str) -> dict[str, list[str]]:
    """Return module -> its public names, as the facade's table has them."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "_ROOMS":
            return {
                module: names.split() for module, names in ast.literal_eval(statement.value).items()
            }
    raise SystemExit(f"{FACADE.name} has no table `_ROOMS`.")


def import_of(module: str, name: str) -> str:
    """Return the import of one name, in the form that makes it public."""
    parent, _, last = module.rpartition(".")
    home = parent if last == name else module
    return f"    from .{home} import {name} as {name}"


def written(source: str) -> str:
    """Return the facade with its generated part written anew."""
    table = table_of(source)
    pairs = [(module, name) for module, names in table.items() for name in names]
    imports = sorted({import_of(module, name) for module, name in pairs})
    names = sorted((name for _, name in pairs), key=_as_ruff_sorts)
    exported = [f'    "{name}",' for name in names]
    generated = ["if TYPE_CHECKING:", *imports, "", "__all__ = [", *exported, "]", ""]
    head, rest = source.split(BEGIN)
    return head + BEGIN + "\n".join(generated) + END + rest.split(END)[1]


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants come first, then classes, then functions and modules."""
    if name.isupper():
        return 0, name
    return (1 if name[0].isupper() else 2), name


def main() -> None:
    """Write the facade, or say that it is not what its table makes of it."""
    source = FACADE.read_text(encoding="utf-8")
    new = written(source)
    if "--check" in sys.argv:
        if new != source:
            raise SystemExit("The facade is not what its table says; run `make format`.")
        return
    FACADE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
