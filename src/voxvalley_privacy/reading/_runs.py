"""
Runs of lines that mean less one by one: SIP messages, `Key: value` blocks, rows below their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ._columns import HEADER_ROW, tables_in
from ._telephony import sip_in

__all__ = ["Run", "runs_in"]

# Two or more lines of a name, a colon and a blank.
_BLOCK = re.compile(
    r"""
    (?m:^)[ \t]{0,8}[A-Za-z][\w-]{0,40}[ \t]?:[ \t][^\n]*+
    (?:\n[ \t]{0,8}[A-Za-z][\w-]{0,40}[ \t]?:[ \t][^\n]*+)++
    """,
    re.VERBOSE,
)


class Run(NamedTuple):
    """Whole lines of a text that are read together; a table says which line names its columns."""

    start: int
    end: int
    names: str = ""


def runs_in(text: str, /) -> list[Run]:
    """
    Return the runs of lines in a text, in order; none overlaps another.

    Args:
        text: Lines that end in LF or CRLF.
    """
    runs: list[Run] = []
    for run in sorted(_all_runs(text), key=lambda run: (run.start, -run.end)):
        if not runs or run.start >= runs[-1].end:
            runs.append(run)
    return runs


def _all_runs(text: str) -> Iterator[Run]:
    if "SIP/2.0" in text:
        for message in sip_in(text):
            yield _whole_lines(text, message.start, message.end)
    if ": " in text:
        for block in _BLOCK.finditer(text):
            yield Run(*block.span())
    if "," in text and HEADER_ROW.search(text) is not None:
        yield from _tables(text)


def _tables(text: str) -> Iterator[Run]:
    """Yield each table with its names; rows that follow each other are one run."""
    rows = tables_in(text)
    at = 0
    while at < len(rows):
        last = at
        while last + 1 < len(rows) and _adjacent(text, rows[last].end, rows[last + 1].start):
            last += 1
        head = text.rfind("\n", 0, max(rows[at].start - 1, 0)) + 1
        names = text[head : rows[at].start].rstrip("\r\n")
        yield _whole_lines(text, head, rows[last].end)._replace(names=names)
        at = last + 1


def _adjacent(text: str, end: int, start: int) -> bool:
    return text[end:start] in ("\n", "\r\n")


def _whole_lines(text: str, start: int, end: int) -> Run:
    """Return a run from the beginning of its first line to the end of its last, without it."""
    first = text.rfind("\n", 0, start) + 1
    bare = len(text[first:end].rstrip("\r\n")) + first
    last = text.find("\n", max(bare, first))
    return Run(first, len(text) if last < 0 else last)
