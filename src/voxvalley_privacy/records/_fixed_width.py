"""Lines of columns with fixed widths: they are cut by place, and keep their places."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ._line_cutter import Part, field_of
from ._line_format import Format

__all__ = ["Row"]


@attrs.frozen
class Row:
    """One row: the places of its columns, from the first character to behind the last."""

    log: Format
    columns: tuple[tuple[str, int, int], ...]

    @classmethod
    def of(cls, log: Format, line: str) -> Row | None:
        """Return the columns of *line*; None where it is not a row of the format."""
        if log.lines and not any(regex.match(line) for regex in log.lines):
            return None
        return cls(log, tuple(_columns(log, len(line))))

    def parts(self, line: str) -> list[Part]:
        """Return what is in the columns, without the spaces around it; nothing for empty ones."""
        parts = []
        for name, start, end in self.columns:
            value = line[start:end]
            bare = value.strip()
            if bare:
                begin = start + value.index(bare)
                category = self.log.fields.get(name)
                field = name if category is None else field_of(self.log, name)
                parts.append(Part(begin, begin + len(bare), category, field))
        return parts

    def changed(self, line: str, part: Part, shown: str) -> tuple[int, int, str]:
        """Return what takes the place of which characters for a treated part."""
        start, end = next((at, to) for _, at, to in self.columns if at <= part.start < to)
        if start >= sum(width for _, width in self.log.widths):
            return part.start, part.end, shown
        return start, end, _fitted(shown, line[start:end])


def _columns(log: Format, length: int) -> Iterator[tuple[str, int, int]]:
    """Yield the columns of a line; what follows the last, and what has no name, is numbered."""
    start = 0
    for number, (name, width) in enumerate((*log.widths, ("", length)), 1):
        end = min(start + width, length)
        if start < end:
            yield name or f"column {number}", start, end
        start = end


def _fitted(shown: str, cell: str, /) -> str:
    """
    Return a treated value in the width of its column, at the side where the value was.

    What is too long becomes asterisks: a part of a token or label could be read as another one.
    """
    width = len(cell)
    if len(shown) > width:
        return "*" * width
    return shown.rjust(width) if cell[:1] == " " else shown.ljust(width)
