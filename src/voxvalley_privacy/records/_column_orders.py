"""The names of columns in rows without a header, by the orders that a schema knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from ..schemas import MORE_COLUMNS

__all__ = ["column_names", "usual_width"]

_OPTIONAL = 5  # trailing columns that a switch may be set up to leave out


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows have."""
    widths = Counter(map(len, rows))
    # Of two that are as frequent the wider: titles and footers are narrow.
    return max(widths, key=lambda width: (widths[width], width), default=0)


def column_names(
    orders: Iterable[Sequence[str]], rows: Sequence[Sequence[str]], /
) -> tuple[str, ...] | None:
    """
    Return the names of the columns of rows without a header.

    Without any known order they are numbered. With some, the order that fits in width and content
    gives the names; None when none fits.
    """
    width = usual_width(rows)
    orders = tuple(orders)
    if not orders:
        return tuple(f"column {i}" for i in range(1, width + 1))
    best, names = -1, None
    for order in orders:
        fit = _fit(order, rows, width)
        if fit is not None and fit > best:
            best, names = fit, _spelled_out(order, width)
    return names


def _spelled_out(order: Sequence[str], width: int) -> tuple[str, ...]:
    """Return the names of *width* columns; those that an order does not name are numbered."""
    more = width if tuple(order[-1:]) == (MORE_COLUMNS,) else 0
    names = [*order[: -1 if more else None], *[""] * more][:width]
    return tuple(name or f"column {at}" for at, name in enumerate(names, 1))


def _fit(order: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int | None:
    """Score how well *order* says where times and counts are; None when it does not fit."""
    is_open = tuple(order[-1:]) == (MORE_COLUMNS,)
    if is_open and width < _named_first(order):
        return None
    if not is_open and not len(order) - _OPTIONAL <= width <= len(order):
        return None
    usual = [row for row in rows if len(row) == width]
    columns = zip(*usual, strict=True)
    agreed = Counter(chain.from_iterable(map(_agreement, order, columns)))
    if not agreed:
        return 0 if width == len(order) else None
    # One cell of another shape weighs as much as two that fit.
    score = agreed[True] - 2 * agreed[False]
    return score if score > 0 else None


def _named_first(order: Sequence[str]) -> int:
    """Return how many columns have names before the first that has none."""
    return next((at for at, name in enumerate(order) if name in ("", MORE_COLUMNS)), len(order))


def _agreement(name: str, cells: Iterable[str]) -> Iterator[bool]:
    """Yield for each cell of a column whether it looks as *name* says, if it says anything."""
    shape = _shape(name)
    if shape is None:
        return iter(())
    return map(shape, filter(None, cells))


def _shape(name: str) -> Callable[[str], bool] | None:
    """Return a test that every cell of a column of this name passes; None when there is none."""
    is_camel = name.endswith("Time") and name[-5:-4].islower()
    if is_camel or name in ("start", "answer", "end") or name.endswith(("time", "date", "stamp")):
        return _is_time
    return str.isdigit if name in ("duration", "billsec", "sequence") else None


def _is_time(cell: str) -> bool:
    return len(cell) >= 8 and cell[:4].isdigit()
