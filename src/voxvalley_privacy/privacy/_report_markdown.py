"""The report as Markdown, for pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..errors import ConfigurationError
from ..logs import Gap
from ._front_door import Privacy
from ._report_parts import Part, parts_of

__all__ = ["faults_in_markdown", "report_markdown"]


def _cell(text: str) -> str:
    """Return a text as it is: names are the user's own, and must not load or link anything."""
    return _SIGNS.sub(r"\\\g<0>", " ".join(text.split())).replace("<", "&lt;")


# Brackets of placeholders need no escape; a link or a picture is a bracket with one of these.
_SIGNS = re.compile(r"[\\|`]|\](?=[(\[:])|!(?=\[)")


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


def faults_in_markdown(error: ConfigurationError, /) -> str:
    """Return a report that says what is broken in a configuration that cannot be used."""
    lines = [f"- {_cell(place)}: {_cell(message)}" for place, message in error.faults]
    return "\n".join(["# Privacy settings\n\nThese settings cannot be used.\n", *lines, ""])
