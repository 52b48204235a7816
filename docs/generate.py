"""
Write the reference pages that are tables of what the code holds; `conf.py` calls it before each build.

`python docs/generate.py` writes the log lines of the front page, which a test compares with a run.
"""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from importlib import metadata
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import defaults_pages
import front_tables
import vendor_pages
from typer.main import get_command

import voxvalley_privacy as vp
from voxvalley_privacy.cli._app import app as cli

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "before-and-after.svg"
README = ROOT / "README.md"
FRONT_PAGE = ROOT / "docs" / "index.md"

_POLICIES = ("support", "debug", "billing", "analytics", "share", "public", "labels")


def version() -> str:
    """Give the version that is installed."""
    return metadata.version("voxvalley-privacy")


def pages(folder: Path) -> None:
    """Write every generated page into a folder, leaving alone what is right already."""
    (folder / "vendors").mkdir(parents=True, exist_ok=True)
    made = {
        "policies.md": _policies(),
        "schemas.md": vendor_pages.schemas_page(),
        **dict(vendor_pages.vendor_pages()),
        "categories.md": _categories(),
        "formats.md": _formats(),
        **_api(),
        "command-line.md": _command_line(),
        **defaults_pages.defaults_pages(),
        **_faults(),
        # Not a page: `shape.md` includes it.
        "shape.txt": _shape(),
    }
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).as_posix() not in made:
            old.unlink()
    for name, lines in made.items():
        text = "\n".join(lines) + "\n"
        page = folder / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def _formats() -> Iterator[str]:
    yield "# Formats of logs"
    yield ""
    yield "Names for `redact_log(format=...)` and `--format`. *recalled* formats were written down from memory."
    yield ""
    rows = (
        (f"`{each.name}`", each.title, each.status, each.source, each.note)
        for each in vp.records.formats().values()
    )
    yield from _table(
        ("format", "lines", "status", "source", "to know"),
        (tuple(cell.replace("|", "\\|") for cell in row) for row in rows),
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = [*head]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _policies() -> Iterator[str]:
    keys = vp.KeyRing.generate()
    made = [
        vp.policies.labels() if name == "labels" else getattr(vp.policies, name)(keys)
        for name in _POLICIES
    ]
    yield from ("# Policies", "", "What each policy does with each category of data.", "")
    yield "`drop` leaves the field out, `scan` looks for personal data in the text, `parse` takes the value apart and treats each part."
    yield "[Categories](categories.md) says what each category is, [Actions](../actions.md) what each action does."
    yield "Credentials are dropped in every policy, and no setting shows them."
    yield ""
    rows = (
        [f"`{c.name}`", *(f"`{_said(policy.actions[c])}`" for policy in made)]
        for c in vp.DataCategory
    )
    yield from _table(["category", *_POLICIES], rows)
    yield from ("", "Fields that no schema knows:", "")
    yield from _table(
        ["", *_POLICIES], [["unknown field", *(f"`{policy.unknown}`" for policy in made)]]
    )


def _said(action: vp.Action) -> str:
    # The purposes of tokens are the policies' own names, which the head of the column says already.
    return repr(action).partition("(purpose=")[0]


def _categories() -> Iterator[str]:
    fields: dict[vp.DataCategory, int] = defaultdict(int)
    for name in vp.schemas.names():
        for field in vp.schemas.get(name).fields.values():
            fields[field.category] += 1
    yield from (
        "# Categories",
        "",
        "What a value is, from a privacy point of view: the members of `DataCategory`.",
        "",
    )
    yield "Fields counts how many fields of the built-in schemas have the category; those without any are what finders see in text."
    yield ""
    yield from _table(
        ["category", "what it is", "fields"],
        ([f"`{c.name}`", _meaning(c), str(fields[c] or "")] for c in vp.DataCategory),
    )


def _meaning(category: vp.DataCategory) -> str:
    source = Path(vp.__file__).with_name("vocabulary.py").read_text(encoding="utf-8")
    line = next(
        line
        for line in source.splitlines()
        if line.strip().startswith(f'{category.name} = "{category.value}"')
    )
    return line.partition("#")[2].strip()


def _command_line() -> Iterator[str]:
    yield from (
        "# The command line",
        "",
        "`voxvalley-privacy`, of the extra `cli`; `python -m voxvalley_privacy` is the same.",
    )
    yield "A progress bar shows on a terminal, and none in a pipe."
    yield from ("", "## Exit codes", "")
    codes = {
        "0": "done",
        "1": "done, and there is something to look at: records that came out marked, a category of `--fail-on`, a field of `schemas diff`",
        "2": "a setting is wrong or cannot apply, or the content is binary: nothing was written",
        "3": "a file or stream failed, and its destination is as it was; or `scan` knew no field of the records",
    }
    yield from _table(
        ["code", "means"], ([f"`{code}`", meaning] for code, meaning in codes.items())
    )
    yield from _commands("voxvalley-privacy", get_command(cli))


def _commands(name: str, command: Any) -> Iterator[str]:
    if hasattr(command, "commands"):
        for sub, inner in command.commands.items():
            yield from _commands(f"{name} {sub}", inner)
        return
    yield from (
        "",
        f"## `{name.partition(' ')[2]}`",
        "",
        (command.help or "").partition(chr(10) * 2)[0].replace(chr(10), " "),
        "",
    )
    rows = (
        [
            f"`{', '.join(p.opts) if p.param_type_name == 'option' else (p.metavar or p.name.upper())}`",
            getattr(p, "help", None) or "",
        ]
        for p in command.params
        if p.name != "help"
    )
    yield from _table(["", "is"], rows)


def _api() -> dict[str, list[str]]:
    """Return a page for each room, so that none is too long to be read or searched."""
    rooms: dict[str, list[str]] = defaultdict(list)
    for name in vp.__all__:
        rooms[_room(name)].append(name)
    made = {}
    for room, names in sorted(rooms.items()):
        blocks = list(_blocks(line for name in names for line in _directive(name)))
        for at in range(0, len(blocks), _NAMES_A_PAGE):
            number = at // _NAMES_A_PAGE + 1
            title, file = (room, room.lower()) if at == 0 else (
                f"{room}, part {number}", f"{room.lower()}-{number}"
            )  # fmt: skip
            lines = [line for block in blocks[at : at + _NAMES_A_PAGE] for line in block]
            made[f"api-{file}.md"] = [f"# {title}", "", "```{eval-rst}", *lines, "```"]
    listed = [name.removesuffix(".md") for name in made]
    made["api.md"] = [
        "# Names",
        "",
        "Every public name is an attribute of `voxvalley_privacy`, loaded when it is first used.",
        "Modules are namespaces, such as `vp.policies.debug` and `vp.records.redact_file`.",
        "",
        "```{toctree}",
        ":maxdepth: 1",
        "",
        *listed,
        "```",
    ]
    return made


_NAMES_A_PAGE = 4  # a page stays below 150 KB


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Cut lines of reStructuredText where a directive begins."""
    block: list[str] = []
    for line in lines:
        if line.startswith(".. ") and block:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _room(name: str) -> str:
    found = getattr(vp, name)
    home = getattr(found, "__module__", None) or getattr(found, "__name__", "voxvalley_privacy")
    parts = home.split(".")
    return (
        parts[1].strip("_").capitalize()
        if len(parts) > 1 and parts[0] == "voxvalley_privacy"
        else "Types"
    )


def _directive(name: str) -> Iterator[str]:
    found = getattr(vp, name)
    if not isinstance(found, ModuleType):
        yield from _described(f"voxvalley_privacy.{name}", found)
        return
    yield from (f".. automodule:: {found.__name__}", "   :no-members:", "")
    elsewhere = [getattr(vp, other) for other in vp.__all__]
    for member in found.__all__:
        value = getattr(found, member)
        # The clock of tests is described with the stores, where it is from.
        handed_on = found is vp.testing and value is vp.stores.FixedClock
        if not handed_on and not any(value is other for other in elsewhere):
            yield from _described(f"{found.__name__}.{member}", value)


def _described(full: str, found: object) -> Iterator[str]:
    if isinstance(found, type):
        yield from (f".. autoclass:: {full}", "   :members:", "")
    elif isinstance(found, FunctionType):
        yield from (f".. autofunction:: {full}", "")
    elif isinstance(found, dict):
        # Its docstring would be that of dict.
        yield from (f".. py:data:: {full}", "")
    else:
        yield from (f".. autodata:: {full}", "   :no-value:", "")


# Faults ---------------------------------------------------------------------------------------

# The parts of the catalog of faults that the names of tests quote.
PARTS = {
    "b1": "Encodings and spellings",
    "b2": "Shapes of telecom",
    "b3": "Structure of records",
    "b4": "Logging",
    "b5": "Keys and tokens",
    "b6": "Files and stores",
    "b7": "Consent",
    "b8": "Cache policy",
    "b9": "Time and memory",
    "b10": "Names of fields, and texts with structure",
    "b11": "What one field says of the others",
    "b12": "Settings and wrappers",
    "b13": "What has to stay, and what must not join",
    "b14": "From bytes to fields",
    "b15": "Logs and integrations",
    "b16": "Cache",
    "b17": "Consent, from the inbound message to the send",
    "row": "Kinds of logs",
}
_ROW = re.compile(
    r"test((?:_(?:b[0-9]{1,2}|row)(?![0-9a-z])(?:_(?:and_)?[0-9]{1,3}(?![0-9a-z]))*)+)"
)


def fault_rows(tests: Path) -> Iterator[tuple[str, int, str, str]]:
    """Yield part, row, sentence and file of each test whose name quotes a row; row 0 is the whole part."""
    for path in sorted(tests.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef) or _ROW.match(node.name) is None:
                continue
            sentence = " ".join((ast.get_docstring(node) or "").split())
            for part, row in _rows_of(node.name):
                yield part, row, sentence, path.relative_to(tests).as_posix()


def _rows_of(name: str) -> Iterator[tuple[str, int]]:
    quoted = _ROW.match(name)
    for part, rows in re.findall(
        r"_(b[0-9]+|row)((?:_(?:and_)?[0-9]+)*)", quoted[1] if quoted else ""
    ):
        for row in re.findall("[0-9]+", rows) or ["0"]:
            yield part, int(row)


_PARTS_A_PAGE = 5


def _faults() -> dict[str, list[str]]:
    """Return the pages of the catalog, some parts on each."""
    rows = sorted(set(fault_rows(ROOT / "tests")))
    sections = []
    for part, title in PARTS.items():
        of_part = [row[1:] for row in rows if row[0] == part]
        if of_part:
            heading = "Rows of other catalogs" if part == "row" else part.upper()
            head = ["row", "what holds", "test"]
            cells = ([str(row or "all"), said, f"`{file}`"] for row, said, file in of_part)
            sections.append((heading, [f"## {heading}: {title}", "", *_table(head, cells), ""]))
    made = {}
    for at in range(0, len(sections), _PARTS_A_PAGE):
        page = sections[at : at + _PARTS_A_PAGE]
        title = f"# Faults, {page[0][0]} to {page[-1][0]}"
        made[f"faults-{at // _PARTS_A_PAGE + 1}.md"] = [title, "", *(x for _, y in page for x in y)]
    return made


# Shape of the source --------------------------------------------------------------------------


def _shape() -> Iterator[str]:
    command = [sys.executable, str(ROOT / "tools" / "shape.py")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    yield from ("```text", *printed.stdout.splitlines(), "```")


# The front page -------------------------------------------------------------------------------


def front_page() -> str:
    """Return the front page with the log lines that a run writes now, and its tables."""
    text = FRONT_PAGE.read_text(encoding="utf-8")
    filled = front_tables.fill(text, "log lines", "\n".join(_log_lines()))
    return front_tables.with_tables(filled)


def readme() -> str:
    """Return README with the tables that runs have written."""
    return front_tables.with_tables(README.read_text(encoding="utf-8"))


_SHOWN = (0, 4, 8)  # an f-string, SQL, a sentence: lines that fit a picture
_WIDE = 92


def picture() -> str:
    """Return a drawing of a log before and after; the lines are those of the front page."""
    lines = [line for line in _log_lines() if line.startswith(("- ", "+ "))]
    pairs = [lines[at : at + 2] for at in range(0, len(lines), 2)]
    shown = [pairs[at] for at in _SHOWN]
    panels = [("before", [pair[0] for pair in shown]), ("after", [pair[1] for pair in shown])]
    drawn = []
    for at, (title, texts) in enumerate(panels):
        top = 20 + at * 130
        drawn.append(f'<rect x="10" y="{top}" width="780" height="110" rx="8" class="box"/>')
        drawn.append(f'<text x="24" y="{top + 24}" class="title">{title}</text>')
        for row, text in enumerate(texts):
            line = escape(text[2:] if len(text) <= _WIDE else f"{text[2:_WIDE]}…")
            drawn.append(f'<text x="24" y="{top + 50 + row * 22}">{line}</text>')
    style = (
        "text{font:13px monospace;fill:#1b1f24}.title{font-weight:bold}"
        ".box{fill:#f3f5f7;stroke:#c9d0d7}"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 270" role="img">'
        "<title>Three lines of a log before and after redaction</title>"
        f"<style>{style}</style>{''.join(drawn)}</svg>\n"
    )


def _log_lines() -> Iterator[str]:
    example = runpy.run_path(str(ROOT / "examples" / "webhook_log.py"))
    yield "```diff"
    for name, before, after in example["table"]():
        yield from (f"# {name}", f"- {before}", f"+ {after}")
    yield "```"


if __name__ == "__main__":
    FRONT_PAGE.write_text(front_page(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
