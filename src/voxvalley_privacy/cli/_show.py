"""Output of the commands: tables and JSON on standard output, reports on standard error."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from ..reading import one_line
from ..records import FieldReport, Followed, Format, StreamReport
from ..redaction import Explanation
from ..schemas import Change, Schema, UnknownField
from ..vocabulary import DataCategory
from ._files import Look

__all__ = [
    "changes",
    "counts",
    "counts_json",
    "explanation",
    "formats",
    "report",
    "say",
    "schema",
    "schemas",
    "table",
    "traced",
    "unknown_fields",
]

# Why a record came out marked, in words.
_REASONS = {
    "encoding": "not in UTF-8",
    "misaligned": "of another width (misaligned)",
    "number": "with a number that cannot be read",
    "too_long": "too long",
    "unparseable": "that cannot be read (unparseable)",
    "unwritable": "that cannot be written",
}
_MOST_NAMED = 10  # unknown fields in a report


def say(message: str, /, *, file: str = "") -> None:
    """Print one message on standard error, with the file that it is about."""
    head, *faults = message.split("\n")
    if faults:
        message = f"{head.rstrip('.')}: {'; '.join(faults)}"
    parts = filter(None, ("voxvalley-privacy", file, message))
    sys.stderr.write(": ".join(map(one_line, parts)) + "\n")


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


# Reports ------------------------------------------------------------------------------------------


def report(counted: StreamReport, /, *, file: str = "", drops: bool = False) -> None:
    """Print how many records went through, which came out marked, and which fields are known."""
    parts = [_number(counted.records_out, "line" if counted.layouts else "record")]
    parts += [f"{count} {layout}" for layout, count in counted.layouts.items()]
    parts += [f"{count} {_REASONS.get(reason, reason)}" for reason, count in counted.marked.items()]
    parts += [f"{count} {reason}" for reason, count in counted.faults.items()]
    line = ", ".join(parts) + _known(counted.fields, drops=drops)
    sys.stderr.write(f"{one_line(file)}: {line}\n" if file else f"{line}\n")
    if "encoding" in counted.marked:
        sys.stderr.write(
            "Some of it is not UTF-8; for text of Windows or Excel try --encoding cp1252, else"
            " latin-1.\n"
        )


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _known(fields: FieldReport | None, *, drops: bool) -> str:
    """Return how many fields are known, and the names of the others."""
    if fields is None or not fields.total:
        return ""
    by = fields.schema and f"schema {fields.schema}: "
    known = f"; {by or ''}known {len(fields.known)} of {_number(fields.total, 'field')}"
    if not fields.unknown:
        return known
    names = ", ".join(map(one_line, fields.unknown[:_MOST_NAMED]))
    more = len(fields.unknown) - _MOST_NAMED
    if more > 0:
        names += f" and {more} more"
    fate = "dropped" if drops else "searched as text"
    return f"{known}; unknown and {fate}: {names}"


def counts(looks: Iterable[Look], /) -> None:
    """Print how often each category was seen, by field, in all files together."""
    total: Counter[tuple[DataCategory, str]] = Counter()
    for look in looks:
        total.update(look.counts)
    table(
        "Content by category",
        ("category", "field", "count"),
        [(category.value, field, str(n)) for (category, field), n in _ordered(total)],
    )


def _ordered(
    seen: Counter[tuple[DataCategory, str]],
) -> list[tuple[tuple[DataCategory, str], int]]:
    return sorted(seen.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))


def counts_json(looks: Iterable[Look], /) -> None:
    """Print the counts of each file and of all together as one JSON document."""
    looks = list(looks)
    total: Counter[str] = Counter()
    for look in looks:
        for (category, _), n in look.counts.items():
            total[category.value] += n
    document = {"files": [_look(look) for look in looks], "total": dict(sorted(total.items()))}
    sys.stdout.write(json.dumps(document, indent=1) + "\n")


def _look(look: Look) -> dict[str, Any]:
    return {
        "file": look.file.shown,
        "format": look.kind,
        "schema": look.fields.schema,
        "records": look.report.records_in,
        "marked": dict(look.report.marked),
        "known_fields": list(look.fields.known),
        "unknown_fields": list(look.fields.unknown),
        "counts": [
            {"category": category.value, "field": field, "count": n}
            for (category, field), n in _ordered(look.counts)
        ],
    }


# Tables -------------------------------------------------------------------------------------------


def explanation(explained: Explanation, /) -> None:
    """Print what happens to each field, and why."""
    rows = [(row.path, row.category.value, row.action, row.why) for row in explained]
    table(
        f"Policy {explained.policy}, schema {explained.schema or 'none'}",
        ("field", "category", "action", "why"),
        rows,
    )


def schemas(listed: Iterable[Schema], /) -> None:
    """Print the name, size and status of each schema."""
    rows = [(s.name, str(len(s.fields)), s.status, s.title) for s in listed]
    table("Schemas", ("name", "fields", "status", "title"), rows)


def formats(listed: Iterable[Format], /) -> None:
    """Print the name, status and title of each format of logs and traces."""
    rows = [(each.name, each.status, each.title) for each in listed]
    table("Formats of logs and traces", ("name", "status", "title"), rows)


def traced(lines: Iterable[Followed], /) -> None:
    """Print the lines of a trace, each with its time and file."""
    rows = [(each.time, each.file, str(each.line), each.text) for each in lines]
    table("Lines that carry the token", ("time", "file", "line", "text"), rows)


def schema(shown: Schema, /) -> None:
    """Print the fields of a schema."""
    rows = [(path, field.category.value, field.meaning) for path, field in shown.fields.items()]
    table(
        f"{shown.name}@{shown.version} ({shown.status}; {shown.source})",
        ("field", "category", "meaning"),
        rows,
    )


def changes(listed: Iterable[Change], /) -> None:
    """Print the paths that two schemas read differently."""
    rows = [(each.path, _category(each.before), _category(each.after)) for each in listed]
    table("Fields that the schemas read differently", ("field", "first", "second"), rows)


def _category(category: DataCategory | None) -> str:
    return "-" if category is None else category.value


def unknown_fields(fields: Iterable[UnknownField], /) -> None:
    """Print the fields that a schema does not know."""
    rows = [(field.path, field.kind) for field in fields]
    table("Fields that the schema does not know", ("field", "type"), rows)
