"""The report as Markdown, for pull requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..logs import Gap
from ._front_door import Privacy
from ._report_parts import Part, parts_of

__all__ = ["report_markdown"]


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _table(part: Part) -> Iterator[str]:
    yield f"\n## {part.title}\n\n{part.about}\n"
    if not part.rows:
        yield "None."
        return
    yield f"| {' | '.join(part.head)} |"
    yield f"|{'---|' * len(part.head)}"
    for row in part.rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def report_markdown(
    privacy: Privacy, /, extra: Iterable[Part] = (), *, gaps: Iterable[Gap] | None = None
) -> str:
    """Return the report of a configuration as Markdown."""
    lines = [f"# Privacy settings\n\nConfiguration `{privacy.hash}`."]
    for part in (*extra, *parts_of(privacy, gaps)):
        lines += _table(part)
    return "\n".join(lines) + "\n"
