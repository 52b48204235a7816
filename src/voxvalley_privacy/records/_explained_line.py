"""The parts of a log line: how a policy treats each, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ..redaction import Explanation, Redactor
from ._fixed_width import Row
from ._line_cutter import Cutter, Part, field_of, schema_of
from ._line_format import Format, format_named, style_of

__all__ = ["explain_line"]


def explain_line(text: str, redact: Redactor, /, *, format: str | Format) -> Explanation:  # noqa: A002
    """
    Return what is done with each part of the first line, or block of lines, that has a format.

    Args:
        text: Lines of a log.

        redact: A `voxvalley_privacy.Redactor`; the format's own schema takes the place of its
            schema.

        format: A name of `formats()`, or a `Format`.

    Returns:
        A row for each part; where no line has the format, what is done with the first as a text.
    """
    log = format_named(format)
    lines = [line.removesuffix("\r") for line in text.split("\n") if line.strip()]
    explaining = attrs.evolve(redact, schema=schema_of(log))
    for each in (log, *(cutter.log for cutter in Cutter(log).others)):
        for start, line in enumerate(lines):
            parts = _parts(each, line, lines[start:])
            if parts:
                return _shortened(explaining.explain(dict(parts)), each)
    return redact.explain(lines[0] if lines else {})


def _shortened(explanation: Explanation, log: Format) -> Explanation:
    """Return the rows with the names that the format gives its parts."""
    prefix = field_of(log, "")
    rows = (attrs.evolve(row, path=row.path.removeprefix(prefix)) for row in explanation)
    return attrs.evolve(explanation, rows=tuple(rows))


def _parts(log: Format, line: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the parts of a line, or of the block that begins with it, with their fields."""
    if log.style:
        return [*_of_block(log, lines)]
    if log.widths:
        row = Row.of(log, line)
        parts = [] if row is None else row.parts(line)
    else:
        parts = Cutter(log).cut(line) or []
    return _named(line, parts)


def _of_block(log: Format, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    style = style_of(log.style)
    for line in lines:
        if style.match(line) is None:
            return
        yield from _named(line, list(Cutter(log).paired(log.style, "", line, 0)))


def _named(line: str, parts: list[Part]) -> list[tuple[str, str]]:
    return [(part.field, line[part.start : part.end]) for part in parts]
