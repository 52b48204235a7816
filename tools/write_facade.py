"""Write the part of the facade that only checkers read from its table of names; `--check` only compares."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from textwrap import wrap

FACADE = Path(__file__).resolve().parents[1] / "src" / "voxvalley_privacy" / "__init__.py"
# The groups in which `help(vp)` shows the names: a heading, and the rooms under it.
GROUPS = {
    "Settings": ("privacy", "keys", "vocabulary"),
    "Redact": ("redaction", "policies", "schemas", "detection", "placeholders", "sensitive"),
    "Actions, in `vp.actions` as well": ("actions", "actions.styles"),
    "Write": ("records", "logs", "frames", "frames.spark"),
    "Keep": ("caching", "stores", "retention", "erasure", "audit"),
    "Decide": ("decisions", "consent", "disclosure", "release"),
    "Facts, numbers, tests": ("facts", "phone", "testing"),
    "Errors": ("errors",),
}
HEADING = "Names by what they are for; those in small letters alone are namespaces or functions.\n"
WIDTH = 96
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
    head, rest = with_groups(source, table).split(BEGIN)
    return head + BEGIN + "\n".join(generated) + END + rest.split(END)[1]


def with_groups(source: str, table: dict[str, list[str]]) -> str:
    """Return the facade whose docstring lists the names in groups."""
    grouped = {room for rooms in GROUPS.values() for room in rooms}
    if grouped != table.keys():
        raise SystemExit(f"Rooms in no group, or gone: {sorted(grouped ^ table.keys())}")
    lines = []
    for heading, rooms in GROUPS.items():
        names = {name for room in rooms for name in table[room]}
        listed = ", ".join(sorted(names, key=_as_ruff_sorts))
        lines += ["", f"{heading}:"]
        lines += wrap(listed, WIDTH, initial_indent="    ", subsequent_indent="    ")
    before, _, rest = source.partition(HEADING)
    _, _, after = rest.partition('"""')
    return before + HEADING + "\n".join(lines) + '\n"""' + after


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
