"""What the commands print: tables on standard output, reports on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table

from ..reading import one_line
from ..records import StreamReport
from ..redaction import Explanation
from ..schemas import Schema

__all__ = ["counts", "explanation", "report", "schema", "schemas", "table"]


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table; in a pipe as tab-separated lines, for the next program."""
    if not sys.stdout.isatty():
        sys.stdout.write("\t".join(columns) + "\n")
        sys.stdout.writelines(
            "\t".join(one_line(cell).replace("\t", "\\t") for cell in row) + "\n" for row in rows
        )
        return
    shown = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(_plain(cell) for cell in row))
    Console().print(shown)


def _plain(cell: str) -> str:
    # Placeholders are in brackets, which is markup to rich.
    return one_line(cell).replace("[", "\\[")


def report(made: StreamReport, /) -> None:
    """Print how many records went through, and what came out marked."""
    parts = [f"{made.records_out} records"]
    parts += [f"{count} {reason}" for reason, count in {**made.marked, **made.faults}.items()]
    sys.stderr.write(", ".join(parts) + "\n")


def counts(made: Mapping[tuple[str, str], int], /) -> None:
    """Print how often each category was seen, by field."""
    rows = sorted(made.items(), key=lambda item: (item[0][0], -item[1]))
    table(
        "What is in it",
        ("category", "field", "count"),
        [(category, field, str(n)) for (category, field), n in rows],
    )


def explanation(made: Explanation, /) -> None:
    """Print what happens to each field, and why."""
    rows = [(r.path, r.category.value, r.action, r.why) for r in made]
    table(
        f"Policy {made.policy}, schema {made.schema or 'none'}",
        ("field", "category", "action", "why"),
        rows,
    )


def schemas(made: Iterable[Schema], /) -> None:
    """Print the name, size and status of each schema."""
    rows = [(s.name, str(len(s.fields)), s.status, s.title) for s in made]
    table("Schemas", ("name", "fields", "status", "title"), rows)


def schema(made: Schema, /) -> None:
    """Print the fields of a schema."""
    rows = [(path, field.category.value, field.meaning) for path, field in made.fields.items()]
    table(
        f"{made.name}@{made.version} ({made.status}; {made.source})",
        ("field", "category", "meaning"),
        rows,
    )
