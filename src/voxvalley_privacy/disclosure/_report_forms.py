"""Forms of reports: one table of texts, written as Markdown, HTML, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from html import escape

from ..errors import ConfigurationError

__all__ = ["FORMS", "table_of"]

FORMS = ("markdown", "html", "csv", "json")
Lines = Sequence[Sequence[str]]


def table_of(head: Sequence[str], lines: Lines, /, *, form: str, title: str = "") -> str:
    """
    Write a table.

    Args:
        head: The names of its columns.

        lines: Its rows, as texts.

        form: `markdown`, `html`, `csv` or `json`.

        title: Above the table, where the form has such a thing.

    Raises:
        voxvalley_privacy.ConfigurationError: If the form is unknown.
    """
    write = _WRITERS.get(form)
    if write is None:
        raise ConfigurationError(f"'form' must be one of {', '.join(FORMS)}.")
    return write(head, lines, title)


def _markdown(head: Sequence[str], lines: Lines, title: str) -> str:
    rows = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for line in lines:
        cells = [_cell(cell) for cell in line]
        rows.append(f"| {' | '.join(cells)} |")
    heading = f"# {title}\n\n" if title else ""
    return heading + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    """Write a text so that it is no other cell, line or tag."""
    for mark, instead in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("\r", " "), ("\n", " ")):
        text = text.replace(mark, instead)
    return text


def _html(head: Sequence[str], lines: Lines, title: str) -> str:
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    rows = ["".join(f"<td>{escape(cell)}</td>" for cell in line) for line in lines]
    body = "\n".join(f"<tr>{row}</tr>" for row in [names, *rows])
    heading = f"<h1>{escape(title)}</h1>\n" if title else ""
    return f"{heading}<table>\n{body}\n</table>\n"


def _csv(head: Sequence[str], lines: Lines, _: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    # A spreadsheet would run a text that begins as a formula.
    writer.writerows([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in line]
                     for line in lines)  # fmt: skip
    return text.getvalue()


def _json(head: Sequence[str], lines: Lines, title: str) -> str:
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    return json.dumps({"title": title, "rows": rows}, sort_keys=True) + "\n"


_WRITERS = {"markdown": _markdown, "html": _html, "csv": _csv, "json": _json}
