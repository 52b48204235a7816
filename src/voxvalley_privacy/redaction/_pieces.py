"""One text that comes in pieces: treated as the whole, given back as pieces."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..vocabulary import DataCategory
from ._actions import _Scan
from ._findings import Finding
from ._patterns import stream
from ._placeholders import TRUNCATED
from ._redactor import Redactor
from ._text import find_in_text
from ._text._engine import merged

__all__ = ["treated_pieces"]

_EDGE = 64  # characters from an edge in which digits touch it


def treated_pieces(redact: Redactor, pieces: Sequence[str], category: DataCategory, /) -> list[str]:
    """
    Treat the pieces of one text of *category*, and return as many.

    Where the policy scans texts of the category, findings are those of the joined text; one that lies in two pieces is treated in
    the first and gone from the others. Three digits or more that touch an edge between pieces are hidden as well: nobody knows that
    the pieces belong together but the one who sent them.
    """
    treater = redact._engine.treater  # noqa: SLF001
    if type(treater.actions[category]) is not _Scan:
        return [treater.part(piece, category) for piece in pieces]
    whole = "".join(pieces)
    if len(whole) > treater.limit:
        return [TRUNCATED for _ in pieces]
    edges = [0]
    for piece in pieces:
        edges.append(edges[-1] + len(piece))
    found = merged([*find_in_text(whole), *_at_edges(whole, edges[1:-1])])
    made = []
    for start, end in pairwise(edges):
        # A finding is replaced whole, in the piece where it begins.
        bounds = [
            (max(one.start, start), min(one.end, end), one)
            for one in found
            if one.start < end and one.end > start
        ]
        out, at = "", start
        for left, right, one in bounds:
            out += whole[at:left]
            if one.start >= start:
                out += treater.replace(
                    whole[one.start : one.end], [Finding(0, one.end - one.start, one.category)]
                )
            at = right
        made.append(out + whole[at:end])
    return made


def _at_edges(whole: str, edges: Sequence[int]) -> list[Finding]:
    found = []
    for edge in edges:
        after = stream.EDGE_DIGITS.match(whole[edge : edge + _EDGE])
        before = stream.EDGE_DIGITS.match(whole[max(0, edge - _EDGE) : edge][::-1])
        if after is not None:
            found.append(
                Finding(edge + after.start("digits"), edge + after.end(), DataCategory.PHONE_NUMBER)
            )
        if before is not None:
            found.append(
                Finding(
                    edge - before.end(), edge - before.start("digits"), DataCategory.PHONE_NUMBER
                )
            )
    return found
