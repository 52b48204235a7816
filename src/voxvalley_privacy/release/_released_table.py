"""The released table: one object behind every way to write it, so that none shows more."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping

import attrs

__all__ = ["ReleasedTable"]


@attrs.frozen(kw_only=True)
class ReleasedTable:
    """
    Hold what was published. Cells below the line and empty ones are both left out.

    Args:
        columns: The dimensions, then `value`.

        lines: One tuple for each published cell, sorted.

        totals: Dimension -> value -> total; for `published`, sums of the cells that are shown.

        suppressed: How many cells of the public grid are not shown, empty ones with them.

        notes: What the thresholds do, and what they do not.
    """

    columns: tuple[str, ...]
    lines: tuple[tuple[str | int, ...], ...]
    totals: Mapping[str, Mapping[str, int]]
    suppressed: int
    notes: tuple[str, ...]

    @property
    def rows(self) -> tuple[dict[str, str | int], ...]:
        """The published cells as mappings, sorted."""
        return tuple(dict(zip(self.columns, line, strict=True)) for line in self.lines)

    def to_csv(self) -> str:
        """Write the cells as CSV."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.lines)
        return text.getvalue()

    def to_json(self) -> str:
        """Write everything as one line of JSON."""
        shown = {
            "columns": self.columns,
            "rows": self.lines,
            "totals": self.totals,
            "suppressed": self.suppressed,
            "notes": self.notes,
        }
        return json.dumps(shown, sort_keys=True)
