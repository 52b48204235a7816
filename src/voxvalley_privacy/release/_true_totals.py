"""
True totals of two dimensions: suppress until no total gives a suppressed cell back.

A table with its totals is a graph: rows and columns are nodes, suppressed entries are edges. An
entry can be computed exactly if and only if its edge is a bridge. Where entries cannot be below 0,
the flow that can be moved around an entry is the width of what can be said about it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

__all__ = ["LARGEST", "TOTAL", "bridges", "protected", "width"]

TOTAL = "\x00total"
LARGEST = 400
_Edge = tuple[object, object]
_ENDLESS = 10**12


def bridges(edges: Iterable[_Edge]) -> set[_Edge]:
    """Return the edges without which their ends are not joined; one walk, no recursion."""
    near: dict[object, list[tuple[object, _Edge]]] = defaultdict(list)
    for edge in edges:
        row, column = ("row", edge[0]), ("column", edge[1])
        near[row].append((column, edge))
        near[column].append((row, edge))
    seen: dict[object, int] = {}
    lowest: dict[object, int] = {}
    cut: set[_Edge] = set()
    for root in near:
        if root not in seen:
            _walk(root, near, seen, lowest, cut)
    return cut


def _walk(
    root: object,
    near: Mapping[object, list[tuple[object, _Edge]]],
    seen: dict[object, int],
    lowest: dict[object, int],
    cut: set[_Edge],
) -> None:
    seen[root] = lowest[root] = len(seen)
    path = [(root, None, iter(near[root]))]
    while path:
        node, came_by, rest = path[-1]
        step = next(rest, None)
        if step is None:
            path.pop()
            if path:
                above = path[-1][0]
                lowest[above] = min(lowest[above], lowest[node])
                if came_by is not None and lowest[node] > seen[above]:
                    cut.add(came_by)
            continue
        other, edge = step
        if edge == came_by:
            continue
        if other in seen:
            lowest[node] = min(lowest[node], seen[other])
        else:
            seen[other] = lowest[other] = len(seen)
            path.append((other, edge, iter(near[other])))  # type: ignore[arg-type]  # None only at the root


def width(edge: _Edge, hidden: Mapping[_Edge, int], enough: int) -> int:
    """Return how far apart the least and the greatest value of *edge* are, up to *enough*."""
    up = _flow(edge, hidden, 1, enough)
    down = _flow(edge, hidden, -1, enough)
    return min(enough, up + down)


def _flow(edge: _Edge, hidden: Mapping[_Edge, int], way: int, enough: int) -> int:
    """Return by how much *edge* can go up (*way* 1) or down, with every total as it is."""
    limit = min(enough, _room(edge, hidden[edge], way))
    room: dict[object, dict[object, int]] = defaultdict(dict)
    for other, value in hidden.items():
        if other != edge:
            row, column = ("row", other[0]), ("column", other[1])
            room[column][row] = _room(other, value, -1)
            room[row][column] = _room(other, value, 1)
    source, sink = ("column", edge[1]), ("row", edge[0])
    if way < 0:
        source, sink = sink, source
    moved = 0
    while moved < limit:
        path = _path(room, source, sink)
        if not path:
            break
        step = min(limit - moved, *(room[a][b] for a, b in path))
        for a, b in path:
            room[a][b] -= step
            room[b][a] += step
        moved += step
    return moved


def _room(edge: _Edge, value: int, way: int) -> int:
    """Return how far an entry can move: totals count against their row or column."""
    signed = -way if (edge[0] == TOTAL) != (edge[1] == TOTAL) else way
    return _ENDLESS if signed > 0 else value


def _path(
    room: Mapping[object, Mapping[object, int]], source: object, sink: object
) -> list[tuple[object, object]]:
    came: dict[object, object] = {source: source}
    waiting = deque([source])
    while waiting:
        node = waiting.popleft()
        for other, free in room.get(node, {}).items():
            if free > 0 and other not in came:
                came[other] = node
                waiting.append(other)
    if sink not in came:
        return []
    path = []
    while sink != source:
        path.append((came[sink], sink))
        sink = came[sink]
    return path


def protected(values: Mapping[_Edge, int], published: set[_Edge], *, line: int) -> set[_Edge]:
    """
    Return the entries of a table with totals that can be published together.

    Args:
        values: Every entry, zeros too, and the totals with `TOTAL` as row or column.

        published: The entries that are above the line by themselves.

        line: How far apart the least and the greatest value of a suppressed entry must be; those of
            one below the line by itself are as far apart as it is large, or it is nearly known.
    """
    kept = set(published)
    while True:
        hidden = {edge: value for edge, value in values.items() if edge not in kept}
        apart = {
            edge: line if edge in published else max(line, value) for edge, value in hidden.items()
        }
        known = bridges(hidden)
        narrow = known or {
            edge for edge in hidden if width(edge, hidden, apart[edge]) < apart[edge]
        }
        drops = {drop for edge in narrow if (drop := _nearest(edge, kept, values)) is not None}
        if not drops:
            # What is still narrow has nothing left beside it to hide behind.
            return set() if narrow else kept
        kept -= drops


def _nearest(edge: _Edge, kept: set[_Edge], values: Mapping[_Edge, int]) -> _Edge | None:
    """Return the smallest published entry of the same row or column, cells before totals."""
    beside = [other for other in kept if other[0] == edge[0] or other[1] == edge[1]]
    if not beside:
        beside = list(kept)
    return min(beside, key=lambda other: (TOTAL in other, values[other], str(other)), default=None)
